import type { TypedArray } from '../value.ts'
import { isArrayBuffer, isTypedArray, typedArrayKind } from './kinds.ts'
import type { DocumentRecord } from './types.ts'

/**
 * Whether two values hold the same: lists and objects in depth, typed arrays of the same kind by their elements,
 * NaN equal to NaN, and 0 equal to -0. Shared parts are not walked, so comparing two revisions of one record is cheap.
 */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a === 'number' && typeof b === 'number') return a !== a && b !== b
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b)
  if (Array.isArray(b)) return false
  if (isTypedArray(a)) return isTypedArray(b) && typedArrayKind(a) === typedArrayKind(b) && equalElements(a, b)
  if (isTypedArray(b)) return false
  if (isArrayBuffer(a)) return isArrayBuffer(b) && equalElements(new Uint8Array(a), new Uint8Array(b))
  if (isArrayBuffer(b)) return false
  return equalObjects(a as { [key: string]: unknown }, b as { [key: string]: unknown })
}

/** Whether two records are the same in id, type, scope (absent is `data`), children and props. */
export function equalRecords(a: DocumentRecord, b: DocumentRecord): boolean {
  return a === b || (equalShells(a, b) && equal(a.props, b.props))
}

/** Whether two records are the same in all but their props. */
export function equalShells(a: DocumentRecord, b: DocumentRecord): boolean {
  return (
    a.id === b.id &&
    a.type === b.type &&
    (a.scope ?? 'data') === (b.scope ?? 'data') &&
    equalLists(a.children ?? [], b.children ?? [])
  )
}

function equalLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!equal(a[i], b[i])) return false
  return true
}

function equalElements(a: TypedArray, b: TypedArray): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const left = a[i]
    const right = b[i]
    if (left !== right && (left === left || right === right)) return false
  }
  return true
}

function equalObjects(a: { [key: string]: unknown }, b: { [key: string]: unknown }): boolean {
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  for (const key of keys) if (!Object.hasOwn(b, key) || !equal(a[key], b[key])) return false
  return true
}
