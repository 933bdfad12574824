import type { Op } from '../../shared/document/types.ts'
import { morphInside } from './morph.ts'
import { parseInside } from './parse.ts'

/**
 * The patches of one widget: CSS selector → inner HTML, over the widget's content. Draws what is new, and what lies inside
 * something that was just redrawn.
 */
export class Patches {
  #drawn = new Map<string, string>()
  readonly #root: () => ParentNode

  /** `root`: where selectors are looked for; asked at each drawing. */
  constructor(root: () => ParentNode) {
    this.#root = root
  }

  /** The content was drawn anew: every patch is to be drawn again. */
  reset(): void {
    this.#drawn.clear()
  }

  /** Notes which patches these ops of the widget's record take out: the same text put back later is a new patch, to be drawn in its new place. */
  forget(ops: readonly Op[]): void {
    for (const op of ops) {
      if (op.op !== 'unset' || op.path[0] !== 'patches') continue
      if (op.path.length === 1) this.#drawn.clear()
      else this.#drawn.delete(String(op.path[1]))
    }
  }

  /** Draws `patches` in their order. A bad selector or one without a match is told on the console and skipped. */
  draw(patches: { readonly [selector: string]: string }): void {
    const redrawn: Element[] = []
    const entries = Object.entries(patches)
    for (const [selector, html] of entries) {
      const fresh = this.#drawn.get(selector) !== html
      if (!fresh && redrawn.length === 0) continue
      const found = this.#find(selector)
      if (fresh && found?.length === 0)
        console.warn(`oriel: no element matches "${selector}"; the patch was not drawn.`)
      for (const element of found ?? []) {
        if (!fresh && !redrawn.some((outer) => outer !== element && outer.contains(element))) continue
        if (setInside(element, html) === 'markup') redrawn.push(element)
      }
    }
    this.#drawn = new Map(entries)
  }

  #find(selector: string): Element[] | null {
    try {
      return [...this.#root().querySelectorAll(selector)]
    } catch {
      console.warn(`oriel: "${selector}" is not a CSS selector; the patch was not drawn.`)
      return null
    }
  }
}

/** Sets the inner HTML of `element`. Plain text, by far the most frequent, touches one text node and parses nothing. */
function setInside(element: Element, html: string): 'text' | 'markup' {
  if (html.includes('<') || html.includes('&') || element.localName === 'template') {
    morphInside(element, parseInside(element, html))
    return 'markup'
  }
  const only = element.firstChild
  if (only && only === element.lastChild && only.nodeType === Node.TEXT_NODE) {
    if (only.nodeValue !== html) only.nodeValue = html
  } else if (only || html !== '') element.textContent = html
  return 'text'
}
