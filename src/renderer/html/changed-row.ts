import { scanTags } from './scan.ts'
import type { Tag } from './scan.ts'

/** The only element with a key that two frames differ in. */
export interface ChangedRow {
  name: string
  /** As the attribute is written. */
  key: string
  /** All of the element, as it was and as it is now. */
  before: string
  html: string
  /** Names of the elements that it is in, from the outermost. */
  around: readonly string[]
}

/** HTML in parts, with their tags. */
interface Scanned {
  parts: readonly string[]
  tags: readonly (readonly Tag[] | null)[]
  /** Elements that are open where what differs from the frame before begins; null: tags do not match. */
  open: readonly Open[] | null
}

interface Open {
  tag: Tag
  part: number
}
interface Place {
  part: number
  offset: number
}

/** In these nothing is moved, closed or left out for what comes inside of them, given that it is where it is written. */
const PLAIN = new Set(
  'article aside blockquote dd details div dl dt fieldset figcaption figure footer form header hgroup legend li main nav ol section summary table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
)

/** Follows the frames of a component's HTML, and finds in which of its keyed elements alone a frame differs from the one before. */
export class RowFinder {
  #before: Scanned | null = null

  /** The next frame. Null: more than one element differs, or which one cannot be told for certain. */
  next(parts: readonly string[]): ChangedRow | null {
    const before = this.#before
    if (!before) {
      const tags = parts.map(scanTags)
      this.#before = { parts, tags, open: openAt(tags, 0) }
      return null
    }
    const { from, toBefore, toNow } = difference(before.parts, parts)
    const tags = [
      ...before.tags.slice(0, from),
      ...parts.slice(from, toNow).map(scanTags),
      ...before.tags.slice(toBefore),
    ]
    const now = (this.#before = { parts, tags, open: openAt(tags, from) })
    if (from === toBefore || from === toNow || !before.open || !now.open) return null
    return changedRow(before, now, now.open, from, toBefore, toNow)
  }
}

/** Parts from `from` up to `toBefore` gave way to those from `from` up to `toNow`. */
function difference(before: readonly string[], now: readonly string[]) {
  let from = 0
  let toBefore = before.length
  let toNow = now.length
  while (from < toBefore && from < toNow && before[from] === now[from]) from++
  while (toBefore > from && toNow > from && before[toBefore - 1] === now[toNow - 1]) {
    toBefore--
    toNow--
  }
  return { from, toBefore, toNow }
}

function changedRow(
  before: Scanned,
  now: Scanned,
  open: readonly Open[],
  from: number,
  toBefore: number,
  toNow: number,
): ChangedRow | null {
  const candidates = open.map((one, depth) => ({ ...one, depth }))
  const [first, same] = [before.tags[from]![0], now.tags[from]![0]]
  if (first && same && isSameBeginning(first, same)) candidates.push({ tag: same, part: from, depth: open.length })
  for (const { tag, part, depth } of candidates.reverse()) {
    if (tag.key === null) continue
    const [endBefore, endNow] = [endOf(before, part, tag), endOf(now, part, tag)]
    if (!endBefore || !endNow) return null
    if (!isAfter(endBefore, toBefore) || !isAfter(endNow, toNow) || !isSameRest(before, endBefore, now, endNow))
      continue
    const around = open.slice(0, depth).map((one) => one.tag.name)
    if (!around.every((name) => PLAIN.has(name))) return null
    const start = { part, offset: tag.start }
    const [was, is] = [textFrom(before, start, endBefore), textFrom(now, start, endNow)]
    return { name: tag.name, key: tag.key, before: was, html: is, around }
  }
  return null
}

/** Whether two parts begin with the same element, whatever else it has. */
function isSameBeginning(a: Tag, b: Tag): boolean {
  return a.start === 0 && b.start === 0 && !a.closes && !b.closes && a.name === b.name && a.key === b.key
}

/** Elements that are open where a part begins; null if tags do not match, from the first part to the last. */
function openAt(tags: Scanned['tags'], at: number): Open[] | null {
  const open: Open[] = []
  let there: Open[] = []
  for (const [part, given] of tags.entries()) {
    if (part === at) there = [...open]
    if (!given) return null
    for (const tag of given) {
      if (!tag.closes) open.push({ tag, part })
      else if (open.pop()?.tag.name !== tag.name) return null
    }
  }
  return open.length === 0 ? there : null
}

/** Where the element ends that begins with `first`. */
function endOf({ tags }: Scanned, part: number, first: Tag): Place | null {
  let depth = 0
  for (let at = part; at < tags.length; at++) {
    for (const tag of tags[at]!) {
      if (at === part && tag.start < first.start) continue
      depth += tag.closes ? -1 : 1
      if (depth === 0) return { part: at, offset: tag.end }
    }
  }
  return null
}

/** Whether a place is not before the end of the parts that differ. */
const isAfter = ({ part }: Place, to: number): boolean => part >= to - 1

function isSameRest(before: Scanned, endBefore: Place, now: Scanned, endNow: Place): boolean {
  return (
    before.parts.length - endBefore.part === now.parts.length - endNow.part &&
    before.parts[endBefore.part]!.slice(endBefore.offset) === now.parts[endNow.part]!.slice(endNow.offset)
  )
}

function textFrom({ parts }: Scanned, from: Place, to: Place): string {
  if (from.part === to.part) return parts[from.part]!.slice(from.offset, to.offset)
  return (
    parts[from.part]!.slice(from.offset) +
    parts.slice(from.part + 1, to.part).join('') +
    parts[to.part]!.slice(0, to.offset)
  )
}
