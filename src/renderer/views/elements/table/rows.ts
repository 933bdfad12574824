import type { GridApi, IDatasource } from 'ag-grid-community'
import { BLOCK_ROWS } from '../../../../shared/data/block.ts'
import type { Block, RowChanges } from '../../../../shared/data/block.ts'
import type { RowsRequest, Sort } from '../../../../shared/data/rows.ts'
import type { Value } from '../../../../shared/value.ts'
import { filtersOf } from './columns.ts'
import type { GridRow, TableColumn } from './cell.ts'

/** Asks the script for rows; null: it could not give them, which the person has been told. */
export type AskRows = (request: RowsRequest) => Promise<Value>

/** While rows change all the time, they are asked for anew no more often than this, in ms. */
const REFRESH_MS = 300
/** Rows that are asked for at once when all of them are wanted. */
const EXPORT_ROWS = 10_000

export interface GridRowsOptions {
  columns: readonly TableColumn[]
  /** The rows to begin with. */
  first: Block | null
  /** How the script has them ordered at first. */
  sort: readonly Sort[]
  ask: AskRows
  /** How many rows pass now; null: not known yet. */
  onCount: (rowCount: number | null) => void
}

/** The rows of one grid: gets them from the script as they are looked at, and follows what changes in them. */
export class GridRows implements IDatasource {
  readonly #options: GridRowsOptions
  #first: Block | null
  #search = ''
  #arrangement: Pick<RowsRequest, 'sort' | 'filter' | 'search'> = { sort: [], filter: [], search: '' }
  #seen: { version: number; number: number } = { version: 0, number: 0 }
  #refreshTimer: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor(options: GridRowsOptions) {
    this.#options = options
    this.#first = options.first
  }

  getRows(params: Parameters<IDatasource['getRows']>[0]): void {
    void this.#get(params)
  }

  destroy(): void {
    this.#closed = true
    clearTimeout(this.#refreshTimer)
  }

  /** Searches from now on; true if that is another search than before. */
  search(text: string): boolean {
    if (text.trim() === this.#search) return false
    this.#search = text.trim()
    return true
  }

  /** Takes over what the script says has changed. */
  follow(api: GridApi<GridRow>, changes: RowChanges): void {
    const { version, rowCount, number } = changes
    const last = number.length > 0 ? number[number.length - 1]! : 0
    const before = this.#seen
    this.#seen = { version, number: last }
    const isBehind = number.length > 0 && number[0]! > before.number + 1 && before.number < last
    if (version !== before.version || isBehind) {
      this.#refresh(api)
      return
    }
    if (last > before.number) this.#change(api, changes, before.number)
    const isPlain = this.#isPlain()
    if (rowCount !== null && isPlain && rowCount !== api.getDisplayedRowCount()) {
      // Of a block that was not full there is more now.
      if (api.getDisplayedRowCount() % BLOCK_ROWS !== 0) this.#refresh(api)
      api.setRowCount(rowCount, true)
      this.#options.onCount(rowCount)
    } else if (!isPlain) this.#refresh(api)
  }

  /** All rows that pass, block by block, in the order that is shown. */
  async *all(): AsyncGenerator<Block> {
    for (let start = 0; ; start += EXPORT_ROWS) {
      const block = await this.#ask(start, start + EXPORT_ROWS)
      if (!block) return
      yield block
      if (block.ids.length < EXPORT_ROWS) return
    }
  }

  async #get(params: Parameters<IDatasource['getRows']>[0]): Promise<void> {
    const { startRow, endRow, sortModel, filterModel } = params
    const { columns } = this.#options
    const sort = sortModel.map(({ colId, sort: direction }): Sort => ({
      column: columns[Number(colId)]!.name,
      direction: direction === 'desc' ? 'descending' : 'ascending',
    }))
    const filter = filtersOf((filterModel ?? {}) as Record<string, unknown>, columns)
    this.#arrangement = { sort, filter, search: this.#search }
    const first = this.#takeFirst(startRow)
    const block = first ?? (await this.#ask(startRow, endRow))
    if (this.#closed) return
    if (!block) return params.failCallback()
    const rows = gridRows(block)
    const isEnd = rows.length < endRow - startRow
    const rowCount = block.rowCount ?? (isEnd ? startRow + rows.length : null)
    params.successCallback(rows, rowCount ?? undefined)
    this.#options.onCount(rowCount)
  }

  /** The rows to begin with are good once, and only as they are. */
  #takeFirst(start: number): Block | null {
    const first = this.#first
    this.#first = null
    const { sort, filter, search } = this.#arrangement
    const asGiven = JSON.stringify(sort) === JSON.stringify(this.#options.sort)
    return first && start === 0 && asGiven && filter.length === 0 && search === '' ? first : null
  }

  async #ask(start: number, end: number): Promise<Block | null> {
    const answer = await this.#options.ask({ start, end, ...this.#arrangement })
    return answer as unknown as Block | null
  }

  #isPlain(): boolean {
    const { filter, search, sort } = this.#arrangement
    return filter.length === 0 && search === '' && sort.length === 0
  }

  #change(api: GridApi<GridRow>, { number, row, column, value }: RowChanges, seen: number): void {
    let byOrder = false
    const shownBy = new Set<number>([
      ...this.#arrangement.sort.map(({ column: name }) => this.#indexOf(name)),
      ...this.#arrangement.filter.map(({ column: name }) => this.#indexOf(name)),
    ])
    for (let i = 0; i < number.length; i++) {
      if (number[i]! <= seen) continue
      if (shownBy.has(column[i]!) || this.#arrangement.search !== '') byOrder = true
      const node = api.getRowNode(String(row[i]))
      if (!node?.data) continue
      ;(node.data.changed ??= new Map()).set(column[i]!, value[i])
      const columns = [String(column[i])]
      api.refreshCells({ rowNodes: [node], columns, force: true, suppressFlash: true })
      api.flashCells({ rowNodes: [node], columns })
    }
    if (byOrder) this.#refresh(api)
  }

  #indexOf(name: string): number {
    return this.#options.columns.findIndex((column) => column.name === name)
  }

  /** Asks for what is looked at anew, at once or as soon as that is due. */
  #refresh(api: GridApi<GridRow>): void {
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = undefined
      if (!this.#closed) api.refreshInfiniteCache()
    }, REFRESH_MS)
  }
}

function gridRows(block: Block): GridRow[] {
  return Array.from(block.ids, (id, index) => ({ id, block, index, changed: null }))
}
