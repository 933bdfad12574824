import { equal, equalRecords, equalShells } from './equal.ts'
import type { ReadableState } from './layer.ts'
import type { DocumentRecord, Op } from './types.ts'

/** The ops that lead from one state to the other, by id: records that are equal in both are not touched (rule P5). */
export function diffStates(from: ReadableState, to: ReadableState): Op[] {
  const before = new Map<string, DocumentRecord | undefined>()
  for (const record of from.records()) before.set(record.id, record)
  for (const record of to.records()) if (!before.has(record.id)) before.set(record.id, undefined)
  const ops = diffRecords(before, to)
  if (from.title !== to.title) ops.push({ op: 'title', title: to.title })
  // Removing takes ids out of the roots by itself, but in a document that was put together by hand they may not match.
  if (!equal(from.roots, to.roots)) ops.push({ op: 'roots', ids: to.roots })
  return ops
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
      const gone = old.children?.filter((child) => !to.get(child)) ?? []
      // A child that stays must not go with its parent.
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
