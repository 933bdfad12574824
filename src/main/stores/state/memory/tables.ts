import type { ConnectionInfo } from '../types.ts'
import { ExpiringMap } from './expiring-map.ts'
import { Owners } from './owners.ts'

/** A widget as it is kept; `metadata` is JSON, so that nobody holds the kept one. */
export interface WidgetRow {
  html: string
  token: string | null
  createdAt: number
  ownerWorkerId: string | null
  metadata: string
}

/** A session as it is kept; `roles` and `metadata` are JSON. `lifetimeMs`: what it was created for, null for ever. */
export interface SessionRow {
  userId: string
  roles: string
  createdAt: number
  expiresAt: number
  lifetimeMs: number | null
  metadata: string
}

/** Which worker has which widget. */
export class OwnerTable {
  readonly records: ExpiringMap<ConnectionInfo>
  /** Worker → its widgets. */
  readonly byWorker = new Owners()

  constructor(now: () => number) {
    this.records = new ExpiringMap(now, (widgetId, { workerId }) => this.byWorker.remove(workerId, widgetId))
  }
}

/** What the memory stores keep. Several instances may share it, as several processes share a database. */
export class MemoryTables {
  readonly widgets: ExpiringMap<WidgetRow>
  readonly connections: OwnerTable
  readonly callbacks: OwnerTable
  readonly sessions: ExpiringMap<SessionRow>
  /** User → their sessions. */
  readonly byUser = new Owners()
  /** Role → what was set for it, as JSON. */
  readonly roles = new Map<string, string>()
  /** The buses of the instances. */
  readonly listeners = new Set<(channel: string, text: string) => void>()

  constructor(now: () => number) {
    this.widgets = new ExpiringMap(now)
    this.connections = new OwnerTable(now)
    this.callbacks = new OwnerTable(now)
    this.sessions = new ExpiringMap(now, (sessionId, { userId }) => this.byUser.remove(userId, sessionId))
  }
}
