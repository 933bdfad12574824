import { randomUUID } from 'node:crypto'
import { OrielError } from '../../shared/errors.ts'
import { DataError } from './data-error.ts'
import { DataTable } from './data-table.ts'
import { currentDatabase, interruptible } from './database.ts'
import type { Connection, Database } from './database.ts'
import type { QueryValue } from './database-calls.ts'
import { absolutePath, checkFile, formatOf } from './file-format.ts'
import type { FileTable } from './file-table.ts'
import { LiveTable } from './live-table.ts'
import { withReader } from './read-table.ts'
import { identifier } from './sql.ts'
import { STORED_AS } from './table-source.ts'

/** What a query can be about. A file that was opened is waited for until all of it is read. */
export type QueryTable = DataTable | LiveTable | FileTable | string | URL

/** What a query works on. */
export interface QueryOptions {
  /** Tables by the names that the query uses: tables in memory, opened files, or paths, which are read as `readTable` does. */
  tables?: Readonly<Record<string, QueryTable>>
  /** Values for `$1`, `$2`, … of the query, or by name for `$name`. */
  values?: readonly QueryValue[] | Readonly<Record<string, QueryValue>>
  /** Gives the query up. */
  signal?: AbortSignal
}

/** Names under which tables in memory are known to a database already. */
const uploaded = new WeakMap<Database, WeakMap<DataTable, Promise<string>>>()
/** Removes what a table that nobody has any more takes up. */
const forgotten = new FinalizationRegistry<{ database: WeakRef<Database>; name: string }>(
  ({ database, name }) => void drop(database.deref(), name),
)

/**
 * Asks in SQL (DuckDB's) and gives the rows as a table in memory. Besides `tables`, the query may name files: `FROM 'data.csv'`,
 * with paths from the script's folder. What one query creates (`CREATE TABLE`) is there for the next one of the session.
 *
 * Values belong into `values`, never into the text: they cannot be taken for SQL there.
 *
 * Throws DataError `bad_query`, with line and column in the query where they are known, and for files the same as `readTable`.
 * OrielError `cancelled` if `signal` was aborted.
 */
export async function query(sql: string, options: QueryOptions = {}): Promise<DataTable> {
  if (typeof sql !== 'string' || sql.trim() === '')
    throw new OrielError('bad_value', 'query(sql) takes SQL as a string.')
  const database = currentDatabase()
  const connection = database.connect()
  const run = async (): Promise<DataTable> => {
    try {
      return await connection.run(sql, options.values)
    } catch (error) {
      throw queryProblem(error, sql)
    }
  }
  const named = Object.entries(options.tables ?? {})
  try {
    return await interruptible(connection, options.signal, () => withTables(database, connection, named, run))
  } finally {
    connection.close()
  }
}

/** Makes the first table known and goes on with the rest: a file stays readable until the query is through. */
async function withTables(
  database: Database,
  connection: Connection,
  [first, ...rest]: [string, QueryTable][],
  run: () => Promise<DataTable>,
): Promise<DataTable> {
  if (!first) return run()
  const [name, table] = first
  const goOn = (): Promise<DataTable> => withTables(database, connection, rest, run)
  const define = (sql: string): Promise<unknown> => connection.run(`CREATE TEMP VIEW ${identifier(name)} AS ${sql}`)
  if (table instanceof DataTable) {
    await define(`SELECT * FROM ${identifier(await known(database, connection, table))}`)
    return goOn()
  }
  if (table instanceof LiveTable) {
    await define(`SELECT * FROM ${identifier(await known(database, connection, table.snapshot()))}`)
    return goOn()
  }
  if (typeof table === 'object' && STORED_AS in table) {
    await define(`SELECT * FROM ${identifier(await table[STORED_AS]())}`)
    return goOn()
  }
  const file = absolutePath(table)
  await checkFile(file)
  if ((await formatOf(file)) === 'arrow') {
    const { readArrow } = await import('./arrow-file.ts')
    await define(`SELECT * FROM ${identifier(await known(database, connection, await readArrow(file)))}`)
    return goOn()
  }
  return withReader(connection, file, {}, async (reader) => {
    await define(reader.sql)
    return goOn()
  })
}

/** The name under which `table` is known in the database; it is written there once, however often it is asked about. */
function known(database: Database, connection: Connection, table: DataTable): Promise<string> {
  let names = uploaded.get(database)
  if (!names) uploaded.set(database, (names = new WeakMap()))
  let name = names.get(table)
  if (!name) {
    const made = `oriel ${randomUUID()}`
    name = connection.upload(made, table).then(() => made)
    names.set(table, name)
    // What failed or was given up is tried again.
    name.catch(() => names.delete(table))
    forgotten.register(table, { database: new WeakRef(database), name: made })
  }
  return name
}

async function drop(database: Database | undefined, name: string): Promise<void> {
  try {
    const connection = database?.connect()
    await connection?.run(`DROP TABLE IF EXISTS ${identifier(name)}`)
    connection?.close()
  } catch {
    // The database has ended, and the table with it.
  }
}

function queryProblem(error: unknown, sql: string): unknown {
  if (error instanceof OrielError || !(error instanceof Error)) return error
  const [message = '', ...rest] = error.message.replace('Failed to extract statements: ', '').split('\n')
  const line = Number(/^LINE (\d+): /m.exec(error.message)?.[1])
  if (!line) return new DataError('bad_query', message, {}, error)
  const shown = rest.findIndex((text) => text.startsWith(`LINE ${line}: `))
  const caret = rest[shown + 1]?.indexOf('^') ?? -1
  const text = rest[shown]!.slice(`LINE ${line}: `.length)
  // A long line is shown in part, and then the caret's place means nothing.
  const whole = sql.split('\n')[line - 1] === text
  const column = whole && caret >= 0 ? caret - `LINE ${line}: `.length + 1 : undefined
  const hint = rest.find((entry) => entry.startsWith('Did you mean'))
  return new DataError(
    'bad_query',
    hint ? `${message} ${hint}` : message,
    column === undefined ? { line } : { line, column },
    error,
  )
}
