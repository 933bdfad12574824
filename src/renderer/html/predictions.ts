import { isPlainObject } from '../../shared/document/kinds.ts'
import { morphInside } from './morph.ts'
import { parseInside } from './parse.ts'

/** What an element shows at once when its event is sent: JSON, CSS selector → inner HTML, within its component or the page. */
export const OPTIMISTIC_ATTRIBUTE = 'data-optimistic'

interface Prediction {
  scope: Element
  shown: readonly (readonly [selector: string, html: string])[]
  /** What stood there, to be put back. */
  undo: (() => void)[]
}

/**
 * What the page shows ahead of the script's answer. The script's own content always wins: predictions are taken off before
 * it is drawn, and those whose answers are still to come are put on again over it.
 */
export class Predictions {
  #open: Prediction[] = []

  /** Shows what `trigger` predicts. Gives what takes it off again once the answer is here, good or bad; null if it predicts nothing. */
  begin(trigger: Element, scope: Element): (() => void) | null {
    const shown = readPrediction(trigger)
    if (!shown) return null
    const prediction: Prediction = { scope, shown, undo: [] }
    this.#open.push(prediction)
    show(prediction)
    return () => {
      const at = this.#open.indexOf(prediction)
      if (at >= 0) this.#without(() => this.#open.splice(at, 1))
    }
  }

  /** Draws what comes from the script. */
  drawUnder(draw: () => void): void {
    if (this.#open.length === 0) draw()
    else this.#without(draw)
  }

  #without(change: () => void): void {
    for (const prediction of [...this.#open].reverse()) for (const undo of prediction.undo.splice(0).reverse()) undo()
    try {
      change()
    } finally {
      for (const prediction of this.#open) show(prediction)
    }
  }
}

function show({ scope, shown, undo }: Prediction): void {
  for (const [selector, html] of shown) {
    for (const element of find(scope, selector)) {
      const before = element.innerHTML
      morphInside(element, parseInside(element, html))
      undo.push(() => morphInside(element, parseInside(element, before)))
    }
  }
}

function find(scope: Element, selector: string): Element[] {
  try {
    return [...scope.querySelectorAll(selector)]
  } catch {
    console.warn(`oriel: "${selector}" in ${OPTIMISTIC_ATTRIBUTE} is not a CSS selector.`)
    return []
  }
}

function readPrediction(trigger: Element): [string, string][] | null {
  const text = trigger.getAttribute(OPTIMISTIC_ATTRIBUTE)
  if (text === null) return null
  try {
    const given: unknown = JSON.parse(text)
    if (isPlainObject(given)) return Object.entries(given).map(([selector, html]) => [selector, String(html)])
  } catch {
    // said below
  }
  console.warn(`oriel: ${OPTIMISTIC_ATTRIBUTE} must be JSON such as {"#count":"3"}: ${text}`)
  return null
}
