import { randomUUID } from 'node:crypto'
import { isTemporal } from '../../shared/data/column.ts'
import type { ColumnInfo } from '../../shared/data/column.ts'
import type { Filter, RowsRequest } from '../../shared/data/rows.ts'
import { OrielError } from '../../shared/errors.ts'
import { isSameArrangement, wordsOf } from './arrange.ts'
import type { Arrangement } from './arrange.ts'
import { DataError } from './data-error.ts'
import { DataTable } from './data-table.ts'
import type { Detected } from './data-table.ts'
import { connect, interruptible } from './database.ts'
import type { Connection } from './database.ts'
import type { ReadOptions } from './file-reader.ts'
import { withReader } from './read-table.ts'
import { identifier, literal } from './sql.ts'
import { STORED_AS } from './table-source.ts'
import type { Rows, TableChange, TableSource } from './table-source.ts'

/** Rows that are read before the rest. */
const FIRST_ROWS = 1000

/** A file as a source of rows: see `openTable`. */
export class FileTable implements TableSource, AsyncDisposable {
  readonly detected: Detected
  readonly columns: readonly ColumnInfo[]
  /** The rows that are there before the rest is read. */
  readonly first: DataTable
  /** Resolves when all of the file has been read; rejects with what `readTable` would throw. */
  readonly loaded: Promise<void>
  readonly #connection: Connection
  readonly #name = `oriel file ${randomUUID()}`
  readonly #listeners = new Set<(change: TableChange) => void>()
  #rowCount: number | null = null
  #order: { arrangement: Arrangement; rows: Promise<Float64Array> } | null = null
  #closed = false

  /** `file` is absolute. */
  static async open(file: string, options: ReadOptions): Promise<FileTable> {
    const connection = connect()
    try {
      const limit = Math.min(FIRST_ROWS, options.limit ?? FIRST_ROWS)
      const first = await interruptible(connection, options.signal, () =>
        withReader(
          connection,
          file,
          { ...options, limit },
          async ({ sql, detected }) => connection.run(sql, [], detected),
          false,
        ),
      )
      return new FileTable(connection, file, options, first)
    } catch (error) {
      connection.close()
      throw error
    }
  }

  private constructor(connection: Connection, file: string, options: ReadOptions, first: DataTable) {
    this.#connection = connection
    this.first = first
    this.columns = first.info
    this.detected = first.detected!
    this.loaded = this.#load(file, options)
    // Whoever asks for rows is told.
    this.loaded.catch(() => {})
  }

  /** null until all of the file has been read. */
  get rowCount(): number | null {
    return this.#rowCount
  }

  async getRows(request: RowsRequest): Promise<Rows> {
    this.#check()
    const { start, end, sort, filter, search } = request
    const plain = sort.length === 0 && filter.length === 0 && wordsOf(search).length === 0
    // The beginning of the file is here before the rest is.
    if (plain && this.#rowCount === null && end <= this.first.rowCount)
      return { rows: this.first.slice(start, end), rowCount: null, ids: null }
    await this.loaded
    this.#check()
    if (plain) {
      const rows = await this.#select(`rowid >= ${start} AND rowid < ${end}`)
      return { rows, rowCount: this.#rowCount, ids: null }
    }
    const order = await this.#ordered(request)
    const ids = order.slice(start, end)
    return { rows: await this.#byIds(ids), rowCount: order.length, ids }
  }

  onChange(listener: (change: TableChange) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async [STORED_AS](): Promise<string> {
    await this.loaded
    this.#check()
    return this.#name
  }

  /** Gives up reading and forgets the rows. Done by itself when the session ends. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#connection.interrupt()
    await this.loaded.catch(() => {})
    await this.#connection.run(`DROP TABLE IF EXISTS ${identifier(this.#name)}`).catch(() => {})
    this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #load(file: string, options: ReadOptions): Promise<void> {
    const table = identifier(this.#name)
    await withReader(this.#connection, file, options, async ({ sql }) => {
      await this.#connection.run(`CREATE TABLE ${table} AS ${sql}`)
    })
    const counted = await this.#connection.run(`SELECT count(*) AS n FROM ${table}`)
    this.#rowCount = counted.cell('n', 0) as number
    for (const listener of this.#listeners) listener({ kind: 'appended', rowCount: this.#rowCount })
  }

  /** The numbers of the rows that pass, in order; worked out once for each order, since whoever scrolls asks for many blocks of it. */
  #ordered({ sort, filter, search }: RowsRequest): Promise<Float64Array> {
    const arrangement = { sort, filter, search }
    if (this.#order && isSameArrangement(this.#order.arrangement, arrangement)) return this.#order.rows
    const rows = this.#work(arrangement)
    this.#order = { arrangement, rows }
    rows.catch(() => {
      if (this.#order?.rows === rows) this.#order = null
    })
    return rows
  }

  async #work({ sort, filter, search }: Arrangement): Promise<Float64Array> {
    const tests = filter.map((one) => this.#test(one))
    for (const word of wordsOf(search))
      tests.push(`(${this.columns.map((column) => `contains(${searchText(column)}, ${literal(word)})`).join(' OR ')})`)
    const keys = sort.map(
      ({ column, direction }) =>
        `${sortKey(this.#column(column))} ${direction === 'descending' ? 'DESC' : 'ASC'} NULLS LAST`,
    )
    const sql = `SELECT rowid AS id FROM ${identifier(this.#name)}${tests.length > 0 ? ` WHERE ${tests.join(' AND ')}` : ''} ORDER BY ${[...keys, 'rowid'].join(', ')}`
    return (await this.#run(sql)).values('id') as Float64Array
  }

  async #byIds(ids: ArrayLike<number>): Promise<DataTable> {
    if (ids.length === 0) return this.#select('false')
    const found = await this.#select(`rowid IN (${Array.from(ids).join(', ')})`, ', rowid AS "oriel rowid"')
    const places = new Map(Array.from(found.values('oriel rowid') as Float64Array, (id, place) => [id, place]))
    const wanted = found.take(Array.from(ids, (id) => places.get(id)!))
    return wanted.select(...this.columns.map(({ name }) => name))
  }

  #select(where: string, more = ''): Promise<DataTable> {
    return this.#run(`SELECT *${more} FROM ${identifier(this.#name)} WHERE ${where}`)
  }

  async #run(sql: string): Promise<DataTable> {
    const connection = connect()
    try {
      return await connection.run(sql)
    } catch (error) {
      throw error instanceof OrielError
        ? error
        : new DataError('bad_query', error instanceof Error ? error.message.split('\n')[0]! : String(error), {}, error)
    } finally {
      connection.close()
    }
  }

  #test({ column: name, operator, value, to }: Filter): string {
    const column = this.#column(name)
    const isText =
      !comparable(column) || operator === 'contains' || operator === 'startsWith' || operator === 'endsWith'
    const text = searchText(column)
    const cell = isText ? text : identifier(name)
    const given = (one: unknown): string => (isText ? literal(textOf(one)) : comparedWith(column, one))
    switch (operator) {
      case 'empty':
        return `(${identifier(name)} IS NULL OR CAST(${identifier(name)} AS VARCHAR) = '')`
      case 'notEmpty':
        return `(CAST(${identifier(name)} AS VARCHAR) <> '')`
      case 'contains':
        return `contains(${text}, ${literal(textOf(value))})`
      case 'notContains':
        return `(NOT coalesce(contains(${text}, ${literal(textOf(value))}), false))`
      case 'startsWith':
        return `starts_with(${text}, ${literal(textOf(value))})`
      case 'endsWith':
        return `ends_with(${text}, ${literal(textOf(value))})`
      case 'in': {
        const tests = (Array.isArray(value) ? value : []).map((one) =>
          this.#test({ column: name, operator: one === null ? 'empty' : 'equals', value: one }),
        )
        return tests.length > 0 ? `(${tests.join(' OR ')})` : 'false'
      }
      case 'between':
        return `(${cell} BETWEEN ${given(value)} AND ${given(to)})`
      case 'notEquals':
        return `(${cell} IS DISTINCT FROM ${given(value)})`
      default:
        return `(${cell} ${COMPARISONS[operator]} ${given(value)})`
    }
  }

  #column(name: string): ColumnInfo {
    const column = this.columns.find((one) => one.name === name)
    if (!column) throw new OrielError('bad_value', `There is no column "${name}" to sort or filter by.`)
    return column
  }

  #check(): void {
    if (this.#closed) throw new OrielError('closed', 'This table was closed.')
  }
}

const COMPARISONS = { equals: '=', less: '<', lessOrEqual: '<=', greater: '>', greaterOrEqual: '>=' } as const

/** Whether its cells are compared as what they are; the rest is compared as text. */
function comparable({ type }: ColumnInfo): boolean {
  return type !== 'text' && type !== 'json' && type !== 'binary'
}

/** What a search looks at, in lower case. */
function searchText({ name }: ColumnInfo): string {
  return `lower(CAST(${identifier(name)} AS VARCHAR))`
}

/** What a column is sorted by: text without regard to case and accents. */
function sortKey(column: ColumnInfo): string {
  return comparable(column) ? identifier(column.name) : `strip_accents(${searchText(column)})`
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.toLowerCase()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function comparedWith({ name, type }: ColumnInfo, value: unknown): string {
  if (typeof value === 'boolean') return String(value)
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  const number = isTemporal(type) && Number.isNaN(Number(text)) ? Date.parse(text) : Number(text)
  if (text === '' || Number.isNaN(number))
    throw new OrielError(
      'bad_value',
      `The filter of column "${name}" compares with ${isTemporal(type) ? 'a time' : 'a number'}, not ${JSON.stringify(value)}.`,
    )
  if (!isTemporal(type)) return type === 'bigint' && /^[+-]?\d+$/.test(text) ? text : String(number)
  const moment = `make_timestamp(${Math.round(number * 1000)})`
  return type === 'instant' ? `timezone('UTC', ${moment})` : moment
}
