/** `remove` items at `index` give way to `insert`. */
export interface Splice<T> {
  index: number
  remove: number
  insert: T[]
}

/** Differences beyond which all between the first and the last goes as one: looking for fewer would take longer than sending. */
const MAX_DIFFERENCES = 256

/**
 * What makes `before` into `after`, to be done in order: few splices, each of them small. `same` says whether two items are
 * equal.
 */
export function diffLists<T>(
  before: readonly T[],
  after: readonly T[],
  same: (a: T, b: T) => boolean = Object.is,
): Splice<T>[] {
  let start = 0
  let endBefore = before.length
  let endAfter = after.length
  while (start < endBefore && start < endAfter && same(before[start]!, after[start]!)) start++
  while (endBefore > start && endAfter > start && same(before[endBefore - 1]!, after[endAfter - 1]!)) {
    endBefore--
    endAfter--
  }
  if (start === endBefore && start === endAfter) return []
  const a = before.slice(start, endBefore)
  const b = after.slice(start, endAfter)
  const kept = a.length === 0 || b.length === 0 ? [] : commonItems(a, b, same)
  return toSplices(a, b, kept ?? [], start)
}

type Pair = readonly [inA: number, inB: number]

/** A longest common subsequence, by Myers' greedy algorithm; null if the lists differ in more than it is worth. */
function commonItems<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): Pair[] | null {
  const steps: Map<number, number>[] = []
  let reach = new Map([[1, 0]])
  const limit = Math.min(a.length + b.length, MAX_DIFFERENCES)
  for (let d = 0; d <= limit; d++) {
    steps.push(reach)
    const next = new Map(reach)
    for (let k = -d; k <= d; k += 2) {
      const goesDown = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1))
      let x = goesDown ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1
      while (x < a.length && x - k < b.length && x - k >= 0 && same(a[x]!, b[x - k]!)) x++
      next.set(k, x)
      if (x >= a.length && x - k >= b.length) return walkBack(steps, a.length, b.length)
    }
    reach = next
  }
  return null
}

function walkBack(steps: readonly Map<number, number>[], x: number, y: number): Pair[] {
  const pairs: Pair[] = []
  for (let d = steps.length - 1; d >= 0; d--) {
    const reach = steps[d]!
    const k = x - y
    const wentDown = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1))
    const from = wentDown ? k + 1 : k - 1
    const fromX = d === 0 ? 0 : (reach.get(from) ?? 0)
    const fromY = d === 0 ? 0 : fromX - from
    while (x > fromX && y > fromY) pairs.push([--x, --y])
    x = fromX
    y = fromY
  }
  return pairs.reverse()
}

/** The gaps between kept items, as splices of the list as it is after those before. */
function toSplices<T>(a: readonly T[], b: readonly T[], kept: readonly Pair[], start: number): Splice<T>[] {
  const splices: Splice<T>[] = []
  let fromA = 0
  let fromB = 0
  for (const [inA, inB] of [...kept, [a.length, b.length] as const]) {
    if (inA > fromA || inB > fromB)
      splices.push({ index: start + fromB, remove: inA - fromA, insert: b.slice(fromB, inB) })
    fromA = inA + 1
    fromB = inB + 1
  }
  return splices
}
