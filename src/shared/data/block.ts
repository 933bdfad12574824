import type { Column } from './column.ts'

/** Rows as they travel to a window, which has names and types of the columns already. */
export interface Block {
  readonly columns: readonly Pick<Column, 'values' | 'nulls'>[]
  /** Of each row: a number that stays the same wherever the row stands. */
  readonly ids: Float64Array
  /** How many rows pass filter and search; null: not known yet. */
  readonly rowCount: number | null
}

/** Rows that are asked for at once, and that a window begins with. */
export const BLOCK_ROWS = 100

/** Type of the records, of scope `view`, that tell windows what changes in the rows of a table. */
export const ROW_CHANGES_TYPE = 'rows'

/** Changes of cells that such a record holds; a window that missed more asks for its rows anew. */
export const MAX_CELL_CHANGES = 1000

/** Props of such a record. The lists grow together, one entry for each cell that changed. */
export interface RowChanges {
  /** Another number once windows have to ask for their rows anew. */
  readonly version: number
  /** Without filter and search; null: not known yet. */
  readonly rowCount: number | null
  /** Counts changes, from 1. */
  readonly number: Float64Array
  /** The row's id. */
  readonly row: Float64Array
  /** Index of the column. */
  readonly column: Float64Array
  /** What is in the cell now. */
  readonly value: readonly unknown[]
}
