import {
  CellStyleModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  CustomEditorModule,
  DateFilterModule,
  EventApiModule,
  HighlightChangesModule,
  InfiniteRowModelModule,
  LocaleModule,
  ModuleRegistry,
  NumberFilterModule,
  RenderApiModule,
  RowApiModule,
  RowSelectionModule,
  ScrollApiModule,
  TextFilterModule,
  TooltipModule,
  createGrid,
  themeQuartz,
  type CellEditRequestEvent,
  type GridApi,
  type GridOptions,
} from 'ag-grid-community'
import { BLOCK_ROWS } from '../../../../shared/data/block.ts'
import type { Sort } from '../../../../shared/data/rows.ts'
import type { Value } from '../../../../shared/value.ts'
import { columnDefinition } from './columns.ts'
import { RowToCome } from './row-to-come.ts'
import type { GridRow, TableColumn } from './cell.ts'
import type { GridRows } from './rows.ts'

ModuleRegistry.registerModules([
  CellStyleModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  CustomEditorModule,
  DateFilterModule,
  EventApiModule,
  HighlightChangesModule,
  InfiniteRowModelModule,
  LocaleModule,
  NumberFilterModule,
  RenderApiModule,
  RowApiModule,
  RowSelectionModule,
  ScrollApiModule,
  TextFilterModule,
  TooltipModule,
])

/** Oriel's colours, which follow the page's theme by themselves. */
const theme = themeQuartz.withParams({
  fontFamily: 'var(--oriel-font)',
  fontSize: 14,
  backgroundColor: 'var(--oriel-surface)',
  foregroundColor: 'var(--oriel-text)',
  textColor: 'var(--oriel-text)',
  subtleTextColor: 'var(--oriel-muted)',
  headerTextColor: 'var(--oriel-muted)',
  headerFontWeight: 600,
  headerBackgroundColor: 'var(--oriel-surface)',
  chromeBackgroundColor: 'var(--oriel-surface)',
  menuBackgroundColor: 'var(--oriel-surface)',
  borderColor: 'var(--oriel-line)',
  wrapperBorderRadius: 'var(--oriel-radius)',
  borderRadius: 6,
  accentColor: 'var(--oriel-accent)',
  rowHoverColor: 'var(--oriel-accent-softer)',
  selectedRowBackgroundColor: 'var(--oriel-accent-soft)',
  rangeSelectionBorderColor: 'var(--oriel-accent)',
  valueChangeValueHighlightBackgroundColor: 'var(--oriel-accent-soft)',
  inputBackgroundColor: 'var(--oriel-surface)',
  inputTextColor: 'var(--oriel-text)',
  inputBorder: 'solid 1px var(--oriel-edge)',
  iconColor: 'var(--oriel-muted)',
  focusShadow: '0 0 0 2px var(--oriel-accent)',
  checkboxUncheckedBorderColor: 'var(--oriel-edge)',
  cellHorizontalPadding: 12,
  rowHeight: 36,
  headerHeight: 40,
  browserColorScheme: 'inherit',
})

/** Rows that are drawn above and below those that are seen. */
const ROW_BUFFER = 4

export interface GridSettings {
  columns: readonly TableColumn[]
  filters: boolean
  selection: 'none' | 'single' | 'multiple'
  sort: readonly Sort[]
  label: string
  rows: GridRows
  rowCount: number | null
  onEdit: (row: GridRow, column: number, value: Value) => void
  onSelect: (ids: number[]) => void
  onOpen: (id: number) => void
}

/** Makes the grid in `place`. */
export function openGrid(place: HTMLElement, settings: GridSettings): GridApi<GridRow> {
  const { columns, selection, sort, rows, onEdit, onSelect, onOpen } = settings
  const options: GridOptions<GridRow> = {
    theme,
    rowModelType: 'infinite',
    datasource: rows,
    cacheBlockSize: BLOCK_ROWS,
    maxBlocksInCache: 20,
    maxConcurrentDatasourceRequests: 2,
    // Whoever drags through a million rows does not want those in between.
    blockLoadDebounceMillis: 40,
    infiniteInitialRowCount: Math.max(1, Math.min(settings.rowCount ?? BLOCK_ROWS, BLOCK_ROWS)),
    getRowId: ({ data }) => String(data.id),
    columnDefs: columns.map((column, index) => ({
      ...columnDefinition(column, index, settings.filters),
      ...initialSort(column.name, sort),
      // The last one takes what is left, so that rows go all the way.
      ...(index === columns.length - 1 && column.width === null ? { flex: 1, minWidth: 120 } : {}),
    })),
    defaultColDef: { resizable: true, sortable: true },
    autoSizeStrategy: {
      type: 'fitCellContents',
      // All that say nothing else, but for the last one.
      colIds: columns.slice(0, -1).flatMap(({ width }, i) => (width === null ? [String(i)] : [])),
    },
    readOnlyEdit: true,
    stopEditingWhenCellsLoseFocus: true,
    suppressDragLeaveHidesColumns: true,
    animateRows: false,
    // Rows outside of what is seen cost as much as those inside.
    rowBuffer: ROW_BUFFER,
    // A row that is still to come is one piece: whoever drags through a million of them is shown hundreds a second.
    isFullWidthRow: ({ rowNode }) => rowNode.data === undefined,
    fullWidthCellRenderer: RowToCome,
    // The grid's own would listen to each cell.
    enableBrowserTooltips: true,
    ensureDomOrder: true,
    // The table says it itself: the grid does not always notice.
    suppressOverlays: ['noRows'],
    localeText: { blank: 'Empty', notBlank: 'Not empty' },
    ...(selection === 'none'
      ? {}
      : {
          rowSelection:
            selection === 'single'
              ? { mode: 'singleRow', checkboxes: false, enableClickSelection: true }
              : { mode: 'multiRow', headerCheckbox: false, enableClickSelection: true },
        }),
    selectionColumnDef: {
      width: 44,
      pinned: columns.some(({ pinned }) => pinned) ? 'left' : null,
      resizable: false,
      headerName: 'Selected',
      headerClass: 'oriel-table-selected',
    },
    onCellEditRequest: ({ data, colDef, newValue }: CellEditRequestEvent<GridRow>) =>
      onEdit(data, Number(colDef.colId), (newValue ?? null) as Value),
    // As it was when the person made it: by now the script may have said what it wants selected.
    onSelectionChanged: ({ source, selectedNodes }) => {
      if (source !== 'api') onSelect((selectedNodes ?? []).map(({ id }) => Number(id)))
    },
    onRowClicked: ({ data }) => data && onOpen(data.id),
    onCellKeyDown: ({ event, data }) => {
      if (data && (event as KeyboardEvent | null)?.key === 'Enter') onOpen(data.id)
    },
  }
  return createGrid(place, options)
}

function initialSort(name: string, sort: readonly Sort[]): { initialSort?: 'asc' | 'desc'; initialSortIndex?: number } {
  const index = sort.findIndex(({ column }) => column === name)
  if (index < 0) return {}
  return { initialSort: sort[index]!.direction === 'descending' ? 'desc' : 'asc', initialSortIndex: index }
}
