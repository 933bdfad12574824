/*
 * Entry of the process in which DuckDB answers the queries of one session. Nothing imports it.
 */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {
  DuckDBBlobValue,
  DuckDBInstance,
  DuckDBTimestampTZValue,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { Column } from '../../shared/data/column.ts'
import type { DatabaseCall, DatabaseReply, DatabaseTask, QueryValue } from './database-calls.ts'
import { columnsOf } from './duckdb-columns.ts'
import { literal } from './sql.ts'
import { upload } from './upload.ts'

type Work = Extract<DatabaseTask, { kind: 'run' | 'upload' }>

/** In ms. */
const INTERRUPT_MS = 20

let spill: string | null = null
const database = open()
const connections = new Map<number, Promise<{ connection: DuckDBConnection; last: Promise<unknown> }>>()

process.on('message', (call: DatabaseCall) => {
  const { id, connection, task } = call
  if (task.kind === 'interrupt' || task.kind === 'close') void end(connection, task.kind)
  else void answer(id, connection, task)
})
// The script has ended, in whatever way. Ended as a whole: what is still being worked on must not come back to it.
process.on('disconnect', () => {
  if (spill) rmSync(spill, { recursive: true, force: true })
  process.kill(process.pid, 'SIGKILL')
})

async function open(): Promise<DuckDBInstance> {
  spill = await mkdtemp(path.join(os.tmpdir(), 'oriel-query-'))
  return DuckDBInstance.create(':memory:', {
    // Nothing is fetched from the network: what is not built in is an error at once.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: spill,
  })
}

async function answer(id: number, connection: number, task: Work): Promise<void> {
  let reply: DatabaseReply
  try {
    const entry = await entryOf(connection)
    const work = entry.last.then(() => perform(entry.connection, task))
    entry.last = work.catch(() => {})
    reply = { id, columns: await work }
  } catch (error) {
    reply = { id, error: error instanceof Error ? error.message : String(error) }
  }
  process.send?.(reply)
}

async function perform(connection: DuckDBConnection, task: Work): Promise<readonly Column[]> {
  if (task.kind === 'upload') {
    await upload(connection, task.name, task.columns)
    return []
  }
  // The setting is a list; a folder with a comma in its name cannot be one of it.
  if (!task.folder.includes(',')) await connection.run(`SET file_search_path = ${literal(task.folder)}`)
  const statements = await connection.extractStatements(task.sql)
  for (let i = 0; i < statements.count - 1; i++) await (await statements.prepare(i)).run()
  const last = await statements.prepare(statements.count - 1)
  const { values } = task
  last.bind(
    Array.isArray(values)
      ? values.map(bound)
      : Object.fromEntries(Object.entries(values).map(([name, value]) => [name, bound(value)])),
  )
  return columnsOf(await last.stream())
}

async function end(id: number, kind: 'interrupt' | 'close'): Promise<void> {
  const entry = connections.get(id)
  if (!entry) return
  const { connection, last } = await entry
  if (kind === 'interrupt') return interrupt(connection, last)
  connections.delete(id)
  await last
  connection.closeSync()
}

/** Until what was asked for so far has ended: an interrupt before DuckDB has begun with it would be lost. */
function interrupt(connection: DuckDBConnection, last: Promise<unknown>): void {
  const timer = setInterval(() => connection.interrupt(), INTERRUPT_MS)
  connection.interrupt()
  void last.finally(() => clearInterval(timer))
}

function entryOf(id: number): Promise<{ connection: DuckDBConnection; last: Promise<unknown> }> {
  let entry = connections.get(id)
  if (!entry) {
    entry = database
      .then((opened) => opened.connect())
      .then((connection) => ({ connection, last: Promise.resolve() as Promise<unknown> }))
    connections.set(id, entry)
  }
  return entry
}

/** Numbers are bound as what they look like, so that LIMIT and indexes take them. */
function bound(value: QueryValue): DuckDBValue {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (value instanceof Date) return new DuckDBTimestampTZValue(BigInt(value.getTime()) * 1000n)
  return value instanceof Uint8Array ? new DuckDBBlobValue(value) : value
}
