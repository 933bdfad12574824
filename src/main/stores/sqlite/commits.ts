import type { Database, Statement } from 'better-sqlite3'
import type { Commit } from '../../../shared/document/types.ts'
import { checksum, encodeCommit, toCommit } from '../codec.ts'
import { isSmall } from '../parts.ts'
import type { Packed, PackedRow, PieceTable, Steps } from './pieces.ts'

/** The commits after a version. */
export interface LogPart {
  commits: number
  bytes: number
  /** The last one's version; 0 if there is none. */
  last: number
}

/** The table `commits`: the logs of documents. Synchronous; one connection. */
export class CommitTable {
  readonly #pieces: PieceTable
  readonly #read: Statement<[number, number], PackedRow & { version: number }>
  readonly #add: Statement<[number, number, Buffer, number, string | null, number]>
  readonly #size: Statement<[number, number], LogPart>
  readonly #upTo: Statement<[number, number], number>
  readonly #drop: Statement<[number]>
  readonly #dropAfter: Statement<[number, number]>

  constructor(db: Database, pieces: PieceTable) {
    this.#pieces = pieces
    this.#read = db.prepare(`
      SELECT version, value, crc, pieces FROM commits WHERE document = ? AND version > ? ORDER BY version`)
    this.#add = db.prepare(
      'INSERT INTO commits (document, version, value, crc, pieces, bytes) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#size = db.prepare(`
      SELECT count(*) AS commits, coalesce(sum(max(bytes, length(value))), 0) AS bytes, coalesce(max(version), 0) AS last
      FROM commits WHERE document = ? AND version > ?`)
    this.#upTo = db
      .prepare<[number, number], number>('SELECT id FROM commits WHERE document = ? AND version <= ? LIMIT 64')
      .pluck()
    this.#drop = db.prepare('DELETE FROM commits WHERE id = ?')
    this.#dropAfter = db.prepare('DELETE FROM commits WHERE document = ? AND version > ?')
  }

  /** Those after `version`, in order, as commits of `epoch`. Throws a plain Error if one cannot be read. */
  read(document: number, epoch: string, version: number): Commit[] {
    const rows = this.#read.all(document, version)
    return rows.map((row) => toCommit(this.#pieces.unpack(document, row), epoch, row.version))
  }

  /** Packs commits, the large ones into pieces. Only within the pieces' `atWork`. */
  *pack(session: number, commits: readonly Commit[]): Steps<Packed[]> {
    const packed: Packed[] = []
    for (const commit of commits) {
      yield
      const { origin, ops } = commit
      packed.push(isSmall(ops) ? packSmall(commit) : yield* this.#pieces.pack(session, { origin, ops }))
    }
    return packed
  }

  add(document: number, version: number, { value, crc, pieces, bytes }: Packed): void {
    this.#add.run(document, version, value, crc, pieces, bytes)
  }

  size(document: number, version: number): LogPart {
    return this.#size.get(document, version)!
  }

  *dropUpTo(document: number, version: number): Steps<void> {
    for (let ids = this.#upTo.all(document, version); ids.length > 0; ids = this.#upTo.all(document, version)) {
      for (const id of ids) this.#drop.run(id)
      yield
    }
  }

  dropAfter(document: number, version: number): void {
    this.#dropAfter.run(document, version)
  }
}

/** A commit of which no part is large. */
export function packSmall(commit: Commit): Packed {
  const value = encodeCommit(commit)
  return { value, crc: checksum(value), pieces: null, bytes: value.length }
}
