import { checkId, checkOptionalId, isId } from '../checks.ts'
import type { ConnectionRouter } from '../types.ts'
import { escapeId, unescapeId } from './keys.ts'
import type { Keys, Owned } from './keys.ts'
import type { RedisLink } from './pool.ts'
import { fieldsOf, lifetimeText } from './records.ts'
import { LIST_CONNECTIONS, REFRESH_CONNECTION, REGISTER_CONNECTION, UNREGISTER_CONNECTION } from './scripts.ts'

type Row = [
  worker: string | null,
  connectedAt: string,
  lastHeartbeat: string,
  user: string | null,
  session: string | null,
]

type Whose = Parameters<ConnectionRouter['registerConnection']>[2]

/** No worker once it is escaped. */
const ANYBODY = '*'

/** Workers are kept escaped, as their indexes are named. */
export function redisRouter(redis: RedisLink, keys: Keys, kind: Owned, lifetimeMs: number): ConnectionRouter {
  const lifetime = lifetimeText(lifetimeMs)
  /** What a script takes for the worker that must be the owner; null if nobody can be that. */
  const claimOf = (workerId: string | undefined): string | null =>
    workerId === undefined ? '' : isId(workerId) ? escapeId(workerId) : null
  /** `over`: whose place may be taken. Gives the owner afterwards. */
  const register = async (
    widgetId: string,
    workerId: string,
    over: string,
    { userId, sessionId }: Whose = {},
  ): Promise<string> => {
    const member = escapeId(checkId(widgetId, 'widgetId'))
    const worker = escapeId(checkId(workerId, 'workerId'))
    const fields = fieldsOf({
      user: checkOptionalId(userId, 'userId'),
      session: checkOptionalId(sessionId, 'sessionId'),
    })
    const owner = await redis.script<string>(
      REGISTER_CONNECTION,
      [keys.owned(kind, widgetId), keys.owner(kind, workerId)],
      [member, lifetime, worker, keys.startOfOwners(kind), over, ...fields],
    )
    return unescapeId(owner)
  }
  return {
    async registerConnection(widgetId, workerId, whose) {
      await register(widgetId, workerId, ANYBODY, whose)
    },
    async claimConnection(widgetId, workerId, { from, ...whose } = {}) {
      const dead = checkOptionalId(from, 'from')
      return await register(widgetId, workerId, dead === null ? '' : escapeId(dead), whose)
    },
    async getConnectionInfo(widgetId) {
      if (!isId(widgetId)) return null
      const key = keys.owned(kind, widgetId)
      const row = await redis.run<Row>('HMGET', key, 'worker', 'connectedAt', 'lastHeartbeat', 'user', 'session')
      const [worker, connectedAt, lastHeartbeat, userId, sessionId] = row
      if (worker === null) return null
      return {
        widgetId,
        workerId: unescapeId(worker),
        connectedAt: Number(connectedAt),
        lastHeartbeat: Number(lastHeartbeat),
        userId,
        sessionId,
      }
    },
    async getOwner(widgetId) {
      if (!isId(widgetId)) return null
      const worker = await redis.run<string | null>('HGET', keys.owned(kind, widgetId), 'worker')
      return worker === null ? null : unescapeId(worker)
    },
    async refreshHeartbeat(widgetId, workerId) {
      const claim = claimOf(workerId)
      if (!isId(widgetId) || claim === null) return false
      const args = [escapeId(widgetId), lifetime, claim, keys.startOfOwners(kind)]
      return (await redis.script<number>(REFRESH_CONNECTION, [keys.owned(kind, widgetId)], args)) === 1
    },
    async unregisterConnection(widgetId, workerId) {
      const claim = claimOf(workerId)
      if (!isId(widgetId) || claim === null) return false
      const args = [escapeId(widgetId), claim, keys.startOfOwners(kind)]
      return (await redis.script<number>(UNREGISTER_CONNECTION, [keys.owned(kind, widgetId)], args)) === 1
    },
    async listWorkerConnections(workerId) {
      if (!isId(workerId)) return []
      const args = [escapeId(workerId), keys.start(kind)]
      return (await redis.script<string[]>(LIST_CONNECTIONS, [keys.owner(kind, workerId)], args)).map(unescapeId)
    },
  }
}
