import { createElement, useEffect, useMemo, useState } from 'react'
import type { Key, ReactNode } from 'react'
import type { Block } from '../../shared/data/block.ts'
import type { ColumnInfo, ColumnType } from '../../shared/data/column.ts'
import type { RowsRequest, Sort } from '../../shared/data/rows.ts'
import { tableElement } from '../../shared/elements/table.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Value } from '../../shared/value.ts'
import { requireSession } from '../runtime/frame.ts'
import { element } from './element.ts'
import { TableEdits, checkedValue, enteredValue } from './table-edits.ts'
import type { CellCheck, CellEdit } from './table-edits.ts'
import { TableRows } from './table-rows.ts'
import type { TableInput } from './table-rows.ts'

/** How one column of a Table is shown. */
export interface TableColumn {
  /** Of the column in the rows. */
  name: string
  /** Heading. Default: the name. */
  label?: string
  /** In pixels. Default: by what is in it. */
  width?: number
  /** Decimals of numbers. Default: as many as they have, six at most. */
  decimals?: number
  /** Stays at the left while the others scroll. Default false. */
  pinned?: boolean
  /** A person may edit its cells. Default false. */
  editable?: boolean
  /** What may be entered: a zod schema, whose output is written, or a function that gives what is wrong. */
  validate?: CellCheck
  /** Texts to choose from when a cell is edited. Default: anything may be entered. */
  choices?: readonly string[]
  /** Default: by what is in it. */
  type?: ColumnType
}

/** What a Table takes. */
export interface TableProps<R extends object> {
  /**
   * What it shows: a list of objects, a table of `oriel/data`, or where rows come from block by block. A list that is
   * another than before is shown in place of it; what a LiveTable changes is shown by itself.
   */
  rows: TableInput<R>
  /** Which columns, in which order, and how. Default: all, as they are. */
  columns?: readonly (string | TableColumn)[]
  /** In pixels, or any CSS length. Default 400. */
  height?: number | string
  /** A box to search in all columns. Default false. */
  search?: boolean
  /** A filter in each column's heading. Default true. */
  filters?: boolean
  /** Name of the CSV file that the person can save what they see as; without it there is no button. */
  exportName?: string
  /** How many rows a person can select. Default 'none', or 'multiple' with `onSelect`. */
  selection?: 'none' | 'single' | 'multiple'
  /** Ids of the rows that are selected. Default: those that the person selects. */
  selected?: readonly number[]
  /** How rows are ordered at first; a person orders them by the headings. Default: as they are. */
  sort?: readonly Sort[]
  /** Shown where there are no rows. Default 'No rows'. */
  emptyText?: string
  /** What the table is, for those who cannot see it. Default 'Table'. */
  label?: string
  /** The rows that are selected now, as far as they are known in the script, and the ids of all of them. */
  onSelect?: (rows: R[], ids: number[]) => unknown
  /** A row was clicked or opened with Enter. */
  onRowClick?: (row: R, id: number) => unknown
  /**
   * A cell was edited, or an edit was taken back. A LiveTable holds the new value once this has settled; for other rows the
   * script gives new ones. What it throws is shown to the person, and the cell stays as it was.
   */
  onCellEdit?: (edit: CellEdit<R>) => unknown
  key?: Key
}

const Drawn = element(tableElement)

/** Rows and columns: sorted, filtered, searched, selected, edited. A million rows are no trouble: only what is looked at is sent. */
export function Table<R extends object>(props: TableProps<R>): ReactNode {
  const { rows: input, columns: wanted, onSelect, onRowClick, onCellEdit } = props
  const session = useState(() => requireSession('<Table>'))[0]
  const rows = useMemo(() => new TableRows(input), [input])
  const source = useSource(rows)
  const changes = useFollowed(rows, session)
  const edits = useState(() => new TableEdits())[0]
  const known = useKnownColumns(rows)
  const columns = useMemo(() => columnsOf(known, wanted), [known, wanted])
  const names = columns.map(({ name }) => name)
  const sort = useState(() => [...(props.sort ?? [])])[0]
  const first = useFirst(rows, sort, names)
  const takesEdits = rows.takesCells || onCellEdit !== undefined

  const write = async (edit: CellEdit): Promise<void> => {
    await onCellEdit?.(edit as CellEdit<R>)
    if (rows.takesCells) await rows.setCells([{ row: edit.id, column: edit.column, value: edit.value }])
  }
  const onEdit = async (given: { id: number; column: string; value: Value }): Promise<string | null> => {
    const { id, column: name } = given
    const column = columns.find((one) => one.name === name)
    if (!column?.editable || !takesEdits) return 'This cell cannot be edited.'
    const row = rows.row(id)
    const value = enteredValue(column.type, given.value)
    if (value === undefined) return `This is no ${SAID[column.type] ?? 'value for this column'}.`
    try {
      const checked = await checkedValue(column.validate, value, row)
      if ('wrong' in checked) return checked.wrong
      const edit = {
        row,
        id,
        column: name,
        value: checked.value,
        before: row ? (row as Record<string, unknown>)[name] : null,
      }
      await write(edit)
      edits.add(edit)
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  const onUndo = async (direction: 'undo' | 'redo'): Promise<number | null> => {
    const edit = edits.next(direction)
    if (!edit) return null
    await write({ ...edit, row: rows.row(edit.id) })
    return edit.id
  }
  const onRows = (request: RowsRequest): Promise<Value> =>
    rows.get({ ...request, signal: new AbortController().signal }, names) as Promise<unknown> as Promise<Value>

  return createElement(Drawn, {
    columns: columns.map((column) => drawnColumn(column, takesEdits)),
    source: rows.id,
    version: source,
    rowCount: rows.rowCount,
    first,
    changes,
    height: props.height ?? 400,
    search: props.search ?? false,
    filters: props.filters ?? true,
    exportName: props.exportName ?? null,
    selection: props.selection ?? (onSelect ? 'multiple' : 'none'),
    selected: props.selected ? [...props.selected] : null,
    sort,
    emptyText: props.emptyText ?? 'No rows',
    label: props.label ?? 'Table',
    onRows,
    ...(takesEdits ? { onEdit, onUndo } : {}),
    ...(onSelect
      ? {
          onSelect: (ids: number[]) =>
            onSelect(
              ids.map((id) => rows.row(id) as R | null).filter((row) => row !== null),
              ids,
            ),
        }
      : {}),
    ...(onRowClick
      ? {
          onRowClick: (id: number) => {
            const row = rows.row(id) as R | null
            return row ? onRowClick(row, id) : null
          },
        }
      : {}),
  })
}

/** How a person is told which kind of value belongs into a column. */
const SAID: Partial<Record<ColumnType, string>> = {
  number: 'number',
  integer: 'whole number',
  bigint: 'whole number',
  boolean: 'yes or no',
  date: 'day',
  datetime: 'time',
  instant: 'time',
}

/** Counts the inputs that this Table was given. */
function useSource(rows: TableRows): number {
  const [counted, setCounted] = useState({ rows, number: 0 })
  if (counted.rows === rows) return counted.number
  setCounted({ rows, number: counted.number + 1 })
  return counted.number + 1
}

/** The record in which windows hear what changes. */
function useFollowed(rows: TableRows, session: ReturnType<typeof requireSession>): string | null {
  const [record, setRecord] = useState<{ rows: TableRows; id: string } | null>(null)
  useEffect(() => {
    const followed = rows.follow(session)
    if (!followed) return
    setRecord({ rows, id: followed.record })
    return followed.stop
  }, [rows, session])
  return record?.rows === rows ? record.id : null
}

/** The columns of the rows. A source that does not say them is asked for its first rows. */
function useKnownColumns(rows: TableRows): readonly ColumnInfo[] {
  const [found, setFound] = useState<TableRows | null>(null)
  const columns = rows.columns
  useEffect(() => {
    if (columns) return
    const stop = new AbortController()
    void rows.findColumns(stop.signal).then(() => {
      if (!stop.signal.aborted) setFound(rows)
    })
    return () => stop.abort()
  }, [rows, columns, found])
  return columns ?? NO_COLUMNS
}

const NO_COLUMNS: readonly ColumnInfo[] = []

/** The rows to begin with go along with the Table, once: whoever draws it later asks for them. */
function useFirst(rows: TableRows, sort: readonly Sort[], names: readonly string[]): Block | null {
  const [begun] = useState(() => ({ rows, block: rows.first(sort, names) }))
  return begun.rows === rows ? begun.block : null
}

type ShownColumn = Required<Omit<TableColumn, 'width' | 'decimals' | 'choices' | 'validate'>> & {
  width: number | null
  decimals: number | null
  choices: string[] | null
  validate: CellCheck | undefined
}

/** The column as a window needs it. */
function drawnColumn(
  { name, type, label, width, decimals, pinned, editable, choices }: ShownColumn,
  takesEdits: boolean,
) {
  return { name, type, label, width, decimals, pinned, editable: editable && takesEdits, choices }
}

function columnsOf(known: readonly ColumnInfo[], wanted: TableProps<object>['columns']): ShownColumn[] {
  const chosen = wanted ?? known.map(({ name }) => name)
  return chosen.map((given) => {
    const column: TableColumn = typeof given === 'string' ? { name: given } : given
    const { name, label = name, width = null, decimals = null, pinned = false, editable = false } = column
    const type = column.type ?? known.find((one) => one.name === name)?.type
    if (!type && known.length > 0)
      throw new OrielError(
        'bad_value',
        `<Table> columns: there is no column "${name}"; there are ${known.map((one) => one.name).join(', ')}.`,
      )
    const choices = column.choices ? [...column.choices] : null
    return { name, label, width, decimals, pinned, editable, choices, validate: column.validate, type: type ?? 'text' }
  })
}
