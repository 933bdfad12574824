import { sliceColumn, takeRows } from '../../shared/data/column.ts'
import type { Column } from '../../shared/data/column.ts'
import type { RowsRequest } from '../../shared/data/rows.ts'
import { arrange, isSameArrangement } from './arrange.ts'
import type { Arrangement } from './arrange.ts'
import { DataTable } from './data-table.ts'
import type { Rows } from './table-source.ts'

/** Rows of columns in memory, as they are asked for. The last order is remembered: whoever scrolls asks for it again and again. */
export class ArrangedRows {
  #known: { arrangement: Arrangement; version: number; rows: Uint32Array | null } | null = null

  /** `version`: another number once something in the columns is different. Throws OrielError bad_value. */
  get(columns: readonly Column[], rowCount: number, version: number, request: RowsRequest): Rows {
    const { start, end } = request
    const order = this.#arranged(columns, rowCount, version, request)
    if (!order) {
      const to = Math.min(end, rowCount)
      const ids = Float64Array.from({ length: Math.max(0, to - start) }, (_, i) => start + i)
      return { rows: new DataTable(columns.map((column) => sliceColumn(column, start, to))), rowCount, ids }
    }
    const ids = order.subarray(start, end)
    return { rows: new DataTable(columns.map((column) => takeRows(column, ids))), rowCount: order.length, ids }
  }

  #arranged(
    columns: readonly Column[],
    rowCount: number,
    version: number,
    arrangement: Arrangement,
  ): Uint32Array | null {
    const known = this.#known
    if (known?.version === version && isSameArrangement(known.arrangement, arrangement)) return known.rows
    const { sort, filter, search } = arrangement
    const rows = arrange(columns, rowCount, arrangement)
    this.#known = { arrangement: { sort, filter, search }, version, rows }
    return rows
  }
}

/** The rows of a table that never changes. */
export function tableRows(table: DataTable): (request: RowsRequest) => Rows {
  const arranged = new ArrangedRows()
  return (request) => arranged.get(table.columns, table.rowCount, 0, request)
}
