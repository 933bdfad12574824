import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { OrielError } from '../../shared/errors.ts'
import { session } from '../context.ts'
import { frames } from '../runtime/frame.ts'
import type { RunningSession } from '../runtime/session.ts'
import type { DatabaseCall, DatabaseReply, DatabaseTask, QueryValue } from './database-calls.ts'
import { DataTable } from './data-table.ts'
import type { Detected } from './data-table.ts'

/** Queries with no session around them: those of a plain Node program. */
const PROGRAM = {}
const databases = new WeakMap<object, Database>()

/** The database of the running session, for as long as that lives. It is in memory. */
export function currentDatabase(): Database {
  const running: RunningSession | null = frames.getStore()?.session ?? null
  const owner = running ?? PROGRAM
  let database = databases.get(owner)
  if (!database || database.hasEnded) {
    database = new Database()
    databases.set(owner, database)
    const opened = database
    if (running) session.onClose(() => opened.close())
  }
  return database
}

/** A connection to the database of the running session. Whoever asks for it closes it. */
export function connect(): Connection {
  return currentDatabase().connect()
}

/**
 * DuckDB, in a process of its own: compiled code that works on while its thread is ended takes the whole program with it, and
 * a script's thread is ended whenever it uses too much memory or does not answer.
 */
export class Database {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, { resolve: (table: DataTable) => void; reject: (error: Error) => void }>()
  #calls = 0
  #connections = 0
  hasEnded = false

  constructor() {
    this.#process = fork(processFile(), {
      execArgv: [],
      // Electron is Node for this.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#process.on('message', (reply: DatabaseReply) => this.#settle(reply))
    this.#process.on('exit', () => this.#end())
    this.#process.on('error', () => this.#end())
    this.#keepAlive()
  }

  connect(): Connection {
    this.#connections += 1
    return new Connection(this, this.#connections)
  }

  /** Ends it, whatever it does. */
  close(): void {
    if (this.#process.connected) this.#process.disconnect()
    this.#end()
  }

  /** Rejects with what DuckDB says. */
  call(connection: number, task: DatabaseTask): Promise<DataTable> {
    if (this.hasEnded) return Promise.reject(ended())
    const id = (this.#calls += 1)
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#keepAlive()
      this.#process.send({ id, connection, task } satisfies DatabaseCall)
    })
  }

  /** What needs no answer. */
  tell(connection: number, task: DatabaseTask): void {
    if (!this.hasEnded && this.#process.connected)
      this.#process.send({ id: 0, connection, task } satisfies DatabaseCall)
  }

  #settle(reply: DatabaseReply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    this.#keepAlive()
    if ('columns' in reply) waiting?.resolve(new DataTable(reply.columns))
    else waiting?.reject(new Error(reply.error))
  }

  #end(): void {
    this.hasEnded = true
    for (const { reject } of this.#waiting.values()) reject(ended())
    this.#waiting.clear()
  }

  /** A script ends when nothing is left to do; a database that waits for questions is nothing. */
  #keepAlive(): void {
    const isBusy = this.#waiting.size > 0
    const { channel } = this.#process
    if (isBusy) {
      this.#process.ref()
      channel?.ref()
    } else {
      this.#process.unref()
      channel?.unref()
    }
  }
}

/** One connection: it does one thing after the other, and has temporary tables of its own. */
export class Connection {
  readonly database: Database
  readonly #id: number

  constructor(database: Database, id: number) {
    this.database = database
    this.#id = id
  }

  /**
   * Does `sql`, with relative paths from the session's working directory, and gives the rows of its last statement. `detected`
   * is what the table says of where it is from. Rejects with what DuckDB says.
   */
  async run(
    sql: string,
    values: readonly QueryValue[] | Readonly<Record<string, QueryValue>> = [],
    detected: Detected | null = null,
  ): Promise<DataTable> {
    const table = await this.database.call(this.#id, { kind: 'run', sql, values, folder: process.cwd() })
    return detected ? new DataTable(table.columns, detected) : table
  }

  /** Makes a table `name` of the rows of `table`. */
  async upload(name: string, { columns }: DataTable): Promise<void> {
    await this.database.call(this.#id, { kind: 'upload', name, columns })
  }

  /** Stops what it is doing, which then rejects. */
  interrupt(): void {
    this.database.tell(this.#id, { kind: 'interrupt' })
  }

  close(): void {
    this.database.tell(this.#id, { kind: 'close' })
  }
}

/** Does `work`; if `signal` is aborted meanwhile, what the connection does is interrupted and the work ends with OrielError cancelled. */
export async function interruptible<T>(
  connection: Connection,
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

/** Beside this file, or where the build puts it. */
function processFile(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? './duckdb-process.ts' : '../sdk/duckdb-process.js', import.meta.url)
}

function ended(): OrielError {
  return new OrielError(
    'closed',
    'The database of this session has ended: the session is over, or it took more memory than there is.',
  )
}
