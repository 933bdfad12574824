/** Names an element among its siblings: redrawing finds it again by it, wherever in the list it is now. */
export const KEY_ATTRIBUTE = 'data-key'

/** What a place in a keyed list becomes: an old node made like a new one, or a copy of a new one. */
export interface KeyedPlan {
  morph: (old: Node, next: Node) => void
}

/** Whether the children of either are told apart by keys. */
export function hasKeys(old: ParentNode, next: ParentNode): boolean {
  return someKey(next.children) || someKey(old.children)
}

/**
 * Makes the children of `parent` those of `fresh`, keyed ones by their keys and the others in their order. An element stays
 * the same element under its key. As few as possible are moved, and the one with the focus not at all if another can be.
 */
export function morphKeyed(parent: Element, fresh: ParentNode, { morph }: KeyedPlan): void {
  const pairs = pairUp([...parent.childNodes], [...fresh.childNodes])
  const kept = new Set(pairs.map(([old]) => old))
  for (const old of [...parent.childNodes]) if (!kept.has(old)) old.remove()
  const still = longestRun([...parent.childNodes], pairs)
  let place: Node | null = parent.firstChild
  for (const [old, next] of pairs) {
    // What is moved later is passed over, or what stays would have to move around it.
    while (place && !still.has(place)) place = place.nextSibling
    if (old === null) parent.insertBefore(document.importNode(next, true), place)
    else if (old === place) place = place.nextSibling
    else moveBefore(parent, old, place)
    // An equal one has nothing new to say, not even about what was typed in it.
    if (old && !old.isEqualNode(next)) morph(old, next)
  }
}

type Pair = readonly [old: ChildNode | null, next: ChildNode]

/** For each new node the old one that it goes on from: by key, else the next of its kind without a key. */
function pairUp(olds: readonly ChildNode[], news: readonly ChildNode[]): Pair[] {
  const keyed = new Map<string, ChildNode>()
  const unkeyed: ChildNode[] = []
  for (const old of olds) {
    const name = nameOf(old)
    if (name === null) unkeyed.push(old)
    // Of two with one key the first counts; the other is drawn anew.
    else if (!keyed.has(name)) keyed.set(name, old)
  }
  let from = 0
  return news.map((next) => {
    const name = nameOf(next)
    if (name !== null) {
      const old = keyed.get(name) ?? null
      keyed.delete(name)
      return [old, next]
    }
    const at = unkeyed.findIndex((old, i) => i >= from && isAlike(old, next))
    if (at < 0) return [null, next]
    from = at + 1
    return [unkeyed[at]!, next]
  })
}

/** Elements of different kinds never become one another. */
function nameOf(node: Node): string | null {
  const key = node instanceof Element ? node.getAttribute(KEY_ATTRIBUTE) : null
  return key === null ? null : `${node.nodeName} ${key}`
}

function isAlike(old: Node, next: Node): boolean {
  if (old.nodeName !== next.nodeName) return false
  if (!(old instanceof Element && next instanceof Element)) return true
  return old.id === '' || old.id === next.id
}

/** The old nodes that can stay where they are: the longest run of them that is in the new order already. */
function longestRun(olds: readonly Node[], pairs: readonly Pair[]): Set<Node> {
  const position = new Map(olds.map((old, i) => [old, i]))
  const order = pairs.flatMap(([old]) => (old ? [old] : []))
  const wanted = order.map((old) => position.get(old)!)
  const focused = order.findIndex((old) => old.contains(document.activeElement))
  const at =
    focused < 0 || document.activeElement === document.body ? longestIncreasing(wanted) : around(wanted, focused)
  return new Set(at.map((i) => order[i]!))
}

/** The longest increasing run through the item at `fixed`. */
function around(values: readonly number[], fixed: number): number[] {
  const before: number[] = []
  const after: number[] = []
  values.forEach((value, i) => {
    if (i < fixed && value < values[fixed]!) before.push(i)
    if (i > fixed && value > values[fixed]!) after.push(i)
  })
  const pick = (indexes: number[]) => longestIncreasing(indexes.map((i) => values[i]!)).map((i) => indexes[i]!)
  return [...pick(before), fixed, ...pick(after)]
}

/** Indexes of a longest strictly increasing subsequence, by patience sorting. */
function longestIncreasing(values: readonly number[]): number[] {
  const tails: number[] = []
  const previous: number[] = []
  values.forEach((value, i) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (values[tails[middle]!]! < value) low = middle + 1
      else high = middle
    }
    previous[i] = low > 0 ? tails[low - 1]! : -1
    tails[low] = i
  })
  const result: number[] = []
  for (let i = tails.at(-1) ?? -1; i >= 0; i = previous[i]!) result.push(i)
  return result.reverse()
}

/** Moves without taking the node out, where the browser can: focus, playing media and scrolled places stay. */
function moveBefore(parent: Element, node: Node, place: Node | null): void {
  const canMove = 'moveBefore' in parent && node.isConnected && parent.isConnected
  if (canMove) (parent as Element & { moveBefore(node: Node, child: Node | null): void }).moveBefore(node, place)
  else parent.insertBefore(node, place)
}

function someKey(elements: HTMLCollection): boolean {
  // The first few say it: a list is keyed or it is not, and most elements have none to look through.
  for (let i = 0; i < Math.min(elements.length, 3); i++) if (elements[i]!.hasAttribute(KEY_ATTRIBUTE)) return true
  return false
}
