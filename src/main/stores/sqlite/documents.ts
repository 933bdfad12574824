import type { Database, Statement } from 'better-sqlite3'
import type { Commit, DocumentSnapshot } from '../../../shared/document/types.ts'
import { checkSnapshot, newCommits, sessionDamaged, unknownSession } from '../checks.ts'
import { checksum, decodeCommit, decodeSnapshot, emptySnapshot, encodeCommit, encodeSnapshot } from '../codec.ts'
import type { LogSize, StoredDocument } from '../types.ts'

interface BlobRow {
  value: Buffer
  crc: number
}
interface DocumentRow {
  /** Of the session. */
  id: number
  /** Null where nothing is stored yet; then so are the others. */
  epoch: string | null
  version: number
  last_version: number
  log_commits: number
  log_bytes: number
}

/** The tables `documents`, `snapshots` and `commits`. Synchronous; one connection. */
export class DocumentTables {
  readonly #find: Statement<[string], DocumentRow>
  readonly #saveDocument: Statement
  readonly #grow: Statement<[number, number, number, number]>
  readonly #snapshot: Statement<[number], BlobRow>
  readonly #saveSnapshot: Statement<[number, Uint8Array, number]>
  readonly #commits: Statement<[number], BlobRow & { version: number }>
  readonly #addCommit: Statement<[number, number, Uint8Array, number]>
  readonly #dropCommits: Statement<[number, number]>
  readonly #logSize: Statement<[number], { commits: number; bytes: number; last: number }>

  readonly load: (sessionId: string) => StoredDocument | null
  readonly append: (sessionId: string, commits: readonly Commit[]) => LogSize
  readonly saveSnapshot: (sessionId: string, epoch: string, version: number, snapshot: DocumentSnapshot) => void

  constructor(db: Database) {
    this.#find = db.prepare(`
      SELECT s.id, d.epoch, d.version, d.last_version, d.log_commits, d.log_bytes
      FROM sessions s LEFT JOIN documents d ON d.id = s.id WHERE s.session_id = ?`)
    this.#saveDocument = db.prepare(`
      INSERT INTO documents (id, epoch, version, last_version, log_commits, log_bytes)
      VALUES (:id, :epoch, :version, :last_version, :log_commits, :log_bytes)
      ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, version = excluded.version,
        last_version = excluded.last_version, log_commits = excluded.log_commits, log_bytes = excluded.log_bytes`)
    this.#grow = db.prepare('UPDATE documents SET last_version = ?, log_commits = ?, log_bytes = ? WHERE id = ?')
    this.#snapshot = db.prepare('SELECT value, crc FROM snapshots WHERE id = ?')
    this.#saveSnapshot = db.prepare(`
      INSERT INTO snapshots (id, value, crc) VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET value = excluded.value, crc = excluded.crc`)
    this.#commits = db.prepare('SELECT version, value, crc FROM commits WHERE document = ? ORDER BY version')
    this.#addCommit = db.prepare('INSERT INTO commits (document, version, value, crc) VALUES (?, ?, ?, ?)')
    this.#dropCommits = db.prepare('DELETE FROM commits WHERE document = ? AND version <= ?')
    this.#logSize = db.prepare(`
      SELECT count(*) AS commits, coalesce(sum(length(value)), 0) AS bytes, coalesce(max(version), 0) AS last
      FROM commits WHERE document = ?`)

    this.load = db.transaction((sessionId: string) => this.#load(sessionId))
    const append = db.transaction((sessionId: string, commits: readonly Commit[], blobs: ReadonlyMap<Commit, Buffer>) =>
      this.#append(sessionId, commits, blobs),
    )
    // Encoded before the write lock is taken: another process need not wait for it.
    this.append = (sessionId, commits) =>
      append.immediate(sessionId, commits, new Map(commits.map((commit) => [commit, encodeCommit(commit)])))
    const saveSnapshot = db.transaction((sessionId: string, epoch: string, version: number, blob: Buffer) =>
      this.#replace(sessionId, epoch, version, blob),
    )
    this.saveSnapshot = (sessionId, epoch, version, snapshot) =>
      saveSnapshot.immediate(sessionId, epoch, version, encodeSnapshot(snapshot))
  }

  #load(sessionId: string): StoredDocument | null {
    const row = this.#find.get(sessionId)
    if (!row || row.epoch === null) return null
    const { id, epoch, version } = row
    const snapshot = this.#snapshot.get(id)
    const log = this.#commits.all(id)
    try {
      if (!snapshot) throw new Error('the snapshot is missing')
      if (log.length !== row.log_commits || (log.at(-1)?.version ?? version) > row.last_version)
        throw new Error(`the log has ${log.length} commits instead of ${row.log_commits}`)
      return {
        epoch,
        version,
        snapshot: decodeSnapshot(verified(snapshot)),
        commits: log.map((commit) => decodeCommit(verified(commit), epoch, commit.version)),
      }
    } catch (error) {
      throw sessionDamaged(sessionId, error)
    }
  }

  #append(sessionId: string, commits: readonly Commit[], blobs: ReadonlyMap<Commit, Buffer>): LogSize {
    const row = this.#find.get(sessionId)
    if (!row) throw unknownSession(sessionId)
    const end = row.epoch === null ? null : { epoch: row.epoch, version: row.last_version }
    const added = newCommits(sessionId, commits, end)
    const last = added.at(-1)
    let size: LogSize = { logCommits: row.log_commits ?? 0, logBytes: row.log_bytes ?? 0 }
    if (!last) return size
    if (!end) this.#start(row.id, last.epoch)
    for (const commit of added) {
      const blob = blobs.get(commit)!
      this.#addCommit.run(row.id, commit.version, blob, checksum(blob))
      size = { logCommits: size.logCommits + 1, logBytes: size.logBytes + blob.length }
    }
    this.#grow.run(last.version, size.logCommits, size.logBytes, row.id)
    return size
  }

  #start(id: number, epoch: string): void {
    this.#saveDocument.run({ id, epoch, version: 0, last_version: 0, log_commits: 0, log_bytes: 0 })
    const blob = encodeSnapshot(emptySnapshot())
    this.#saveSnapshot.run(id, blob, checksum(blob))
  }

  #replace(sessionId: string, epoch: string, version: number, blob: Buffer): void {
    const row = this.#find.get(sessionId)
    if (!row) throw unknownSession(sessionId)
    checkSnapshot(sessionId, epoch, version, row.epoch === null ? null : { epoch: row.epoch, version: row.version })
    this.#dropCommits.run(row.id, row.epoch === epoch ? version : Number.MAX_SAFE_INTEGER)
    const { commits, bytes, last } = this.#logSize.get(row.id)!
    this.#saveDocument.run({
      id: row.id,
      epoch,
      version,
      last_version: Math.max(version, last),
      log_commits: commits,
      log_bytes: bytes,
    })
    this.#saveSnapshot.run(row.id, blob, checksum(blob))
  }
}

function verified(row: BlobRow): Buffer {
  if (checksum(row.value) !== row.crc) throw new Error('the checksum does not match')
  return row.value
}
