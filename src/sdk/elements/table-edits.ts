import type { z } from 'zod'
import { isTemporal } from '../../shared/data/column.ts'
import type { ColumnType } from '../../shared/data/column.ts'
import type { Value } from '../../shared/value.ts'

/** Checks what a person has entered: a zod schema, or a function that gives what is wrong, if anything is. */
export type CellCheck = z.ZodType | ((value: unknown, row: object | null) => string | null | undefined | void)

/** An edit of one cell. */
export interface CellEdit<R extends object = object> {
  /** The row as it was; null if it is not in the script. */
  readonly row: R | null
  /** Its id: in a list of objects its place, in a table its number. */
  readonly id: number
  readonly column: string
  /** What is to be in the cell: a Date in columns of days and moments, null for nothing. */
  readonly value: unknown
  /** What was in it. */
  readonly before: unknown
}

/** Edits that can be taken back. */
const MOST_EDITS = 200

/** What a person has edited in one Table, for taking it back and making it again. */
export class TableEdits {
  #done: CellEdit[] = []
  #undone: CellEdit[] = []

  /** A new edit was made: what was taken back before is forgotten. */
  add(edit: CellEdit): void {
    this.#done = [...this.#done.slice(1 - MOST_EDITS), edit]
    this.#undone = []
  }

  /** The edit to make for an undo or a redo, which counts as made then; null: there is none. */
  next(direction: 'undo' | 'redo'): CellEdit | null {
    const [from, to] = direction === 'undo' ? [this.#done, this.#undone] : [this.#undone, this.#done]
    const edit = from.pop()
    if (!edit) return null
    to.push(edit)
    return direction === 'undo' ? { ...edit, value: edit.before, before: edit.value } : edit
  }
}

/** What a page's value is in a column of `type`; undefined: it is none. */
export function enteredValue(type: ColumnType, value: Value): unknown {
  if (value === null) return null
  if (isTemporal(type)) return typeof value === 'number' && Number.isFinite(value) ? new Date(value) : undefined
  switch (type) {
    case 'number':
      return typeof value === 'number' ? value : undefined
    case 'integer':
      return Number.isSafeInteger(value) ? value : undefined
    case 'bigint':
      return typeof value === 'string' && /^[+-]?\d{1,20}$/.test(value) ? BigInt(value) : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'text':
      return typeof value === 'string' ? value : undefined
    default:
      return undefined
  }
}

/** The value that is to be written, or what is wrong with it. */
export async function checkedValue(
  check: CellCheck | undefined,
  value: unknown,
  row: object | null,
): Promise<{ value: unknown } | { wrong: string }> {
  if (!check) return { value }
  if (typeof check === 'function') {
    const wrong = check(value, row)
    return typeof wrong === 'string' && wrong !== '' ? { wrong } : { value }
  }
  const result = await check.safeParseAsync(value)
  return result.success ? { value: result.data } : { wrong: result.error.issues[0]!.message }
}
