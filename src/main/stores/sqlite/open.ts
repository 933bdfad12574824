import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { OrielError } from '../../../shared/errors.ts'
import { MIGRATIONS, migrate, schemaVersion } from './migrations.ts'

/** Past this size the whole file is not read at the start; damage then shows when the damaged part is used. */
const QUICK_CHECK_MAX_BYTES = 32 * 1024 * 1024
/** The write-ahead log is played into the database whenever it has so many pages more: 1 MiB, which takes a few ms. */
const CHECKPOINT_PAGES = 256
/** The write-ahead log is cut back to this after a checkpoint. */
const WAL_KEEP_BYTES = 16 * 1024 * 1024

const HEADER_BYTES = 100
const MAGIC = 'SQLite format 3\0'

export interface OpenOptions {
  /** Absolute path of the database. */
  file: string
  /** How long a write waits for another process, in ms. */
  busyTimeoutMs: number
  /** Further settings of each connection. */
  configure?: ((pragma: (text: string) => unknown) => void) | undefined
}

/**
 * Opens or makes the database, checked, migrated, writable, in WAL mode: a commit survives kill -9 of the process.
 * Throws OrielError store_newer before anything is written, and SQLite's or the file system's own error otherwise.
 */
export function openDatabase(options: OpenOptions): Database.Database {
  const { file } = options
  const bytes = checkHeader(file)
  checkWal(file)
  // Made here, so that only this user can read it; SQLite gives its side files the same mode.
  closeSync(openSync(file, 'a', 0o600))
  const db = new Database(file, { timeout: options.busyTimeoutMs })
  try {
    if (bytes > 0 && bytes <= QUICK_CHECK_MAX_BYTES) {
      const answer = db.pragma('quick_check(1)', { simple: true })
      if (answer !== 'ok') throw damaged(String(answer))
    }
    useLog(db, options.busyTimeoutMs)
    db.pragma('synchronous = NORMAL')
    db.pragma('foreign_keys = ON')
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    db.pragma(`journal_size_limit = ${WAL_KEEP_BYTES}`)
    refuseNewer(schemaVersion(db))
    // A file that cannot be written opens without complaint; only asking for the write lock tells.
    db.exec('BEGIN IMMEDIATE; ROLLBACK')
    migrateOurs(db)
    options.configure?.((text) => db.pragma(text))
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** How long to wait before the next try, in ms. */
const PAUSE_MS = 5

/** SQLite waits for other processes by itself, but not here, where two may begin a new file at the same moment. */
function useLog(db: Database.Database, timeoutMs: number): void {
  const end = performance.now() + timeoutMs
  for (;;) {
    try {
      db.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_BUSY' || performance.now() >= end)
        throw error
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
  }
}

/**
 * Opens a database that cannot be written, on a full or read-only disk, where SQLite cannot make its side files. Throws
 * OrielError store_newer, or SQLite's or the file system's own error.
 */
export function openForReading(file: string): Database.Database {
  if (checkHeader(file) === 0) throw new Database.SqliteError('there is no database', 'SQLITE_CANTOPEN')
  const db = walBytes(file)
    ? new Database(file, { readonly: true, fileMustExist: true })
    : new Database(withoutWalMode(readFileSync(file)))
  try {
    refuseNewer(schemaVersion(db))
    if (!db.readonly) migrateOurs(db)
    db.pragma('query_only = ON')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** The steps are fixed, so what one misses is missing in the file: its tables are not ours. */
function migrateOurs(db: Database.Database): void {
  try {
    migrate(db)
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_ERROR') throw damaged(error.message)
    throw error
  }
}

/** A database in memory cannot have a log; the two bytes that ask for one are set back. */
function withoutWalMode(bytes: Buffer): Buffer {
  bytes.fill(1, 18, 20)
  return bytes
}

/** What tells this very file from another that took its place: the number of its inode. Null if there is none. */
export function fileIdentity(file: string): bigint | null {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino ?? null
}

/** SQLite's own error for a damaged file, for what we found ourselves. */
export function damaged(detail: string): Error {
  return new Database.SqliteError(detail, 'SQLITE_CORRUPT')
}

/** Reads the file header without SQLite, which would write side files. Gives the size in bytes, 0 if there is no file yet. */
function checkHeader(file: string): number {
  if (!statSync(file, { throwIfNoEntry: false })?.size) {
    // SQLite would delete the log of a database that is not there.
    if (walBytes(file)) throw damaged('the log is there without its database')
    return 0
  }
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const header = Buffer.alloc(HEADER_BYTES)
    const read = readSync(handle, header, 0, HEADER_BYTES, 0)
    if (read < HEADER_BYTES || header.toString('latin1', 0, 16) !== MAGIC)
      throw new Database.SqliteError('file is not a database', 'SQLITE_NOTADB')
    refuseNewer(header.readUInt32BE(60))
    // The page count counts only if it was written together with the last change; the log may hold later pages.
    const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16)
    const current = header.readUInt32BE(24) === header.readUInt32BE(92)
    if (current && header.readUInt32BE(28) * pageBytes > size && !walBytes(file)) throw damaged('file is cut short')
    return size
  } finally {
    closeSync(handle)
  }
}

/** A newer version's process may have been killed before its log reached the file; reading along with the log tells, and changes neither. */
function checkWal(file: string): void {
  if (!walBytes(file)) return
  const db = new Database(file, { readonly: true, fileMustExist: true })
  try {
    refuseNewer(schemaVersion(db))
  } finally {
    db.close()
  }
}

function walBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

function refuseNewer(version: number): void {
  if (version <= MIGRATIONS.length) return
  throw new OrielError(
    'store_newer',
    `The saved sessions are from a newer Oriel: the database has version ${version}, this Oriel knows versions up to ` +
      `${MIGRATIONS.length}. Nothing was changed. Update Oriel, or set ORIEL_HOME to another folder.`,
  )
}
