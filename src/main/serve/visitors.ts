import { timingSafeEqual } from 'node:crypto'
import { randomId } from '../../shared/ids.ts'
import type { JsonObject, SessionStore, UserSession } from '../stores/state/types.ts'
import type { ServingKey } from './key.ts'
import type { VisitorCookie } from './visitor-cookie.ts'

/** Whoever has a cookie of ours: a person who logged in, or anybody where no login is asked for. */
export interface Visitor {
  /** Of the session store. */
  readonly sid: string
  /** Who the sessions of the script are for; the same whenever this person comes. */
  readonly clientId: string
  /** Null: nobody logged in. */
  readonly userId: string | null
  readonly roles: readonly string[]
}

/** Who somebody is, as a login has found out. `userId` null: nobody in particular. */
export interface Identity {
  userId: string | null
  roles: readonly string[]
  /** `type:id` → what is permitted on it. */
  permissions?: Readonly<Record<string, readonly string[]>>
}

export interface VisitorsOptions {
  sessions: SessionStore
  cookie: VisitorCookie
  key: ServingKey
  /** How long a visitor may stay away. */
  ttlSeconds: number
  now: () => number
}

/** Whose sessions those of people who did not log in are, in the session store. */
const ANYBODY = 'oriel:anybody'
/** Whose sessions in the store name every user that has come: the store itself lists sessions only by user. */
const KNOWN_USERS = 'oriel:known-users'
/** A visit is prolonged after this part of its time. */
const REFRESH_AFTER = 0.1

/** The visits: who has a cookie, kept in the session store and nowhere else, so that a visit ends when it is deleted there. */
export class Visitors {
  readonly #options: VisitorsOptions

  constructor(options: VisitorsOptions) {
    this.#options = options
  }

  /** Whose request it is, by its Cookie header; null if nobody's. */
  async find(cookies: string | null | undefined): Promise<Visitor | null> {
    const sid = await this.#options.cookie.read(cookies)
    return sid === null ? null : this.ofVisit(sid)
  }

  /** Whose visit it is; null if it has ended. */
  async ofVisit(sid: string): Promise<Visitor | null> {
    const session = await this.#options.sessions.getSession(sid)
    return session && this.#visitor(session)
  }

  /** Begins a visit. Gives the value of Set-Cookie with it. */
  async begin({ userId, roles, permissions = {} }: Identity): Promise<{ visitor: Visitor; cookie: string }> {
    const { sessions, cookie, ttlSeconds } = this.#options
    const sid = randomId(32)
    const metadata = { permissions: permissions as unknown as JsonObject }
    const options = { roles: [...roles], ttl: ttlSeconds, metadata }
    const session = await sessions.createSession(sid, userId === null ? ANYBODY : userKey(userId), options)
    if (userId !== null) await sessions.createSession(userKey(userId), KNOWN_USERS, { ttl: ttlSeconds })
    return { visitor: this.#visitor(session), cookie: await cookie.set(sid) }
  }

  /** A visitor is here: the visit goes on for the whole time again. Gives the value of Set-Cookie if it changes. */
  async prolong({ sid }: Visitor): Promise<string | null> {
    const { sessions, cookie, ttlSeconds, now } = this.#options
    const session = await sessions.getSession(sid)
    if (!session || session.expiresAt === null) return null
    const left = session.expiresAt - now()
    if (left > (1 - REFRESH_AFTER) * ttlSeconds * 1000) return null
    await sessions.refreshSession(sid, ttlSeconds)
    if (session.userId !== ANYBODY) await sessions.refreshSession(session.userId, ttlSeconds)
    return cookie.set(sid)
  }

  isValid(sid: string): Promise<boolean> {
    return this.#options.sessions.validateSession(sid)
  }

  /** True if there was such a visit. */
  end(sid: string): Promise<boolean> {
    return this.#options.sessions.deleteSession(sid)
  }

  /** Whether the visitor may do this with any of these resources (`type` and id). */
  async may({ sid }: Visitor, permission: string, ...resources: (readonly [string, string])[]): Promise<boolean> {
    for (const [type, id] of resources)
      if (await this.#options.sessions.checkPermission(sid, type, id, permission)) return true
    return false
  }

  /** Every visit, the newest first. */
  async list(): Promise<(UserSession & { who: string | null })[]> {
    const { sessions } = this.#options
    const users = await sessions.listUserSessions(KNOWN_USERS)
    const all = await Promise.all(
      [ANYBODY, ...users.map(({ sessionId }) => sessionId)].map((user) => sessions.listUserSessions(user)),
    )
    return all
      .flat()
      .map((session) => ({ ...session, who: nameOf(session.userId) }))
      .sort((a, b) => b.createdAt - a.createdAt)
  }

  /** Ends every visit of a user; gives how many there were. */
  async endAll(userId: string): Promise<number> {
    const { sessions } = this.#options
    const all = await sessions.listUserSessions(userKey(userId))
    const ended = await Promise.all(all.map(({ sessionId }) => sessions.deleteSession(sessionId)))
    await sessions.deleteSession(userKey(userId))
    return ended.filter(Boolean).length
  }

  /** What a form of this visitor's must bring back. */
  formToken({ sid }: { sid: string }): string {
    return this.#options.key.id('form', sid)
  }

  isFormToken(visitor: { sid: string }, given: unknown): boolean {
    const [a, b] = [Buffer.from(String(given)), Buffer.from(this.formToken(visitor))]
    return a.length === b.length && timingSafeEqual(a, b)
  }

  #visitor({ sessionId: sid, userId: user, roles }: UserSession): Visitor {
    const userId = nameOf(user)
    const clientId = userId === null ? this.#options.key.id('client', sid) : this.#options.key.id('user', userId)
    return { sid, clientId, userId, roles }
  }
}

/** The store's name for a user, which no login can make one of our own names of. */
function userKey(userId: string): string {
  return `user:${userId}`
}

function nameOf(user: string): string | null {
  return user.startsWith('user:') ? user.slice('user:'.length) : null
}
