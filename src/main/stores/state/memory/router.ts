import { checkId, checkOptionalId } from '../checks.ts'
import type { StoreSettings } from '../settings.ts'
import type { ConnectionInfo, ConnectionRouter } from '../types.ts'
import type { OwnerTable } from './tables.ts'

type Whose = Parameters<ConnectionRouter['registerConnection']>[2]

export function memoryRouter(
  { records, byWorker }: OwnerTable,
  lifetimeMs: number,
  { now }: StoreSettings,
  open: () => void,
): ConnectionRouter {
  /** The record, if it is one that `workerId` may change. */
  const owned = (widgetId: string, workerId: string | undefined): ConnectionInfo | undefined => {
    const info = records.get(widgetId)
    return info && (workerId === undefined || info.workerId === workerId) ? info : undefined
  }
  const register = (widgetId: string, workerId: string, { userId, sessionId }: Whose = {}): void => {
    const connectedAt = now()
    const info: ConnectionInfo = {
      widgetId: checkId(widgetId, 'widgetId'),
      workerId: checkId(workerId, 'workerId'),
      connectedAt,
      lastHeartbeat: connectedAt,
      userId: checkOptionalId(userId, 'userId'),
      sessionId: checkOptionalId(sessionId, 'sessionId'),
    }
    const before = records.get(widgetId)
    if (before) byWorker.remove(before.workerId, widgetId)
    records.set(widgetId, info, connectedAt + lifetimeMs)
    byWorker.add(workerId, widgetId)
  }
  return {
    async registerConnection(widgetId, workerId, whose) {
      open()
      register(widgetId, workerId, whose)
    },
    async claimConnection(widgetId, workerId, { from, ...whose } = {}) {
      open()
      const dead = checkOptionalId(from, 'from')
      const owner = records.get(widgetId)?.workerId
      if (owner !== undefined && owner !== workerId && owner !== dead) {
        checkId(workerId, 'workerId')
        return owner
      }
      register(widgetId, workerId, whose)
      return workerId
    },
    async getConnectionInfo(widgetId) {
      open()
      const info = records.get(widgetId)
      return info ? { ...info } : null
    },
    async getOwner(widgetId) {
      open()
      return records.get(widgetId)?.workerId ?? null
    },
    async refreshHeartbeat(widgetId, workerId) {
      open()
      const info = owned(widgetId, workerId)
      if (!info) return false
      const time = now()
      const lastHeartbeat = Math.max(time, info.lastHeartbeat + 1)
      records.set(widgetId, { ...info, lastHeartbeat }, time + lifetimeMs)
      return true
    },
    async unregisterConnection(widgetId, workerId) {
      open()
      const info = owned(widgetId, workerId)
      if (!info) return false
      byWorker.remove(info.workerId, widgetId)
      return records.delete(widgetId)
    },
    async listWorkerConnections(workerId) {
      open()
      return byWorker.list(workerId).filter((widgetId) => records.has(widgetId))
    },
  }
}
