import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { OrielError } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import { documentLost, storeClosed } from './checks.ts'
import { isSmall } from './parts.ts'
import { NoticeBoard } from './notices.ts'
import { moveAside } from './sqlite/aside.ts'
import { Connection } from './sqlite/connection.ts'
import { isDamage, toStoreError } from './sqlite/errors.ts'
import { openDatabase, openForReading } from './sqlite/open.ts'
import type { Steps } from './sqlite/pieces.ts'
import { salvage } from './sqlite/salvage.ts'
import { Turns } from './turns.ts'
import type {
  DesktopStores,
  DocumentStore,
  SessionCatalog,
  SessionEntry,
  StoreNotice,
  StoreReader,
  TrustStore,
} from './types.ts'

export const DATABASE_NAME = 'oriel.db'
const DEFAULT_BUSY_TIMEOUT_MS = 5_000

/** Between two slices of what somebody waits for: whatever else is waiting comes first. */
const AT_ONCE = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
/** Of what nobody waits for: the main thread is there for others most of the time. */
const LATER = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 8))

export interface SqliteOptions {
  /** Folder of the database; made if missing, for this user alone. */
  homeDir: string
  log: Log
  /** Unix ms. */
  now: () => number
  /** How long a write waits for another process on the same file, in ms; default 5,000. */
  busyTimeoutMs?: number
  /** Further pragmas for each connection, such as a limit of size. */
  configure?: (pragma: (text: string) => unknown) => void
}

/**
 * Opens the stores in `homeDir`/oriel.db. A damaged database is moved aside, what can be read of it is taken over into a
 * new one, and a notice tells. Throws OrielError store_newer (nothing was written) or store_unwritable.
 */
export function openSqliteStores(options: SqliteOptions): DesktopStores {
  return new SqliteStores(options)
}

/**
 * What is stored in `homeDir`/oriel.db, for as long as that cannot be written: it is only read, as it is now. Throws
 * OrielError store_newer, store_damaged, or store_unwritable where there is nothing to read.
 */
export function readSqliteStores({ homeDir, log }: Pick<SqliteOptions, 'homeDir' | 'log'>): StoreReader {
  const file = path.join(homeDir, DATABASE_NAME)
  const run = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw toStoreError(error, homeDir)
    }
  }
  const { catalog, documents, trust, db } = run(() => new Connection(openForReading(file), file))
  const onDamaged = (error: unknown): void => log.error('a saved session cannot be read', { error: String(error) })
  return {
    sessions: {
      get: async (sessionId) => run(() => catalog.get(sessionId)),
      list: async () => run(() => catalog.list(onDamaged)),
      listPlacements: async (sessionId) => run(() => catalog.listPlacements(sessionId)),
    },
    documents: { load: async (sessionId) => run(() => documents.load(sessionId)) },
    trust: { isTrusted: async (hash) => run(() => trust.isTrusted(hash)) },
    async close() {
      db.close()
    },
  }
}

/** What this process has saved of a session it runs: enough to go on if the database is lost under it. */
interface LiveSession {
  entry: SessionEntry
  hasDocument: boolean
}

class SqliteStores implements DesktopStores {
  readonly durable = true
  readonly sessions: SessionCatalog
  readonly documents: DocumentStore
  readonly trust: TrustStore
  readonly #options: SqliteOptions
  readonly #file: string
  readonly #notices = new NoticeBoard()
  readonly #live = new Map<string, LiveSession>()
  /** Sessions whose document was lost to damage while they ran, until they save a snapshot. */
  readonly #lost = new Set<string>()
  /** What has yet to be done in order, by session. */
  readonly #turns = new Turns()
  /** Null after close, and where the new database could not be made after damage. */
  #connection: Connection | null
  #closed = false

  constructor(options: SqliteOptions) {
    this.#options = options
    this.#file = path.join(options.homeDir, DATABASE_NAME)
    try {
      this.#connection = this.#open()
    } catch (error) {
      throw toStoreError(error, options.homeDir)
    }
    this.sessions = this.#createCatalog()
    this.documents = this.#createDocuments()
    this.trust = {
      isTrusted: async (hash) => this.#run(({ trust }) => trust.isTrusted(hash)),
      trust: async (hash, file) => this.#run(({ trust }) => trust.trust(hash, file, options.now())),
    }
  }

  onNotice(listener: (notice: StoreNotice) => void): void {
    this.#notices.onNotice(listener)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#connection?.close()
    this.#connection = null
  }

  #createCatalog(): SessionCatalog {
    const onDamaged = (error: unknown): void =>
      this.#options.log.error('a saved session cannot be read', { error: String(error) })
    return {
      save: async (entry) => {
        this.#run(({ catalog }) => catalog.save(entry))
        this.#follow(entry.sessionId, structuredClone(entry))
      },
      get: async (sessionId) => this.#run(({ catalog }) => catalog.get(sessionId)),
      list: async () => this.#run(({ catalog }) => catalog.list(onDamaged)),
      findByScript: async (file) => this.#run(({ catalog }) => catalog.findByScript(file, onDamaged)),
      update: async (sessionId, change) => {
        const entry = this.#run(({ catalog }) => (catalog.update(sessionId, change) ? catalog.get(sessionId) : null))
        if (entry) this.#follow(sessionId, entry)
        return entry !== null
      },
      remove: async (sessionId) => {
        this.#live.delete(sessionId)
        this.#lost.delete(sessionId)
        return this.#run(({ catalog }) => catalog.remove(sessionId))
      },
      savePlacement: async (sessionId, placement) =>
        this.#run(({ catalog }) => catalog.savePlacement(sessionId, placement)),
      listPlacements: async (sessionId) => this.#run(({ catalog }) => catalog.listPlacements(sessionId)),
    }
  }

  #createDocuments(): DocumentStore {
    return {
      load: async (sessionId) => {
        const document = this.#run(({ documents }) => documents.load(sessionId))
        if (document) this.#noteDocument(sessionId)
        return document
      },
      append: (sessionId, commits) =>
        this.#turns.take(sessionId, async () => {
          const size = isSmall(commits)
            ? this.#run(({ documents }) => documents.append(this.#notLost(sessionId), commits))
            : await this.#inSlices(AT_ONCE, ({ documents }) => documents.appendLarge(this.#notLost(sessionId), commits))
          this.#noteDocument(sessionId)
          return size
        }),
      takeOver: (sessionId, end, epoch) =>
        this.#turns.take(sessionId, () =>
          this.#inSlices(AT_ONCE, ({ documents }) => documents.takeOver(this.#notLost(sessionId), end, epoch)),
        ),
      fold: async (sessionId, end, change) =>
        this.#inSlices(LATER, ({ documents }) => documents.fold(this.#notLost(sessionId), end, change)),
      saveSnapshot: (sessionId, epoch, version, snapshot) =>
        this.#turns.take(sessionId, async () => {
          await this.#inSlices(AT_ONCE, ({ documents }) => documents.saveSnapshot(sessionId, epoch, version, snapshot))
          this.#lost.delete(sessionId)
          this.#noteDocument(sessionId)
        }),
    }
  }

  /** Gives the id. Asked as late as possible, as the damage may only show then: going on from the empty document would store a wrong one. */
  #notLost(sessionId: string): string {
    if (this.#lost.has(sessionId)) throw documentLost(sessionId)
    return sessionId
  }

  /** Does steps over several turns of the event loop; all of them again if the database is replaced meanwhile. */
  async #inSlices<T>(pause: () => Promise<void>, work: (connection: Connection) => Steps<T>): Promise<T> {
    let begun: { on: Connection; steps: Steps<T> } | null = null
    try {
      for (;;) {
        const step = this.#run((connection) => {
          if (begun?.on !== connection) {
            begun?.steps.return(undefined as T)
            begun = { on: connection, steps: work(connection) }
          }
          return connection.slice(begun.steps)
        })
        if (step.done) return step.value
        await pause()
      }
    } finally {
      ;(begun as { steps: Steps<T> } | null)?.steps.return(undefined as T)
    }
  }

  #follow(sessionId: string, entry: SessionEntry): void {
    if (entry.state !== 'closed')
      this.#live.set(sessionId, { entry, hasDocument: this.#live.get(sessionId)?.hasDocument ?? false })
    else this.#live.delete(sessionId)
  }

  #noteDocument(sessionId: string): void {
    const live = this.#live.get(sessionId)
    if (live) live.hasDocument = true
  }

  /** Does `work` in one go; if the database turns out to be damaged, once more on the new one. */
  #run<T>(work: (connection: Connection) => T): T {
    if (this.#closed) throw storeClosed()
    try {
      const connection = this.#current()
      try {
        return work(connection)
      } catch (error) {
        if (!isDamage(error)) throw error
        return work(this.#replace(connection, error))
      }
    } catch (error) {
      throw toStoreError(error, this.#options.homeDir)
    }
  }

  /** The connection, on the file that now has our name: what is written into one that was moved or deleted is lost. */
  #current(): Connection {
    const old = this.#connection
    if (old?.isCurrent) return old
    this.#options.log.warn('the database was replaced; opening what is there now', { file: this.#file })
    old?.close()
    this.#connection = null
    return this.#goOn(this.#open())
  }

  /** After damage. Another process may have met it first and made the new database already. */
  #replace(old: Connection, cause: unknown): Connection {
    const ours = old.isCurrent
    old.close()
    this.#connection = null
    return this.#goOn(ours ? this.#startAnew(cause) : this.#open())
  }

  /** Brings the sessions of this process into a database that may not have them. */
  #goOn(connection: Connection): Connection {
    const { catalog, documents } = connection
    try {
      for (const [sessionId, { entry, hasDocument }] of this.#live) {
        if (!catalog.get(sessionId)) catalog.save(entry)
        if (hasDocument && !canLoad(() => documents.load(sessionId))) this.#lost.add(sessionId)
      }
    } catch (error) {
      connection.close()
      throw error
    }
    this.#connection = connection
    return connection
  }

  #open(): Connection {
    mkdirSync(this.#options.homeDir, { recursive: true, mode: 0o700 })
    try {
      return this.#connect()
    } catch (error) {
      if (!isDamage(error)) throw error
      return this.#startAnew(error)
    }
  }

  #connect(): Connection {
    const { busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS, configure } = this.#options
    return new Connection(openDatabase({ file: this.#file, busyTimeoutMs, configure }), this.#file)
  }

  /** Moves the database aside, makes a new one and takes over what can be read. */
  #startAnew(cause: unknown): Connection {
    const { log, now } = this.#options
    const aside = moveAside(this.#file, now())
    const connection = this.#connect()
    const count = this.#salvage(aside, connection)
    log.error('database damaged, moved aside', { aside, sessions: count, error: String(cause) })
    const kept = count === 0 ? 'None of its sessions could be read.' : `${count} of its sessions could be taken over.`
    const text = `The file of saved sessions was damaged. It was kept as ${path.basename(aside)} and a new one was made. ${kept}`
    this.#notices.post({ name: 'store', level: 'warning', text })
    return connection
  }

  #salvage(aside: string, connection: Connection): number {
    try {
      return salvage(aside, connection.db)
    } catch (error) {
      connection.close()
      throw error
    }
  }
}

function canLoad(load: () => unknown): boolean {
  try {
    return load() !== null
  } catch (error) {
    if (error instanceof OrielError) return false
    throw error
  }
}
