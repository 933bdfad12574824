import type { ColumnInfo } from '../../shared/data/column.ts'
import type { RowsRequest } from '../../shared/data/rows.ts'
import { OrielError } from '../../shared/errors.ts'
import { ArrangedRows } from './arranged-rows.ts'
import { DataTable } from './data-table.ts'
import type { Row } from './data-table.ts'
import { LiveColumn } from './live-column.ts'
import type { CellChange, Rows, TableChange, TableSource } from './table-source.ts'

/**
 * A table that changes: rows are added at the end and cells are set, and every Table that shows it follows. What is sent and
 * done for it is as much as what has changed, however many rows there are.
 */
export class LiveTable implements TableSource {
  #columns: LiveColumn[]
  #rowCount: number
  #version = 0
  #arranged = new ArrangedRows()
  readonly #listeners = new Set<(change: TableChange) => void>()

  /** Begins with a copy of `table`: its columns, with their types, and its rows, which may be none. */
  constructor(table: DataTable) {
    this.#columns = table.columns.map((column) => new LiveColumn(column))
    this.#rowCount = table.rowCount
  }

  get rowCount(): number {
    return this.#rowCount
  }

  get columns(): ColumnInfo[] {
    return this.#columns.map(({ name, type }) => ({ name, type }))
  }

  /** The rows as they are now, as a copy. */
  snapshot(): DataTable {
    return new LiveTable(this.#table()).#table()
  }

  /** One row as it is now. */
  row(row: number): Row {
    return this.#table().row(row)
  }

  /** Adds rows at the end, all or none. Keys that no column has are left out. Throws OrielError bad_value for a value that does not fit. */
  append(rows: readonly object[] | DataTable): void {
    const given: readonly object[] = rows instanceof DataTable ? rows.toRows() : rows
    const checked = given.map((row) =>
      this.#columns.map((column) => column.check(Object.hasOwn(row, column.name) ? (row as Row)[column.name] : null)),
    )
    if (checked.length === 0) return
    for (const cells of checked) {
      for (const [i, column] of this.#columns.entries()) column.write(this.#rowCount, cells[i]!)
      this.#rowCount += 1
    }
    this.#changed({ kind: 'appended', rowCount: this.#rowCount })
  }

  /** Sets one cell. Throws OrielError bad_value for a value that does not fit, RangeError for a row that is not there. */
  set(row: number, column: string, value: unknown): void {
    this.setCells([{ row, column, value }])
  }

  /** Sets cells, all or none. Throws as `set` does. */
  setCells(cells: readonly CellChange[]): void {
    const writes = cells.map(({ row, column: name, value }) => {
      const column = this.#columns.find((one) => one.name === name)
      if (!column) throw new OrielError('bad_value', `There is no column "${name}".`)
      if (!(Number.isInteger(row) && row >= 0 && row < this.#rowCount))
        throw new RangeError(`There is no row ${row}; there are ${this.#rowCount}.`)
      return { row, column, stored: column.check(value) }
    })
    if (writes.length === 0) return
    for (const { row, column, stored } of writes) column.write(row, stored)
    this.#changed({ kind: 'cells', cells })
  }

  /** Puts other rows, and if need be other columns, in place of all. */
  replace(table: DataTable): void {
    this.#columns = table.columns.map((column) => new LiveColumn(column))
    this.#rowCount = table.rowCount
    this.#changed({ kind: 'reset' })
  }

  getRows(request: RowsRequest): Rows {
    const { columns, rowCount } = this.#table()
    return this.#arranged.get(columns, rowCount, this.#version, request)
  }

  onChange(listener: (change: TableChange) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #table(): DataTable {
    return new DataTable(this.#columns.map((column) => column.column(this.#rowCount)))
  }

  #changed(change: TableChange): void {
    this.#version += 1
    for (const listener of this.#listeners) listener(change)
  }
}
