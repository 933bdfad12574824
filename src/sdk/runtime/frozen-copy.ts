import { OrielError } from '../../shared/errors.ts'

/**
 * A deeply frozen copy of plain data: text, numbers, booleans, null, undefined, lists and plain objects.
 * Throws OrielError bad_value, naming `path`, for anything else: it could not be frozen, so one client could change what another reads.
 */
export function frozenCopy(value: unknown, path: string): unknown {
  if (value === null || typeof value !== 'object') {
    if (typeof value === 'function' || typeof value === 'symbol')
      throw new OrielError('bad_value', `${path} is a ${typeof value}; a session context holds plain data only.`)
    return value
  }
  if (Array.isArray(value)) return Object.freeze(value.map((item, index) => frozenCopy(item, `${path}[${index}]`)))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) {
    const name = value.constructor?.name || 'object with a prototype'
    throw new OrielError('bad_value', `${path} is a ${name}; a session context holds plain data only.`)
  }
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const [key, item] of Object.entries(value)) copy[key] = frozenCopy(item, `${path}.${key}`)
  return Object.freeze(copy)
}
