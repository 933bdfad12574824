import { isTemporal } from '../../../../shared/data/column.ts'
import type { ColumnType, ColumnValues } from '../../../../shared/data/column.ts'
import type { tableElement } from '../../../../shared/elements/table.ts'
import type { PropsOf } from '../../../../shared/elements/define.ts'
import type { Value } from '../../../../shared/value.ts'

/** A column as a script wants it shown. */
export type TableColumn = PropsOf<typeof tableElement>['columns'][number]

/** Columns of rows that came together. */
export interface RowColumns {
  readonly columns: readonly { readonly values: ColumnValues; readonly nulls: Uint8Array | null }[]
}

/** A row of the grid: a place in the columns of the rows that it came with. */
export interface GridRow {
  readonly id: number
  readonly block: RowColumns
  readonly index: number
  /** Cells that have changed since, by the column's index. */
  changed: Map<number, Value> | null
}

/** What is in a cell: null for nothing; of days and moments the ms. */
export function cellOf(row: GridRow | undefined, column: number): Value {
  if (!row) return null
  if (row.changed?.has(column)) return row.changed.get(column)!
  const { values, nulls } = row.block.columns[column] ?? { values: [], nulls: null }
  if (nulls?.[row.index] === 1) return null
  const value = values[row.index] ?? null
  return typeof value === 'number' && Number.isNaN(value) ? null : (value as Value)
}

/** Up to so many decimals are shown of numbers that nobody has said more of. */
const MOST_DECIMALS = 6

/** Gives the text of a cell of this column, as a person reads it in their own language. */
export function formatterOf({ type, decimals }: Pick<TableColumn, 'type' | 'decimals'>): (value: Value) => string {
  const numbers = new Intl.NumberFormat(undefined, {
    minimumFractionDigits: decimals ?? 0,
    maximumFractionDigits: decimals ?? MOST_DECIMALS,
  })
  const times = temporalFormat(type)
  return (value) => {
    if (value === null) return ''
    if (times && typeof value === 'number') return Number.isFinite(value) ? times.format(value) : value > 0 ? '∞' : '-∞'
    if (type === 'boolean') return value ? 'yes' : 'no'
    if (typeof value === 'number') return numbers.format(value)
    if (type === 'bigint' && typeof value === 'string') return numbers.format(BigInt(value))
    return plainText(value)
  }
}

/** The text of a cell for other programs: the same in every language, and read back as the same value. */
export function exchangeText(type: ColumnType, value: Value): string {
  if (value === null) return ''
  if (isTemporal(type) && typeof value === 'number' && Number.isFinite(value)) {
    const text = new Date(value).toISOString()
    if (type === 'date') return text.slice(0, 10)
    return type === 'instant' ? text : text.slice(0, -1).replace('T', ' ').replace('.000', '')
  }
  if (type === 'boolean') return value ? 'true' : 'false'
  return plainText(value)
}

function temporalFormat(type: ColumnType): Intl.DateTimeFormat | null {
  if (type === 'date') return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })
  if (type === 'datetime')
    return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })
  return type === 'instant' ? new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' }) : null
}

function plainText(value: Value): string {
  if (typeof value === 'string') return value
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  return JSON.stringify(value)
}
