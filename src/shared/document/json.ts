import { OrielError } from '../errors.ts'
import type { TypedArray, Value } from '../value.ts'
import { TYPED_ARRAYS, isArrayBuffer, isList, isTypedArray, typedArrayKind } from './kinds.ts'

/*
 * Documents as text, for export and for `JSON.stringify`. What JSON lacks is written as an object with the one key
 * `$oriel` (and `$value`); an object of the user's that has this key is wrapped the same way. Never used on the wire.
 */

const MARK = '$oriel'

/** `value` in a form that `JSON.stringify` keeps whole: binary as base64, NaN and the infinities by name. */
export function toJsonValue(value: Value): unknown {
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0) ? value : { [MARK]: 'number', $value: numberName(value) }
  }
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map(toJsonValue)
  if (isTypedArray(value)) return { [MARK]: typedArrayKind(value), $value: toBase64(value) }
  if (isArrayBuffer(value)) return { [MARK]: 'ArrayBuffer', $value: toBase64(new Uint8Array(value)) }
  const entries: { [key: string]: unknown } = {}
  for (const [key, inner] of Object.entries(value)) entries[key] = toJsonValue(inner)
  return Object.hasOwn(entries, MARK) ? { [MARK]: 'object', $value: entries } : entries
}

/** What `toJsonValue` was given; values that are not of its making pass as they are. Throws OrielError bad_value. */
export function fromJsonValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || isArrayBuffer(value)) return value
  if (Array.isArray(value)) return value.map(fromJsonValue)
  const kind = (value as { [MARK]?: unknown })[MARK]
  if (kind === undefined) return fromEntries(value)
  const inner = (value as { $value?: unknown }).$value
  if (kind === 'object' && typeof inner === 'object' && inner !== null) return fromEntries(inner)
  if (kind === 'number') return Number(inner)
  if (typeof inner === 'string' && typeof kind === 'string') {
    const buffer = fromBase64(inner)
    if (kind === 'ArrayBuffer') return buffer
    if (Object.hasOwn(TYPED_ARRAYS, kind)) return new TYPED_ARRAYS[kind as keyof typeof TYPED_ARRAYS](buffer)
  }
  throw new OrielError('bad_value', 'The JSON holds a marked value of an unknown kind.')
}

function fromEntries(value: object): { [key: string]: unknown } {
  // fromEntries defines properties, so that a key such as __proto__ stays a key for the validation to refuse.
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromJsonValue(inner)]))
}

function numberName(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function toBase64(array: TypedArray): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  let text = ''
  // In pieces, since every byte becomes an argument.
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return btoa(text)
}

function fromBase64(text: string): ArrayBuffer {
  let decoded: string
  try {
    decoded = atob(text)
  } catch (cause) {
    throw new OrielError('bad_value', 'The JSON holds binary that is not base64.', { cause })
  }
  const bytes = new Uint8Array(decoded.length)
  for (let i = 0; i < decoded.length; i++) bytes[i] = decoded.charCodeAt(i)
  return bytes.buffer
}
