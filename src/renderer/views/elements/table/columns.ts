import type { ColDef, IFilterOptionDef } from 'ag-grid-community'
import { isTemporal } from '../../../../shared/data/column.ts'
import type { Filter } from '../../../../shared/data/rows.ts'
import { CellEditor } from './cell-editor.ts'
import { cellOf, formatterOf } from './cell.ts'
import type { GridRow, TableColumn } from './cell.ts'

const YES_NO: IFilterOptionDef[] = [
  { displayKey: 'yes', displayName: 'Yes', predicate: () => true, numberOfInputs: 0 },
  { displayKey: 'no', displayName: 'No', predicate: () => true, numberOfInputs: 0 },
]
/** Of the grid's filters: name there → here. */
const OPERATORS: Readonly<Record<string, Filter['operator']>> = {
  equals: 'equals',
  notEqual: 'notEquals',
  contains: 'contains',
  notContains: 'notContains',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
  lessThan: 'less',
  lessThanOrEqual: 'lessOrEqual',
  greaterThan: 'greater',
  greaterThanOrEqual: 'greaterOrEqual',
  inRange: 'between',
  blank: 'empty',
  notBlank: 'notEmpty',
}

/** What the grid has to know of a column. Its id is the column's index: names may hold dots. */
export function columnDefinition(column: TableColumn, index: number, filters: boolean): ColDef<GridRow> {
  const { type, label, width, pinned, editable } = column
  const isNumber = type === 'number' || type === 'integer' || type === 'bigint'
  const format = formatterOf(column)
  return {
    colId: String(index),
    headerName: label,
    headerTooltip: label === column.name ? label : `${label} (${column.name})`,
    cellDataType: false,
    valueGetter: ({ data }) => cellOf(data, index),
    valueFormatter: ({ value }) => format(value),
    editable,
    cellEditor: CellEditor,
    cellEditorParams: { column },
    ...(isNumber
      ? { headerClass: 'ag-right-aligned-header', cellClass: ['ag-right-aligned-cell', 'oriel-table-number'] }
      : isTemporal(type)
        ? { cellClass: 'oriel-table-number' }
        : {}),
    pinned: pinned ? 'left' : undefined,
    sortable: true,
    unSortIcon: false,
    ...(width === null ? { minWidth: 70 } : { width }),
    ...(filters ? filterOf(column) : { filter: false }),
  }
}

/** The grid's filters as sources understand them. */
export function filtersOf(model: Record<string, unknown>, columns: readonly TableColumn[]): Filter[] {
  return Object.entries(model).flatMap(([id, given]): Filter[] => {
    const { name, type } = columns[Number(id)] ?? { name: '', type: 'text' }
    const {
      type: kind,
      filter,
      filterTo,
      dateFrom,
      dateTo,
    } = given as {
      type: string
      filter?: string | number
      filterTo?: string | number
      dateFrom?: string | null
      dateTo?: string | null
    }
    if (kind === 'yes' || kind === 'no') return [{ column: name, operator: 'equals', value: kind === 'yes' }]
    const operator = OPERATORS[kind]
    if (!operator) return []
    if (operator === 'empty' || operator === 'notEmpty') return [{ column: name, operator }]
    if (!isTemporal(type)) return [{ column: name, operator, value: filter ?? '', to: filterTo ?? '' }]
    const from = dateFrom ? dayStart(dateFrom, type) : 0
    const next = (day: string): number => dayStart(day, type, 1)
    // A day is all of its moments.
    if (type !== 'date' && dateFrom) {
      if (operator === 'equals') return between(name, from, next(dateFrom) - 1)
      if (operator === 'greater') return [{ column: name, operator: 'greaterOrEqual', value: next(dateFrom) }]
      if (operator === 'between' && dateTo) return between(name, from, next(dateTo) - 1)
    }
    return [{ column: name, operator, value: from, to: dateTo ? dayStart(dateTo, type) : from }]
  })
}

function between(column: string, value: number, to: number): Filter[] {
  return [{ column, operator: 'between', value, to }]
}

/** `day` as the grid writes it, `2024-05-06 00:00:00`, in ms; moments are looked at in the person's own time. */
function dayStart(day: string, type: TableColumn['type'], later = 0): number {
  const [year = 0, month = 1, date = 1] = day.slice(0, 10).split('-').map(Number)
  return type === 'instant'
    ? new Date(year, month - 1, date + later).getTime()
    : Date.UTC(year, month - 1, date + later)
}

function filterOf({ type }: TableColumn): Partial<ColDef<GridRow>> {
  const filterParams = { maxNumConditions: 1, buttons: ['reset'], debounceMs: 250 }
  if (type === 'boolean')
    return { filter: 'agTextColumnFilter', filterParams: { ...filterParams, filterOptions: ['empty', ...YES_NO] } }
  if (type === 'number' || type === 'integer') return { filter: 'agNumberColumnFilter', filterParams }
  if (isTemporal(type)) {
    const filterOptions = ['equals', 'lessThan', 'greaterThan', 'inRange', 'blank', 'notBlank']
    return { filter: 'agDateColumnFilter', filterParams: { ...filterParams, filterOptions } }
  }
  if (type === 'bigint')
    return {
      filter: 'agTextColumnFilter',
      filterParams: { ...filterParams, filterOptions: ['equals', 'notEqual', 'blank', 'notBlank'] },
    }
  return { filter: 'agTextColumnFilter', filterParams }
}
