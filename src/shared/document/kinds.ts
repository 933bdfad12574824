import type { TypedArray, Value } from '../value.ts'

export type ValueList = readonly Value[]
export type ValueObject = { readonly [key: string]: Value }

/** Classes of the typed arrays that a document stores, by name. */
export const TYPED_ARRAYS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
}

/** Whether `value` is a list, as opposed to an object or binary. */
export function isList(value: unknown): value is ValueList {
  return Array.isArray(value)
}

/** Whether `value` is one of the typed arrays that a document stores; a Node Buffer counts as the Uint8Array it is. */
export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && Object.hasOwn(TYPED_ARRAYS, typedArrayKind(value))
}

/** Name of a typed array's class, the same for arrays of another realm and for subclasses such as Node's Buffer. */
export function typedArrayKind(value: ArrayBufferView): string {
  return (value as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? 'DataView'
}

/** Whether `value` is an ArrayBuffer, of any realm; a SharedArrayBuffer is not one. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return value instanceof ArrayBuffer || Object.prototype.toString.call(value) === '[object ArrayBuffer]'
}

/** Whether `value` is an object made of keys and values alone: no array, no instance of a class, from any realm. */
export function isPlainObject(value: unknown): value is { [key: string]: unknown } {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  // Object.prototype of another realm is the only other prototype that has none and names its maker's kind itself
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf')
}

/** Whether a stored value is an object with keys, as opposed to a list, binary, scalar or nothing. */
export function isValueObject(value: Value | undefined): value is ValueObject {
  return typeof value === 'object' && value !== null && !isList(value) && !isBinary(value)
}

/** Whether a stored value is binary: a typed array or an ArrayBuffer. */
export function isBinary(value: Value | undefined): value is TypedArray | ArrayBuffer {
  return ArrayBuffer.isView(value) || isArrayBuffer(value)
}
