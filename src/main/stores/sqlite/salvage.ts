import Database from 'better-sqlite3'
import { schemaVersion } from './migrations.ts'

/** Parents before those that refer to them. */
const TABLES = [
  'sessions',
  'placements',
  'documents',
  'snapshots',
  'pieces',
  'records',
  'commits',
  'trusted',
  'state_widgets',
  'state_connections',
  'state_callbacks',
  'state_sessions',
  'state_roles',
] as const

/**
 * Copies every row that can still be read from the damaged database `aside` into the new `db`; gives how many sessions.
 * `aside` is only read. A document of which something is missing is copied as it is: its load then tells.
 * Throws what `db` throws, nothing for `aside`.
 */
export function salvage(aside: string, db: Database.Database): number {
  const from = openDamaged(aside, schemaVersion(db))
  if (!from) return 0
  try {
    const copy = db.transaction(() => {
      for (const table of TABLES) copyTable(from, db, table)
      return Number(db.prepare('SELECT count(*) FROM sessions').pluck().get())
    })
    return copy.immediate()
  } finally {
    from.close()
  }
}

/** Null where the damage reaches so far that there is nothing to read, or the tables are of a newer version. */
function openDamaged(file: string, version: number): Database.Database | null {
  let db: Database.Database | undefined
  try {
    db = new Database(file, { readonly: true, fileMustExist: true })
    if (schemaVersion(db) <= version) return db
  } catch {
    // Not even the header can be read.
  }
  db?.close()
  return null
}

function copyTable(from: Database.Database, to: Database.Database, table: string): void {
  // Later steps of the schema only add columns, each with a value for rows of before.
  const there = new Set(columnsOf(from, table))
  const columns = columnsOf(to, table).filter((column) => there.has(column))
  if (columns.length === 0) return
  // Rows that refer to a lost one are refused by their foreign key, and skipped.
  const values = columns.map(() => '?').join(', ')
  const insert = to.prepare(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${values})`)
  const select = `SELECT ${columns.join(', ')} FROM ${table} ORDER BY id`
  // From both ends, so that a damaged page costs what stands on it and not all that comes after.
  for (const sql of [select, `${select} DESC`]) {
    for (const row of readable(from, sql)) {
      try {
        insert.run(row)
      } catch (error) {
        if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_CONSTRAINT')) throw error
      }
    }
  }
}

function columnsOf(db: Database.Database, table: string): string[] {
  try {
    return (db.pragma(`table_info(${table})`) as { name: string }[]).map((column) => column.name)
  } catch {
    // The damage reaches the schema.
    return []
  }
}

/** Rows until the end or the damage. */
function* readable(db: Database.Database, sql: string): Generator<unknown[]> {
  try {
    yield* db.prepare<[], unknown[]>(sql).raw().iterate()
  } catch {
    // The scan met the damage.
  }
}
