import { OrielError } from '../../shared/errors.ts'
import { Session } from '../engine/session.ts'
import type { SessionDeps } from '../engine/session-deps.ts'
import type { Log } from '../log.ts'
import type { ConnectionRouter } from '../stores/state/types.ts'
import type { DesktopStores, SessionEntry } from '../stores/types.ts'
import type { ServingKey } from './key.ts'
import type { Visitor } from './visitors.ts'

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
  /** What the sessions of this script are named after; another script on the same stores has another name. */
  name: string
  /** How often the router is told that this process still has its sessions, in ms. */
  heartbeatMs: number
  /** Whether a process that the router names is there. Null: no other process serves these visitors. */
  exists: ((workerId: string) => Promise<boolean>) | null
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

/** Where a visitor's session is. */
export type Located = { at: 'here'; served: ServedSession } | { at: 'elsewhere'; workerId: string }

/** How long sessions may take to be stored when they are left to others, in ms. */
const LEAVE_MS = 10_000

/** Tries to have a session; more are needed only while others try too. */
const MAX_CLAIMS = 5

/**
 * Which process has the session of a visitor, and the sessions that this one has. A session belongs to whoever has claimed
 * it at the router and says often enough that they live; of a process that is gone any other takes it over.
 */
export class SessionRegistry {
  readonly #options: RegistryOptions
  readonly #running = new Map<string, ServedSession>()
  /** Session → what the router knows it by. */
  readonly #places = new Map<string, string>()
  /** Sessions that the router is being told to have ended. */
  readonly #leaving = new Set<Promise<void>>()
  /** By clientId: those on their way come only once. */
  readonly #opening = new Map<string, Promise<Located>>()
  readonly #heartbeat: ReturnType<typeof setInterval>
  /** Sessions that there is room for, not running yet. */
  #beginning = 0
  #isClosing = false

  constructor(options: RegistryOptions) {
    this.#options = options
    this.#heartbeat = setInterval(() => void this.#beat(), options.heartbeatMs).unref()
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

  /** The other process that has the visitor's session; null if none has. Rejects with not_connected. */
  async ownerOf(visitor: Visitor): Promise<string | null> {
    const { router, workerId, exists } = this.#options
    const owner = exists && (await router.getOwner(this.#placeOf(visitor)))
    return owner && owner !== workerId && (await exists(owner)) ? owner : null
  }

  /**
   * The visitor's session: begun or taken up here, unless another process has it. Rejects with overloaded where there is no
   * room for another, and not_connected.
   */
  open(visitor: Visitor): Promise<Located> {
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

  /** Every session is stored, and closed or left to another process. */
  async close(): Promise<void> {
    this.drain()
    clearInterval(this.#heartbeat)
    await Promise.allSettled(this.#opening.values())
    if (!this.#options.exists) return void (await Promise.all(this.sessions.map((session) => session.close())))
    const left = Promise.all(this.sessions.map((session) => session.leave())).then(() => Promise.all(this.#leaving))
    // While the stores cannot be reached there is nothing to wait for: what they have others go on with.
    const late = new Promise<void>((resolve) => setTimeout(resolve, LEAVE_MS).unref())
    await Promise.race([left, late])
    if (this.#running.size > 0)
      this.#options.log.error('sessions could not be stored to their end', { sessions: this.#running.size })
  }

  /** Removes what visitors left that have not come since `before` (Unix ms). Gives how many sessions went. */
  async forget(before: number): Promise<number> {
    const { stores, scriptPath, exists } = this.#options
    // Stores that several processes share keep nothing beyond its time.
    if (exists) return 0
    const old = (await stores.sessions.list()).filter(
      (entry) => entry.scriptPath === scriptPath && entry.lastUsedAt < before && !this.#running.has(entry.sessionId),
    )
    const removed = await Promise.all(old.map(({ sessionId }) => stores.sessions.remove(sessionId).catch(() => false)))
    return removed.filter(Boolean).length
  }

  async #open(visitor: Visitor): Promise<Located> {
    for (const { session } of this.#running.values())
      if (session.room.clientId === visitor.clientId && session.isClosing) await session.ended
    await Promise.all(this.#leaving)
    const running = this.find(visitor)
    if (running) return { at: 'here', served: running }
    const elsewhere = this.#isClosing ? await this.ownerOf(visitor) : await this.#claim(visitor)
    if (elsewhere !== null) return { at: 'elsewhere', workerId: elsewhere }
    try {
      this.#checkRoom()
      this.#beginning++
      try {
        return { at: 'here', served: await this.#begin(visitor) }
      } finally {
        this.#beginning--
      }
    } catch (error) {
      await this.#release(this.#placeOf(visitor))
      throw error
    }
  }

  /** Null: the visitor's session is ours now. Else the process that has it. */
  async #claim(visitor: Visitor): Promise<string | null> {
    const { router, workerId, exists, onOwnerChange } = this.#options
    const place = this.#placeOf(visitor)
    const whose = { userId: visitor.userId, sessionId: visitor.sid }
    let gone: string | null = null
    for (let tries = 0; tries < MAX_CLAIMS; tries++) {
      const owner = await router.claimConnection(place, workerId, { ...whose, from: gone })
      if (owner === workerId) {
        if (gone !== null) onOwnerChange()
        return null
      }
      // Without others whoever had it is a process of ours that has ended.
      if (exists && (await exists(owner))) return owner
      gone = owner
    }
    throw new OrielError('session_busy', 'Several processes want this session at once. Try again.')
  }

  /** What the router knows the visitor's session by. */
  #placeOf({ clientId }: Visitor): string {
    return this.#idOf(clientId, 0)
  }

  #idOf(clientId: string, number: number): string {
    const { key, name } = this.#options
    return key.id('session', clientId, name, String(number))
  }

  async #begin(visitor: Visitor): Promise<ServedSession> {
    const { entry, stored, isNew } = await this.#load(visitor)
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
    this.#places.set(session.id, this.#placeOf(visitor))
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
    const { stores, scriptPath, log, now } = this.#options
    for (let number = 0; ; number++) {
      const sessionId = this.#idOf(visitor.clientId, number)
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

  /** Tells the router which sessions are here. One that is another's by now, since this process stood still for too long, is given up. */
  async #beat(): Promise<void> {
    const { router, workerId, log } = this.#options
    const keep = async (session: Session): Promise<void> => {
      const place = this.#places.get(session.id)
      if (place === undefined || (await router.refreshHeartbeat(place, workerId))) return
      if ((await router.claimConnection(place, workerId)) === workerId) return
      this.lose(session)
    }
    await Promise.all(this.sessions.map(keep)).catch((error: unknown) =>
      log.warn('the router could not be told of sessions', { error: String(error) }),
    )
  }

  /** Another process has the session. */
  lose(session: Session): void {
    if (session.isClosing) return
    this.#options.log.warn('a session was taken over by another process', { sessionId: session.id })
    void session.leave()
  }

  #onEnded(session: Session): void {
    this.#running.delete(session.id)
    const place = this.#places.get(session.id)
    this.#places.delete(session.id)
    this.#options.log.info('session closed', { sessionId: session.id, clientId: session.room.clientId })
    if (place === undefined) return
    const leaving = this.#release(place).finally(() => this.#leaving.delete(leaving))
    this.#leaving.add(leaving)
  }

  async #release(place: string): Promise<void> {
    const { router, workerId, log } = this.#options
    await router
      .unregisterConnection(place, workerId)
      .catch((error: unknown) =>
        log.warn('the router could not be told that a session has ended', { error: String(error) }),
      )
  }
}
