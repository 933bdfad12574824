import type { Transaction } from '../../client/transaction.ts'
import { equal } from '../../shared/document/equal.ts'
import { isList, isValueObject, type ValueList, type ValueObject } from '../../shared/document/kinds.ts'
import type { Value } from '../../shared/value.ts'

type Keys = readonly (string | number)[]

/** More single items than this, and at least half of the part that differs, are sent as one splice. */
const MANY_ITEMS = 16

/** Makes the edits that turn the props `before` of a record into `after`, each about as large as what changed (rule Y9). */
export function editProps(tx: Transaction, id: string, before: ValueObject, after: ValueObject): void {
  editObject(tx, id, [], before, after)
}

function editObject(tx: Transaction, id: string, path: Keys, before: ValueObject, after: ValueObject): void {
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) tx.unset(id, [...path, key])
  for (const [key, value] of Object.entries(after)) {
    if (Object.hasOwn(before, key)) editValue(tx, id, [...path, key], before[key] as Value, value)
    else tx.set(id, [...path, key], value)
  }
}

function editValue(tx: Transaction, id: string, path: Keys, before: Value, after: Value): void {
  if (before === after) return
  if (isList(before) && isList(after)) return editList(tx, id, path, before, after)
  if (isValueObject(before) && isValueObject(after)) return editObject(tx, id, path, before, after)
  if (!equal(before, after)) tx.set(id, path, after)
}

function editList(tx: Transaction, id: string, path: Keys, before: ValueList, after: ValueList): void {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && equal(before[start], after[start])) start++
  let end = 0
  while (end < shorter - start && equal(before.at(-1 - end), after.at(-1 - end))) end++
  const removed = before.length - end - start
  const inserted = after.slice(start, after.length - end)
  if (removed === inserted.length) {
    if (removed === 0) return
    const move = moved(before, after, start, start + removed - 1)
    if (move) return tx.move(id, path, ...move)
    const differing = inserted.flatMap((item, i) => (equal(item, before[start + i]) ? [] : [start + i]))
    if (differing.length <= MANY_ITEMS || differing.length * 2 < removed) {
      for (const i of differing) editValue(tx, id, [...path, i], before[i] as Value, after[i] as Value)
      return
    }
  }
  tx.splice(id, path, start, removed, inserted)
}

/** Whether the items from `first` to `last` are the same but for one that went from one end to the other; from where to where. */
function moved(before: ValueList, after: ValueList, first: number, last: number): [from: number, to: number] | null {
  if (first === last) return null
  const shiftedBy = (offset: 0 | 1) => {
    for (let i = first; i < last; i++) if (!equal(before[i + offset], after[i + 1 - offset])) return false
    return true
  }
  if (equal(before[first], after[last]) && shiftedBy(1)) return [first, last]
  if (equal(before[last], after[first]) && shiftedBy(0)) return [last, first]
  return null
}
