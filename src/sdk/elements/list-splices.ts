import { equal } from '../../shared/document/equal.ts'
import type { Value } from '../../shared/value.ts'

type List = readonly Value[]

export interface ListSplice {
  index: number
  remove: number
  insert: List
}

/** How many places of the old list the new one is tried at. */
const MAX_TRIES = 32

/**
 * What turns one list into the other, in the order to be done, where that is less than the list itself: one part that
 * differs, or items that are gone at the start and others that have come at the end, as in a log. Null: most of it is new.
 */
export function listSplices(before: List, after: List): ListSplice[] | null {
  const start = sameFrom(before, 0, after)
  let end = 0
  const rest = Math.min(before.length, after.length) - start
  while (end < rest && equal(before[before.length - 1 - end], after[after.length - 1 - end])) end++
  const insert = after.slice(start, after.length - end)
  if (isWorth(insert, after)) return [{ index: start, remove: before.length - end - start, insert }]
  return rolled(before, after)
}

/** The old list without its first items, and with others at its end. */
function rolled(before: List, after: List): ListSplice[] | null {
  let tries = 0
  for (let gone = 1; gone < before.length && tries < MAX_TRIES; gone++) {
    if (!equal(before[gone], after[0])) continue
    tries++
    const kept = sameFrom(before, gone, after)
    const insert = after.slice(kept)
    if (gone + kept < before.length || !isWorth(insert, after)) continue
    return [
      { index: 0, remove: gone, insert: [] },
      { index: kept, remove: 0, insert },
    ]
  }
  return null
}

/** How many items the new list has in common with the old one from `at` on. */
function sameFrom(before: List, at: number, after: List): number {
  const length = Math.min(before.length - at, after.length)
  let same = 0
  while (same < length && equal(before[at + same], after[same])) same++
  return same
}

const isWorth = (insert: List, after: List): boolean => insert.length <= after.length / 2
