import type { Database, Statement } from 'better-sqlite3'
import type { DocumentRecord } from '../../../shared/document/types.ts'
import { toRecord } from '../codec.ts'
import type { PackedRow, PieceTable, Steps } from './pieces.ts'

interface RecordRow extends Omit<PackedRow, 'value'> {
  record: string
  generation: number
  place: number
  value: Buffer | null
}

/** Which generations of a document's records are read. */
export interface Generations {
  floor: number
  generation: number
}

/**
 * The table `records`: one row for each generation in which a record changed. What is prepared for a later generation is
 * not read. Synchronous; one connection.
 */
export class RecordTable {
  readonly #pieces: PieceTable
  readonly #read: Statement<[number, number, number], RecordRow>
  readonly #current: Statement<[number, string, number, number], { place: number; gone: number }>
  readonly #add: Statement<[number, number, string, number | null, Buffer | null, number, string | null]>
  readonly #above: Statement<[number, number], number>
  readonly #below: Statement<[number, number], number>
  readonly #changedIn: Statement<[number, number, number], { id: number; record: string; gone: number }>
  readonly #dropOlder: Statement<[number, string, number]>
  readonly #drop: Statement<[number]>

  constructor(db: Database, pieces: PieceTable) {
    this.#pieces = pieces
    this.#read = db.prepare(`
      SELECT record, generation, coalesce(place, id) AS place, value, crc, pieces FROM records
      WHERE document = ? AND generation BETWEEN ? AND ?`)
    this.#current = db.prepare(`
      SELECT coalesce(place, id) AS place, value IS NULL AS gone FROM records
      WHERE document = ? AND record = ? AND generation BETWEEN ? AND ? ORDER BY generation DESC LIMIT 1`)
    this.#add = db.prepare(`
      INSERT INTO records (document, generation, record, place, value, crc, pieces) VALUES (?, ?, ?, ?, ?, ?, ?)`)
    const some = (condition: string): Statement<[number, number], number> =>
      db
        .prepare<[number, number], number>(`SELECT id FROM records WHERE document = ? AND ${condition} LIMIT 64`)
        .pluck()
    this.#above = some('generation > ?')
    this.#below = some('generation < ?')
    this.#changedIn = db.prepare(`
      SELECT id, record, value IS NULL AS gone FROM records
      WHERE document = ? AND generation = ? AND id > ? ORDER BY id LIMIT 64`)
    this.#dropOlder = db.prepare('DELETE FROM records WHERE document = ? AND record = ? AND generation < ?')
    this.#drop = db.prepare('DELETE FROM records WHERE id = ?')
  }

  /** In their order. Throws a plain Error if one cannot be read. */
  read(document: number, { floor, generation }: Generations): DocumentRecord[] {
    const newest = new Map<string, RecordRow>()
    for (const row of this.#read.iterate(document, floor, generation)) {
      const other = newest.get(row.record)
      if (!other || other.generation < row.generation) newest.set(row.record, row)
    }
    return [...newest.values()]
      .filter((row): row is RecordRow & PackedRow => row.value !== null)
      .sort((a, b) => a.place - b.place)
      .map((row) => toRecord(this.#pieces.unpack(document, row), row.record))
  }

  /** Prepares a record for `next`, behind all others or in its place. Gives how many more records there will be: 0 or 1. */
  *put(document: number, shown: Generations, next: number, record: DocumentRecord, toEnd: boolean): Steps<number> {
    const current = this.#find(document, shown, record.id)
    const row = yield* this.#pieces.pack(document, record)
    this.#add.run(document, next, record.id, toEnd ? null : (current?.place ?? null), row.value, row.crc, row.pieces)
    return current ? 0 : 1
  }

  /** The same for a removed one; -1 or 0. */
  remove(document: number, shown: Generations, next: number, id: string): number {
    if (!this.#find(document, shown, id)) return 0
    this.#add.run(document, next, id, null, null, 0, null)
    return -1
  }

  /** Deletes what was prepared for generations above. */
  *clear(document: number, { generation }: Generations): Steps<void> {
    yield* this.#dropAll(() => this.#above.all(document, generation))
  }

  /** Deletes the rows below the floor, and those that a row of `generation` stands for. */
  *collect(document: number, { floor, generation }: Generations): Steps<void> {
    yield* this.#dropAll(() => this.#below.all(document, floor))
    if (generation === floor) return
    let last = 0
    for (;;) {
      const rows = this.#changedIn.all(document, generation, last)
      if (rows.length === 0) return
      for (const { id, record, gone } of rows) {
        this.#dropOlder.run(document, record, generation)
        if (gone) this.#drop.run(id)
        last = id
        yield
      }
    }
  }

  *#dropAll(some: () => number[]): Steps<void> {
    for (let ids = some(); ids.length > 0; ids = some()) {
      for (const id of ids) this.#drop.run(id)
      yield
    }
  }

  #find(document: number, { floor, generation }: Generations, id: string): { place: number } | null {
    // A first generation stands for nothing.
    const row = generation < floor ? undefined : this.#current.get(document, id, floor, generation)
    return row && row.gone === 0 ? row : null
  }
}
