import type { Value } from '../value.ts'
import { appended, ColumnProblem, isColumn, patched, type Column } from './columns.ts'
import { equal, equalRecords } from './equal.ts'
import { isList, type ValueList, type ValueObject } from './kinds.ts'
import { Layer, type ReadableState, type WritableState } from './layer.ts'
import { opError } from './op-error.ts'
import { containersAlong, PathProblem, read, rebuild, without } from './path.ts'
import type { DocumentRecord, Op } from './types.ts'

export interface ApplyOptions {
  /**
   * What an op on a record that was never known does. `skip` is for the commits of a room: it has ordered them, so the
   * record can only have been removed before this replica came.
   */
  missing?: 'refuse' | 'skip'
}

/** Ops that fit, tried out on a layer: nothing is changed until `layer.writeInto(state)`. */
export interface Prepared {
  /** The ops that have an effect: without edits of removed records (rule Y7) and equal values (rule Y8). */
  applied: Op[]
  /** Undoes `applied`, newest first. */
  inverse: Op[]
  layer: Layer
}

/**
 * Applies all ops or none. Returns the ops that undo them, newest first; empty if nothing changed. Ops must have been
 * validated (`parseOps`). Throws OrielError bad_op | unknown_record | bad_path | bad_value, naming op, id and path.
 */
export function applyOps(state: WritableState, ops: readonly Op[]): Op[] {
  const { inverse, layer } = prepareOps(state, ops)
  layer.writeInto(state)
  return inverse
}

/** As applyOps, but leaves `state` as it is: for who must look at the result before it counts. */
export function prepareOps(state: ReadableState, ops: readonly Op[], options?: ApplyOptions): Prepared {
  const layer = new Layer(state)
  const applied: Op[] = []
  const undo: Op[][] = []
  for (const [index, op] of ops.entries()) {
    const inverse = applyOp(layer, op, index, options)
    if (inverse.length === 0) continue
    applied.push(op)
    undo.push(inverse)
  }
  return { applied, inverse: undo.reverse().flat(), layer }
}

/** Applies one op, which by itself is all or nothing, and returns what undoes it; empty if it has no effect. `index` is for the message. */
export function applyOp(state: WritableState, op: Op, index = 0, options?: ApplyOptions): Op[] {
  switch (op.op) {
    case 'put':
      return put(state, op.record)
    case 'roots': {
      const roots = state.roots
      if (equal(roots, op.ids)) return []
      state.roots = op.ids
      return [{ op: 'roots', ids: roots }]
    }
    case 'title': {
      const title = state.title
      if (title === op.title) return []
      state.title = op.title
      return [{ op: 'title', title }]
    }
  }
  const record = state.get(op.id)
  if (!record) {
    if (options?.missing === 'skip' || state.isRemoved(op.id)) return []
    throw opError('unknown_record', index, op, 'there is no such record')
  }
  if (op.op === 'remove') return remove(state, record)
  const change = tryChange(record.props, op, index)
  if (!change) return []
  state.write(op.id, { ...record, props: change.props })
  return change.inverse
}

type PropsOp = Exclude<Op, { op: 'put' | 'remove' | 'roots' | 'title' }>
type OpOf<Name extends Op['op']> = Extract<Op, { op: Name }>
type Change = { props: ValueObject; inverse: Op[] } | null

function put(state: WritableState, record: DocumentRecord): Op[] {
  const before = state.get(record.id)
  if (before && equalRecords(before, record)) return []
  state.write(record.id, record)
  if (before) return [{ op: 'put', record: before }]
  // Removing takes children and the root entry along, which were there before.
  const inverse: Op[] = [{ op: 'remove', id: record.id }]
  if (record.children?.length) inverse.unshift({ op: 'put', record: { ...record, children: [] } })
  if (state.roots.includes(record.id)) inverse.push({ op: 'roots', ids: state.roots })
  return inverse
}

/** Removes the record and all below it, and takes them out of the roots. Parents that list it are left: their children change by `put`. */
function remove(state: WritableState, record: DocumentRecord): Op[] {
  const inverse: Op[] = []
  const gone = new Set<string>()
  const waiting = [record.id]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (gone.has(id)) continue
    gone.add(id)
    const each = state.get(id)
    // Also an id that only a parent's children name: otherwise a later edit of it would be an error on some replicas alone.
    state.write(id, null)
    if (!each) continue
    inverse.push({ op: 'put', record: each })
    for (const child of each.children ?? []) waiting.push(child)
  }
  const roots = state.roots
  const kept = roots.filter((id) => !gone.has(id))
  if (kept.length < roots.length) {
    state.roots = kept
    inverse.push({ op: 'roots', ids: roots })
  }
  return inverse
}

function tryChange(props: ValueObject, op: PropsOp, index: number): Change {
  try {
    switch (op.op) {
      case 'set':
        return set(props, op)
      case 'unset':
        return unset(props, op)
      case 'splice':
        return splice(props, op)
      case 'move':
        return move(props, op)
      case 'append':
        return append(props, op)
      case 'columns':
        return patchColumns(props, op)
      default:
        throw opError('bad_op', index, op, 'unknown op')
    }
  } catch (error) {
    if (error instanceof PathProblem) throw opError('bad_path', index, op, error.reason)
    if (error instanceof ColumnProblem) throw opError('bad_value', index, op, error.reason)
    throw error
  }
}

function set(props: ValueObject, { id, path, value }: OpOf<'set'>): Change {
  const containers = containersAlong(props, path)
  const old = read(containers.at(-1) as ValueObject, path.at(-1) as string)
  if (old !== undefined && equal(old, value)) return null
  return {
    props: rebuild(containers, path, value),
    inverse: [old === undefined ? { op: 'unset', id, path } : { op: 'set', id, path, value: old }],
  }
}

function unset(props: ValueObject, { id, path }: OpOf<'unset'>): Change {
  const containers = containersAlong(props, path)
  const container = containers.pop() as ValueList | ValueObject
  if (isList(container)) throw new PathProblem('an item of a list is removed by splice')
  const key = path.at(-1) as string
  const old = read(container, key)
  if (old === undefined) return null
  return {
    props: rebuild(containers, path, without(container, key)),
    inverse: [{ op: 'set', id, path, value: old }],
  }
}

/** `remove` counts at most what is there, so that two sides may clear one list at once; `index` may be the list's length. */
function splice(props: ValueObject, op: OpOf<'splice'>): Change {
  const { id, path, index, insert } = op
  const { containers, list } = listAt(props, path)
  if (index > list.length) throw new PathProblem(`the list has ${list.length} items; nothing can be put at ${index}`)
  const removed = list.slice(index, index + op.remove)
  if (equal(removed, insert)) return null
  return {
    // Not toSpliced: a call takes only so many arguments, and a list may be longer.
    props: rebuild(containers, path, [...list.slice(0, index), ...insert, ...list.slice(index + removed.length)]),
    inverse: [{ op: 'splice', id, path, index, remove: insert.length, insert: removed }],
  }
}

/** `to` is the item's index after the move. */
function move(props: ValueObject, { id, path, from, to }: OpOf<'move'>): Change {
  const { containers, list } = listAt(props, path)
  if (from >= list.length || to >= list.length)
    throw new PathProblem(`the list has ${list.length} items; nothing moves from ${from} to ${to}`)
  if (from === to) return null
  const moved = [...list]
  moved.splice(to, 0, ...moved.splice(from, 1))
  return { props: rebuild(containers, path, moved), inverse: [{ op: 'move', id, path, from: to, to: from }] }
}

function append(props: ValueObject, { id, columns, rollover }: OpOf<'append'>): Change {
  let rows = -1
  let length = -1
  for (const [name, added] of Object.entries(columns)) {
    const column = read(props, name)
    if (!isColumn(added)) throw new ColumnProblem(`column '${name}' must be given a list or a typed array`)
    if (column !== undefined && !isColumn(column)) throw new PathProblem(`'${name}' is not a column`)
    if (rows !== -1 && added.length !== rows) throw new ColumnProblem('the columns are given different numbers of rows')
    if (length !== -1 && (column?.length ?? 0) !== length) throw new ColumnProblem('the columns differ in length')
    rows = added.length
    length = column?.length ?? 0
  }
  if (rows <= 0) return null
  const changed: { [key: string]: Value } = { ...props }
  const inverse: Op[] = []
  for (const [name, added] of Object.entries(columns)) {
    const column = read(props, name)
    changed[name] = appended(column as Column | undefined, added as Column, rollover ?? Infinity)
    inverse.push(
      column === undefined ? { op: 'unset', id, path: [name] } : { op: 'set', id, path: [name], value: column },
    )
  }
  return { props: changed, inverse }
}

function patchColumns(props: ValueObject, { id, patches }: OpOf<'columns'>): Change {
  const changed: { [key: string]: Value } = { ...props }
  const inverse: { [name: string]: [number, Value][] } = {}
  let effective = false
  for (const [name, cells] of Object.entries(patches)) {
    const column = read(props, name)
    if (!isColumn(column)) throw new PathProblem(`'${name}' is not a column`)
    // The last value per cell counts.
    const last = new Map<number, Value>(cells)
    const old: [number, Value][] = []
    for (const [index, value] of last) {
      if (index >= column.length) throw new PathProblem(`column '${name}' has ${column.length} rows, no index ${index}`)
      const before = column[index] as Value
      if (equal(before, value)) last.delete(index)
      else old.push([index, before])
    }
    if (last.size === 0) continue
    effective = true
    changed[name] = patched(column, [...last])
    inverse[name] = old
  }
  return effective ? { props: changed, inverse: [{ op: 'columns', id, patches: inverse }] } : null
}

function listAt(props: ValueObject, path: OpOf<'splice'>['path']) {
  const containers = containersAlong(props, path)
  const list = read(containers.at(-1) as ValueObject, path.at(-1) as string)
  if (!isList(list)) throw new PathProblem('there is no list')
  return { containers, list }
}
