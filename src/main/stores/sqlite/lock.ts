import Database from 'better-sqlite3'

/** Ours until released, or until this process ends in whatever way. */
export interface FileLock {
  release(): void
}

/**
 * Takes the exclusive lock of `file` (made if missing, stays empty); null while another process has it. The lock is the
 * operating system's, by way of SQLite: a killed process leaves none behind. Throws if the file cannot be made.
 */
export function lockFile(file: string): FileLock | null {
  const db = new Database(file, { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
    return { release: () => void db.close() }
  } catch (error) {
    db.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw error
  }
}
