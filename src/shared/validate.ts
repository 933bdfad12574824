import { isArrayBuffer, isPlainObject, isTypedArray } from './document/kinds.ts'
import { OrielError } from './errors.ts'
import { FORBIDDEN_KEYS } from './value.ts'
import type { Value } from './value.ts'

/*
 * Checks of what came from outside, for hostile input. Each takes the value and what to call it in the error, allocates
 * nothing while all is well, and throws OrielError bad_message. No text of the value itself gets into an error, since
 * errors go to logs and close frames.
 */

/** Characters of an id or of an event name. */
export const MAX_NAME_LENGTH = 200
/** Objects and arrays inside each other, in one value. */
export const MAX_DEPTH = 64
/** The same in a record that holds a tree of elements: so many of them inside each other, and what the props of the last hold. */
export const MAX_TREE_DEPTH = 272

/** A check of one field. `name` says which field it is, for the error. */
export type Check = (value: unknown, name: string) => void

/** Throws bad_message. */
export function refuse(message: string): never {
  throw new OrielError('bad_message', message)
}

export const checkBoolean: Check = (value, name) => {
  if (typeof value !== 'boolean') refuse(`${name} must be true or false.`)
}

/** A safe whole number from `least` up. */
export function wholeNumber(least: number): Check {
  return (value, name) => {
    if (!Number.isSafeInteger(value) || (value as number) < least)
      refuse(`${name} must be a whole number from ${least}.`)
  }
}

/** Text of `least` to `most` characters (UTF-16 units). */
export function text(least: number, most: number): Check {
  return (value, name) => {
    if (typeof value !== 'string' || value.length < least || value.length > most) {
      refuse(`${name} must be text of ${least} to ${most} characters.`)
    }
  }
}

/** One of the given texts. */
export function oneOf(...allowed: readonly string[]): Check {
  return (value, name) => {
    if (typeof value !== 'string' || !allowed.includes(value)) refuse(`${name} must be one of ${allowed.join(', ')}.`)
  }
}

/** Whether `value` is an object of at most `entries` texts, with names and texts of at most so many characters. */
export function isTextRecord(
  value: unknown,
  entries: number,
  nameLength: number,
  textLength: number,
): value is Record<string, string> {
  if (!isPlainObject(value)) return false
  const pairs = Object.entries(value)
  return (
    pairs.length <= entries &&
    pairs.every(
      ([name, entry]) =>
        name.length > 0 &&
        name.length <= nameLength &&
        !FORBIDDEN_KEYS.has(name) &&
        name !== '__proto_' &&
        typeof entry === 'string' &&
        entry.length <= textLength,
    )
  )
}

/** null, or what `check` allows. */
export function nullOr(check: Check): Check {
  return (value, name) => {
    if (value !== null) check(value, name)
  }
}

/** A list of at most `most` items, each as `check` allows. */
export function listOf(check: Check, most: number): Check {
  return (value, name) => {
    if (!Array.isArray(value) || value.length > most) refuse(`${name} must be a list of at most ${most} items.`)
    for (let index = 0; index < value.length; index++) check(value[index], name)
  }
}

/** A field that may be absent or undefined; see `shape`. */
export interface Optional {
  optional: Check
}
export const optional = (check: Check): Optional => ({ optional: check })

/** An object with these fields, no other, and every one that is not optional. */
export function shape(fields: { readonly [name: string]: Check | Optional }): Check {
  const table = new Map<string, { check: Check; required: boolean; name: string }>()
  let needed = 0
  for (const [key, field] of Object.entries(fields)) {
    const required = typeof field === 'function'
    if (required) needed++
    table.set(key, { check: required ? field : field.optional, required, name: key })
  }
  return (value, name) => {
    if (!isPlainObject(value)) refuse(`${name} must be an object.`)
    let found = 0
    for (const key in value) {
      const field = table.get(key)
      if (!field) refuse(`${name} has a field that does not belong there.`)
      if (field.required) found++
      else if (value[key] === undefined) continue
      field.check(value[key], field.name)
    }
    if (found < needed) {
      for (const [key, field] of table) {
        if (field.required && !Object.hasOwn(value, key)) refuse(`${name} lacks ${key}.`)
      }
    }
  }
}

/** A `Value`: JSON values, ArrayBuffer and typed arrays, at most 64 deep, no key that could reach a prototype. */
export function checkValue(value: unknown, name: string): asserts value is Value {
  checkDeep(value, name, 0)
}

function checkDeep(value: unknown, name: string, depth: number): void {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return
    case 'object':
      break
    default:
      refuse(`${name} holds something that is no value: ${typeof value}.`)
  }
  if (value === null) return
  if (Array.isArray(value)) {
    if (depth >= MAX_DEPTH) refuse(`${name} is nested more than ${MAX_DEPTH} deep.`)
    for (let index = 0; index < value.length; index++) checkDeep(value[index], name, depth + 1)
  } else if (isPlainObject(value)) {
    if (depth >= MAX_DEPTH) refuse(`${name} is nested more than ${MAX_DEPTH} deep.`)
    for (const key in value) {
      checkKey(key, name)
      checkDeep(value[key], name, depth + 1)
    }
  } else if (!isTypedArray(value) && !isArrayBuffer(value))
    refuse(`${name} holds an object that is neither plain nor binary.`)
}

/** Refuses a key that could reach an object's prototype, also in the spelling that the codec gives it. */
export function checkKey(key: string, name: string): void {
  // all of them have one of these lengths: most keys are done with comparisons of numbers
  if (key.length < 8 || key.length > 11) return
  if (FORBIDDEN_KEYS.has(key) || key === '__proto_') refuse(`${name} has a forbidden key.`)
}
