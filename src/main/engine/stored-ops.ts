import { prepareOps } from '../../shared/document/apply.ts'
import { equal } from '../../shared/document/equal.ts'
import type { Layer, ReadableState } from '../../shared/document/layer.ts'
import type { DocumentRecord, Op } from '../../shared/document/types.ts'

/** Whether a record is stored; elements are rebuilt when the script runs again. */
export function isStored(record: DocumentRecord | null | undefined): boolean {
  return record ? record.scope !== 'view' : false
}

/**
 * What of a commit is stored: ops that make of the stored part of the document what `ops` make of the whole. `before` is
 * the document without them, `layer` what they change. Empty if nothing that is stored changes.
 */
export function storedOps(before: ReadableState, layer: Layer, ops: readonly Op[]): Op[] {
  const removes = ops.some(({ op }) => op === 'remove')
  const puts = ops.filter((op) => op.op === 'put')
  const views = new Set(puts.flatMap(({ record }) => (isStored(record) ? [] : record.id)))
  const hasViews = [...layer.changed.keys()].some((id) => views.has(id) || before.get(id)?.scope === 'view')
  // What goes with an element goes unseen by the stored part, which has no elements: then only the outcome tells.
  const stored = removes && hasViews ? outcome(before, layer) : ownOps(before, ops)
  const everStored = new Set(puts.flatMap(({ record }) => (isStored(record) ? record.id : [])))
  for (const [id, record] of layer.changed)
    if (record && !isStored(record) && (isStored(before.get(id)) || everStored.has(id)))
      stored.push(...removalOf(record))
  const roots = rootsAfter(before, layer)
  // A record that was removed and put again has left the roots, and may have come back to them.
  const again = removes && ops.some(({ op }) => op === 'roots') && roots.ids.length > 0
  if (roots.moved || again) stored.push({ op: 'roots', ids: roots.ids })
  return stored
}

/** The ops that are on stored records, and the title's. */
function ownOps(before: ReadableState, ops: readonly Op[]): Op[] {
  const put = new Map<string, boolean>()
  return ops.filter((op) => {
    switch (op.op) {
      case 'title':
        return true
      case 'roots':
        return false
      case 'put':
        put.set(op.record.id, isStored(op.record))
        return isStored(op.record)
      default:
        return put.get(op.id) ?? isStored(before.get(op.id))
    }
  })
}

/** Stored records that changed, whole, and those that are gone. */
function outcome(before: ReadableState, layer: Layer): Op[] {
  const ops: Op[] = layer.changesTitle ? [{ op: 'title', title: layer.title }] : []
  for (const [id, record] of layer.changed) {
    const old = before.get(id)
    if (record && isStored(record)) ops.push({ op: 'put', record })
    else if (!record && old && isStored(old)) ops.push(...removalOf(old))
  }
  return ops
}

/** The stored roots after the change, and whether they are others than replaying the ops on stored records gives. */
function rootsAfter(before: ReadableState, layer: Layer): { ids: readonly string[]; moved: boolean } {
  const mayMove =
    layer.changesRoots ||
    [...layer.changed].some(
      ([id, record]) => record && isStored(record) !== isStored(before.get(id)) && layer.roots.includes(id),
    )
  if (!mayMove) return { ids: [], moved: false }
  const had = before.roots.filter((id) => isStored(before.get(id)) && layer.changed.get(id) !== null)
  const ids = layer.roots.filter((id) => isStored(layer.get(id)))
  return { ids, moved: !equal(had, ids) }
}

/** What `stored` changes in the stored part, in the order in which it does when it is read again; `layer` as for `storedOps`. */
export function storedLayer(before: ReadableState, layer: Layer, ops: readonly Op[], stored: readonly Op[]): Layer {
  if (stored.length === ops.length && stored.every((op, index) => op === ops[index])) return layer
  return prepareOps(storedPart(before), stored).layer
}

/** `state` as if it had no elements. */
function storedPart(state: ReadableState): ReadableState {
  return {
    title: state.title,
    roots: state.roots,
    get: (id) => {
      const record = state.get(id)
      return isStored(record) ? record : undefined
    },
    isRemoved: (id) => state.isRemoved(id),
    *records() {
      for (const record of state.records()) if (isStored(record)) yield record
    },
  }
}

/** Removes this record alone: `remove` takes along what is below. */
function removalOf({ id, type }: DocumentRecord): Op[] {
  return [
    { op: 'put', record: { id, type, props: {} } },
    { op: 'remove', id },
  ]
}
