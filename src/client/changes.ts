import { opRecordId } from '../shared/document/op-error.ts'
import type { Op } from '../shared/document/types.ts'

/** What a listener is told after a document has changed. Applied in order, `ops` lead from what it showed before to what it shows now. */
export interface ChangeEvent {
  ops: Op[]
  /** `local`: made by this document's own `transact`. What the room changes, takes back or sends anew is `remote`. */
  origin: 'local' | 'remote'
  /** Version of the last commit in the document; a local change has none of its own until the room accepts it. */
  version: number
  /** The document was replaced by a snapshot; `ops` are the differences (rule P3). */
  replaced?: true
}
export type ChangeListener = (event: ChangeEvent) => void

/** The listeners of one document. Each event reaches all of them before the next, also when a listener changes the document. */
export class Changes {
  readonly #all = new Set<ChangeListener>()
  readonly #byId = new Map<string, Set<ChangeListener>>()
  readonly #waiting: { event: ChangeEvent; touched: Iterable<string> }[] = []
  #telling = false

  /** `id`: only changes of this record, and of their ops only those. Returns unsubscribe. */
  add(listener: ChangeListener, id?: string): () => void {
    // A wrapper, so that one function can be added twice.
    const own: ChangeListener = (event) => listener(event)
    if (id === undefined) {
      this.#all.add(own)
      return () => void this.#all.delete(own)
    }
    const listeners = this.#byId.get(id) ?? new Set()
    this.#byId.set(id, listeners.add(own))
    return () => {
      listeners.delete(own)
      if (listeners.size === 0 && this.#byId.get(id) === listeners) this.#byId.delete(id)
    }
  }

  /** `touched`: ids of all records that changed, those included that went with their parents. */
  tell(event: ChangeEvent, touched: Iterable<string>): void {
    this.#waiting.push({ event, touched })
    if (this.#telling) return
    this.#telling = true
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) this.#deliver(next.event, next.touched)
    } finally {
      this.#telling = false
    }
  }

  #deliver(event: ChangeEvent, touched: Iterable<string>): void {
    for (const listener of [...this.#all]) call(listener, event)
    if (this.#byId.size === 0) return
    for (const id of touched) {
      const listeners = this.#byId.get(id)
      if (!listeners) continue
      const own = event.ops.filter((op) => opRecordId(op) === id)
      // No op names it: it went with its parent.
      const ops: Op[] = own.length > 0 ? own : [{ op: 'remove', id }]
      for (const listener of [...listeners]) call(listener, { ...event, ops })
    }
  }
}

/** Calls a listener. Its error is its own: it is reported as uncaught, and neither the change nor the other listeners suffer. */
export function call<T>(listener: (event: T) => void, event: T): void {
  try {
    listener(event)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
