import { checkId, checkNames, toJson } from '../checks.ts'
import type { StoredJson } from '../damage.ts'
import { lifetimeOf } from '../lifetimes.ts'
import { permits } from '../permissions.ts'
import type { StoreSettings } from '../settings.ts'
import type { SessionStore, UserSession } from '../types.ts'
import type { MemoryTables, SessionRow } from './tables.ts'

export function memorySessions(
  { sessions, byUser, roles: stored }: MemoryTables,
  { sessionMs, now }: StoreSettings,
  json: StoredJson,
  open: () => void,
): SessionStore {
  const toSession = (sessionId: string, row: SessionRow): UserSession => ({
    sessionId,
    userId: row.userId,
    roles: json.names(row.roles, 'session roles', sessionId),
    createdAt: row.createdAt,
    expiresAt: row.expiresAt === Infinity ? null : row.expiresAt,
    metadata: json.object(row.metadata, 'session metadata', sessionId),
  })
  const get = (sessionId: string): UserSession | null => {
    const row = sessions.get(sessionId)
    return row ? toSession(sessionId, row) : null
  }
  return {
    async createSession(sessionId, userId, { roles = [], ttl, metadata = {} } = {}) {
      open()
      const createdAt = now()
      const lifetimeMs = ttl === undefined ? sessionMs : lifetimeOf(ttl, 'ttl')
      const row: SessionRow = {
        userId: checkId(userId, 'userId'),
        roles: JSON.stringify(checkNames(roles, 'roles')),
        createdAt,
        expiresAt: lifetimeMs === null ? Infinity : createdAt + lifetimeMs,
        lifetimeMs,
        metadata: toJson(metadata, 'metadata'),
      }
      const before = sessions.get(checkId(sessionId, 'sessionId'))
      if (before) byUser.remove(before.userId, sessionId)
      sessions.set(sessionId, row, row.expiresAt)
      byUser.add(userId, sessionId)
      return toSession(sessionId, row)
    },
    async getSession(sessionId) {
      open()
      return get(sessionId)
    },
    async validateSession(sessionId) {
      open()
      return sessions.has(sessionId)
    },
    async deleteSession(sessionId) {
      open()
      const row = sessions.get(sessionId)
      if (!row) return false
      byUser.remove(row.userId, sessionId)
      return sessions.delete(sessionId)
    },
    async refreshSession(sessionId, extendTtl) {
      open()
      const given = extendTtl === undefined ? undefined : lifetimeOf(extendTtl, 'extendTtl')
      const row = sessions.get(sessionId)
      if (!row) return false
      const lifetimeMs = given === undefined ? row.lifetimeMs : given
      const expiresAt = lifetimeMs === null ? Infinity : now() + lifetimeMs
      sessions.set(sessionId, { ...row, expiresAt }, expiresAt)
      return true
    },
    async listUserSessions(userId) {
      open()
      return byUser
        .list(userId)
        .map(get)
        .filter((session) => session !== null)
    },
    async checkPermission(sessionId, resourceType, resourceId, permission) {
      open()
      const session = get(sessionId)
      return session !== null && permits(session, { resourceType, resourceId, permission }, (role) => stored.get(role))
    },
    async setRolePermissions(role, permissions) {
      open()
      stored.set(checkId(role, 'role'), JSON.stringify(checkNames(permissions, 'permissions')))
    },
  }
}
