import type { Transaction } from '../../client/transaction.ts'
import { equal } from '../../shared/document/equal.ts'
import { isPlainObject } from '../../shared/document/kinds.ts'
import type { Path } from '../../shared/document/types.ts'
import type { Value } from '../../shared/value.ts'
import { diffLists } from './list-diff.ts'

/** Writes what makes the value at `path`, which is `before`, into `after`: about as much as has changed. */
export function writeChange(tx: Transaction, id: string, path: Path, before: Value, after: Value): void {
  if (equal(before, after)) return
  if (Array.isArray(before) && Array.isArray(after)) return writeList(tx, id, path, before, after)
  if (!isPlainObject(before) || !isPlainObject(after)) return tx.set(id, path, after)
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) tx.unset(id, [...path, key])
  for (const [key, value] of Object.entries(after)) {
    if (Object.hasOwn(before, key)) writeChange(tx, id, [...path, key], before[key]!, value)
    else tx.set(id, [...path, key], value)
  }
}

function writeList(tx: Transaction, id: string, path: Path, before: readonly Value[], after: readonly Value[]): void {
  for (const { index, remove, insert } of diffLists(before, after, equal)) {
    // An item that has only changed is still that item: what differs in it is enough.
    if (remove !== insert.length) {
      tx.splice(id, path, index, remove, insert)
      continue
    }
    const at = tx.get(id)
    const list = valueAt(at?.props ?? {}, path) as readonly Value[]
    insert.forEach((value, i) => writeChange(tx, id, [...path, index + i], list[index + i]!, value))
  }
}

function valueAt(props: { readonly [key: string]: Value }, path: Path): Value {
  let value: Value = props
  for (const step of path) value = (value as { readonly [key: string | number]: Value })[step]!
  return value
}
