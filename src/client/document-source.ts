import { randomId } from '../shared/ids.ts'
import type { Layer, ReadableState } from '../shared/document/layer.ts'
import type { DocumentState } from '../shared/document/state.ts'
import type { Op } from '../shared/document/types.ts'

/** What stands behind a Document: a replica of a session's document, or a state of its own. */
export interface DocumentSource {
  readonly version: number
  readonly state: ReadableState
  nextMutationId(): string
  /** Takes over a finished transaction: `layer` is what `ops` did to `state`. While `held`, edits are collected until `release`. Returns the mutation id. */
  accept(ops: Op[], layer: Layer, held: boolean): string
  release(): void
}

/** Ids that no other source makes: a random prefix and a counter. */
export class MutationIds {
  readonly #prefix = randomId(16)
  #count = 0

  next(): string {
    return `${this.#prefix}.${++this.#count}`
  }
}

/** The source of a document on its own: every transaction is a version. */
export class LocalSource implements DocumentSource {
  readonly state: DocumentState
  readonly #ids = new MutationIds()
  #version: number
  #heldId: string | null = null

  constructor(state: DocumentState, version = 0) {
    this.state = state
    this.#version = version
  }

  get version(): number {
    return this.#version
  }

  nextMutationId(): string {
    return this.#ids.next()
  }

  accept(_ops: Op[], layer: Layer, held: boolean): string {
    layer.writeInto(this.state)
    if (held) return (this.#heldId ??= this.#ids.next())
    this.#version++
    return this.#ids.next()
  }

  release(): void {
    if (this.#heldId === null) return
    this.#heldId = null
    this.#version++
  }
}
