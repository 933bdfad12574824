import type { Column, ColumnType, ColumnValues } from '../../shared/data/column.ts'
import type { TypedArray, Value } from '../../shared/value.ts'

/** The column that `values` are: a typed array is taken as it is, a list gets a type by what is in it. */
export function inferColumn(name: string, values: TypedArray | readonly unknown[]): Column {
  if (ArrayBuffer.isView(values)) return typedColumn(name, values)
  const type = listType(values)
  return columnOf(name, type, values)
}

/** `values` as a column of `type`, which they must fit. null, undefined and, among numbers, NaN are rows without a value. */
export function columnOf(name: string, type: ColumnType, values: readonly unknown[]): Column {
  const length = values.length
  if (type === 'text' || type === 'binary' || type === 'json') {
    const list: ColumnValues = values.map((value) => (value ?? null) as Value)
    return { name, type, values: list, nulls: null }
  }
  const target = room(type, length)
  let nulls: Uint8Array | null = null
  for (let i = 0; i < length; i++) {
    const value = values[i]
    const number = value instanceof Date ? value.getTime() : value
    if (number == null || Number.isNaN(number)) {
      nulls ??= new Uint8Array(length)
      nulls[i] = 1
      if (target instanceof Float64Array) target[i] = NaN
    } else if (target instanceof BigInt64Array) target[i] = BigInt(number as number | bigint)
    else target[i] = Number(number)
  }
  return { name, type, values: target, nulls }
}

function typedColumn(name: string, values: TypedArray): Column {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    return { name, type: 'bigint', values, nulls: null }
  const isFloat = values instanceof Float64Array || values instanceof Float32Array
  if (!isFloat) return { name, type: 'integer', values, nulls: null }
  let nulls: Uint8Array | null = null
  for (let i = 0; i < values.length; i++)
    if (Number.isNaN(values[i])) {
      nulls ??= new Uint8Array(values.length)
      nulls[i] = 1
    }
  return { name, type: 'number', values, nulls }
}

function room(type: ColumnType, length: number): Float64Array | BigInt64Array | Uint8Array {
  if (type === 'boolean') return new Uint8Array(length)
  return type === 'bigint' ? new BigInt64Array(length) : new Float64Array(length)
}

function listType(values: readonly unknown[]): ColumnType {
  let found: ColumnType | null = null
  for (const value of values) {
    if (value == null) continue
    const type = valueType(value)
    if (found === null || found === type) found = type
    else found = joined(found, type)
    if (found === 'json') break
  }
  return found ?? 'text'
}

function valueType(value: unknown): ColumnType {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? 'integer' : 'number'
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? 'bigint' : 'json'
    case 'boolean':
      return 'boolean'
    case 'string':
      return 'text'
    default:
      if (value instanceof Date) return 'instant'
      return value instanceof Uint8Array ? 'binary' : 'json'
  }
}

/** The type that takes values of both; `json` takes anything. */
function joined(a: ColumnType, b: ColumnType): ColumnType {
  const both = new Set([a, b])
  if (both.has('integer') && both.has('number')) return 'number'
  if (both.has('integer') && both.has('bigint')) return 'bigint'
  return 'json'
}
