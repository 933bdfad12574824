import type { Database, Statement } from 'better-sqlite3'
import type { Commit, DocumentSnapshot } from '../../../shared/document/types.ts'
import { OrielError } from '../../../shared/errors.ts'
import { randomId } from '../../../shared/ids.ts'
import { checkFold, checkSnapshot, documentLost, newCommits, sessionDamaged, unknownSession } from '../checks.ts'
import { checksum, decodeSnapshot, emptySnapshot, encodeSnapshot } from '../codec.ts'
import type { DocumentChange, DocumentEnd, LogSize, StoredDocument } from '../types.ts'
import { CommitTable, packSmall } from './commits.ts'
import { PieceTable } from './pieces.ts'
import type { Packed, Steps } from './pieces.ts'
import { RecordTable } from './records.ts'

interface DocumentRow {
  /** Of the session. */
  id: number
  epoch: string
  version: number
  last_version: number
  log_commits: number
  log_bytes: number
  floor: number
  generation: number
  collected: number
  record_count: number
  writer: string | null
}
/** Nothing is stored of the session yet. */
interface NoDocumentRow {
  id: number
  epoch: null
  writer: null
}

/**
 * The tables `documents` and `snapshots`, and through others the commits, records and pieces of documents. Synchronous; one
 * connection. What takes many steps can be left after any: what is read is then as before.
 */
export class DocumentTables {
  readonly #find: Statement<[string], DocumentRow | NoDocumentRow>
  /** Asked at each of many steps, so for no more than what is needed. */
  readonly #isThere: Statement<[number, string], 1>
  readonly #writerOf: Statement<[number], string | null>
  readonly #saveDocument: Statement
  readonly #grow: Statement<[number, number, number, number]>
  readonly #setEpoch: Statement<[string, number]>
  readonly #setWriter: Statement<[string, number]>
  readonly #setCollected: Statement<[number, number]>
  readonly #snapshot: Statement<[number], { value: Buffer; crc: number }>
  readonly #saveSnapshot: Statement<[number, Uint8Array, number]>
  readonly #commits: CommitTable
  readonly #pieces: PieceTable
  readonly #records: RecordTable

  readonly load: (sessionId: string) => StoredDocument | null
  /** All in one go, for small commits. */
  readonly append: (sessionId: string, commits: readonly Commit[]) => LogSize

  constructor(db: Database) {
    this.#find = db.prepare(`
      SELECT s.id, d.epoch, d.version, d.last_version, d.log_commits, d.log_bytes, d.floor, d.generation, d.collected,
        d.record_count, d.writer
      FROM sessions s LEFT JOIN documents d ON d.id = s.id WHERE s.session_id = ?`)
    this.#isThere = db.prepare<[number, string], 1>('SELECT 1 FROM sessions WHERE id = ? AND session_id = ?').pluck()
    this.#writerOf = db.prepare<[number], string | null>('SELECT writer FROM documents WHERE id = ?').pluck()
    this.#saveDocument = db.prepare(`
      INSERT INTO documents (id, epoch, version, last_version, log_commits, log_bytes, floor, generation, record_count)
      VALUES (:id, :epoch, :version, :last_version, :log_commits, :log_bytes, :floor, :generation, :record_count)
      ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, version = excluded.version,
        last_version = excluded.last_version, log_commits = excluded.log_commits, log_bytes = excluded.log_bytes,
        floor = excluded.floor, generation = excluded.generation, record_count = excluded.record_count`)
    this.#grow = db.prepare('UPDATE documents SET last_version = ?, log_commits = ?, log_bytes = ? WHERE id = ?')
    this.#setEpoch = db.prepare('UPDATE documents SET epoch = ? WHERE id = ?')
    this.#setWriter = db.prepare('UPDATE documents SET writer = ? WHERE id = ?')
    this.#setCollected = db.prepare('UPDATE documents SET collected = ? WHERE id = ?')
    this.#snapshot = db.prepare('SELECT value, crc FROM snapshots WHERE id = ?')
    this.#saveSnapshot = db.prepare(`
      INSERT INTO snapshots (id, value, crc) VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET value = excluded.value, crc = excluded.crc`)
    this.#pieces = new PieceTable(db)
    this.#commits = new CommitTable(db, this.#pieces)
    this.#records = new RecordTable(db, this.#pieces)

    this.load = db.transaction((sessionId: string) => this.#load(sessionId))
    const append = db.transaction((sessionId: string, commits: readonly Commit[], packed: readonly Packed[]) =>
      this.#append(sessionId, commits, packed),
    )
    // Packed before the write lock is taken: another process need not wait for it.
    this.append = (sessionId, commits) => append.immediate(sessionId, commits, commits.map(packSmall))
  }

  /** The same, over many steps if there are large values; all of it is there after the last. */
  *appendLarge(sessionId: string, commits: readonly Commit[]): Steps<LogSize> {
    const { id } = this.#known(sessionId)
    return yield* this.#atWork(sessionId, id, () => this.#appendPacked(id, sessionId, commits))
  }

  *#appendPacked(id: number, sessionId: string, commits: readonly Commit[]): Steps<LogSize> {
    return this.#append(sessionId, commits, yield* this.#commits.pack(id, commits))
  }

  /** See DocumentStore.takeOver; clears up what another process has left half done. */
  *takeOver(sessionId: string, end: DocumentEnd, epoch: string): Steps<LogSize | null> {
    const row = this.#known(sessionId)
    if (row.epoch === null || row.epoch !== end.epoch || row.last_version !== end.version) return null
    if (this.#isBlob(row)) return null
    this.#setEpoch.run(epoch, row.id)
    const writer = this.#begin(row)
    yield* this.#clear(sessionId, writer)
    return this.#logSizeOf(this.#known(sessionId))
  }

  /** See DocumentStore.fold. */
  *fold(sessionId: string, end: DocumentEnd, change: DocumentChange): Steps<LogSize> {
    const row = this.#known(sessionId)
    checkFold(sessionId, end, row.epoch === null ? null : row)
    if (row.epoch === null || this.#isBlob(row)) throw documentLost(sessionId)
    return yield* this.#atWork(sessionId, row.id, () => this.#fold(sessionId, row, end, change))
  }

  *#fold(sessionId: string, row: DocumentRow, end: DocumentEnd, change: DocumentChange): Steps<LogSize> {
    const writer = this.#begin(row)
    yield* this.#clear(sessionId, writer)
    const { id, floor } = row
    const next = row.generation + 1
    let count = row.record_count
    const put = this.#records.put.bind(this.#records, id, row, next)
    for (const record of change.changed) {
      count += yield* put(record, false)
      yield
      if (this.#writerOf.get(id) !== writer) throw overtaken(sessionId)
    }
    for (const record of change.added) {
      count += yield* put(record, true)
      yield
      if (this.#writerOf.get(id) !== writer) throw overtaken(sessionId)
    }
    for (const removed of change.removed) {
      count += this.#records.remove(id, row, next, removed)
      yield
      if (this.#writerOf.get(id) !== writer) throw overtaken(sessionId)
    }
    const now = this.#check(sessionId, writer)
    checkFold(sessionId, end, now)
    // A fold has only records that were read as the first generation yet if that is empty.
    const shown = { floor: row.generation === 0 ? next : floor, generation: next }
    if (change.head || row.generation === 0) this.#saveHead(id, change.head ?? this.#head(id))
    this.#show(now, { ...end, ...shown, count })
    yield
    yield* this.#clear(sessionId, writer)
    return this.#logSizeOf(this.#known(sessionId))
  }

  /** See DocumentStore.saveSnapshot. */
  *saveSnapshot(sessionId: string, epoch: string, version: number, snapshot: DocumentSnapshot): Steps<void> {
    const found = this.#known(sessionId)
    checkSnapshot(sessionId, epoch, version, found.epoch === null ? null : found)
    const row = found.epoch === null ? this.#start(sessionId, epoch) : found
    yield* this.#atWork(sessionId, row.id, () => this.#saveWhole(sessionId, row, { epoch, version }, snapshot))
  }

  *#saveWhole(sessionId: string, row: DocumentRow, end: DocumentEnd, snapshot: DocumentSnapshot): Steps<void> {
    const writer = this.#begin(row)
    // It may well be damage that it is saved whole for.
    this.#pieces.doubt(row.id)
    yield* this.#records.clear(row.id, row)
    const { id } = row
    const next = row.generation + 1
    const none = { floor: next, generation: row.generation }
    for (const record of snapshot.records) {
      yield* this.#records.put(id, none, next, record, true)
      yield
      if (this.#writerOf.get(id) !== writer) throw overtaken(sessionId)
    }
    const now = this.#check(sessionId, writer)
    checkSnapshot(sessionId, end.epoch, end.version, now)
    // Those of another epoch are none of ours; the others are dropped later, as they are not read any more.
    if (now.epoch !== end.epoch) this.#commits.dropAfter(row.id, end.version)
    this.#saveHead(row.id, snapshot)
    this.#show(now, { ...end, floor: next, generation: next, count: snapshot.records.length })
    yield
    yield* this.#clear(sessionId, writer)
  }

  /** Does `work` as long as the session is there; what it has kept in pieces stays meanwhile. */
  *#atWork<Result>(sessionId: string, id: number, work: () => Steps<Result>): Steps<Result> {
    return yield* this.#pieces.atWork(id, () => this.#whileThere(sessionId, id, work()))
  }

  *#whileThere<Result>(sessionId: string, id: number, steps: Steps<Result>): Steps<Result> {
    for (;;) {
      if (!this.#isThere.get(id, sessionId)) throw unknownSession(sessionId)
      const step = steps.next()
      if (step.done) return step.value
      yield
    }
  }

  #load(sessionId: string): StoredDocument | null {
    const row = this.#find.get(sessionId)
    if (!row || row.epoch === null) return null
    const { id, epoch, version } = row
    try {
      const log = this.#commits.read(id, epoch, version)
      if (log.length !== row.log_commits || (log.at(-1)?.version ?? version) > row.last_version)
        throw new Error(`the log has ${log.length} commits instead of ${row.log_commits}`)
      const head = this.#head(id)
      const records = row.generation === 0 ? head.records : this.#records.read(id, row)
      if (row.generation > 0 && records.length !== row.record_count)
        throw new Error(`there are ${records.length} records instead of ${row.record_count}`)
      return {
        epoch,
        version,
        snapshot: { title: head.title, roots: head.roots, records },
        commits: log,
      }
    } catch (error) {
      throw sessionDamaged(sessionId, error)
    }
  }

  #append(sessionId: string, commits: readonly Commit[], packed: readonly Packed[]): LogSize {
    let row = this.#known(sessionId)
    const end = row.epoch === null ? null : { epoch: row.epoch, version: row.last_version }
    const added = newCommits(sessionId, commits, end)
    const last = added.at(-1)
    if (!last) return row.epoch === null ? { logCommits: 0, logBytes: 0 } : this.#logSizeOf(row)
    if (row.epoch === null) row = this.#start(sessionId, last.epoch)
    let { logCommits, logBytes } = this.#logSizeOf(row)
    // What is not new is at the beginning.
    for (const [index, commit] of added.entries()) {
      const one = packed[commits.length - added.length + index]!
      this.#commits.add(row.id, commit.version, one)
      logCommits++
      logBytes += one.bytes
    }
    this.#grow.run(last.version, logCommits, logBytes, row.id)
    return { logCommits, logBytes }
  }

  /** The empty document, at version 0. */
  #start(sessionId: string, epoch: string): DocumentRow {
    const { id } = this.#known(sessionId)
    const zero = { version: 0, last_version: 0, log_commits: 0, log_bytes: 0, floor: 0, generation: 0, record_count: 0 }
    this.#saveDocument.run({ id, epoch, ...zero })
    this.#saveHead(id, emptySnapshot())
    return this.#check(sessionId, null)
  }

  /** Says that the next generation is ours to prepare: whoever else was at it finds out at their next step. */
  #begin(row: DocumentRow): string {
    const writer = randomId(12)
    this.#setWriter.run(writer, row.id)
    return writer
  }

  /** The document as it is now. Throws session_busy if the next generation is no longer `writer`'s. */
  #check(sessionId: string, writer: string | null): DocumentRow {
    const row = this.#known(sessionId)
    if (row.epoch !== null && row.writer === writer) return row
    throw overtaken(sessionId)
  }

  /** Makes the generation that was prepared the one that is read, and what was committed since its log. */
  #show(now: DocumentRow, shown: DocumentEnd & { floor: number; generation: number; count: number }): void {
    const { commits, bytes, last } = this.#commits.size(now.id, shown.version)
    this.#saveDocument.run({
      id: now.id,
      epoch: shown.epoch,
      version: shown.version,
      last_version: Math.max(shown.version, last),
      log_commits: commits,
      log_bytes: bytes,
      floor: shown.floor,
      generation: shown.generation,
      record_count: shown.count,
    })
  }

  /** Deletes all that is not read; stops when somebody else begins. */
  *#clear(sessionId: string, writer: string): Steps<void> {
    const row = this.#check(sessionId, writer)
    const { id, version, generation, collected } = row
    const works = [this.#records.clear(id, row), this.#commits.dropUpTo(id, version), this.#pieces.collect(id)]
    // First: the pieces of what goes go too.
    if (collected < generation) works.unshift(this.#records.collect(id, row))
    for (const work of works) {
      while (!work.next().done) {
        yield
        if (this.#writerOf.get(id) !== writer) return void work.return()
      }
    }
    this.#setCollected.run(generation, id)
  }

  /** Whether the stored snapshot is one blob, as it was before records had rows of their own. */
  #isBlob(row: DocumentRow): boolean {
    return row.generation === 0 && this.#snapshot.get(row.id)?.value.equals(encodeSnapshot(emptySnapshot())) !== true
  }

  #head(id: number): DocumentSnapshot {
    const row = this.#snapshot.get(id)
    if (!row) throw new Error('the snapshot is missing')
    if (checksum(row.value) !== row.crc) throw new Error('the checksum does not match')
    return decodeSnapshot(row.value)
  }

  #saveHead(id: number, { title, roots }: { title: string; roots: readonly string[] }): void {
    const blob = encodeSnapshot({ title, roots: [...roots] })
    this.#saveSnapshot.run(id, blob, checksum(blob))
  }

  #known(sessionId: string): DocumentRow | NoDocumentRow {
    const row = this.#find.get(sessionId)
    if (!row) throw unknownSession(sessionId)
    return row
  }

  #logSizeOf(row: DocumentRow | NoDocumentRow): LogSize {
    return row.epoch === null
      ? { logCommits: 0, logBytes: 0 }
      : { logCommits: row.log_commits, logBytes: row.log_bytes }
  }
}

/** Somebody else prepares the next generation now. */
function overtaken(sessionId: string): OrielError {
  return new OrielError('session_busy', `The stored document of session ${sessionId} is being rewritten.`)
}
