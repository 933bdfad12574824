import type { ReadableState, WritableState } from './layer.ts'
import type { DocumentRecord, DocumentSnapshot, RecordScope } from './types.ts'

/** How many removed ids are remembered; an edit of one removed longer ago is refused as `unknown_record`. */
export const MAX_TOMBSTONES = 10_000

/**
 * The content of one document: title, roots and a flat map of records. Records are immutable: who keeps one may compare
 * it by identity to see whether it has changed. Ops change it through `applyOps`.
 */
export class DocumentState implements WritableState {
  title: string
  roots: readonly string[]
  readonly #records: Map<string, DocumentRecord>
  readonly #tombstones = new Set<string>()

  constructor(title: string, roots: readonly string[], records: Iterable<DocumentRecord>) {
    this.title = title
    this.roots = roots
    this.#records = new Map()
    for (const record of records) this.#records.set(record.id, record)
  }

  static empty(): DocumentState {
    return new DocumentState('', [], [])
  }

  /** Takes the snapshot's records over as they are, without a copy; the snapshot must have been validated. */
  static fromSnapshot(snapshot: DocumentSnapshot): DocumentState {
    return new DocumentState(snapshot.title, snapshot.roots, snapshot.records)
  }

  get size(): number {
    return this.#records.size
  }

  /** Ids of removed records, oldest removal first; at most MAX_TOMBSTONES. */
  get tombstones(): ReadonlySet<string> {
    return this.#tombstones
  }

  get(id: string): DocumentRecord | undefined {
    return this.#records.get(id)
  }

  records(): IterableIterator<DocumentRecord> {
    return this.#records.values()
  }

  isRemoved(id: string): boolean {
    return this.#tombstones.has(id)
  }

  write(id: string, record: DocumentRecord | null): void {
    if (record) {
      this.#records.set(id, record)
      this.#tombstones.delete(id)
      return
    }
    this.#records.delete(id)
    this.#tombstones.add(id)
    if (this.#tombstones.size > MAX_TOMBSTONES) {
      for (const oldest of this.#tombstones) {
        this.#tombstones.delete(oldest)
        break
      }
    }
  }

  /** The whole as plain data, sharing the records. With `scopes`, only records of these, and only the roots among them. */
  toSnapshot(scopes?: readonly RecordScope[]): DocumentSnapshot {
    return snapshotOf(this, scopes)
  }
}

/** `state` as plain data, sharing its records; see DocumentState.toSnapshot. */
export function snapshotOf(state: ReadableState, scopes?: readonly RecordScope[]): DocumentSnapshot {
  if (!scopes) return { title: state.title, roots: [...state.roots], records: [...state.records()] }
  const records: DocumentRecord[] = []
  for (const record of state.records()) if (scopes.includes(record.scope ?? 'data')) records.push(record)
  const kept = new Set(records.map((record) => record.id))
  return { title: state.title, roots: state.roots.filter((id) => kept.has(id)), records }
}
