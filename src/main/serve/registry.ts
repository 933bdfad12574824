import { OrielError } from '../../shared/errors.ts'
import { Session } from '../engine/session.ts'
import type { SessionDeps } from '../engine/session-deps.ts'
import type { Log } from '../log.ts'
import type { ConnectionRouter } from '../stores/state/types.ts'
import type { DesktopStores, SessionEntry } from '../stores/types.ts'
import type { ServingKey } from './key.ts'
import type { Visitor } from './visitors.ts'

/** How often the router is told that this process still has its sessions, in ms. A record lives 300 s without that. */
const HEARTBEAT_MS = 60_000
/** Documents of one visitor that may be damaged before we give up. */
const MAX_DAMAGED = 3

export interface RegistryOptions {
  /** Absolute. */
  scriptPath: string
  /** What the script is served with. */
  arguments: Record<string, string>
  stores: DesktopStores
  router: ConnectionRouter
  key: ServingKey
  workerId: string
  log: Log
  now: () => number
  /** What every session is made with; a visitor's own are added. */
  deps: Omit<SessionDeps, 'user'>
  /** Sessions that may run at once; and of those, sessions of a script that needs a thread for each. */
  limits: { sessions: number; threads: number }
  /** Whether the script's sessions share threads. */
  shares: () => boolean
  onOwnerChange: () => void
}

/** One session that runs here. */
export interface ServedSession {
  session: Session
  /** Settles when its script's body is through, or it shows something. Never rejects. */
  started: Promise<void>
}

/**
 * Which process has the session of a visitor, and the sessions that this one has. Here each visitor's session is always
 * this process's own; where it is another's, `open` is what would say so.
 */
export class SessionRegistry {
  readonly #options: RegistryOptions
  readonly #running = new Map<string, ServedSession>()
  /** By clientId: those on their way come only once. */
  readonly #opening = new Map<string, Promise<ServedSession>>()
  readonly #heartbeat: ReturnType<typeof setInterval>
  /** Sessions that there is room for, not running yet. */
  #beginning = 0
  #isClosing = false

  constructor(options: RegistryOptions) {
    this.#options = options
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS).unref()
  }

  get sessions(): Session[] {
    return [...this.#running.values()].map(({ session }) => session)
  }

  /** The visitor's session, if it runs here. */
  find({ clientId }: Visitor): ServedSession | null {
    for (const served of this.#running.values())
      if (served.session.room.clientId === clientId && !served.session.isClosing) return served
    return null
  }

  /** The visitor's session, taken up or begun. Rejects with overloaded where there is no room for another. */
  open(visitor: Visitor): Promise<ServedSession> {
    const opening = this.#opening.get(visitor.clientId)
    if (opening) return opening
    const opened = this.#open(visitor).finally(() => this.#opening.delete(visitor.clientId))
    this.#opening.set(visitor.clientId, opened)
    return opened
  }

  /** No session begins any more. */
  drain(): void {
    this.#isClosing = true
  }

  /** Every session is stored and closed. */
  async close(): Promise<void> {
    this.drain()
    clearInterval(this.#heartbeat)
    await Promise.allSettled(this.#opening.values())
    await Promise.all(this.sessions.map((session) => session.close()))
  }

  /** Removes what visitors left that have not come since `before` (Unix ms). Gives how many sessions went. */
  async forget(before: number): Promise<number> {
    const { stores, scriptPath } = this.#options
    const old = (await stores.sessions.list()).filter(
      (entry) => entry.scriptPath === scriptPath && entry.lastUsedAt < before && !this.#running.has(entry.sessionId),
    )
    const removed = await Promise.all(old.map(({ sessionId }) => stores.sessions.remove(sessionId).catch(() => false)))
    return removed.filter(Boolean).length
  }

  async #open(visitor: Visitor): Promise<ServedSession> {
    for (const { session } of this.#running.values())
      if (session.room.clientId === visitor.clientId && session.isClosing) await session.ended
    const running = this.find(visitor)
    if (running) return running
    this.#checkRoom()
    this.#beginning++
    try {
      return await this.#begin(visitor)
    } finally {
      this.#beginning--
    }
  }

  async #begin(visitor: Visitor): Promise<ServedSession> {
    const { entry, stored, isNew } = await this.#load(visitor)
    await this.#own(entry.sessionId, visitor)
    const { stores, deps } = this.#options
    await stores.sessions.save(entry)
    const placements = await stores.sessions.listPlacements(entry.sessionId)
    const { userId, roles } = visitor
    const session = new Session({ ...deps, user: { userId, roles } }, entry, stored, placements, isNew)
    const started = session.start().catch((error: unknown) => {
      this.#options.log.error('a session could not be started', { sessionId: session.id, error: String(error) })
    })
    const served = { session, started }
    this.#running.set(session.id, served)
    this.#options.log.info('session opened', { sessionId: session.id, clientId: visitor.clientId, isNew })
    void session.ended.then(() => this.#onEnded(session))
    return served
  }

  #checkRoom(): void {
    const { limits, shares } = this.#options
    if (this.#isClosing) throw new OrielError('overloaded', 'This server is about to stop.')
    const most = shares() ? limits.sessions : Math.min(limits.sessions, limits.threads)
    if (this.#running.size + this.#beginning >= most) {
      throw new OrielError('overloaded', 'As many people as this server has room for are here already.')
    }
  }

  /** What is stored of the visitor's session. What is damaged stays for whoever wants to save something of it; another takes its place. */
  async #load(visitor: Visitor) {
    const { stores, key, scriptPath, log, now } = this.#options
    for (let number = 0; ; number++) {
      const sessionId = key.id('session', visitor.clientId, scriptPath, String(number))
      try {
        const [known, stored] = [await stores.sessions.get(sessionId), await stores.documents.load(sessionId)]
        const entry: SessionEntry = {
          title: '',
          createdAt: now(),
          ...known,
          sessionId,
          clientId: visitor.clientId,
          scriptPath,
          arguments: this.#options.arguments,
          state: 'creating',
          pid: process.pid,
          lastUsedAt: now(),
        }
        return { entry, stored, isNew: known === null }
      } catch (error) {
        if (!(error instanceof OrielError) || error.code !== 'store_damaged' || number >= MAX_DAMAGED) throw error
        log.error('the stored state of a session is damaged', { sessionId, error: error.message })
      }
    }
  }

  async #own(sessionId: string, { userId, sid }: Visitor): Promise<void> {
    const { router, workerId } = this.#options
    const owner = await router.getOwner(sessionId)
    if (owner !== null && owner !== workerId) this.#options.onOwnerChange()
    await router.registerConnection(sessionId, workerId, { userId, sessionId: sid })
  }

  async #beat(): Promise<void> {
    const { router, workerId, log } = this.#options
    await Promise.all(this.sessions.map(({ id }) => router.refreshHeartbeat(id, workerId))).catch((error: unknown) =>
      log.warn('the router could not be told of sessions', { error: String(error) }),
    )
  }

  async #onEnded(session: Session): Promise<void> {
    this.#running.delete(session.id)
    const { router, workerId, log } = this.#options
    log.info('session closed', { sessionId: session.id, clientId: session.room.clientId })
    await router
      .unregisterConnection(session.id, workerId)
      .catch((error: unknown) =>
        log.warn('the router could not be told that a session has ended', { error: String(error) }),
      )
  }
}
