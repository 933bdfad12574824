import type { ICellEditorComp, ICellEditorParams } from 'ag-grid-community'
import { isTemporal } from '../../../../shared/data/column.ts'
import type { Value } from '../../../../shared/value.ts'
import { exchangeText } from './cell.ts'
import type { GridRow, TableColumn } from './cell.ts'

type Field = HTMLInputElement | HTMLSelectElement

/** The field in which a person edits one cell: of the kind that fits the column. */
export class CellEditor implements ICellEditorComp<GridRow, Value> {
  #field!: Field
  #column!: TableColumn
  #selects = true

  init({ column, value, eventKey, colDef }: ICellEditorParams<GridRow, Value> & { column: TableColumn }): void {
    // The grid's own parameter of that name comes first; ours is in the definition.
    const given = (colDef.cellEditorParams as { column: TableColumn } | undefined)?.column
    this.#column = given ?? column
    this.#field = createField(this.#column)
    this.#field.className = 'oriel-table-editor'
    this.#field.setAttribute('aria-label', this.#column.label)
    this.#field.value = fieldText(this.#column, value ?? null)
    if (eventKey === 'Delete' || eventKey === 'Backspace') this.#field.value = ''
    else if (eventKey?.length === 1 && this.#field instanceof HTMLInputElement && !isTemporal(this.#column.type)) {
      // What was typed begins the new value.
      this.#field.value = eventKey
      this.#selects = false
    }
  }

  getGui(): HTMLElement {
    return this.#field
  }

  afterGuiAttached(): void {
    this.#field.focus()
    if (this.#field instanceof HTMLInputElement && this.#selects) this.#field.select()
  }

  /** As it goes to the script; a text that is no such value stays a text, which the script refuses with a reason. */
  getValue(): Value {
    const { value: text } = this.#field
    const { type, choices } = this.#column
    if (text === '' && (type !== 'text' || choices)) return null
    if (type === 'boolean') return text === 'true'
    if (type === 'number' || type === 'integer') {
      const number = Number(text.trim().replace(',', '.'))
      return Number.isNaN(number) ? text : number
    }
    if (!isTemporal(type)) return text
    const ms = Date.parse(type === 'datetime' ? `${text}Z` : text)
    return Number.isNaN(ms) ? text : ms
  }
}

function createField({ type, choices }: TableColumn): Field {
  if (choices || type === 'boolean') {
    const select = document.createElement('select')
    select.append(new Option('', ''))
    if (choices) for (const choice of choices) select.append(new Option(choice, choice))
    else select.append(new Option('yes', 'true'), new Option('no', 'false'))
    return select
  }
  const input = document.createElement('input')
  input.type = type === 'date' ? 'date' : isTemporal(type) ? 'datetime-local' : 'text'
  if (type === 'number' || type === 'integer') input.inputMode = type === 'number' ? 'decimal' : 'numeric'
  if (isTemporal(type) && type !== 'date') input.step = '1'
  return input
}

function fieldText({ type }: TableColumn, value: Value): string {
  if (type === 'datetime') return exchangeText(type, value).replace(' ', 'T').slice(0, 19)
  if (type !== 'instant' || typeof value !== 'number') return exchangeText(type, value)
  // The field is in the person's own time.
  const local = value - new Date(value).getTimezoneOffset() * 60_000
  return new Date(local).toISOString().slice(0, 19)
}
