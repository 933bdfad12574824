import { VOID_TAGS } from '../../shared/html.ts'
import { RowFinder } from './changed-row.ts'
import type { ChangedRow } from './changed-row.ts'
import { KEY_ATTRIBUTE } from './keyed.ts'
import { FROZEN_ATTRIBUTE, morphElement } from './morph.ts'
import { parseInside } from './parse.ts'
import { scanTags } from './scan.ts'

/**
 * The frames of one component. Where a frame differs from the one before in one element with a key, only that is parsed and
 * drawn: most events change one row, and a list may be long.
 */
export class ComponentFrames {
  readonly #finder = new RowFinder()

  /** False: all of it is to be drawn, as it is if it is not `isBare`: the page shows other things than what was drawn before. */
  draw(target: Element, parts: readonly string[], isBare = true): boolean {
    const row = this.#finder.next(parts)
    return row !== null && isBare && drawRow(target, row)
  }
}

/**
 * False where this might not end as drawing all of it would: only if the page has the element just as the HTML before had
 * it, and a parser makes of its HTML just the elements that stand there.
 */
function drawRow(target: Element, row: ChangedRow): boolean {
  // A key that is written with entities is another one in the page.
  if (row.key.includes('&')) return false
  const found = target.querySelectorAll(`${row.name}[${KEY_ATTRIBUTE}="${CSS.escape(row.key)}"]`)
  const [live] = found
  if (!live || found.length > 1 || live.closest(`[${FROZEN_ATTRIBUTE}]`)) return false
  const place = live.parentElement!
  if (place instanceof HTMLElement && place.isContentEditable) return false
  if (namesAround(target, live) !== row.around.join(' ')) return false
  const [was, fresh] = [parseRow(target, row, row.before), parseRow(target, row, row.html)]
  if (!was || !fresh || shapeOf(live) !== shapeOf(was)) return false
  morphElement(target, live, fresh)
  return true
}

function namesAround(target: Element, element: Element): string {
  const names: string[] = []
  for (let at = element.parentElement; at && at !== target; at = at.parentElement) names.unshift(at.localName)
  return names.join(' ')
}

/** The element, parsed inside of what it is in; null if that does not give just the elements that are written there. */
function parseRow(target: Element, { around, name }: ChangedRow, html: string): Element | null {
  const open = around.map((outer) => `<${outer}>`).join('')
  const close = around.map((outer) => `</${outer}>`)
  let at: Element = parseInside(target, open + html + close.reverse().join(''))
  for (const wanted of [...around, name]) {
    const [only] = at.childNodes
    if (at.childNodes.length !== 1 || !(only instanceof Element) || only.localName !== wanted) return null
    at = only
  }
  return shapeOf(at) === shapeAsWritten(html) ? at : null
}

/** Names of all elements, each in those that it is in; void ones left out. */
function shapeOf(element: Element): string {
  let shape = `<${element.localName}>`
  for (const child of element.children) if (!VOID_TAGS.has(child.localName)) shape += shapeOf(child)
  return `${shape}</>`
}

function shapeAsWritten(html: string): string {
  return (scanTags(html) ?? []).map(({ closes, name }) => (closes ? '</>' : `<${name}>`)).join('')
}
