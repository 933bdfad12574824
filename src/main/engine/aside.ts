import { asideRecord } from '../../shared/document/aside.ts'
import type { DocumentRecord, Op } from '../../shared/document/types.ts'

type Props = DocumentRecord['props']

/**
 * What is stored beside a document, in the same appends as its commits: either both are there after a crash or neither is.
 * Whoever keeps rows here says which have changed; the document's writer takes them along.
 */
export class Aside {
  readonly #rows = new Map<string, Props>()
  readonly #dirty = new Set<string>()
  /** Stored by now or earlier, and not known to be removed from the store. */
  readonly #stored = new Set<string>()

  /** `stored`: what an earlier process has left. */
  constructor(stored: ReadonlyMap<string, Props> = new Map()) {
    for (const [name, props] of stored) {
      this.#rows.set(name, props)
      this.#stored.add(name)
    }
  }

  get(name: string): Props | undefined {
    return this.#rows.get(name)
  }

  names(): string[] {
    return [...this.#rows.keys()]
  }

  set(name: string, props: Props): void {
    this.#rows.set(name, props)
    this.#dirty.add(name)
  }

  remove(name: string): void {
    if (this.#rows.delete(name)) this.#dirty.add(name)
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0
  }

  /** The ops that store what has changed since the last time. */
  take(): Op[] {
    const ops: Op[] = []
    for (const name of this.#dirty) {
      const props = this.#rows.get(name)
      if (props) {
        ops.push({ op: 'put', record: asideRecord(name, props) })
        this.#stored.add(name)
      } else if (this.#stored.has(name)) ops.push({ op: 'remove', id: asideRecord(name, {}).id })
    }
    this.#dirty.clear()
    return ops
  }

  /** Everything, for what replaces all that is stored, or a part of the log. */
  all(): { records: DocumentRecord[]; removed: string[] } {
    const records = [...this.#rows].map(([name, props]) => asideRecord(name, props))
    const removed = [...this.#stored].flatMap((name) => (this.#rows.has(name) ? [] : asideRecord(name, {}).id))
    return { records, removed }
  }
}
