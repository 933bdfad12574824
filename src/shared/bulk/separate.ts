import { isArrayBuffer, isBinary, isList, isPlainObject, isTypedArray, TYPED_ARRAYS } from '../document/kinds.ts'
import { typedArrayKind } from '../document/kinds.ts'
import type { Op } from '../document/types.ts'
import { weightOf } from '../document/weight.ts'
import { OrielError } from '../errors.ts'
import type { TypedArray, Value } from '../value.ts'

/** Ops that weigh more than this, in bytes, have their large values sent ahead of them (rule Z5). */
export const BULK_BYTES = 1024 * 1024
/** What counts as a large value then, in bytes. */
const LARGE_VALUE_BYTES = 64 * 1024

type Binary = TypedArray | ArrayBuffer

/** Where in a message's ops a value belongs that went ahead of it. In the ops themselves an empty array stands there. */
export interface BulkPlace {
  /** From the list of ops on: its index, then keys and indexes. */
  at: (string | number)[]
  /** Class of the value: `Float64Array` … or `ArrayBuffer`. */
  kind: string
}

export interface Separated {
  /** The same ops with an empty array in the place of each large value. */
  ops: Op[]
  /** One for each of `values`, in the same order. */
  places: BulkPlace[]
  values: Binary[]
}

/** Takes the large binary values out of ops that weigh much; null where there is nothing to take out. `ops` stays as it is. */
export function separate(ops: readonly Op[]): Separated | null {
  if (weightOf(ops) <= BULK_BYTES) return null
  const places: BulkPlace[] = []
  const values: Binary[] = []
  const walk = (value: unknown, at: (string | number)[]): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (isBinary(value as Value)) {
      const binary = value as Binary
      if (binary.byteLength < LARGE_VALUE_BYTES) return value
      places.push({ at, kind: isArrayBuffer(binary) ? 'ArrayBuffer' : typedArrayKind(binary) })
      values.push(binary)
      return new Uint8Array(0)
    }
    if (isList(value)) {
      let copy: unknown[] | null = null
      for (let i = 0; i < value.length; i++) {
        const left = walk(value[i], [...at, i])
        if (left !== value[i]) (copy ??= [...value])[i] = left
      }
      return copy ?? value
    }
    let copy: { [key: string]: unknown } | null = null
    for (const [key, inner] of Object.entries(value)) {
      const left = walk(inner, [...at, key])
      if (left !== inner) (copy ??= { ...value })[key] = left
    }
    return copy ?? value
  }
  const left = walk(ops, []) as Op[]
  return values.length > 0 ? { ops: left, places, values } : null
}

/**
 * Puts values that came ahead into the ops of a message just received, which it changes. `buffers`: one for each place.
 * Throws OrielError bad_message.
 */
export function unite(ops: Op[], places: readonly BulkPlace[], buffers: readonly ArrayBuffer[]): void {
  if (places.length !== buffers.length) throw misplaced()
  for (const [index, { at, kind }] of places.entries()) {
    let holder: unknown = ops
    for (const key of at.slice(0, -1)) holder = inside(holder, key)
    const key = at.at(-1)
    if (key === undefined) throw misplaced()
    const stand = inside(holder, key)
    if (!isTypedArray(stand) || stand.length > 0) throw misplaced()
    ;(holder as { [key: string | number]: unknown })[key] = made(kind, buffers[index]!)
  }
}

function inside(holder: unknown, key: string | number): unknown {
  const fits = typeof key === 'number' ? Array.isArray(holder) : isPlainObject(holder)
  if (!fits || !Object.hasOwn(holder as object, key)) throw misplaced()
  return (holder as { [key: string | number]: unknown })[key]
}

function made(kind: string, buffer: ArrayBuffer): Binary {
  if (kind === 'ArrayBuffer') return buffer
  if (!Object.hasOwn(TYPED_ARRAYS, kind)) throw misplaced()
  const Kind = TYPED_ARRAYS[kind as keyof typeof TYPED_ARRAYS]
  if (buffer.byteLength % Kind.BYTES_PER_ELEMENT !== 0) throw misplaced()
  return new Kind(buffer)
}

function misplaced(): OrielError {
  return new OrielError('bad_message', 'A value that was sent ahead does not fit its message.')
}
