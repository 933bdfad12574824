import { OrielError } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import { storeClosed } from './checks.ts'
import { openWithFallback } from './fallback.ts'
import { NoticeBoard } from './notices.ts'
import { redisCatalog } from './redis/catalog.ts'
import { RedisDocuments } from './redis/documents.ts'
import { Revival } from './redis/revival.ts'
import { SavedSessions } from './redis/server.ts'
import { isId } from './state/checks.ts'
import { lifetimeOf } from './state/lifetimes.ts'
import { Keys } from './state/redis/keys.ts'
import { RedisLink } from './state/redis/pool.ts'
import { parseRedisUrl } from './state/redis/url.ts'
import type { DesktopStores, TrustStore } from './types.ts'

/** Longest pause between two looks whether the server is there again, in ms. */
const MAX_RETRY_MS = 5_000

export interface RedisStoreOptions {
  url: string
  /** What all keys begin with; default `oriel`. */
  prefix?: string
  /** How long a session is kept since it was last written, in seconds; default 30 days, null: for ever. */
  ttl?: number | null
  log: Log
  /** Where it is kept which scripts the person has said yes to. That is never shared; default: as long as the process lives. */
  trust?: TrustStore
  /** Runs `run` once after `ms`; gives what cancels it. Default: a timer that does not keep the process alive. */
  schedule?: (run: () => void, ms: number) => () => void
}

const MONTH = 30 * 86_400

/**
 * What a serving process keeps of its sessions on a Redis server, version 7 or newer, that several processes share. While
 * the server is away they go on in memory and say so. Rejects with not_connected within 5 s, naming the server without its
 * password, if it does not answer at first; with bad_value for a URL or a prefix that is none; RangeError for a lifetime.
 */
export async function openRedisStores(options: RedisStoreOptions): Promise<DesktopStores> {
  const stores = await connectRedisStores(options)
  return openWithFallback({
    open: async () => stores,
    log: options.log,
    schedule: (run, ms) => (options.schedule ?? scheduleTimer)(run, Math.min(ms, MAX_RETRY_MS)),
  })
}

/** The same without going on in memory: while the server is away calls reject with store_unwritable. */
export async function connectRedisStores(options: RedisStoreOptions): Promise<DesktopStores> {
  const { prefix = 'oriel', ttl = MONTH, log, trust = trustInMemory() } = options
  const url = parseRedisUrl(options.url)
  if (!isId(prefix)) throw new OrielError('bad_value', 'prefix must be well-formed text of 1 to 1024 characters.')
  const ttlMs = lifetimeOf(ttl, 'ttl')
  const link = new RedisLink(url, log)
  const server = new SavedSessions(link, new Keys(prefix), ttlMs)
  const sessions = redisCatalog(server, log)
  const documents = new RedisDocuments(server)
  const revival = new Revival(server, sessions, log)
  try {
    await link.ready()
    await revival.start()
  } catch (error) {
    await link.close()
    throw error
  }
  const notices = new NoticeBoard()
  const open = (): void => {
    if (link.isClosed) throw storeClosed()
  }
  return {
    durable: true,
    sessions: {
      ...sessions,
      async save(entry) {
        await sessions.save(entry)
        revival.follow(entry)
      },
      async update(sessionId, change) {
        let found = await sessions.update(sessionId, change)
        if (!found && (await revival.revive())) found = await sessions.update(sessionId, change)
        if (found) revival.change(sessionId, change)
        return found
      },
      async remove(sessionId) {
        documents.forget(sessionId)
        revival.forget(sessionId)
        return sessions.remove(sessionId)
      },
      savePlacement: (sessionId, placement) =>
        revival.over(sessionId, () => sessions.savePlacement(sessionId, placement)),
    },
    documents: {
      load: (sessionId) => documents.load(sessionId),
      append: (sessionId, commits) => revival.over(sessionId, () => documents.append(sessionId, commits)),
      takeOver: (sessionId, end, epoch) => revival.over(sessionId, () => documents.takeOver(sessionId, end, epoch)),
      fold: (sessionId, end, change) => revival.over(sessionId, () => documents.fold(sessionId, end, change)),
      saveSnapshot: (sessionId, epoch, version, snapshot) =>
        revival.over(sessionId, () => documents.saveSnapshot(sessionId, epoch, version, snapshot)),
    },
    trust: {
      async isTrusted(hash) {
        open()
        return trust.isTrusted(hash)
      },
      async trust(hash, path) {
        open()
        await trust.trust(hash, path)
      },
    },
    onNotice: (listener) => notices.onNotice(listener),
    close: () => link.close(),
  }
}

/** A yes is given on one computer; whoever can write to the server must not be able to give it. */
function trustInMemory(): TrustStore {
  const trusted = new Set<string>()
  return {
    isTrusted: async (hash) => trusted.has(hash),
    trust: async (hash) => void trusted.add(hash),
  }
}

function scheduleTimer(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms)
  timer.unref()
  return () => clearTimeout(timer)
}
