import type { DocumentRecord } from './types.ts'

/** What can be read of a document's state, whether it is the state itself or changes laid over it. */
export interface ReadableState {
  readonly title: string
  readonly roots: readonly string[]
  get(id: string): DocumentRecord | undefined
  /** Whether a record of this id was here and has been removed; editing it is a no-op (rule Y7). */
  isRemoved(id: string): boolean
  records(): IterableIterator<DocumentRecord>
}

/** What the ops write to. Records are never changed in place: a changed record is a new object. */
export interface WritableState extends ReadableState {
  title: string
  roots: readonly string[]
  /** `null` removes the record and remembers that it was removed. */
  write(id: string, record: DocumentRecord | null): void
}

/** Changes laid over another state, which stays as it is until `writeInto`. Making one costs nothing that grows with the document. */
export class Layer implements WritableState {
  readonly #base: ReadableState
  readonly #changed = new Map<string, DocumentRecord | null>()
  #title: string | undefined
  #roots: readonly string[] | undefined

  constructor(base: ReadableState) {
    this.#base = base
  }

  /** The records written here; null where one was removed. */
  get changed(): ReadonlyMap<string, DocumentRecord | null> {
    return this.#changed
  }

  get title(): string {
    return this.#title ?? this.#base.title
  }

  set title(title: string) {
    this.#title = title
  }

  get roots(): readonly string[] {
    return this.#roots ?? this.#base.roots
  }

  set roots(roots: readonly string[]) {
    this.#roots = roots
  }

  get changesTitle(): boolean {
    return this.#title !== undefined
  }

  get changesRoots(): boolean {
    return this.#roots !== undefined
  }

  get(id: string): DocumentRecord | undefined {
    const own = this.#changed.get(id)
    return own === undefined ? this.#base.get(id) : (own ?? undefined)
  }

  isRemoved(id: string): boolean {
    const own = this.#changed.get(id)
    return own === undefined ? this.#base.isRemoved(id) : own === null
  }

  *records(): IterableIterator<DocumentRecord> {
    if (this.#changed.size === 0) return yield* this.#base.records()
    const below = new Set<string>()
    for (const record of this.#base.records()) {
      const own = this.#changed.get(record.id)
      if (own === undefined) yield record
      else {
        below.add(record.id)
        if (own) yield own
      }
    }
    for (const [id, record] of this.#changed) if (record && !below.has(id)) yield record
  }

  write(id: string, record: DocumentRecord | null): void {
    this.#changed.set(id, record)
  }

  /** Makes `target` have every change of this layer. */
  writeInto(target: WritableState): void {
    for (const [id, record] of this.#changed) target.write(id, record)
    if (this.#title !== undefined) target.title = this.#title
    if (this.#roots !== undefined) target.roots = this.#roots
  }

  /**
   * Drops what is here just as `other` has it, because the state below has it now. A removal or a title that a later layer
   * has too stays: it looks the same, but what lies between the two has yet to come below. `someLater`: whether this is so
   * of one.
   */
  forget(other: Layer, someLater: (changes: (layer: Layer) => boolean) => boolean): void {
    for (const [id, record] of other.#changed) {
      if (this.#changed.get(id) !== record) continue
      // Each layer has records of its own, so only a removal can be a later one's.
      if (record !== null || !someLater((layer) => layer.#changed.has(id))) this.#changed.delete(id)
    }
    if (other.changesTitle && this.#title === other.#title && !someLater((layer) => layer.changesTitle))
      this.#title = undefined
    if (this.#roots === other.#roots) this.#roots = undefined
  }

  clear(): void {
    this.#changed.clear()
    this.#title = undefined
    this.#roots = undefined
  }
}
