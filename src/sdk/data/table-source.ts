import type { ColumnInfo } from '../../shared/data/column.ts'
import type { RowsRequest } from '../../shared/data/rows.ts'
import type { DataTable } from './data-table.ts'

/** What a source gives for a request: the rows, or the rows with how many pass in all. */
export type RowsAnswer =
  | DataTable
  | readonly object[]
  | {
      readonly rows: DataTable | readonly object[]
      /** How many rows pass filter and search; null or left out: not known yet. */
      readonly rowCount?: number | null
      /** A number for each row that stays the same wherever the row stands. Default: its place among the rows. */
      readonly ids?: ArrayLike<number> | null
    }

/**
 * Where a Table gets its rows from, block by block: only what is looked at is asked for. Sorting, filtering and search are
 * the source's own.
 */
export interface TableSource {
  /** Default: as the first rows are. */
  readonly columns?: readonly ColumnInfo[]
  /** Rows without filter and search; null or left out: not known yet. */
  readonly rowCount?: number | null
  /** The rows that were asked for; fewer mean that there are no more. `signal` is aborted when nobody waits for them. */
  getRows(request: RowsRequest & { readonly signal: AbortSignal }): RowsAnswer | Promise<RowsAnswer>
  /** Calls `listener` after each change; returns what ends that. Left out: the rows never change. */
  onChange?(listener: (change: TableChange) => void): () => void
  /** Writes cells that a person has edited. Left out: nothing can be edited. Throws what is to be told to them. */
  setCells?(cells: readonly CellChange[]): void | Promise<void>
}

/** A cell and what is in it now: null for nothing, a Date in columns of days and moments. */
export interface CellChange {
  /** The row's id. */
  readonly row: number
  readonly column: string
  readonly value: unknown
}

/** What has changed in a source: some cells, rows at the end, or more than that. */
export type TableChange =
  | { readonly kind: 'cells'; readonly cells: readonly CellChange[] }
  | { readonly kind: 'appended'; readonly rowCount: number }
  | { readonly kind: 'reset' }

/** Of a table that the session's database has: gives its name there, once all rows are in it. */
export const STORED_AS: unique symbol = Symbol('stored as')

/** An answer in its longest form. */
export interface Rows {
  readonly rows: DataTable
  readonly rowCount: number | null
  readonly ids: ArrayLike<number> | null
}
