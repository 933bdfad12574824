import { PAGE_EVENT_PREFIX, SYSTEM_EVENT_PREFIX } from '../shared/calls.ts'
import { OrielError } from '../shared/errors.ts'
import { isPlainObject } from '../shared/document/kinds.ts'
import { MAX_NAME_LENGTH, checkValue } from '../shared/validate.ts'
import type { Value } from '../shared/value.ts'

/*
 * Checks of what a script passes in. Each throws OrielError bad_value that says what was expected and what was given.
 */

/** Largest side and position of a window, in DIP; more than any screen. */
const MAX_DIP = 32_767

/** `value` in words, short, for messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function'
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return 'a list'
  if ('$$typeof' in value) return 'a React element'
  if (value instanceof Promise) return 'a promise (await it first)'
  return isPlainObject(value)
    ? `an object with ${Object.keys(value).join(', ') || 'nothing in it'}`
    : `a ${value.constructor?.name ?? 'strange object'}`
}

/** Throws the OrielError bad_value "`what` must be `wanted`, not …". */
export function refuse(what: string, wanted: string, given: unknown): never {
  throw new OrielError('bad_value', `${what} must be ${wanted}, not ${describe(given)}.`)
}

/** Refuses what is no object, and keys that `known` does not have: a misspelt option must not be ignored silently. */
export function checkKeys(value: unknown, known: readonly string[], what: string): void {
  if (!isPlainObject(value)) refuse(what, 'an object', value)
  for (const key of Object.keys(value))
    if (!known.includes(key))
      throw new OrielError('bad_value', `${what} does not know "${key}". It knows ${known.join(', ')}.`)
}

export function checkText(value: unknown, what: string): asserts value is string {
  if (typeof value !== 'string') refuse(what, 'text', value)
}

export function checkFunction(value: unknown, what: string): asserts value is Function {
  if (typeof value !== 'function') refuse(what, 'a function', value)
}

/** Width or height in DIP: 1 to 32,767, rounded. */
export function checkSize(value: unknown, what: string): number {
  if (typeof value !== 'number' || !(value >= 1 && value <= MAX_DIP))
    refuse(what, `a number of pixels from 1 to ${MAX_DIP}`, value)
  return Math.round(value)
}

/** x or y in DIP, rounded. */
export function checkPosition(value: unknown, what: string): number {
  if (typeof value !== 'number' || !(Math.abs(value) <= MAX_DIP))
    refuse(what, `a number of pixels from -${MAX_DIP} to ${MAX_DIP}`, value)
  return Math.round(value)
}

/** The name of an event that a script sends or listens to. */
export function checkEventName(value: unknown, what: string): asserts value is string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_NAME_LENGTH)
    refuse(what, `the name of an event, of 1 to ${MAX_NAME_LENGTH} characters`, value)
  for (const prefix of [SYSTEM_EVENT_PREFIX, PAGE_EVENT_PREFIX])
    if (value.startsWith(prefix))
      throw new OrielError('bad_value', `${what} must not start with "${prefix}": those are Oriel's own.`)
}

/** What can be sent to a window: JSON values, ArrayBuffer and typed arrays. */
export function checkSendable(value: unknown, what: string): asserts value is Value {
  try {
    checkValue(value, what)
  } catch (error) {
    const why = error instanceof Error ? error.message : ''
    throw new OrielError('bad_value', `${why} JSON values, ArrayBuffer and typed arrays can be sent.`, { cause: error })
  }
}
