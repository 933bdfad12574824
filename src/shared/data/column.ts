import type { TypedArray, Value } from '../value.ts'

/*
 * Columns of a table, as scripts hold them and as they travel to windows: plain data, typed arrays wherever the type allows.
 */

/**
 * What the values of a column are.
 *
 * | type       | values                                                                                      |
 * | ---------- | ------------------------------------------------------------------------------------------- |
 * | `number`   | numbers                                                                                     |
 * | `integer`  | whole numbers, all of them exact (up to 2^53)                                               |
 * | `bigint`   | whole numbers of 64 bits, where one of them is too large to be exact as a number            |
 * | `boolean`  | 0 or 1 in a Uint8Array                                                                      |
 * | `date`     | a day, as ms since 1970-01-01T00:00Z at its midnight in UTC                                 |
 * | `datetime` | day and time without a zone, as ms since 1970 as if it were UTC                             |
 * | `instant`  | a moment, as ms since 1970-01-01T00:00Z                                                     |
 * | `text`     | strings                                                                                     |
 * | `binary`   | Uint8Arrays                                                                                 |
 * | `json`     | anything else: lists, objects, mixed values                                                 |
 */
export type ColumnType = (typeof COLUMN_TYPES)[number]

export const COLUMN_TYPES = [
  'number',
  'integer',
  'bigint',
  'boolean',
  'date',
  'datetime',
  'instant',
  'text',
  'binary',
  'json',
] as const

/** Name and type of a column. */
export interface ColumnInfo {
  readonly name: string
  readonly type: ColumnType
}

/** Values by row: a typed array, or a list for `text`, `binary` and `json`. */
export type ColumnValues = TypedArray | readonly Value[]

/** One column with its values. */
export interface Column extends ColumnInfo {
  readonly values: ColumnValues
  /**
   * 1 for each row without a value; null if every row has one, and in lists, which say null themselves. In a Float64Array
   * or Float32Array those rows also hold NaN, so that charts draw a gap.
   */
  readonly nulls: Uint8Array | null
}

/** Whether the values are moments or days, in ms since 1970. */
export function isTemporal(type: ColumnType): boolean {
  return type === 'date' || type === 'datetime' || type === 'instant'
}

/** Whether row `row` of `column` has no value. */
export function isNull(column: Column, row: number): boolean {
  return column.nulls ? column.nulls[row] === 1 : column.values[row] == null
}

/** The rows from `start` to before `end`, as a view of the same memory. */
export function sliceColumn(column: Column, start: number, end: number): Column {
  const { values, nulls } = column
  return {
    ...column,
    values: ArrayBuffer.isView(values) ? values.subarray(start, end) : values.slice(start, end),
    nulls: nulls && nulls.subarray(start, end),
  }
}

/** The given rows, in that order, in memory of their own. */
export function takeRows(column: Column, rows: ArrayLike<number>): Column {
  const { values, nulls } = column
  const count = rows.length
  let taken: ColumnValues
  if (ArrayBuffer.isView(values)) {
    const copy = emptyLike(values, count)
    for (let i = 0; i < count; i++) copy[i] = values[rows[i]!] as number
    taken = copy
  } else taken = Array.from({ length: count }, (_, i) => values[rows[i]!]!)
  return { ...column, values: taken, nulls: nulls && Uint8Array.from({ length: count }, (_, i) => nulls[rows[i]!]!) }
}

/** Room for `length` values of the same kind. */
export function emptyLike(values: TypedArray, length: number): Float64Array {
  const { constructor } = Object.getPrototypeOf(values) as { constructor: new (length: number) => Float64Array }
  // A Buffer would come out of its pool, and as an Uint8Array is as good.
  return values instanceof Uint8Array ? (new Uint8Array(length) as unknown as Float64Array) : new constructor(length)
}
