import { OrielError } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import { documentLost, storeClosed } from './checks.ts'
import { createMemoryStores } from './memory.ts'
import { NoticeBoard } from './notices.ts'
import type {
  DesktopStores,
  DocumentStore,
  SessionCatalog,
  SessionEntry,
  StoreNotice,
  StoreReader,
  TrustStore,
} from './types.ts'

/** The first retry comes after this, each further one after twice as long. */
const FIRST_RETRY_MS = 5_000
const MAX_RETRY_MS = 60_000

export interface FallbackOptions {
  /** Opens the durable stores. A throw of store_unwritable means later perhaps; any other error is passed on. */
  open: () => Promise<DesktopStores>
  /** Opens what is stored for reading, where `open` does not succeed at first. */
  read?: () => Promise<StoreReader>
  log: Log
  /** Runs `run` once after `ms`; gives what cancels it. Default: a timer that does not keep the process alive. */
  schedule?: (run: () => void, ms: number) => () => void
}

/**
 * Durable stores that go on in memory while the disk refuses writes, say so, and store what came meanwhile as soon as the
 * disk takes it again. Rejects with what `open` throws, store_unwritable excepted.
 */
export async function openWithFallback(options: FallbackOptions): Promise<DesktopStores> {
  const stores = new FallbackStores(options)
  await stores.start()
  return stores
}

/** What is kept while the disk refuses: `memory` has the whole of each session in `sessions`, the disk all others. */
interface Outage {
  memory: DesktopStores
  sessions: Map<string, { removed: boolean; documentMissing: boolean }>
  /** Hash → path. */
  trusted: Map<string, string>
  retryMs: number
  cancelRetry: () => void
}

class FallbackStores implements DesktopStores {
  readonly sessions: SessionCatalog
  readonly documents: DocumentStore
  readonly trust: TrustStore
  readonly #options: FallbackOptions
  readonly #notices = new NoticeBoard()
  /** Sessions this process runs: their entries are known even when the disk cannot be read. */
  readonly #live = new Map<string, SessionEntry>()
  #durable: DesktopStores | null = null
  /** Stands in for the durable stores until they can be opened. */
  #reader: StoreReader | null = null
  #outage: Outage | null = null
  #outageIsShown = false
  #closing: Promise<void> | null = null
  /** Calls run one after the other, so that none overtakes one that has to go to memory. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: FallbackOptions) {
    this.#options = options
    this.sessions = this.#createCatalog()
    this.documents = this.#createDocuments()
    this.trust = {
      isTrusted: (hash) =>
        this.#inTurn(
          async () =>
            this.#outage?.trusted.has(hash) || this.#readDisk(false, (stores) => stores.trust.isTrusted(hash)),
        ),
      trust: (hash, file) =>
        this.#inTurn(async () => {
          if (!this.#outage && (await this.#tryDurable((stores) => stores.trust.trust(hash, file)))) return
          this.#outage?.trusted.set(hash, file)
        }),
    }
  }

  get durable(): boolean {
    return this.#outage === null
  }

  onNotice(listener: (notice: StoreNotice) => void): void {
    this.#notices.onNotice(listener)
  }

  /** First opening; afterwards the stores can be used, whatever the disk does. */
  async start(): Promise<void> {
    try {
      await this.#openDurable()
    } catch (error) {
      if (!isUnwritable(error)) throw error
      this.#begin(error)
      await this.#openReader()
    }
  }

  /** Stores what is in memory once more before it lets go. */
  close(): Promise<void> {
    return (this.#closing ??= this.#enqueue(async () => {
      this.#outage?.cancelRetry()
      if (this.#outage && !(await this.#store()) && this.#outage.sessions.size > 0)
        this.#options.log.error('closed before the disk took everything', { sessions: this.#outage.sessions.size })
      await this.#outage?.memory.close()
      await this.#reader?.close()
      await this.#durable?.close()
    }))
  }

  #createCatalog(): SessionCatalog {
    const list = (): Promise<SessionEntry[]> => this.#inTurn(() => this.#list())
    return {
      save: async (entry) => {
        const kept = structuredClone(entry)
        this.#follow(kept)
        await this.#write(entry.sessionId, (stores) => stores.sessions.save(kept))
      },
      get: (sessionId) => this.#read(sessionId, (stores) => stores.sessions.get(sessionId)),
      list,
      findByScript: async (scriptPath) => (await list()).find((entry) => entry.scriptPath === scriptPath) ?? null,
      update: (sessionId, change) =>
        this.#write(sessionId, async (stores) => {
          const found = await stores.sessions.update(sessionId, change)
          const live = this.#live.get(sessionId)
          if (found && live) this.#follow({ ...live, ...change, sessionId })
          return found
        }),
      remove: (sessionId) =>
        this.#inTurn(async () => {
          this.#live.delete(sessionId)
          const done = this.#outage ? null : await this.#tryDurable((stores) => stores.sessions.remove(sessionId))
          return done ? done.value : this.#removeKept(this.#outage!, sessionId)
        }),
      savePlacement: (sessionId, placement) =>
        this.#write(sessionId, (stores) => stores.sessions.savePlacement(sessionId, placement)),
      listPlacements: (sessionId) => this.#read(sessionId, (stores) => stores.sessions.listPlacements(sessionId)),
    }
  }

  #createDocuments(): DocumentStore {
    return {
      load: (sessionId) => this.#read(sessionId, (stores) => stores.documents.load(sessionId)),
      append: (sessionId, commits) =>
        this.#write(sessionId, async (stores) => {
          // Going on from the empty document would store a wrong one.
          if (this.#outage?.sessions.get(sessionId)?.documentMissing) throw documentLost(sessionId)
          return stores.documents.append(sessionId, commits)
        }),
      takeOver: (sessionId, end, epoch) =>
        this.#write(sessionId, (stores) => stores.documents.takeOver(sessionId, end, epoch)),
      fold: (sessionId, end, change) =>
        this.#fold(sessionId, (stores) => stores.documents.fold(sessionId, end, change)),
      saveSnapshot: (sessionId, epoch, version, snapshot) =>
        this.#write(sessionId, async (stores) => {
          await stores.documents.saveSnapshot(sessionId, epoch, version, snapshot)
          const kept = this.#outage?.sessions.get(sessionId)
          if (kept) kept.documentMissing = false
        }),
    }
  }

  #follow(entry: SessionEntry): void {
    if (entry.state !== 'closed') this.#live.set(entry.sessionId, entry)
    else this.#live.delete(entry.sessionId)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(storeClosed())
    return this.#enqueue(work)
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }

  /** One session, from where it is kept. */
  #read<T>(sessionId: string, work: (stores: StoreReader) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      if (!this.#outage) {
        const done = await this.#tryDurable(work)
        if (done) return done.value
      }
      const outage = this.#outage!
      return work(outage.sessions.has(sessionId) ? outage.memory : (this.#disk ?? outage.memory))
    })
  }

  /** What the disk has, or `otherwise` where it cannot be read now. */
  async #readDisk<T>(otherwise: T, work: (stores: StoreReader) => Promise<T>): Promise<T> {
    if (!this.#outage) return (await this.#tryDurable(work))?.value ?? otherwise
    const disk = this.#disk
    if (!disk) return otherwise
    return work(disk).catch((error: unknown) => {
      if (isUnwritable(error)) return otherwise
      throw error
    })
  }

  #write<T>(sessionId: string, work: (stores: DesktopStores) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      if (!this.#outage) {
        const done = await this.#tryDurable(work)
        if (done) return done.value
      }
      const outage = this.#outage!
      await this.#take(outage, sessionId)
      return work(outage.memory)
    })
  }

  /**
   * On disk not in turn, since it takes many turns of the event loop in which others write: what is read stays the same, so
   * it overtakes nothing. One that the disk refuses may be tried again.
   */
  async #fold<T>(sessionId: string, work: (stores: DesktopStores) => Promise<T>): Promise<T> {
    const durable = await this.#inTurn(async () => (this.#outage ? null : this.#durable))
    return durable ? work(durable) : this.#write(sessionId, work)
  }

  /** Null if the disk refused; from then on memory takes what is written. */
  async #tryDurable<T>(work: (stores: DesktopStores) => Promise<T>): Promise<{ value: T } | null> {
    try {
      return { value: await work(this.#durable!) }
    } catch (error) {
      if (!isUnwritable(error)) throw error
      this.#begin(error)
      return null
    }
  }

  async #list(): Promise<SessionEntry[]> {
    const stored = await this.#readDisk([], (stores) => stores.sessions.list())
    const outage = this.#outage
    if (!outage) return stored
    const others = stored.filter((entry) => !outage.sessions.has(entry.sessionId))
    return [...(await outage.memory.sessions.list()), ...others].sort((a, b) => b.lastUsedAt - a.lastUsedAt)
  }

  /** Brings the whole session from disk into memory, where it then lives until it can be stored. */
  async #take(outage: Outage, sessionId: string): Promise<void> {
    if (outage.sessions.has(sessionId)) return
    const kept = { removed: false, documentMissing: false }
    try {
      if (this.#disk) await copySession(this.#disk, outage.memory, sessionId)
    } catch (error) {
      // Neither may be read now. Its room still has the document, and sends it whole when an append is refused.
      this.#options.log.warn('session not readable while the disk refuses writes', { sessionId, error: String(error) })
      const live = this.#live.get(sessionId)
      if (!live) throw error
      await outage.memory.sessions.remove(sessionId)
      await outage.memory.sessions.save(live)
      kept.documentMissing = true
    }
    outage.sessions.set(sessionId, kept)
  }

  /** Notes that the session is to be removed; nothing of it need be read. */
  async #removeKept(outage: Outage, sessionId: string): Promise<boolean> {
    const source = outage.sessions.has(sessionId) ? outage.memory : this.#disk
    const found = source !== null && (await source.sessions.get(sessionId)) !== null
    await outage.memory.sessions.remove(sessionId)
    outage.sessions.set(sessionId, { removed: true, documentMissing: false })
    return found
  }

  #begin(error: OrielError): void {
    this.#options.log.error('store goes on in memory', { error: error.message, cause: String(error.cause) })
    const outage: Outage = {
      memory: createMemoryStores(),
      sessions: new Map(),
      trusted: new Map(),
      retryMs: FIRST_RETRY_MS,
      cancelRetry: () => {},
    }
    this.#outage = outage
    this.#scheduleRetry(outage)
    this.#outageIsShown = true
    const text = `${error.message} Your work is kept in memory and will be saved as soon as that is possible again.`
    this.#notices.post({ name: 'store', level: 'warning', text })
  }

  #scheduleRetry(outage: Outage): void {
    const retry = (): void => {
      void this.#enqueue(async () => {
        if (this.#closing || this.#outage !== outage || (await this.#store())) return
        outage.retryMs = Math.min(outage.retryMs * 2, MAX_RETRY_MS)
        this.#scheduleRetry(outage)
      })
    }
    outage.cancelRetry = (this.#options.schedule ?? scheduleTimer)(retry, outage.retryMs)
  }

  /** What can be read of the disk. */
  get #disk(): StoreReader | null {
    return this.#durable ?? this.#reader
  }

  async #openReader(): Promise<void> {
    try {
      this.#reader = (await this.#options.read?.()) ?? null
    } catch (error) {
      this.#options.log.info('nothing stored can be read', { error: String(error) })
    }
  }

  async #openDurable(): Promise<void> {
    this.#durable = await this.#options.open()
    await this.#reader?.close()
    this.#reader = null
    this.#durable.onNotice((notice) => {
      this.#outageIsShown = false
      this.#notices.post(notice)
    })
  }

  /** Stores everything kept in memory. True when all is stored and the outage over; else the rest stays in memory. */
  async #store(): Promise<boolean> {
    const outage = this.#outage!
    try {
      if (!this.#durable) await this.#openDurable()
      const durable = this.#durable!
      for (const [sessionId, kept] of outage.sessions) {
        if (kept.removed) await durable.sessions.remove(sessionId)
        kept.removed = false
        await copySession(outage.memory, durable, sessionId).catch((error: unknown) => {
          // Another process has taken it over meanwhile: it is that one's now, and here the next append is refused.
          if (!(error instanceof OrielError) || error.code !== 'bad_value') throw error
          this.#options.log.error('session not stored any more', { sessionId, error: error.message })
        })
        outage.sessions.delete(sessionId)
        await outage.memory.sessions.remove(sessionId)
      }
      for (const [hash, file] of outage.trusted) {
        await durable.trust.trust(hash, file)
        outage.trusted.delete(hash)
      }
    } catch (error) {
      this.#options.log.warn('store stays in memory', { error: String(error), sessions: outage.sessions.size })
      return false
    }
    this.#outage = null
    await outage.memory.close()
    this.#options.log.info('store takes writes again')
    if (this.#outageIsShown) this.#notices.post({ name: 'store', cleared: true })
    this.#outageIsShown = false
    return true
  }
}

/** Makes the session in `to` what it is in `from`. Can be repeated after it failed half way. Nothing where `from` has none. */
async function copySession(from: StoreReader, to: DesktopStores, sessionId: string): Promise<void> {
  const entry = await from.sessions.get(sessionId)
  if (!entry) return
  // The document says whose the session is, so what is there of it is replaced after that.
  if (!(await to.sessions.get(sessionId))) await to.sessions.save(entry)
  await copyDocument(from, to, sessionId)
  await to.sessions.save(entry)
  for (const placement of await from.sessions.listPlacements(sessionId))
    await to.sessions.savePlacement(sessionId, placement)
}

async function copyDocument(from: StoreReader, to: DesktopStores, sessionId: string): Promise<void> {
  const document = await from.documents.load(sessionId)
  if (!document) return
  const { epoch, version, snapshot, commits } = document
  const stored = await loadReadable(to, sessionId)
  let last = stored?.commits.at(-1)?.version ?? version
  // A fold that was under way on disk may have ended after the session was taken: then the disk's snapshot is the newer.
  if (stored?.epoch !== epoch || stored.version < version) {
    await to.documents.saveSnapshot(sessionId, epoch, version, snapshot)
    // Later commits of the same epoch stay in the log.
    if (stored?.epoch !== epoch) last = version
  }
  await to.documents.append(
    sessionId,
    commits.filter((commit) => commit.version > last),
  )
}

/** A damaged document counts as none: it is about to be replaced. */
async function loadReadable(stores: StoreReader, sessionId: string): ReturnType<DocumentStore['load']> {
  try {
    return await stores.documents.load(sessionId)
  } catch (error) {
    if (error instanceof OrielError && error.code === 'store_damaged') return null
    throw error
  }
}

function isUnwritable(error: unknown): error is OrielError {
  return error instanceof OrielError && error.code === 'store_unwritable'
}

function scheduleTimer(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms)
  timer.unref()
  return () => clearTimeout(timer)
}
