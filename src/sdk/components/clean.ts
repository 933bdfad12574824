import { isPlainObject } from '../../shared/document/kinds.ts'
import { MAX_DEPTH } from '../../shared/validate.ts'
import { FORBIDDEN_KEYS } from '../../shared/value.ts'

/** Whether a key could reach a prototype; all of those have one of these lengths, so that most are done with a comparison. */
export function isForbidden(key: string): boolean {
  return key.length >= 9 && key.length <= 11 && FORBIDDEN_KEYS.has(key)
}

/** More objects inside each other than anything that came from outside may have. */
export class TooDeep extends Error {
  constructor() {
    super(`nested more than ${MAX_DEPTH} deep`)
  }
}

/**
 * A copy of the lists and plain objects in `value` without keys that could reach a prototype (rule Q10). What is neither
 * is passed on as it is. Throws TooDeep.
 */
export function cleanCopy<T>(value: T): T {
  return copy(value, 0) as T
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) throw new TooDeep()
  if (Array.isArray(value)) {
    const list: unknown[] = []
    for (let index = 0; index < value.length; index++) list.push(copy(value[index], depth + 1))
    return list
  }
  if (!isPlainObject(value)) return value
  const object: Record<string, unknown> = {}
  for (const key of Object.keys(value)) if (!isForbidden(key)) object[key] = copy(value[key], depth + 1)
  return object
}
