import { namesFromJson } from './checks.ts'
import type { JsonObject } from './types.ts'

/** What the roles permit that every backend knows from the start. */
export const DEFAULT_ROLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['viewer', ['read']],
  ['editor', ['read', 'write']],
  ['admin', ['read', 'write', 'admin']],
])

/** What is asked for: `permission` on one resource. */
export interface PermissionQuestion {
  resourceType: string
  resourceId: string
  permission: string
}

/**
 * Whether a session with these roles and this metadata has the permission (rules S7 and S8). `stored`: what was set for
 * a role, as JSON; undefined where nothing was. What is damaged permits nothing, not even what the default would.
 */
export function permits(
  session: { roles: readonly string[]; metadata: JsonObject },
  question: PermissionQuestion,
  stored: (role: string) => string | undefined,
): boolean {
  const { permission } = question
  const byRole = session.roles.some((role) => {
    const text = stored(role)
    const names = text === undefined ? DEFAULT_ROLES.get(role) : namesFromJson(text)
    return names?.includes(permission) ?? false
  })
  return byRole || permitsResource(session.metadata, question)
}

function permitsResource(metadata: JsonObject, { resourceType, resourceId, permission }: PermissionQuestion): boolean {
  // "a:b" and "c" would be the same key as "a" and "b:c", and a grant for the one a grant for the other.
  if (typeof resourceType !== 'string' || typeof resourceId !== 'string' || resourceType.includes(':')) return false
  const permissions = own(metadata, 'permissions')
  const granted = own(permissions, `${resourceType}:${resourceId}`)
  return Array.isArray(granted) && granted.includes(permission)
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Record<string, unknown>)[key]
}
