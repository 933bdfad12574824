import { checkId, checkNames, isId, toJson } from '../checks.ts'
import type { StoredJson } from '../damage.ts'
import { lifetimeOf } from '../lifetimes.ts'
import { permits } from '../permissions.ts'
import type { StoreSettings } from '../settings.ts'
import type { SessionStore, UserSession } from '../types.ts'
import { NEVER, endOf } from './never.ts'
import type { SessionRow } from './session-table.ts'
import { purger } from './statements.ts'
import type { PreparedDatabase } from './statements.ts'

export function sqliteSessions(
  database: PreparedDatabase,
  { sessionMs, now }: StoreSettings,
  json: StoredJson,
): SessionStore {
  const purge = purger(() => database.run(({ sessions }) => sessions.purge.run(now())))
  const toSession = (row: SessionRow): UserSession => ({
    sessionId: row.session_id,
    userId: row.user_id,
    roles: json.names(row.roles, 'session roles', row.session_id),
    createdAt: row.created_at,
    expiresAt: row.expires_at === NEVER ? null : row.expires_at,
    metadata: json.object(row.metadata, 'session metadata', row.session_id),
  })
  /** The row if it lives; an expired one is taken out. */
  const get = (sessionId: string): SessionRow | undefined =>
    database.run(({ sessions }) => {
      const row = isId(sessionId) ? sessions.get.get(sessionId) : undefined
      const time = now()
      if (!row || row.expires_at > time) return row
      sessions.remove.run(sessionId, time)
      return undefined
    })
  return {
    async createSession(sessionId, userId, { roles = [], ttl, metadata = {} } = {}) {
      const createdAt = now()
      const lifetimeMs = ttl === undefined ? sessionMs : lifetimeOf(ttl, 'ttl')
      const row: SessionRow = {
        session_id: checkId(sessionId, 'sessionId'),
        user_id: checkId(userId, 'userId'),
        roles: JSON.stringify(checkNames(roles, 'roles')),
        created_at: createdAt,
        expires_at: endOf(lifetimeMs, createdAt),
        lifetime_ms: lifetimeMs,
        metadata: toJson(metadata, 'metadata'),
      }
      purge()
      database.run(({ sessions }) => sessions.create.run(row))
      return toSession(row)
    },
    async getSession(sessionId) {
      const row = get(sessionId)
      return row ? toSession(row) : null
    },
    async validateSession(sessionId) {
      return database.run(({ sessions }) => isId(sessionId) && sessions.exists.get(sessionId, now()) !== undefined)
    },
    async deleteSession(sessionId) {
      return database.run(({ sessions }) => isId(sessionId) && sessions.delete.run(sessionId, now()).changes > 0)
    },
    async refreshSession(sessionId, extendTtl) {
      const lifetimeMs = extendTtl === undefined ? undefined : lifetimeOf(extendTtl, 'extendTtl')
      const time = now()
      return database.run(({ sessions }) => {
        if (!isId(sessionId)) return false
        const { changes } =
          lifetimeMs === undefined
            ? sessions.renew.run({ id: sessionId, now: time })
            : sessions.extend.run({ id: sessionId, now: time, end: endOf(lifetimeMs, time) })
        return changes > 0
      })
    },
    async listUserSessions(userId) {
      const rows = database.run(({ sessions }) => (isId(userId) ? sessions.list.all(userId, now()) : []))
      return rows.map(toSession)
    },
    async checkPermission(sessionId, resourceType, resourceId, permission) {
      const row = get(sessionId)
      if (!row) return false
      return database.run(({ sessions }) =>
        permits(toSession(row), { resourceType, resourceId, permission }, (role) => sessions.role.get(role)),
      )
    },
    async setRolePermissions(role, permissions) {
      const names = JSON.stringify(checkNames(permissions, 'permissions'))
      checkId(role, 'role')
      database.run(({ sessions }) => sessions.setRole.run(role, names))
    },
  }
}
