import { BLOCK_ROWS, MAX_CELL_CHANGES, ROW_CHANGES_TYPE } from '../../shared/data/block.ts'
import type { Block } from '../../shared/data/block.ts'
import type { ColumnInfo } from '../../shared/data/column.ts'
import type { RowsRequest } from '../../shared/data/rows.ts'
import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import type { Value } from '../../shared/value.ts'
import { tableRows } from '../data/arranged-rows.ts'
import { DataTable } from '../data/data-table.ts'
import type { Row } from '../data/data-table.ts'
import { LiveTable } from '../data/live-table.ts'
import type { CellChange, Rows, RowsAnswer, TableChange, TableSource } from '../data/table-source.ts'
import type { RunningSession } from '../runtime/session.ts'

/** What a Table shows: objects, a table, or where rows come from. */
export type TableInput<R extends object> = readonly R[] | DataTable | LiveTable | TableSource

/** At most so many rows are given at once, whatever is asked for. */
const MAX_ROWS = 20_000
/** Rows that were sent last and can be told again by their ids. */
const REMEMBERED_ROWS = 20_000
/** What changes within this time goes to windows together, in ms. */
const GATHER_MS = 16

/** The rows of one Table: what it is given, in one shape. */
export class TableRows {
  /** Another text for each. */
  readonly id = randomId(8)
  readonly #input: TableInput<object>
  readonly #objects: readonly object[] | null
  readonly #table: DataTable | null
  readonly #source: TableSource
  #columns: readonly ColumnInfo[] | null
  /** Of sources that are no tables: rows that were sent, by id. */
  readonly #sent = new Map<number, () => Row>()

  constructor(input: TableInput<object>) {
    this.#input = input
    this.#objects = Array.isArray(input) ? (input as readonly object[]) : null
    this.#table = input instanceof DataTable ? input : this.#objects && DataTable.fromRows(this.#objects)
    this.#source = this.#table ? sourceOf(this.#table) : checkSource(input)
    this.#columns = this.#source.columns ?? null
  }

  get input(): TableInput<object> {
    return this.#input
  }

  /** null: not known before the first rows are here. */
  get columns(): readonly ColumnInfo[] | null {
    return this.#source instanceof LiveTable ? this.#source.columns : this.#columns
  }

  get rowCount(): number | null {
    return this.#source.rowCount ?? null
  }

  /** Whether cells can be written. */
  get takesCells(): boolean {
    return this.#source.setCells !== undefined
  }

  /** The rows to begin with, if they are in memory; null: they have to be waited for. */
  first(sort: RowsRequest['sort'], names: readonly string[]): Block | null {
    const answer = this.#table || this.#source instanceof LiveTable ? this.#source.getRows(begin(sort)) : null
    return answer && !(answer instanceof Promise) ? this.#block(longest(answer), 0, names) : null
  }

  /** Gets the first rows of a source that does not say which columns it has. */
  async findColumns(signal: AbortSignal): Promise<void> {
    const { rows } = longest(await this.#source.getRows({ ...begin([]), signal }))
    this.#columns ??= rows.info
  }

  /** The rows that a window asks for. */
  async get(request: RowsRequest & { signal: AbortSignal }, names: readonly string[]): Promise<Block> {
    const end = Math.min(request.end, request.start + MAX_ROWS)
    const rows = longest(await this.#source.getRows({ ...request, end }))
    return this.#block(rows, request.start, names)
  }

  /** The row as the script gave it; null if it is not known here. */
  row(id: number): object | null {
    if (this.#objects) return this.#objects[id] ?? null
    const table = this.#table ?? (this.#source instanceof LiveTable ? this.#source : null)
    if (table) return id < table.rowCount ? table.row(id) : null
    return this.#sent.get(id)?.() ?? null
  }

  async setCells(cells: readonly CellChange[]): Promise<void> {
    await this.#source.setCells?.(cells)
  }

  /** Tells windows what changes, in a record of its own; gives its id, and what ends it. null: nothing ever changes. */
  follow(session: RunningSession): { record: string; stop: () => void } | null {
    if (!this.#source.onChange) return null
    const record = `${ROW_CHANGES_TYPE}:${this.id}`
    const { document } = session.link
    const props = { version: 0, rowCount: this.rowCount, number: [], row: [], column: [], value: [] }
    document.transact((tx) => tx.put({ id: record, type: ROW_CHANGES_TYPE, scope: 'view', props }))
    let waiting: TableChange[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    let number = 0
    const flush = (): void => {
      const changes = waiting
      waiting = []
      timer = undefined
      const cells = changes.flatMap((change) => (change.kind === 'cells' ? change.cells : []))
      const isReset = cells.length > MAX_CELL_CHANGES || changes.some(({ kind }) => kind === 'reset')
      document.transact((tx) => {
        tx.set(record, ['rowCount'], this.rowCount)
        if (isReset) tx.set(record, ['version'], ((tx.get(record)?.props['version'] as number | undefined) ?? 0) + 1)
        else if (cells.length > 0) {
          const names = (this.columns ?? []).map(({ name }) => name)
          const columns = {
            number: cells.map(() => (number += 1)),
            row: cells.map(({ row }) => row),
            column: cells.map(({ column }) => names.indexOf(column)),
            value: cells.map(({ value }) => cellValue(value)),
          }
          tx.append(record, columns, MAX_CELL_CHANGES)
        }
      })
    }
    const unsubscribe = this.#source.onChange((change) => {
      waiting.push(change)
      timer ??= setTimeout(flush, GATHER_MS)
    })
    const stop = (): void => {
      unsubscribe()
      clearTimeout(timer)
      if (session.link.state !== 'closed' && document.get(record)) document.transact((tx) => tx.remove(record))
    }
    return { record, stop }
  }

  #block({ rows, rowCount, ids }: Rows, start: number, names: readonly string[]): Block {
    const places = Float64Array.from(ids ?? { length: rows.rowCount }, (id, i) => (ids ? id : start + i))
    if (!this.#table && !(this.#source instanceof LiveTable)) this.#remember(rows, places)
    const known = new Map(rows.columns.map((column) => [column.name, column]))
    const columns = names.map((name) => {
      const { values = Array.from<null>({ length: rows.rowCount }).fill(null), nulls = null } = known.get(name) ?? {}
      // A view would travel with all of the memory that it is a part of.
      return {
        values:
          values instanceof BigInt64Array || values instanceof BigUint64Array
            ? Array.from(values, String)
            : values.slice(),
        nulls: nulls && nulls.slice(),
      }
    })
    return { columns, ids: places, rowCount: rowCount ?? this.rowCount }
  }

  #remember(rows: DataTable, ids: Float64Array): void {
    for (const [i, id] of ids.entries()) {
      this.#sent.delete(id)
      this.#sent.set(id, () => rows.row(i))
    }
    for (const id of this.#sent.keys()) {
      if (this.#sent.size <= REMEMBERED_ROWS) break
      this.#sent.delete(id)
    }
  }
}

/** A cell as it travels: a moment as ms, a bigint as text. */
export function cellValue(value: unknown): Value {
  if (value instanceof Date) return value.getTime()
  return typeof value === 'bigint' ? String(value) : ((value ?? null) as Value)
}

function sourceOf(table: DataTable): TableSource {
  return { columns: table.info, rowCount: table.rowCount, getRows: tableRows(table) }
}

function checkSource(value: unknown): TableSource {
  if (typeof value === 'object' && value !== null && 'getRows' in value && typeof value.getRows === 'function')
    return value as TableSource
  throw new OrielError(
    'bad_value',
    '<Table> rows: must be a list of objects, a table of oriel/data, or an object with getRows().',
  )
}

function begin(sort: RowsRequest['sort']): RowsRequest & { signal: AbortSignal } {
  return { start: 0, end: BLOCK_ROWS, sort, filter: [], search: '', signal: new AbortController().signal }
}

/** An answer in its longest form. */
function longest(answer: RowsAnswer): Rows {
  if (answer instanceof DataTable) return { rows: answer, rowCount: null, ids: null }
  if ('rows' in answer) {
    const { rows, rowCount = null, ids = null } = answer
    return { rows: rows instanceof DataTable ? rows : DataTable.fromRows(rows), rowCount, ids }
  }
  return { rows: DataTable.fromRows(answer), rowCount: null, ids: null }
}
