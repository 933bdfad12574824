import { opRecordId } from './op-error.ts'
import type { Op, Path } from './types.ts'

/** Paths of one record that were set, as a tree of their keys. */
interface Place {
  /** Which op set just this path; -1 for none. */
  index: number
  below: Map<string | number, Place>
}

/**
 * Fewer ops to the same end: of several values set at one path only the last is kept, and what was set below a path that is
 * set as a whole goes with it. For the edits between hold and release, and for those of one turn.
 */
export function coalesce(ops: readonly Op[]): Op[] {
  const kept: (Op | null)[] = []
  /** Per record, the sets and unsets that a later one may replace. */
  const places = new Map<string, Place>()
  let title = -1
  let roots = -1
  for (const op of ops) {
    const index = kept.push(op) - 1
    switch (op.op) {
      case 'title':
        if (title >= 0) kept[title] = null
        title = index
        break
      case 'roots':
        if (roots >= 0) kept[roots] = null
        roots = index
        break
      case 'set':
      case 'unset': {
        const root = places.get(op.id) ?? emptyPlace()
        places.set(op.id, root)
        const place = placeAt(root, op.path)
        drop(place, kept)
        place.index = index
        break
      }
      case 'remove':
        // It takes the records below along.
        places.clear()
        break
      default:
        // It may shift what a path means, or need what was set before it.
        places.delete(opRecordId(op) ?? '')
    }
  }
  return kept.filter((op) => op !== null)
}

function placeAt(root: Place, path: Path): Place {
  let place = root
  for (const key of path) {
    const next = place.below.get(key) ?? emptyPlace()
    place.below.set(key, next)
    place = next
  }
  return place
}

/** Takes out every op at this place and below. */
function drop(place: Place, kept: (Op | null)[]): void {
  if (place.index >= 0) kept[place.index] = null
  place.index = -1
  for (const below of place.below.values()) drop(below, kept)
  place.below.clear()
}

function emptyPlace(): Place {
  return { index: -1, below: new Map() }
}
