import { OrielError } from '../../../../shared/errors.ts'
import { checkId, checkNames, isId, toJson } from '../checks.ts'
import type { StoredJson } from '../damage.ts'
import { lifetimeOf } from '../lifetimes.ts'
import { permits } from '../permissions.ts'
import type { StoreSettings } from '../settings.ts'
import type { SessionStore, UserSession } from '../types.ts'
import { escapeId, unescapeId } from './keys.ts'
import type { Keys } from './keys.ts'
import type { RedisLink } from './pool.ts'
import { fieldsOf, lifetimeText } from './records.ts'
import { CREATE_SESSION, DELETE_SESSION, LIST_SESSIONS, REFRESH_SESSION, SWEEP_SESSIONS } from './scripts.ts'

/** What was set for a role must not come undone by itself; still no key is for ever. In seconds. */
const ROLES_TTL = 10 * 365 * 86_400

const FIELDS = ['user', 'roles', 'createdAt', 'expiresAt', 'metadata'] as const
type Row = [user: string | null, roles: string | null, createdAt: string, expiresAt: string, metadata: string | null]

/** Users are kept escaped, as their indexes are named. */
export function redisSessions(
  redis: RedisLink,
  keys: Keys,
  { sessionMs }: StoreSettings,
  json: StoredJson,
): SessionStore {
  const toSession = (sessionId: string, [user, roles, createdAt, expiresAt, metadata]: Row): UserSession => ({
    sessionId,
    userId: unescapeId(user ?? ''),
    roles: json.names(roles, 'session roles', sessionId),
    createdAt: Number(createdAt),
    expiresAt: expiresAt === '' ? null : Number(expiresAt),
    metadata: json.object(metadata, 'session metadata', sessionId),
  })
  const read = (sessionId: string): Promise<Row> => redis.run<Row>('HMGET', keys.session(sessionId), ...FIELDS)

  return {
    async createSession(sessionId, userId, { roles = [], ttl, metadata = {} } = {}) {
      const member = escapeId(checkId(sessionId, 'sessionId'))
      const user = escapeId(checkId(userId, 'userId'))
      const lifetime = lifetimeText(ttl === undefined ? sessionMs : lifetimeOf(ttl, 'ttl'))
      const stored = { roles: JSON.stringify(checkNames(roles, 'roles')), metadata: toJson(metadata, 'metadata') }
      const [createdAt, expiresAt] = await redis.script<[string, string]>(
        CREATE_SESSION,
        [keys.session(sessionId), keys.endings],
        [member, lifetime, user, keys.start('user'), ...fieldsOf(stored)],
      )
      return toSession(sessionId, [user, stored.roles, createdAt, expiresAt, stored.metadata])
    },
    async getSession(sessionId) {
      if (!isId(sessionId)) return null
      const row = await read(sessionId)
      if (row[0] !== null) return toSession(sessionId, row)
      await redis.script(SWEEP_SESSIONS, [keys.endings], [keys.start('user')])
      return null
    },
    async validateSession(sessionId) {
      return isId(sessionId) && (await redis.run<number>('EXISTS', keys.session(sessionId))) === 1
    },
    async deleteSession(sessionId) {
      if (!isId(sessionId)) return false
      const args = [escapeId(sessionId), keys.start('user')]
      return (await redis.script<number>(DELETE_SESSION, [keys.session(sessionId), keys.endings], args)) === 1
    },
    async refreshSession(sessionId, extendTtl) {
      const lifetime = extendTtl === undefined ? 'original' : lifetimeText(lifetimeOf(extendTtl, 'extendTtl'))
      if (!isId(sessionId)) return false
      const args = [escapeId(sessionId), lifetime, keys.start('user')]
      return (await redis.script<number>(REFRESH_SESSION, [keys.session(sessionId), keys.endings], args)) === 1
    },
    async listUserSessions(userId) {
      if (!isId(userId)) return []
      const args = [escapeId(userId), keys.start('session'), ...FIELDS]
      const rows = await redis.script<[string, Row][]>(LIST_SESSIONS, [keys.user(userId)], args)
      return rows.map(([member, row]) => toSession(unescapeId(member), row))
    },
    async checkPermission(sessionId, resourceType, resourceId, permission) {
      if (!isId(sessionId)) return false
      try {
        // Sent together: one way there and back.
        const [row, roles] = await Promise.all([read(sessionId), redis.run<string[]>('HGETALL', keys.roles)])
        if (row[0] === null) return false
        const stored = new Map(roles.flatMap((role, i) => (i % 2 === 0 ? [[role, roles[i + 1]!] as const] : [])))
        return permits(toSession(sessionId, row), { resourceType, resourceId, permission }, (role) => stored.get(role))
      } catch (error) {
        if (error instanceof OrielError && error.code === 'store_damaged') return false
        throw error
      }
    },
    async setRolePermissions(role, permissions) {
      const names = JSON.stringify(checkNames(permissions, 'permissions'))
      checkId(role, 'role')
      // Two commands that nothing can come between, as they are written together; and either way round would do.
      await Promise.all([
        redis.run('HSET', keys.roles, role, names),
        redis.run('EXPIRE', keys.roles, String(ROLES_TTL)),
      ])
    },
  }
}
