import type { ComponentClass } from './component.ts'
import { reportOnce } from './log.ts'

/** Who is behind a request, as the server that mounts components knows them. What is not set is not granted. */
export interface ComponentUser {
  readonly id?: string
  readonly isAuthenticated?: boolean
  readonly isStaff?: boolean
  readonly isSuperuser?: boolean
  /** Names of permissions, for ModelPermission. */
  readonly permissions?: Iterable<string>
  /** Asked instead of `permissions`, if it is there. */
  hasPermission?(name: string): boolean
}

/** How a component is asked for from outside. */
export interface PermissionRequest {
  readonly transport: 'http' | 'stream' | 'websocket' | 'push'
  readonly user?: ComponentUser | null
  readonly headers?: Headers
}

/** Says who may use a component from outside. Subclasses say it in `hasPermission`; this one says no. */
export class BasePermission {
  /** Only `true` grants: a promise does not, nor does an error. */
  hasPermission(_request: PermissionRequest, _componentClass: ComponentClass): boolean {
    return false
  }
}

/** Everybody. */
export class AllowAny extends BasePermission {
  override hasPermission(): boolean {
    return true
  }
}

/** Those who are signed in. */
export class IsAuthenticated extends BasePermission {
  override hasPermission({ user }: PermissionRequest): boolean {
    return user?.isAuthenticated === true
  }
}

/** Those with the flag `isStaff`. */
export class IsStaff extends BasePermission {
  override hasPermission({ user }: PermissionRequest): boolean {
    return user?.isStaff === true && user.isAuthenticated !== false
  }
}

/** Those with the flag `isSuperuser`. */
export class IsSuperuser extends BasePermission {
  override hasPermission({ user }: PermissionRequest): boolean {
    return user?.isSuperuser === true && user.isAuthenticated !== false
  }
}

/** Those who have all of `permissionRequired`; everybody if there is none. */
export class ModelPermission extends BasePermission {
  static permissionRequired: string | readonly string[] | null = null

  override hasPermission({ user }: PermissionRequest): boolean {
    const { permissionRequired } = this.constructor as typeof ModelPermission
    const required = typeof permissionRequired === 'string' ? [permissionRequired] : (permissionRequired ?? [])
    if (required.length === 0) return true
    if (!user || user.isAuthenticated === false) return false
    if (user.hasPermission) return required.every((name) => user.hasPermission!(name))
    const granted = new Set(user.permissions)
    return required.every((name) => granted.has(name))
  }
}

/** Whether every permission of the class grants (rule Q39). One that throws does not. */
export function isPermitted(request: PermissionRequest, componentClass: ComponentClass): boolean {
  return componentClass.permissionClasses.every((Permission) => {
    try {
      const granted: unknown = new Permission().hasPermission(request, componentClass)
      return granted === true
    } catch (error) {
      reportOnce(componentClass.log, `${componentClass.name}: ${Permission.name} failed, which denies`, error)
      return false
    }
  })
}
