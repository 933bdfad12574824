import type { Value } from '../value.ts'

/** How rows are ordered by one column; empty cells always come last. */
export interface Sort {
  readonly column: string
  readonly direction: 'ascending' | 'descending'
}

/** Which comparisons a filter can make. */
export const FILTER_OPERATORS = [
  'equals',
  'notEquals',
  'contains',
  'notContains',
  'startsWith',
  'endsWith',
  'less',
  'lessOrEqual',
  'greater',
  'greaterOrEqual',
  'between',
  'empty',
  'notEmpty',
  'in',
] as const

/**
 * Keeps the rows whose cell in `column` passes. Text is compared without regard to upper and lower case; days and times are
 * compared as ms since 1970. An empty cell passes `empty`, `notEquals` and `notContains` alone.
 */
export interface Filter {
  readonly column: string
  readonly operator: (typeof FILTER_OPERATORS)[number]
  /** What is compared with; a list for `in`, nothing for `empty` and `notEmpty`. */
  readonly value?: Value
  /** The upper end of `between`, which counts as inside. */
  readonly to?: Value
}

/** What a table asks of where its rows come from. */
export interface RowsRequest {
  /** First row, counted from 0 among the rows that pass. */
  readonly start: number
  /** The row behind the last one. */
  readonly end: number
  /** In order of weight; empty: the order of the source. */
  readonly sort: readonly Sort[]
  /** All of them must pass. */
  readonly filter: readonly Filter[]
  /** Rows with a cell whose text contains each of its words; empty: all rows. */
  readonly search: string
}
