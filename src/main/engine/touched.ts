import type { Layer, ReadableState } from '../../shared/document/layer.ts'
import type { DocumentRecord } from '../../shared/document/types.ts'
import type { DocumentChange } from '../stores/types.ts'
import { isStored } from './stored-ops.ts'

type Fate = 'changed' | 'added' | 'removed'

/** What has become of the stored part of a document since its stored snapshot: which records, not yet how they are. */
export class Touched {
  /** Records that were added are in the order in which they were. */
  #fates = new Map<string, Fate>()
  #head = false

  /** Notes what `layer` is about to change in `before`. */
  note(before: ReadableState, layer: Layer): void {
    if (layer.changesTitle || layer.changesRoots) this.#head = true
    for (const [id, record] of layer.changed) {
      const was = isStored(before.get(id))
      const is = isStored(record)
      if (was !== is) this.#head = true
      if (is) this.#add(id, was ? 'changed' : 'added')
      else if (was) this.#add(id, 'removed')
    }
  }

  /** The change as it is now, and nothing is touched any more. `giveBack` makes it as if it had not been taken. */
  take(state: ReadableState): { change: DocumentChange; giveBack: () => void } {
    const fates = this.#fates
    const head = this.#head
    this.clear()
    const recordsOf = (wanted: Fate): DocumentRecord[] =>
      [...fates].flatMap(([id, fate]) => (fate === wanted ? (state.get(id) ?? []) : []))
    return {
      change: {
        head: head ? { title: state.title, roots: state.roots.filter((id) => isStored(state.get(id))) } : null,
        changed: recordsOf('changed'),
        added: recordsOf('added'),
        removed: [...fates].flatMap(([id, fate]) => (fate === 'removed' ? [id] : [])),
      },
      giveBack: () => {
        const since = this.#fates
        this.#fates = fates
        this.#head ||= head
        for (const [id, fate] of since) this.#add(id, fate)
      },
    }
  }

  clear(): void {
    this.#fates = new Map()
    this.#head = false
  }

  #add(id: string, fate: Fate): void {
    const known = this.#fates.get(id)
    if (known && fate === 'changed') return
    // It leaves its place in the order, or comes to the end of it.
    if (known) this.#fates.delete(id)
    this.#fates.set(id, fate)
  }
}
