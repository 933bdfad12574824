import { OrielError } from '../shared/errors.ts'
import { plainValue } from '../shared/plain.ts'
import { FORBIDDEN_KEYS } from '../shared/value.ts'
import type { Value } from '../shared/value.ts'

/** Deeper than this nothing is taken, here or by the room. */
const MAX_DEPTH = 64

/**
 * `value` as it may be sent. As in JSON, `undefined` is null, a key that holds it is left out, and an object with `toJSON`
 * (a Date) is what that gives; binary stays binary. What needs no change is not copied. Throws bad_value naming the path
 * of what cannot be sent: a function, a class instance, a Map, a bigint, a cycle.
 */
export function outgoing(value: unknown, what: string): Value {
  return convert(value, what, 0)
}

function convert(value: unknown, path: string, depth: number): Value {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return value
    case 'undefined':
      return null
    case 'object':
      break
    default:
      throw refuse(path, `a ${typeof value}`)
  }
  if (value === null || value instanceof ArrayBuffer) return value
  if (ArrayBuffer.isView(value)) {
    if (value instanceof DataView) throw refuse(path, 'a DataView')
    return value as Value
  }
  const plain = plainValue(value)
  if (plain !== undefined) return plain
  if (depth >= MAX_DEPTH) throw refuse(path, `nested more than ${MAX_DEPTH} deep, or in itself`)
  if (Array.isArray(value)) return convertList(value, path, depth)
  const { toJSON } = value as { toJSON?: unknown }
  if (typeof toJSON === 'function') return convert(toJSON.call(value) as unknown, path, depth + 1)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    throw refuse(path, `a ${value.constructor?.name ?? 'class instance'}`)
  return convertObject(value as Record<string, unknown>, path, depth)
}

function convertList(list: readonly unknown[], path: string, depth: number): Value {
  let copy: Value[] | null = null
  for (const [index, item] of list.entries()) {
    const sent = convert(item, `${path}[${index}]`, depth + 1)
    if (sent !== item) copy ??= list.slice(0, index) as Value[]
    copy?.push(sent)
  }
  return copy ?? (list as readonly Value[])
}

function convertObject(object: Record<string, unknown>, path: string, depth: number): Value {
  let copy: Record<string, Value> | null = null
  const keys = Object.keys(object)
  for (const [index, key] of keys.entries()) {
    if (FORBIDDEN_KEYS.has(key)) throw refuse(`${path}.${key}`, 'a key of that name')
    const item = object[key]
    const sent = item === undefined ? undefined : convert(item, `${path}.${key}`, depth + 1)
    if (sent !== item || sent === undefined) {
      copy ??= Object.fromEntries(keys.slice(0, index).map((before) => [before, object[before] as Value]))
    }
    if (copy && sent !== undefined) copy[key] = sent
  }
  return copy ?? (object as Record<string, Value>)
}

function refuse(path: string, found: string): OrielError {
  return new OrielError('bad_value', `${path} cannot be sent: it is ${found}. JSON values and binary can.`)
}
