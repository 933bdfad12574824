import { checkId, checkOptionalId, isId } from '../checks.ts'
import type { StoreSettings } from '../settings.ts'
import type { ConnectionRouter } from '../types.ts'
import type { ConnectionRow } from './connection-table.ts'
import { purger } from './statements.ts'
import type { PreparedDatabase } from './statements.ts'

type Whose = Parameters<ConnectionRouter['registerConnection']>[2]

export function sqliteRouter(
  database: PreparedDatabase,
  name: 'connections' | 'callbacks',
  lifetimeMs: number,
  { now }: StoreSettings,
): ConnectionRouter {
  const purge = purger(() => database.run((tables) => tables[name].purge.run(now())))
  const rowOf = (widgetId: string, workerId: string, { userId, sessionId }: Whose = {}): ConnectionRow => {
    const connectedAt = now()
    return {
      widget_id: checkId(widgetId, 'widgetId'),
      worker_id: checkId(workerId, 'workerId'),
      user_id: checkOptionalId(userId, 'userId'),
      session_id: checkOptionalId(sessionId, 'sessionId'),
      connected_at: connectedAt,
      last_heartbeat: connectedAt,
      expires_at: connectedAt + lifetimeMs,
    }
  }
  return {
    async registerConnection(widgetId, workerId, whose) {
      const row = rowOf(widgetId, workerId, whose)
      purge()
      database.run((tables) => tables[name].register.run(row))
    },
    async claimConnection(widgetId, workerId, { from, ...whose } = {}) {
      const dead = checkOptionalId(from, 'from')
      const row = rowOf(widgetId, workerId, whose)
      purge()
      return database.run((tables) => tables[name].claim.immediate(row, dead))
    },
    async getConnectionInfo(widgetId) {
      const row = database.run((tables) => (isId(widgetId) ? tables[name].get.get(widgetId, now()) : undefined))
      if (!row) return null
      return {
        widgetId,
        workerId: row.worker_id,
        connectedAt: row.connected_at,
        lastHeartbeat: row.last_heartbeat,
        userId: row.user_id,
        sessionId: row.session_id,
      }
    },
    async getOwner(widgetId) {
      return database.run((tables) => (isId(widgetId) ? (tables[name].owner.get(widgetId, now()) ?? null) : null))
    },
    async refreshHeartbeat(widgetId, workerId) {
      const time = now()
      const change = { id: widgetId, worker: workerId ?? null, now: time, end: time + lifetimeMs }
      return database.run((tables) => isId(widgetId) && tables[name].refresh.run(change).changes > 0)
    },
    async unregisterConnection(widgetId, workerId) {
      const change = { id: widgetId, worker: workerId ?? null, now: now() }
      return database.run((tables) => isId(widgetId) && tables[name].unregister.run(change).changes > 0)
    },
    async listWorkerConnections(workerId) {
      return database.run((tables) => (isId(workerId) ? tables[name].list.all(workerId, now()) : []))
    },
  }
}
