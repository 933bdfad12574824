import { isPlainObject } from '../../../shared/document/kinds.ts'
import { OrielError } from '../../../shared/errors.ts'
import { FORBIDDEN_KEYS } from '../../../shared/value.ts'
import type { JsonObject } from './types.ts'

/** Characters (UTF-16 units) of an id, a channel, a role and the like. */
const MAX_ID_LENGTH = 1_024
const MAX_HTML_LENGTH = 64 * 1024 * 1024
/** Characters of metadata or event data as JSON. */
const MAX_JSON_LENGTH = 1024 * 1024
/** Objects and arrays inside each other. */
const MAX_DEPTH = 64
const MAX_LIST_LENGTH = 10_000

/** For calls after `close`. */
export function stateClosed(): OrielError {
  return new OrielError('closed', 'These stores are closed.')
}

/** Whether anything can be known under `value`: well-formed text of 1 to 1,024 characters. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH && value.isWellFormed()
}

/** Gives `value` if it can be an id; throws bad_value naming it `name`. */
export function checkId(value: unknown, name: string): string {
  if (isId(value)) return value
  throw new OrielError('bad_value', `${name} must be well-formed text of 1 to ${MAX_ID_LENGTH} characters.`)
}

/** As `checkId`; undefined counts as null. */
export function checkOptionalId(value: unknown, name: string): string | null {
  return value === undefined || value === null ? null : checkId(value, name)
}

export function checkHtml(value: unknown): string {
  if (typeof value !== 'string' || !value.isWellFormed())
    throw new OrielError('bad_value', 'html must be well-formed text.')
  if (value.length > MAX_HTML_LENGTH)
    throw new OrielError('too_large', `html has ${value.length} characters; ${MAX_HTML_LENGTH} can be stored.`)
  return value
}

/** A copy of a list of texts, of roles or permissions. */
export function checkNames(value: Iterable<unknown>, name: string): string[] {
  if (typeof value === 'string' || typeof value?.[Symbol.iterator] !== 'function')
    throw new OrielError('bad_value', `${name} must be a list of texts.`)
  const names: string[] = []
  for (const item of value) {
    if (names.length === MAX_LIST_LENGTH)
      throw new OrielError('too_large', `${name} may have ${MAX_LIST_LENGTH} entries.`)
    names.push(checkId(item, `Each of ${name}`))
  }
  return names
}

/** `value` as JSON. Throws bad_value, naming the place, for anything that JSON would lose or change, and too_large. */
export function toJson(value: unknown, name: string): string {
  if (!isPlainObject(value)) throw new OrielError('bad_value', `${name} must be a plain object.`)
  checkJson(value, name, 0)
  const text = JSON.stringify(value)
  if (text.length > MAX_JSON_LENGTH)
    throw new OrielError('too_large', `${name} is ${text.length} characters as JSON; ${MAX_JSON_LENGTH} are allowed.`)
  return text
}

/** The object in `text`; null if that is not an object in JSON. */
export function fromJson(text: unknown): JsonObject | null {
  if (typeof text !== 'string') return null
  try {
    const value: unknown = JSON.parse(text)
    return isPlainObject(value) ? (value as JsonObject) : null
  } catch {
    return null
  }
}

/** The list of texts in `text`; null if that is not one in JSON. */
export function namesFromJson(text: unknown): string[] | null {
  if (typeof text !== 'string') return null
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null
  } catch {
    return null
  }
}

function checkJson(value: unknown, name: string, depth: number): void {
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new OrielError('bad_value', `${name} is text with half a character.`)
    return
  }
  if (typeof value === 'number' && Number.isFinite(value)) return
  if (depth > MAX_DEPTH) throw new OrielError('bad_value', `${name} is nested more than ${MAX_DEPTH} deep.`)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) checkJson(value[i], `${name}[${i}]`, depth + 1)
  } else if (isPlainObject(value)) {
    for (const key of Object.keys(value)) {
      if (FORBIDDEN_KEYS.has(key)) throw new OrielError('bad_value', `${name} has the key ${key}.`)
      checkJson(value[key], `${name}.${key}`, depth + 1)
    }
  } else {
    throw new OrielError('bad_value', `${name} is ${kindOf(value)}, which is not JSON.`)
  }
}

function kindOf(value: unknown): string {
  return typeof value === 'object' ? `an object of ${value?.constructor?.name ?? 'some class'}` : typeof value
}
