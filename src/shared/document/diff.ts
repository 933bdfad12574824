import { equal, equalRecords, equalShells } from './equal.ts'
import type { ReadableState } from './layer.ts'
import type { DocumentRecord, Op } from './types.ts'

type Shown = Pick<ReadableState, 'title' | 'roots'>

/** The ops that lead from one state to the other, by id: records that are equal in both are not touched (rule P5). */
export function diffStates(from: ReadableState, to: ReadableState): Op[] {
  const before = new Map<string, DocumentRecord | undefined>()
  for (const record of from.records()) before.set(record.id, record)
  for (const record of to.records()) if (!before.has(record.id)) before.set(record.id, undefined)
  const ops = diffRecords(before, to)
  ops.push(...diffShown(from, to, ops))
  return ops
}

/** The ops on title and roots that are missing after `ops`; removals among these have taken records out of the roots already. */
export function diffShown(from: Shown, to: Shown, ops: readonly Op[]): Op[] {
  const missing: Op[] = []
  if (from.title !== to.title) missing.push({ op: 'title', title: to.title })
  const gone = new Set<string>()
  for (const op of ops) if (op.op === 'remove') gone.add(op.id)
  const roots = from.roots.filter((id) => !gone.has(id))
  if (!equal(roots, to.roots)) missing.push({ op: 'roots', ids: to.roots })
  return missing
}

/** The ops that lead from the records in `before` (undefined: not there) to what `to` has under the same ids. */
export function diffRecords(before: ReadonlyMap<string, DocumentRecord | undefined>, to: ReadableState): Op[] {
  const removes: Op[] = []
  const detaches: Op[] = []
  const changes: Op[] = []
  for (const [id, old] of before) {
    const now = to.get(id)
    if (now) changes.push(...diffRecord(old, now))
    else if (old) {
      const gone = old.children?.filter((child) => before.get(child) && !to.get(child)) ?? []
      // A child that stays, or that the roots alone know, must not go with its parent.
      if (gone.length < (old.children?.length ?? 0)) detaches.push({ op: 'put', record: { ...old, children: gone } })
      removes.push({ op: 'remove', id })
    }
  }
  return [...detaches, ...removes, ...changes]
}

/** The ops that turn one record into another of the same id: by top-level prop where only props differ, else a put. */
export function diffRecord(old: DocumentRecord | undefined, now: DocumentRecord): Op[] {
  if (!old || !equalShells(old, now)) return [{ op: 'put', record: now }]
  if (equalRecords(old, now)) return []
  const ops: Op[] = []
  for (const [key, value] of Object.entries(now.props))
    if (!Object.hasOwn(old.props, key) || !equal(old.props[key], value))
      ops.push({ op: 'set', id: now.id, path: [key], value })
  for (const key of Object.keys(old.props))
    if (!Object.hasOwn(now.props, key)) ops.push({ op: 'unset', id: now.id, path: [key] })
  return ops
}
