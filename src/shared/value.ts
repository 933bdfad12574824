/** Typed arrays travel as binary on every carrier, never as base64. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array

/** What can be stored in a document and sent in an event: JSON plus binary. */
export type Value =
  | null
  | boolean
  | number
  | string
  | ArrayBuffer
  | TypedArray
  | readonly Value[]
  | { readonly [key: string]: Value }

/** Keys that could reach an object's prototype; refused wherever a key comes from outside. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
