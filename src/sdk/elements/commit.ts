import type { Transaction } from '../../client/transaction.ts'
import { equal } from '../../shared/document/equal.ts'
import { CHILDREN_INDEX, PROPS_INDEX } from '../../shared/elements/node.ts'
import type { NodeProps } from '../../shared/elements/node.ts'
import type { Value } from '../../shared/value.ts'
import { listSplices } from './list-splices.ts'
import { forget, shownChildren, toNode } from './instance.ts'
import type { Child, ElementInstance, Parent, TreeState } from './instance.ts'

type Keys = (string | number)[]

/** More pieces than this that came or went between others, and the part of the list is written as one. */
const MAX_SPLICES = 16
/** More changed children of one parent than this are written together. */
const MAX_SINGLE = 32

/**
 * Makes the edits that turn the tree as the document `recordId` has it into what React has made of it: one for the
 * children of each element that has other children than before, with all that is new below them.
 */
export function writeChanges(tx: Transaction, recordId: string, state: TreeState): void {
  const places = new Places()
  // From the top down: then every place that is named is where the element is by that time.
  const parents = [...state.changedChildren].filter((parent) => parent.written !== null)
  const fresh = new Set<ElementInstance>()
  for (const parent of parents.map((each) => ({ each, depth: depthOf(each) })).sort((a, b) => a.depth - b.depth)) {
    const { each } = parent
    // Written along with what it is in.
    if (each.written === null || isFresh(each, fresh)) continue
    writeChildren(tx, recordId, each, places, fresh)
  }
  for (const [parent, changed] of crowded(state)) {
    if (parent.written === null || isFresh(parent, fresh)) continue
    writeRange(tx, recordId, parent, changed, places, fresh)
  }
  for (const [element, before] of state.changedProps)
    if (element.written !== null && !isFresh(element, fresh)) writeProps(tx, recordId, element, before, places)
  for (const text of state.changedTexts) {
    const { parent } = text
    if (!parent || parent.written === null || isFresh(parent, fresh)) continue
    const index = places.indexOf(text)
    if (index >= 0) tx.set(recordId, [...places.listOf(parent), offsetOf(parent) + index], text.text)
  }
  state.changedChildren.clear()
  state.changedProps.clear()
  state.changedTexts.clear()
}

function writeChildren(
  tx: Transaction,
  recordId: string,
  parent: Parent,
  places: Places,
  fresh: Set<ElementInstance>,
): void {
  const before = parent.written!
  const after = shownChildren(parent)
  parent.written = after
  const path = places.listOf(parent)
  const offset = offsetOf(parent)
  const kept = new Set<Child>(after)
  for (const child of before) if (!kept.has(child)) forget(child)
  for (const { index, remove, insert } of splices(before, after)) {
    const nodes = insert.map((child) => {
      if (child.kind === 'element') fresh.add(child)
      return toNode(child)
    })
    tx.splice(recordId, path, offset + index, remove, nodes)
  }
  places.forget(parent)
}

/** Parents with so many changed children that writing each by itself, into one long list, would cost far more than writing them all. */
function crowded(state: TreeState): [Parent, Set<ElementInstance>][] {
  const changed = new Map<Parent, Set<ElementInstance>>()
  const note = (element: ElementInstance) => {
    const { parent } = element
    if (!parent) return
    const known = changed.get(parent)
    if (known) known.add(element)
    else changed.set(parent, new Set([element]))
  }
  for (const element of state.changedProps.keys()) note(element)
  for (const text of state.changedTexts) if (text.parent?.parent) note(text.parent as ElementInstance)
  return [...changed].filter(([, elements]) => elements.size > MAX_SINGLE)
}

/** Writes the children from the first to the last of those that have changed anew. */
function writeRange(
  tx: Transaction,
  recordId: string,
  parent: Parent,
  changed: ReadonlySet<ElementInstance>,
  places: Places,
  fresh: Set<ElementInstance>,
): void {
  let first = Infinity
  let last = -1
  for (const element of changed) {
    const index = places.indexOf(element)
    if (index < 0) continue
    first = Math.min(first, index)
    last = Math.max(last, index)
  }
  if (last < 0) return
  const nodes = parent.written!.slice(first, last + 1).map((child) => {
    if (child.kind === 'element') fresh.add(child)
    return toNode(child)
  })
  tx.splice(recordId, places.listOf(parent), offsetOf(parent) + first, nodes.length, nodes)
}

interface Splice {
  index: number
  remove: number
  insert: Child[]
}

/** What turns one list of children into the other, in the order to be done. */
function splices(before: readonly Child[], after: readonly Child[]): Splice[] {
  let start = 0
  const shorter = Math.min(before.length, after.length)
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  const whole = {
    index: start,
    remove: before.length - end - start,
    insert: after.slice(start, after.length - end),
  }
  if (whole.remove === 0 && whole.insert.length === 0) return []
  if (whole.remove === 0 || whole.insert.length === 0) return [whole]
  return pieces(before.slice(start, before.length - end), whole) ?? [whole]
}

/** The same in pieces that leave alone what is in both; null if that is in another order, or there would be too many. */
function pieces(old: readonly Child[], { index, insert }: Splice): Splice[] | null {
  const positions = new Map<Child, number>(old.map((child, at) => [child, at]))
  const found: Splice[] = []
  let at = 0
  let i = 0
  let place = index
  while (at < old.length || i < insert.length) {
    if (at < old.length && old[at] === insert[i]) {
      at++
      i++
      place++
      continue
    }
    const piece: Splice = { index: place, remove: 0, insert: [] }
    while (i < insert.length && !positions.has(insert[i]!)) piece.insert.push(insert[i++]!)
    const next = i < insert.length ? positions.get(insert[i]!)! : old.length
    if (next < at) return null
    piece.remove = next - at
    at = next
    place += piece.insert.length
    found.push(piece)
    if (found.length > MAX_SPLICES) return null
  }
  return found
}

function writeProps(
  tx: Transaction,
  recordId: string,
  element: ElementInstance,
  before: NodeProps,
  places: Places,
): void {
  const { props } = element
  if (props === before) return
  let path: Keys | null = null
  const at = (key: string) => [...(path ??= [...places.listOf(element), PROPS_INDEX]), key]
  for (const key of Object.keys(before)) if (!Object.hasOwn(props, key)) tx.unset(recordId, at(key))
  for (const [key, value] of Object.entries(props)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined
    if (equal(old, value)) continue
    // Of a long list, a log say, only what is new.
    const parts = isList(old) && isList(value) ? listSplices(old, value) : null
    if (!parts) tx.set(recordId, at(key), value)
    else for (const { index, remove, insert } of parts) tx.splice(recordId, at(key), index, remove, insert)
  }
}

const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value)

/** Where elements stand in the record, during one commit. */
class Places {
  readonly #indexes = new Map<Parent, Map<Child, number>>()

  /** Path of the list that the children of `parent` stand in. */
  listOf(parent: Parent): Keys {
    const path: Keys = []
    for (let each = parent; each.parent; each = each.parent)
      path.unshift(offsetOf(each.parent) + this.indexOf(each as ElementInstance))
    path.unshift('nodes')
    return path
  }

  /** Among what is shown of its parent. */
  indexOf(child: Child): number {
    const parent = child.parent!
    let indexes = this.#indexes.get(parent)
    if (!indexes) {
      indexes = new Map(parent.written!.map((each, index) => [each, index]))
      this.#indexes.set(parent, indexes)
    }
    return indexes.get(child) ?? -1
  }

  forget(parent: Parent): void {
    this.#indexes.delete(parent)
  }
}

const offsetOf = (parent: Parent): number => (parent.parent ? CHILDREN_INDEX : 0)

function depthOf(parent: Parent): number {
  let depth = 0
  for (let each = parent.parent; each; each = each.parent) depth++
  return depth
}

/** Whether it was written whole in this commit, with something it is in. */
function isFresh(parent: Parent, fresh: ReadonlySet<ElementInstance>): boolean {
  if (fresh.size === 0) return false
  for (let each: Parent | null = parent; each; each = each.parent) if (fresh.has(each as ElementInstance)) return true
  return false
}
