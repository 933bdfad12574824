import { isNull, isTemporal, sliceColumn, takeRows } from '../../shared/data/column.ts'
import type { Column, ColumnInfo } from '../../shared/data/column.ts'
import { OrielError } from '../../shared/errors.ts'
import type { TypedArray } from '../../shared/value.ts'
import { inferColumn } from './infer-column.ts'

/** What was found out about a file while it was read. */
export interface Detected {
  /** Absolute path. */
  readonly file: string
  readonly format: FileFormat
  /** Of text files. */
  readonly encoding?: string
  /** Of CSV and TSV files. */
  readonly delimiter?: string
  /** Whether the first line of a CSV or TSV file has the names of the columns. */
  readonly header?: boolean
  /** What stands before the decimals of numbers in a CSV or TSV file. */
  readonly decimal?: '.' | ','
}

/** Kinds of files that can be read. */
export type FileFormat = 'csv' | 'tsv' | 'json' | 'jsonl' | 'parquet' | 'arrow'

/** One row by column name: null where there is no value, a Date in columns of days and moments, a boolean, a bigint. */
export type Row = Record<string, unknown>

/**
 * A table in memory: columns of equal length with names and types. It is never changed; `slice` and `select` share its memory.
 */
export class DataTable {
  readonly columns: readonly Column[]
  readonly rowCount: number
  /** Where the table came from a file: what was found out about that. */
  readonly detected: Detected | null

  /** Throws OrielError bad_value if the columns differ in length or share a name. */
  constructor(columns: readonly Column[], detected: Detected | null = null) {
    this.columns = columns
    this.rowCount = columns[0]?.values.length ?? 0
    this.detected = detected
    const names = new Set<string>()
    for (const { name, values } of columns) {
      if (values.length !== this.rowCount)
        throw new OrielError(
          'bad_value',
          `Column "${name}" has ${values.length} rows, the first column has ${this.rowCount}.`,
        )
      if (names.has(name)) throw new OrielError('bad_value', `There are two columns "${name}".`)
      names.add(name)
    }
  }

  /** A table of objects, one a row; a column for each key, with a type by what is in it. */
  static fromRows(rows: readonly object[]): DataTable {
    const names = new Set<string>()
    for (const row of rows) for (const name in row) names.add(name)
    return new DataTable(
      [...names].map((name) =>
        inferColumn(
          name,
          rows.map((row) => (Object.hasOwn(row, name) ? (row as Row)[name] : null)),
        ),
      ),
    )
  }

  /** A table of columns: typed arrays, which are taken without a copy, or lists. */
  static fromColumns(columns: Readonly<Record<string, TypedArray | readonly unknown[]>>): DataTable {
    return new DataTable(Object.entries(columns).map(([name, values]) => inferColumn(name, values)))
  }

  /** The names of the columns, in order. */
  get names(): string[] {
    return this.columns.map(({ name }) => name)
  }

  /** Name and type of each column, in order. */
  get info(): ColumnInfo[] {
    return this.columns.map(({ name, type }) => ({ name, type }))
  }

  /** The column of that name. Throws OrielError bad_value, naming those that there are. */
  column(name: string): Column {
    const found = this.columns.find((column) => column.name === name)
    if (found) return found
    throw new OrielError('bad_value', `There is no column "${name}"; there are ${this.names.join(', ') || 'none'}.`)
  }

  /** The values of a column as they are, ready for a chart: a typed array or a list. Throws OrielError bad_value. */
  values(name: string): Column['values'] {
    return this.column(name).values
  }

  /** The rows from `start` to before `end`, in the same memory. */
  slice(start = 0, end = this.rowCount): DataTable {
    const [from, to] = [bounded(start, this.rowCount), bounded(end, this.rowCount)]
    return new DataTable(
      this.columns.map((column) => sliceColumn(column, from, Math.max(from, to))),
      this.detected,
    )
  }

  /** The rows with these numbers, in this order, as a copy. Throws RangeError for a row that is not there. */
  take(rows: ArrayLike<number>): DataTable {
    for (let i = 0; i < rows.length; i++)
      if (!(rows[i]! >= 0 && rows[i]! < this.rowCount)) throw new RangeError(`There is no row ${rows[i]}.`)
    return new DataTable(
      this.columns.map((column) => takeRows(column, rows)),
      this.detected,
    )
  }

  /** These columns alone, in this order. Throws OrielError bad_value. */
  select(...names: string[]): DataTable {
    return new DataTable(
      names.map((name) => this.column(name)),
      this.detected,
    )
  }

  /** One cell as a script would write it: see Row. Throws OrielError bad_value. */
  cell(name: string, row: number): unknown {
    return cellOf(this.column(name), row)
  }

  /** One row as an object. */
  row(row: number): Row {
    return Object.fromEntries(this.columns.map((column) => [column.name, cellOf(column, row)]))
  }

  /** All rows as objects. For large tables columns are the quicker way. */
  toRows(): Row[] {
    return Array.from({ length: this.rowCount }, (_, row) => this.row(row))
  }
}

function cellOf(column: Column, row: number): unknown {
  if (row >= column.values.length || isNull(column, row)) return null
  const value = column.values[row]
  if (column.type === 'boolean') return Boolean(value)
  return isTemporal(column.type) ? new Date(value as number) : value
}

/** As Array.slice counts: from the end if negative, and never outside. */
function bounded(index: number, count: number): number {
  return Math.max(0, Math.min(count, index < 0 ? count + index : index))
}
