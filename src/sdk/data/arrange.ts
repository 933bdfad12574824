import { isNull, isTemporal } from '../../shared/data/column.ts'
import type { Column } from '../../shared/data/column.ts'
import type { Filter, RowsRequest, Sort } from '../../shared/data/rows.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Value } from '../../shared/value.ts'
import { sortRows } from './order.ts'

/** What decides which rows of a table are shown and in which order. */
export type Arrangement = Pick<RowsRequest, 'sort' | 'filter' | 'search'>

/** Whether a row passes. */
type Test = (row: number) => boolean

/**
 * The numbers of the rows that pass filter and search, in order; null if those are all rows as they are. Throws OrielError
 * bad_value for a column that is not there or a value that cannot be compared with.
 */
export function arrange(
  columns: readonly Column[],
  rowCount: number,
  { sort, filter, search }: Arrangement,
): Uint32Array | null {
  const words = wordsOf(search)
  if (sort.length === 0 && filter.length === 0 && words.length === 0) return null
  const tests = filter.map((one) => filterTest(named(columns, one.column), one))
  if (words.length > 0) tests.push(searchTest(columns, words))
  const rows = passing(rowCount, tests)
  // The sort is stable, so the last key goes first.
  for (const { column, direction } of sort.toReversed())
    sortRows(rows, named(columns, column), direction === 'descending')
  return rows
}

/** Whether two arrangements are the same. */
export function isSameArrangement(a: Arrangement, b: Arrangement): boolean {
  return a === b || JSON.stringify(keyOf(a)) === JSON.stringify(keyOf(b))
}

/** The words that a search looks for, each anywhere in a row. */
export function wordsOf(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean)
}

function keyOf({ sort, filter, search }: Arrangement): unknown {
  return [sort.map(({ column, direction }: Sort) => [column, direction]), filter, search]
}

function passing(rowCount: number, tests: readonly Test[]): Uint32Array {
  const rows = new Uint32Array(rowCount)
  let count = 0
  for (let row = 0; row < rowCount; row++) {
    let passes = true
    for (let i = 0; passes && i < tests.length; i++) passes = tests[i]!(row)
    if (passes) rows[count++] = row
  }
  return count === rowCount ? rows : rows.slice(0, count)
}

function filterTest(column: Column, { operator, value, to }: Filter): Test {
  const empty: Test = (row) => isNull(column, row) || column.values[row] === ''
  if (operator === 'empty') return empty
  if (operator === 'notEmpty') return (row) => !empty(row)
  if (operator === 'in') {
    const tests = (Array.isArray(value) ? value : []).map((one: Value) =>
      filterTest(column, { column: column.name, operator: one === null ? 'empty' : 'equals', value: one }),
    )
    return (row) => tests.some((test) => test(row))
  }
  if (operator === 'notEquals' || operator === 'notContains') {
    const test = filterTest(column, {
      column: column.name,
      operator: operator === 'notEquals' ? 'equals' : 'contains',
      value,
    })
    return (row) => !test(row)
  }
  const isText = operator === 'contains' || operator === 'startsWith' || operator === 'endsWith'
  const numeric = ArrayBuffer.isView(column.values) && !isText
  const passes = numeric
    ? numberTest(column, operator, numberOf(column, value), operator === 'between' ? numberOf(column, to) : 0)
    : textTest(column, operator, textOf(value), textOf(to))
  return (row) => !isNull(column, row) && passes(row)
}

function numberTest(
  { values }: Column,
  operator: Filter['operator'],
  limit: number | bigint,
  top: number | bigint,
): Test {
  const list = values as Float64Array
  switch (operator) {
    case 'less':
      return (row) => list[row]! < limit
    case 'lessOrEqual':
      return (row) => list[row]! <= limit
    case 'greater':
      return (row) => list[row]! > limit
    case 'greaterOrEqual':
      return (row) => list[row]! >= limit
    case 'between':
      return (row) => list[row]! >= limit && list[row]! <= top
    default:
      return (row) => list[row] === limit
  }
}

function textTest(column: Column, operator: Filter['operator'], limit: string, top: string): Test {
  const text = (row: number): string => cellText(column, row).toLowerCase()
  switch (operator) {
    case 'contains':
      return (row) => text(row).includes(limit)
    case 'startsWith':
      return (row) => text(row).startsWith(limit)
    case 'endsWith':
      return (row) => text(row).endsWith(limit)
    case 'less':
      return (row) => text(row) < limit
    case 'lessOrEqual':
      return (row) => text(row) <= limit
    case 'greater':
      return (row) => text(row) > limit
    case 'greaterOrEqual':
      return (row) => text(row) >= limit
    case 'between':
      return (row) => text(row) >= limit && text(row) <= top
    default:
      return (row) => text(row) === limit
  }
}

function searchTest(columns: readonly Column[], words: readonly string[]): Test {
  return (row) =>
    words.every((word) =>
      columns.some((column) => !isNull(column, row) && cellText(column, row).toLowerCase().includes(word)),
    )
}

/** What a cell says, as far as filters and search look at it. */
function cellText({ values, type }: Column, row: number): string {
  const value = values[row]
  if (typeof value === 'string') return value
  if (type === 'boolean') return value ? 'true' : 'false'
  if (isTemporal(type) && Number.isFinite(value)) {
    const text = new Date(value as number).toISOString()
    return type === 'date' ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ')
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function numberOf(column: Column, value: unknown): number | bigint {
  if (column.type === 'bigint') {
    if (typeof value === 'bigint') return value
    if (/^[+-]?\d+$/.test(textOf(value))) return BigInt(textOf(value))
  }
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Date) return value.getTime()
  const text = typeof value === 'string' ? value.trim() : ''
  const number = isTemporal(column.type) ? Date.parse(text) : text === '' ? NaN : Number(text)
  if (Number.isNaN(number))
    throw new OrielError(
      'bad_value',
      `The filter of column "${column.name}" compares with ${isTemporal(column.type) ? 'a time' : 'a number'}, not ${JSON.stringify(value)}.`,
    )
  return number
}

/** What text is compared with, in lower case. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value.toLowerCase()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function named(columns: readonly Column[], name: string): Column {
  const column = columns.find((one) => one.name === name)
  if (!column) throw new OrielError('bad_value', `There is no column "${name}" to sort or filter by.`)
  return column
}
