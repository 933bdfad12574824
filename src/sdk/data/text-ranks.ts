import { radixSort } from './radix-sort.ts'

const MARKS = /\p{M}/gu
/** Characters of a text that go into its key. */
const KEY_CHARACTERS = 8

/** Up to so many different texts are put in order once each, not once for each row. */
const FEW = 20_000

/** The place of each value's text among all, without regard to case and accents; equal texts share it. What is no text goes by its JSON. */
export function textRanks(values: readonly unknown[]): Uint32Array {
  const few = differentOnes(values)
  if (!few) return ranksOf(values.map(sortText))
  const different = [...few.keys()]
  const ranks = ranksOf(different.map(sortText))
  for (let i = 0; i < different.length; i++) few.set(different[i], ranks[i]!)
  return Uint32Array.from(values, (value) => few.get(value)!)
}

/** The different values, if they are few. */
function differentOnes(values: readonly unknown[]): Map<unknown, number> | null {
  const found = new Map<unknown, number>()
  for (const value of values) {
    found.set(value, 0)
    if (found.size > FEW) return null
  }
  return found
}

/** Sorts by a few characters at once, then those that begin alike by comparing. */
function ranksOf(texts: readonly string[]): Uint32Array {
  const shared = sharedBeginning(texts)
  const high = keys(texts, shared)
  const low = keys(texts, shared + KEY_CHARACTERS / 2)
  const order = Uint32Array.from(texts, (_, i) => i)
  for (const half of [low, high])
    radixSort(
      order,
      order.map((i) => half[i]!),
    )
  const ranks = new Uint32Array(texts.length)
  let rank = 0
  for (let start = 0; start < order.length;) {
    let end = start + 1
    while (end < order.length && high[order[start]!] === high[order[end]!] && low[order[start]!] === low[order[end]!])
      end += 1
    const alike = order.subarray(start, end)
    if (alike.length > 1) alike.sort((a, b) => (texts[a]! < texts[b]! ? -1 : texts[a] === texts[b] ? a - b : 1))
    for (let i = 0; i < alike.length; i++) {
      if (i > 0 && texts[alike[i]!] !== texts[alike[i - 1]!]) rank += 1
      ranks[alike[i]!] = rank
    }
    rank += 1
    start = end
  }
  return ranks
}

/** Four characters from `at` on as one number that orders as they do; what is beyond Latin-1 counts as its last character. */
function keys(texts: readonly string[], at: number): Uint32Array {
  return Uint32Array.from(texts, (text) => {
    let key = 0
    for (let i = at; i < at + 4; i++) key = (key << 8) | (i < text.length ? Math.min(255, text.charCodeAt(i)) : 0)
    return key
  })
}

/** How many characters all texts begin alike with. */
function sharedBeginning(texts: readonly string[]): number {
  const [first = ''] = texts
  let length = first.length
  for (const text of texts) {
    let same = 0
    while (same < length && text.charCodeAt(same) === first.charCodeAt(same)) same += 1
    length = same
  }
  return length
}

/** As a person would order it. */
function sortText(value: unknown): string {
  if (value == null) return ''
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase()
  return isAscii(text) ? text : text.normalize('NFD').replace(MARKS, '')
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false
  return true
}
