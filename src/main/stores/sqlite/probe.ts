import Database from 'better-sqlite3'

/** Version of the SQLite that comes with the app. Throws what the loader says if its binary does not run here. */
export function sqliteVersion(): string {
  const database = new Database(':memory:')
  try {
    return database.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? 'unknown'
  } finally {
    database.close()
  }
}
