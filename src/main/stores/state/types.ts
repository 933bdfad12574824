import type { JsonObject } from '../../../shared/json.ts'
import type { Log } from '../../log.ts'

export type { JsonObject, JsonValue } from '../../../shared/json.ts'

/** A widget as its store keeps it. `createdAt`: Unix ms. */
export interface WidgetData {
  widgetId: string
  html: string
  token: string | null
  createdAt: number
  ownerWorkerId: string | null
  metadata: JsonObject
}

/** One event as subscribers get it. `timestamp`: Unix ms. With a `targetWorkerId` it is delivered to that worker alone. */
export interface EventMessage {
  eventType: string
  widgetId: string
  data: JsonObject
  sourceWorkerId: string
  targetWorkerId: string | null
  timestamp: number
  messageId: string
}

/** Which worker holds a widget's connection. Times are Unix ms. */
export interface ConnectionInfo {
  widgetId: string
  workerId: string
  connectedAt: number
  lastHeartbeat: number
  userId: string | null
  sessionId: string | null
}

/** A person's session. Times are Unix ms; `expiresAt` null: never. */
export interface UserSession {
  sessionId: string
  userId: string
  roles: string[]
  createdAt: number
  expiresAt: number | null
  metadata: JsonObject
}

/** The backends, as `ORIEL_DEPLOY__STATE_BACKEND` names them. */
export const StateBackend = { MEMORY: 'memory', SQLITE: 'sqlite', REDIS: 'redis' } as const
export type StateBackend = (typeof StateBackend)[keyof typeof StateBackend]

/**
 * Widgets by id. In this and in every other store an id that was never registered, was deleted or has expired is unknown:
 * the three look the same. Ids are 1 to 1,024 characters of any kind; writing with anything else rejects with bad_value,
 * and asking for it finds nothing. What is given is a copy.
 */
export interface WidgetStore {
  /** Inserts, or replaces every field and starts the time to live anew. */
  register(
    widgetId: string,
    html: string,
    options?: { token?: string | null; ownerWorkerId?: string | null; metadata?: JsonObject },
  ): Promise<void>
  get(widgetId: string): Promise<WidgetData | null>
  getHtml(widgetId: string): Promise<string | null>
  getToken(widgetId: string): Promise<string | null>
  exists(widgetId: string): Promise<boolean>
  /** True once; false for an unknown id. */
  delete(widgetId: string): Promise<boolean>
  /** Ids, in no particular order. */
  listActive(): Promise<string[]>
  /** False, and nothing is made, for an unknown id. The time to live stays. */
  updateHtml(widgetId: string, html: string): Promise<boolean>
  /** As `updateHtml`. */
  updateToken(widgetId: string, token: string): Promise<boolean>
  count(): Promise<number>
}

/** What `subscribe` gives: events, in the order of publishing. */
export interface Subscription extends AsyncIterableIterator<EventMessage> {
  /** Events that were thrown away because they were not taken in time. */
  readonly dropped: number
  /** Ends it, as `break` in a `for await` does. */
  return(): Promise<IteratorResult<EventMessage>>
}

/** Events between widgets, callbacks and processes, by channel. Nothing is kept for those who subscribe later. */
export interface EventBus {
  /**
   * Resolves when the backend has taken the event. `data`, `timestamp`, `messageId` and `sourceWorkerId` are filled in
   * where they are missing. Rejects with bad_value, or too_large past 1 MiB of JSON.
   */
  publish(channel: string, event: Partial<EventMessage> & { eventType: string; widgetId: string }): Promise<void>
  /**
   * Live from the moment the call returns; on Redis what another process published in the moment before may come as well.
   * It ends when it is left (`break`, `return`), when `signal` is aborted, at
   * `unsubscribe` and at `close`; what was not taken by then is gone. Who takes too slowly loses the oldest events past
   * `queueLimit`. Throws OrielError bad_value.
   */
  subscribe(channel: string, options?: { signal?: AbortSignal }): Subscription
  /** Ends every subscription that this instance has of the channel. */
  unsubscribe(channel: string): Promise<void>
}

/** Which worker has a widget's connection. A record lives `connectionTtl` seconds from its last heartbeat. */
export interface ConnectionRouter {
  /** Inserts or replaces: the widget moves to this worker at once. */
  registerConnection(
    widgetId: string,
    workerId: string,
    options?: { userId?: string | null; sessionId?: string | null },
  ): Promise<void>
  /**
   * As `registerConnection`, but only where nobody else has the widget: it has no owner, or `workerId` is that, or `from`
   * is, a worker that the caller knows to be dead. Otherwise nothing changes. Gives the owner afterwards: of several that
   * claim at once exactly one finds itself.
   */
  claimConnection(
    widgetId: string,
    workerId: string,
    options?: { userId?: string | null; sessionId?: string | null; from?: string | null },
  ): Promise<string>
  getConnectionInfo(widgetId: string): Promise<ConnectionInfo | null>
  getOwner(widgetId: string): Promise<string | null>
  /** Raises `lastHeartbeat` and starts the time to live anew. False if unknown, or if `workerId` is given and not the owner. */
  refreshHeartbeat(widgetId: string, workerId?: string): Promise<boolean>
  /** False if unknown, or if `workerId` is given and not the owner. */
  unregisterConnection(widgetId: string, workerId?: string): Promise<boolean>
  /** Widget ids, in no particular order. */
  listWorkerConnections(workerId: string): Promise<string[]>
}

/** Sessions of people, and what their roles permit. `ttl` is in seconds; null: never expires. */
export interface SessionStore {
  /** Inserts or replaces. Rejects with a RangeError for a `ttl` of 0 or less. */
  createSession(
    sessionId: string,
    userId: string,
    options?: { roles?: string[]; ttl?: number | null; metadata?: JsonObject },
  ): Promise<UserSession>
  getSession(sessionId: string): Promise<UserSession | null>
  validateSession(sessionId: string): Promise<boolean>
  deleteSession(sessionId: string): Promise<boolean>
  /**
   * From now it lives `extendTtl` seconds, or as long as it was created for. False if unknown: what has expired does not
   * come back. Rejects with a RangeError for 0 or less.
   */
  refreshSession(sessionId: string, extendTtl?: number | null): Promise<boolean>
  /** Those that live, in no particular order. */
  listUserSessions(userId: string): Promise<UserSession[]>
  /**
   * Whether a role of the session has `permission`, or its `metadata.permissions["type:id"]` has it for this resource.
   * A type that itself has a `:` cannot be named there. Whatever is unknown or damaged permits nothing.
   */
  checkPermission(sessionId: string, resourceType: string, resourceId: string, permission: string): Promise<boolean>
  /** Replaces what a role permits. Without it: viewer read; editor read, write; admin read, write, admin. */
  setRolePermissions(role: string, permissions: Iterable<string>): Promise<void>
}

/** The stores on one backend. */
export interface StateStores {
  readonly widgets: WidgetStore
  readonly bus: EventBus
  readonly router: ConnectionRouter
  /** Which worker has a widget's callbacks: a router of its own, whose records live `callbackTtl` seconds. */
  readonly callbacks: ConnectionRouter
  readonly sessions: SessionStore
  /** Ends subscriptions and lets go of the backend; stored data stays. Idempotent. Afterwards every call rejects with `closed`. */
  close(): Promise<void>
}

/** Lifetimes are in seconds and may be fractions; null: never. */
export interface StoreOptions {
  /** Default 86,400. */
  widgetTtl?: number | null
  /** From the last heartbeat. Default 300. */
  connectionTtl?: number
  /** How long a worker that is not heard of any more counts as having callbacks. Default 10. */
  callbackTtl?: number
  /** Where `createSession` names none. Default 86,400. */
  sessionTtl?: number | null
  /** Who this instance is to the bus. Default: `getWorkerId()`. */
  workerId?: string
  /** Events that wait for one subscriber before the oldest is dropped. Default 1,000. */
  queueLimit?: number
  /** Unix ms; memory and SQLite only, Redis has a clock of its own. Default: `Date.now`. */
  now?: () => number
  /** Default: warnings and errors to the console. */
  log?: Log
}
