import type { DocumentReader } from '../../types.ts'

/** The ids at a document's top that are drawn: those of records that are there, and are no window's. */
export class Roots {
  readonly #document: DocumentReader
  #last: readonly string[] = []

  constructor(document: DocumentReader) {
    this.#document = document
  }

  /** The same list as long as they are the same. */
  readonly read = (): readonly string[] => {
    const roots = this.#document.roots.filter((id) => (this.#document.get(id)?.type ?? 'widget') !== 'widget')
    const isSame = roots.length === this.#last.length && roots.every((id, index) => id === this.#last[index])
    if (!isSame) this.#last = roots
    return this.#last
  }

  /** Returns unsubscribe. */
  readonly subscribe = (listener: () => void): (() => void) => this.#document.onChange(listener)
}
