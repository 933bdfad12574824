import { statfsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { OrielError } from '../../../shared/errors.ts'

/** The file's own content is wrong, as against the disk or another process being in the way. */
export function isDamage(error: unknown): boolean {
  if (error instanceof OrielError) return error.code === 'store_damaged' && isDamage(error.cause)
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(error.code)
}

/** Our error for what SQLite or the file system threw; anything else comes back as it is. `homeDir` is named in the message. */
export function toStoreError(error: unknown, homeDir: string): unknown {
  if (error instanceof OrielError) return error
  if (isDamage(error))
    return new OrielError('store_damaged', `The database of saved sessions in ${homeDir} is damaged.`, { cause: error })
  let reason = reasonOf(error)
  if (!reason) return error
  // SQLite's side files fail with another code where there is no room for them.
  if (reason === DISK_ERROR && !hasRoom(homeDir)) reason = DISK_FULL
  return new OrielError('store_unwritable', `Oriel cannot save to ${homeDir}: ${reason}.`, { cause: error })
}

const DISK_FULL = 'the disk is full'
const DISK_ERROR = 'the disk reports an error'
/** Less than SQLite's smallest side file. */
const NO_ROOM_BYTES = 32 * 1024

const SQLITE_REASONS: readonly [RegExp, string][] = [
  [/^SQLITE_FULL/, DISK_FULL],
  [/^SQLITE_(READONLY|PERM|AUTH)/, 'the folder is read-only'],
  [/^SQLITE_CANTOPEN/, 'the database cannot be opened'],
  [/^SQLITE_(BUSY|LOCKED)/, 'another program holds the database'],
  [/^SQLITE_(IOERR|NOLFS)/, DISK_ERROR],
]
const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOSPC: DISK_FULL,
  EDQUOT: DISK_FULL,
  EROFS: 'the folder is read-only',
  EACCES: 'the folder is read-only',
  EPERM: 'the folder is read-only',
  ENOTDIR: 'a file is in the way of the folder',
  EEXIST: 'a file is in the way of the folder',
  EISDIR: 'a folder is in the way of the database',
  EBUSY: 'another program holds the database',
  EIO: DISK_ERROR,
  ENOENT: 'the folder cannot be made',
  ELOOP: 'the folder cannot be made',
  ENAMETOOLONG: 'the folder cannot be made',
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof Database.SqliteError) return SQLITE_REASONS.find(([pattern]) => pattern.test(error.code))?.[1]
  if (error instanceof Error && 'code' in error) return SYSTEM_REASONS[String(error.code)]
  return undefined
}

function hasRoom(dir: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dir)
    return bavail * bsize >= NO_ROOM_BYTES
  } catch {
    return true
  }
}
