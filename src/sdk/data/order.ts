import { isNull } from '../../shared/data/column.ts'
import type { Column } from '../../shared/data/column.ts'
import { radixSort } from './radix-sort.ts'
import { textRanks } from './text-ranks.ts'

/*
 * Sorting by typed keys: a stable radix sort, which for a million rows takes a tenth of what comparing does. Each row gets a
 * key of 64 bits that orders as its value does.
 */

/** A key of 64 bits for each row of the table, as two halves. */
interface Keys {
  readonly high: Uint32Array
  /** null: all zero. */
  readonly low: Uint32Array | null
}

/** Sorts `rows` in place by `column`, rows of equal values staying as they were; rows without a value come last either way. */
export function sortRows(rows: Uint32Array, column: Column, descending: boolean): void {
  const { high, low } = keysOf(column)
  const turn = descending ? 0xffffffff : 0
  const hasNulls = column.nulls !== null || !ArrayBuffer.isView(column.values)
  const halves = low ? [low, high] : [high]
  for (const half of halves) {
    const keys = new Uint32Array(rows.length)
    // Of all keys only those without a value are this high: real ones differ from it in NaN's own bits.
    for (let i = 0; i < rows.length; i++) keys[i] = half[rows[i]!]! ^ turn
    if (hasNulls) for (let i = 0; i < rows.length; i++) if (isNull(column, rows[i]!)) keys[i] = 0xffffffff
    radixSort(rows, keys)
  }
}

function keysOf(column: Column): Keys {
  const { values, type } = column
  if (type === 'bigint') return bigintKeys(values as BigInt64Array)
  if (ArrayBuffer.isView(values)) return numberKeys(values as Float64Array)
  return { high: textRanks(values), low: null }
}

/** The bits of a float order as its value once the sign is turned over, and negative ones wholly. */
function numberKeys(values: ArrayLike<number>): Keys {
  const bits = new Uint32Array(Float64Array.from(values).buffer)
  const high = new Uint32Array(values.length)
  const low = new Uint32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const top = bits[2 * i + 1]!
    const isNegative = top >>> 31 === 1
    high[i] = isNegative ? ~top : top | 0x80000000
    low[i] = isNegative ? ~bits[2 * i]! : bits[2 * i]!
  }
  return { high, low }
}

function bigintKeys(values: BigInt64Array | BigUint64Array): Keys {
  const signed = values instanceof BigInt64Array
  const bits = new Uint32Array(values.slice().buffer)
  const high = new Uint32Array(values.length)
  const low = new Uint32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    high[i] = signed ? bits[2 * i + 1]! ^ 0x80000000 : bits[2 * i + 1]!
    low[i] = bits[2 * i]!
  }
  return { high, low }
}
