import { randomUUID } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import {
  DuckDBInstance,
  DuckDBTimestampTZValue,
  type DuckDBConnection,
  type DuckDBResult,
  type DuckDBValue,
} from '@duckdb/node-api'
import { OrielError } from '../../shared/errors.ts'
import { session } from '../context.ts'
import { frames } from '../runtime/frame.ts'
import type { RunningSession } from '../runtime/session.ts'
import { literal } from './sql.ts'

/** What a script may give as a value of a query. */
export type QueryValue = null | boolean | number | bigint | string | Date | Uint8Array

/** Queries with no session around them: those of a plain Node program. */
const PROGRAM = {}
const databases = new WeakMap<object, Promise<DuckDBInstance>>()

/**
 * A connection to the database of the running session, which is in memory and ends with the session. Whoever asks for it
 * closes it. Relative paths in queries start from the session's working directory.
 */
export async function connect(): Promise<DuckDBConnection> {
  const database = await currentDatabase()
  const connection = await database.connect()
  const folder = process.cwd()
  // The setting is a list; a folder with a comma in its name cannot be one of it.
  if (!folder.includes(',')) await connection.run(`SET file_search_path = ${literal(folder)}`)
  return connection
}

/** The database of the running session: for what is to be remembered for as long as it lives. */
export function currentDatabase(): Promise<DuckDBInstance> {
  const running: RunningSession | null = frames.getStore()?.session ?? null
  const owner = running ?? PROGRAM
  let database = databases.get(owner)
  if (!database) {
    database = DuckDBInstance.create(':memory:', {
      // Nothing is fetched from the network: what is not built in is an error at once.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      temp_directory: path.join(os.tmpdir(), `oriel-query-${randomUUID()}`),
    })
    databases.set(owner, database)
    if (running) session.onClose(async () => (await database)?.closeSync())
  }
  return database
}

/**
 * Runs `sql` and gives its rows while they come. Of several statements the last one's. `signal` interrupts it, with OrielError cancelled.
 * Other errors are DuckDB's own.
 */
export async function stream(
  connection: DuckDBConnection,
  sql: string,
  values: readonly QueryValue[] | Readonly<Record<string, QueryValue>> = [],
): Promise<DuckDBResult> {
  const statements = await connection.extractStatements(sql)
  for (let i = 0; i < statements.count - 1; i++) await (await statements.prepare(i)).run()
  const last = await statements.prepare(statements.count - 1)
  last.bind(
    Array.isArray(values)
      ? values.map(bound)
      : Object.fromEntries(Object.entries(values).map(([name, value]) => [name, bound(value)])),
  )
  return last.stream()
}

/** Does `work`; if `signal` is aborted meanwhile, what the connection does is interrupted and the work ends with OrielError cancelled. */
export async function interruptible<T>(
  connection: DuckDBConnection,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const cancelled = (): OrielError => new OrielError('cancelled', 'The query was given up.')
  if (signal?.aborted) throw cancelled()
  const stop = (): void => connection.interrupt()
  signal?.addEventListener('abort', stop)
  try {
    return await work()
  } catch (error) {
    throw signal?.aborted ? cancelled() : error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** Numbers are bound as what they look like, so that LIMIT and indexes take them. */
function bound(value: QueryValue): DuckDBValue {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (value instanceof Date) return new DuckDBTimestampTZValue(BigInt(value.getTime()) * 1000n)
  return value as DuckDBValue
}
