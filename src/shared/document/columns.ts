import type { TypedArray, Value } from '../value.ts'
import { TYPED_ARRAYS, isTypedArray, typedArrayKind, isList, type ValueList } from './kinds.ts'

/*
 * Column data: lists and typed arrays that grow at the end. A column is never changed below its own length, since
 * readers may hold it, but typed columns of ours have spare room behind them, so that appending does not copy them each time.
 */

export type Column = ValueList | TypedArray

/** A value that does not go into its column; `applyOp` turns it into an OrielError `bad_value`. */
export class ColumnProblem {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/** Bytes in use of each buffer that was made here. Only whoever ends just there may grow in place; anyone else copies. */
const usedBytes = new WeakMap<ArrayBufferLike, number>()

/** Whether `value` can be a column. */
export function isColumn(value: Value | undefined): value is Column {
  return isList(value) || isTypedArray(value)
}

/** `column` with `rows` behind it, of which the last `keep` remain. Throws ColumnProblem when a row does not fit a typed column. */
export function appended(column: Column | undefined, rows: Column, keep: number): Column {
  if (column === undefined) return rows.length > keep ? tail(rows, keep) : rows
  if (!isTypedArray(column)) {
    const all = [...column, ...toList(rows)]
    return all.length > keep ? all.slice(all.length - keep) : all
  }
  const dropped = Math.max(0, column.length + rows.length - keep)
  if (dropped > column.length) return appended(column.subarray(column.length), tail(rows, keep), keep)
  const target = grown(column, rows.length, dropped)
  try {
    fill(target, target.length - rows.length, rows)
  } catch (error) {
    // The reserved room holds half-written rows, but nobody's column reaches there: give it back.
    usedBytes.set(target.buffer, target.byteOffset + (target.length - rows.length) * target.BYTES_PER_ELEMENT)
    throw error
  }
  return target
}

/** `column` with the given cells changed, as a copy. Indexes must exist. Throws ColumnProblem when a value does not fit. */
export function patched(column: Column, cells: readonly (readonly [index: number, value: Value])[]): Column {
  if (!isTypedArray(column)) {
    const copy = [...column]
    for (const [index, value] of cells) copy[index] = value
    return copy
  }
  const copy = create(column, column.length, column.length)
  copySame(copy, column, 0)
  for (const [index, value] of cells) put(copy, index, value)
  return copy
}

/** A view with `more` elements of room at the end and `dropped` fewer at the start, in place if the room is free. */
function grown(column: TypedArray, more: number, dropped: number): TypedArray {
  const size = column.BYTES_PER_ELEMENT
  const end = column.byteOffset + column.byteLength
  const length = column.length - dropped + more
  if (usedBytes.get(column.buffer) === end && end + more * size <= column.buffer.byteLength) {
    usedBytes.set(column.buffer, end + more * size)
    return view(column, column.buffer, column.byteOffset + dropped * size, length)
  }
  // A quarter of spare room keeps appending amortised without wasting much where whole buffers are cloned.
  const copy = create(column, length, length + Math.max(16, length >> 2))
  copySame(copy, column.subarray(dropped), 0)
  usedBytes.set(copy.buffer, copy.byteLength)
  return copy
}

function fill(target: TypedArray, from: number, rows: Column): void {
  if (isTypedArray(rows) && typedArrayKind(rows) === typedArrayKind(target)) return copySame(target, rows, from)
  for (let i = 0; i < rows.length; i++) put(target, from + i, rows[i] as Value | bigint)
}

function put(target: TypedArray, index: number, value: Value | bigint): void {
  if (target instanceof BigInt64Array || target instanceof BigUint64Array || typeof value !== 'number')
    throw new ColumnProblem(`a ${typedArrayKind(target)} column does not take ${describe(value)}`)
  target[index] = value
  const rounds = target instanceof Float32Array || target instanceof Float64Array
  if (!rounds && target[index] !== value)
    throw new ColumnProblem(`${value} does not fit into a ${typedArrayKind(target)} column`)
}

function copySame(target: TypedArray, source: TypedArray, offset: number): void {
  // Both have the same element type, which the compiler cannot see.
  ;(target as Float64Array).set(source as Float64Array, offset)
}

function view(like: TypedArray, buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray {
  // Not like.constructor: Node's Buffer would come out of its pool.
  const kind = typedArrayKind(like) as keyof typeof TYPED_ARRAYS
  return new TYPED_ARRAYS[kind](buffer as ArrayBuffer, byteOffset, length)
}

function create(like: TypedArray, length: number, capacity: number): TypedArray {
  return view(like, new ArrayBuffer(capacity * like.BYTES_PER_ELEMENT), 0, length)
}

function tail(rows: Column, keep: number): Column {
  const from = Math.max(0, rows.length - keep)
  return isTypedArray(rows) ? rows.slice(from) : rows.slice(from)
}

function toList(rows: Column): ValueList {
  if (!isTypedArray(rows)) return rows
  if (rows instanceof BigInt64Array || rows instanceof BigUint64Array)
    throw new ColumnProblem(`a list column does not take the rows of a ${typedArrayKind(rows)}`)
  return Array.from(rows)
}

function describe(value: Value | bigint): string {
  if (value === null) return 'null'
  return typeof value === 'object' ? 'an object' : `${typeof value} ${String(value).slice(0, 40)}`
}
