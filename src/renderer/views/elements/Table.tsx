import type { GridApi } from 'ag-grid-community'
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import type { RowChanges } from '../../../shared/data/block.ts'
import type { tableElement } from '../../../shared/elements/table.ts'
import type { Value } from '../../../shared/value.ts'
import { copyText } from '../../ui/copy-text.ts'
import { adoptStyles } from '../../ui/styles.ts'
import { useScene } from './context.ts'
import { cellOf } from './table/cell.ts'
import type { GridRow } from './table/cell.ts'
import { openGrid } from './table/grid.ts'
import { GridRows } from './table/rows.ts'
import css from './table/table.css?inline'
import { clipboardText, csvHead, csvLines } from './table/text.ts'
import type { ElementViewProps } from './view.ts'

/** How long after the last key a search begins, in ms. */
const SEARCH_MS = 200
/** How long a refusal stays, in ms. */
const REFUSAL_MS = 6000
const nobody = async (): Promise<Value> => null

adoptStyles(document, css)

export function Table(props: ElementViewProps<typeof tableElement>) {
  const { columns, source, version, rowCount, first, changes, height, search, exportName, selection, selected } = props
  const { document: session } = useScene()
  const place = useRef<HTMLDivElement>(null)
  const [grid, setGrid] = useState<{ api: GridApi<GridRow>; rows: GridRows } | null>(null)
  const [count, setCount] = useState<number | null>(rowCount)
  const [refusal, setRefusal] = useState<string | null>(null)
  const [exporting, setExporting] = useState(false)
  // A grid is made anew where it would look different altogether; everything else goes into the one that is there.
  const shape = JSON.stringify([columns, selection, props.filters, props.label])

  const ask = useEffectEvent(props.onRows ?? nobody)
  // What the person selects stays until the script has answered it.
  const [unanswered, setUnanswered] = useState(0)
  const select = useEffectEvent((ids: number[]) => {
    if (!props.onSelect) return
    setUnanswered((edits) => edits + 1)
    void props.onSelect(ids).finally(() => setUnanswered((edits) => edits - 1))
  })
  const open = useEffectEvent((id: number) => void props.onRowClick?.(id))
  const edit = useEffectEvent(async (row: GridRow, column: number, value: Value) => {
    const before = cellOf(row, column)
    const write = (shown: Value): void => {
      ;(row.changed ??= new Map()).set(column, shown)
      const node = grid?.api.getRowNode(String(row.id))
      if (node && grid) grid.api.refreshCells({ rowNodes: [node], columns: [String(column)], force: true })
    }
    write(value)
    const wrong = await (props.onEdit ?? nobody)({ id: row.id, column: columns[column]!.name, value: value as string })
    if (wrong === null) return
    write(before)
    setRefusal(typeof wrong === 'string' ? wrong : 'This was not accepted.')
  })

  useLayoutEffect(() => {
    const rows = new GridRows({
      columns,
      first,
      sort: props.sort,
      ask: (request) => ask(request as Parameters<typeof ask>[0]),
      onCount: setCount,
    })
    const api = openGrid(place.current!, {
      columns,
      rows,
      selection,
      rowCount,
      filters: props.filters,
      sort: props.sort,
      label: props.label,
      onEdit: (row, column, value) => void edit(row, column, value),
      onSelect: (ids) => select(ids),
      onOpen: (id) => open(id),
    })
    place.current!.querySelector('[role="grid"], [role="treegrid"]')?.setAttribute('aria-label', props.label)
    setGrid({ api, rows })
    return () => api.destroy()
    // oxlint-disable-next-line react/exhaustive-deps -- `shape` is all of these that need another grid
  }, [shape])

  const shown = useRef({ source, version })
  useEffect(() => {
    if (!grid || (shown.current.source === source && shown.current.version === version)) return
    shown.current = { source, version }
    setCount(rowCount)
    grid.api.refreshInfiniteCache()
    if (rowCount !== null) grid.api.setRowCount(Math.max(1, rowCount), false)
  }, [grid, source, version, rowCount])

  useEffect(() => {
    if (!grid || !changes) return
    const follow = (): void => {
      const record = session.get(changes)
      if (record) grid.rows.follow(grid.api, record.props as unknown as RowChanges)
    }
    follow()
    return session.onChange(follow, { id: changes })
  }, [grid, changes, session])

  useEffect(() => {
    if (!grid || selected === null || unanswered > 0) return
    const wanted = new Set(selected.map(String))
    const apply = (): void => {
      grid.api.forEachNode((node) => {
        const isWanted = node.id !== undefined && wanted.has(node.id)
        if (node.data && isWanted !== Boolean(node.isSelected())) node.setSelected(isWanted, false, 'api')
      })
    }
    apply()
    // Rows that come later are selected as they come.
    grid.api.addEventListener('modelUpdated', apply)
    return () => {
      if (!grid.api.isDestroyed()) grid.api.removeEventListener('modelUpdated', apply)
    }
  }, [grid, selected, unanswered])

  useEffect(() => {
    if (refusal === null) return
    const timer = setTimeout(() => setRefusal(null), REFUSAL_MS)
    return () => clearTimeout(timer)
  }, [refusal])

  const searchTimer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const searchFor = (text: string): void => {
    clearTimeout(searchTimer.current)
    searchTimer.current = setTimeout(() => {
      if (grid?.rows.search(text)) grid.api.purgeInfiniteCache()
    }, SEARCH_MS)
  }

  const exportRows = async (): Promise<void> => {
    if (!grid) return
    setExporting(true)
    try {
      const parts = ['\uFEFF', csvHead(columns)]
      for await (const block of grid.rows.all()) parts.push(csvLines(block, columns))
      save(new Blob(parts, { type: 'text/csv' }), `${exportName ?? 'table'}.csv`)
    } finally {
      setExporting(false)
    }
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!grid || !(event.ctrlKey || event.metaKey) || isField(event.target)) return
    const key = event.key.toLowerCase()
    if (key === 'c' && !getSelection()?.toString()) {
      event.preventDefault()
      void copyText(copied(grid.api, columns))
    } else if ((key === 'z' || key === 'y') && props.onUndo) {
      event.preventDefault()
      void props.onUndo(key === 'y' || event.shiftKey ? 'redo' : 'undo').then(() => grid.api.refreshInfiniteCache())
    }
  }

  return (
    <div className="oriel-table" style={{ height }} onKeyDown={onKeyDown}>
      {(search || exportName !== null) && (
        <div className="oriel-table-bar">
          {search && (
            <input
              type="search"
              placeholder="Search"
              aria-label={`Search in ${props.label}`}
              onChange={(event) => searchFor(event.currentTarget.value)}
            />
          )}
          <span className="oriel-table-count" role="status">
            {count === null ? 'Counting rows…' : `${count.toLocaleString()} ${count === 1 ? 'row' : 'rows'}`}
          </span>
          {exportName !== null && (
            <button type="button" className="plain" disabled={exporting} onClick={() => void exportRows()}>
              {exporting ? 'Saving…' : 'Save as CSV'}
            </button>
          )}
        </div>
      )}
      <div className="oriel-table-grid" ref={place} />
      {count === 0 && <div className="oriel-table-empty">{props.emptyText}</div>}
      {refusal !== null && (
        <div className="oriel-table-refusal" role="alert">
          {refusal}
        </div>
      )}
    </div>
  )
}

/** What is selected, else the cell that has the focus. */
function copied(api: GridApi<GridRow>, columns: ElementViewProps<typeof tableElement>['columns']): string {
  const selected = api.getSelectedRows()
  if (selected.length > 0) return clipboardText(selected, columns)
  const cell = api.getFocusedCell()
  const row = cell && api.getDisplayedRowAtIndex(cell.rowIndex)?.data
  if (!cell || !row) return ''
  const index = Number(cell.column.getColId())
  return clipboardText(
    [{ id: 0, index: 0, changed: null, block: { columns: [{ values: [cellOf(row, index)], nulls: null }] } }],
    [columns[index]!],
  )
}

function isField(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
