import type { Document } from '../../client/document.ts'
import { GUARD_RECORD_ID, GUARD_TYPE, SCHEMA_TYPE, schemaRecordId } from '../../shared/records.ts'
import type { ClientEvent } from '../../client/types.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Op } from '../../shared/document/types.ts'
import type { Value } from '../../shared/value.ts'

/** Throws for an edit that is not to be made. */
export type Guard = (edit: { ops: readonly Op[]; connectionId: string; signal: AbortSignal }) => unknown

/**
 * What a run of the script says about its document: what records of a type look like, and who looks at the edits of
 * programs. Kept in the document, so that it holds between two runs too; what a run no longer says goes when its body is done.
 */
export class Declarations {
  readonly #document: Document
  readonly #schemas = new Map<string, Value>()
  readonly #guards = new Set<Guard>()

  constructor(document: Document) {
    this.#document = document
  }

  /** `schema`: JSON Schema of the props of records of this type. */
  defineRecord(recordType: string, schema: Value): void {
    this.#schemas.set(recordType, schema)
    const props = { recordType, schema }
    this.#document.transact((tx) =>
      tx.put({ id: schemaRecordId(recordType), type: SCHEMA_TYPE, scope: 'state', props }),
    )
  }

  /** Returns what removes it. */
  addGuard(guard: Guard): () => void {
    this.#guards.add(guard)
    this.#document.transact((tx) => tx.put({ id: GUARD_RECORD_ID, type: GUARD_TYPE, scope: 'state', props: {} }))
    return () => {
      this.#guards.delete(guard)
      if (this.#guards.size === 0) this.#remove([GUARD_RECORD_ID])
    }
  }

  /** Asks every guard about an edit, in the order they were added. Throws OrielError vetoed. */
  async judge({ data, signal }: ClientEvent): Promise<null> {
    const { ops, connectionId } = data as unknown as { ops: Op[]; connectionId: string }
    for (const guard of this.#guards) {
      try {
        await guard({ ops, connectionId, signal })
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error)
        throw new OrielError('vetoed', text || 'The script does not take this change.', { cause: error })
      }
    }
    return null
  }

  /** The script's body is done: what an earlier run said and this one did not is over. */
  settle(): void {
    const stale: string[] = []
    for (const { id, type, props } of this.#document.records()) {
      if (type === SCHEMA_TYPE && !this.#schemas.has(props['recordType'] as string)) stale.push(id)
      if (type === GUARD_TYPE && this.#guards.size === 0) stale.push(id)
    }
    this.#remove(stale)
  }

  #remove(ids: readonly string[]): void {
    if (ids.length === 0) return
    this.#document.transact((tx) => {
      for (const id of ids) if (tx.get(id)) tx.remove(id)
    })
  }
}
