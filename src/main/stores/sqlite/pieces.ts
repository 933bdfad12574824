import { createHash } from 'node:crypto'
import type { Database, Statement } from 'better-sqlite3'
import { checksum, pack } from '../codec.ts'
import { join, split } from '../parts.ts'

/** One step at a time, each of which leaves what is read as it is, until the last. */
export type Steps<Result> = Generator<void, Result>

/** A packed value with its checksum and the numbers of its pieces as a JSON list. */
export interface PackedRow {
  value: Buffer
  crc: number
  pieces: string | null
}

/** With what is stored of it in all, in bytes. */
export type Packed = PackedRow & { bytes: number }

/**
 * The table `pieces`: large values in parts of at most 1 MiB, which commits and records name by number. Each content is
 * there once a session. Synchronous; one connection.
 */
export class PieceTable {
  readonly #find: Statement<[number, Buffer], number>
  readonly #add: Statement<[number, Buffer, Uint8Array]>
  readonly #mend: Statement<[Uint8Array, number]>
  readonly #get: Statement<[number, number], { hash: Buffer; value: Buffer }>
  readonly #list: Statement<[number], number>
  readonly #named: Statement<[number, number], string>
  readonly #remove: Statement<[number]>
  /** Pieces that were asked for since it was last looked which are named, by session: a row may be about to name them. */
  readonly #asked = new Map<number, Set<number>>()
  readonly #doubted = new Set<number>()
  /** How many are at work on rows that will name pieces, by session. */
  readonly #atWork = new Map<number, number>()

  constructor(db: Database) {
    this.#find = db.prepare<[number, Buffer], number>('SELECT id FROM pieces WHERE session = ? AND hash = ?').pluck()
    this.#add = db.prepare('INSERT INTO pieces (session, hash, value) VALUES (?, ?, ?)')
    this.#mend = db.prepare('UPDATE pieces SET value = ? WHERE id = ?')
    this.#get = db.prepare('SELECT hash, value FROM pieces WHERE session = ? AND id = ?')
    this.#list = db.prepare<[number], number>('SELECT id FROM pieces WHERE session = ?').pluck()
    this.#named = db
      .prepare<[number, number], string>(
        `SELECT pieces FROM commits WHERE document = ? AND pieces IS NOT NULL
         UNION ALL SELECT pieces FROM records WHERE document = ? AND pieces IS NOT NULL`,
      )
      .pluck()
    this.#remove = db.prepare('DELETE FROM pieces WHERE id = ?')
  }

  /** Packs a value, its large parts into pieces. Only within `atWork`. */
  *pack(session: number, value: unknown): Steps<Packed> {
    const ids: number[] = []
    let bytes = 0
    const { shape } = yield* split(value, (piece) => {
      bytes += piece.length
      return ids.push(this.#keep(session, piece)) - 1
    })
    const packed = pack(shape)
    bytes += packed.length
    return { value: packed, crc: checksum(packed), pieces: ids.length > 0 ? JSON.stringify(ids) : null, bytes }
  }

  /** Throws a plain Error if the row or a piece of it is not what was written. */
  unpack(session: number, row: PackedRow): unknown {
    if (checksum(row.value) !== row.crc) throw new Error('the checksum does not match')
    const ids = row.pieces === null ? [] : (JSON.parse(row.pieces) as number[])
    return join(row.value, (index) => this.#read(session, ids[index] ?? 0))
  }

  /** Number of the piece with these bytes, which is written unless it is there. */
  #keep(session: number, bytes: Uint8Array): number {
    const hash = hashOf(bytes)
    const found = this.#find.get(session, hash)
    const id = found ?? Number(this.#add.run(session, hash, bytes).lastInsertRowid)
    if (found !== undefined && this.#doubted.has(session) && !this.#get.get(session, id)?.value.equals(bytes))
      this.#mend.run(bytes, id)
    this.#asked.get(session)!.add(id)
    return id
  }

  #read(session: number, id: number): Buffer {
    const row = this.#get.get(session, id)
    if (!row || !hashOf(row.value).equals(row.hash))
      throw new Error(`the piece ${id} is ${row ? 'damaged' : 'missing'}`)
    return row.value
  }

  /** What is there may be damaged: until the work under way is done, it is looked at before it is used again. */
  doubt(session: number): void {
    this.#doubted.add(session)
  }

  /** Does `work`, during which nothing that it has kept is collected. */
  *atWork<Result>(session: number, work: () => Steps<Result>): Steps<Result> {
    if (!this.#asked.has(session)) this.#asked.set(session, new Set())
    this.#atWork.set(session, (this.#atWork.get(session) ?? 0) + 1)
    try {
      return yield* work()
    } finally {
      const left = this.#atWork.get(session)! - 1
      if (left > 0) this.#atWork.set(session, left)
      else {
        this.#atWork.delete(session)
        this.#doubted.delete(session)
        this.#asked.delete(session)
      }
    }
  }

  /** Deletes what neither a commit nor a record names. */
  *collect(session: number): Steps<void> {
    const all = this.#list.all(session)
    if (all.length === 0) return
    const asked = this.#asked.get(session)
    const named = new Set<number>()
    for (const list of this.#named.all(session, session)) for (const id of JSON.parse(list) as number[]) named.add(id)
    // Whoever is not at work yet finds those that are left.
    yield* this.atWork(session, () =>
      this.#removeAll(
        session,
        all.filter((id) => !named.has(id) && !asked?.has(id)),
      ),
    )
  }

  *#removeAll(session: number, ids: readonly number[]): Steps<void> {
    const asked = this.#asked.get(session)!
    for (const id of ids) {
      yield
      if (!asked.has(id)) this.#remove.run(id)
    }
  }
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
