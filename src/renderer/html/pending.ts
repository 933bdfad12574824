import { LOADING_ATTRIBUTE } from './morph.ts'
import { bindingOf } from './bindings.ts'

/** How long an answer may take before its trigger is marked, in ms. */
const LOADING_AFTER_MS = 20

interface Waiting {
  count: number
  timer: ReturnType<typeof setTimeout> | undefined
  /** Marked with aria-busy by the page, not by the script. */
  isSaid: boolean
}

/**
 * Marks triggers with `data-loading` while their events wait for an answer, until the last of overlapping ones has it. The
 * mark comes when no answer has within a frame or so: restyling the trigger for each click would delay the very answer it
 * waits for. Elements that were drawn from a record or a tree, whose HTML is nobody else's, get `aria-busy` as well.
 */
export class Pending {
  readonly #waiting = new WeakMap<Element, Waiting>()

  begin(trigger: Element): void {
    const waiting = this.#waiting.get(trigger) ?? { count: 0, timer: undefined, isSaid: false }
    this.#waiting.set(trigger, waiting)
    if (++waiting.count > 1) return
    waiting.timer = setTimeout(() => {
      trigger.setAttribute(LOADING_ATTRIBUTE, '')
      if (!bindingOf(trigger) || trigger.hasAttribute('aria-busy')) return
      waiting.isSaid = true
      trigger.setAttribute('aria-busy', 'true')
    }, LOADING_AFTER_MS)
  }

  end(trigger: Element): void {
    const waiting = this.#waiting.get(trigger)
    if (!waiting || --waiting.count > 0) return
    clearTimeout(waiting.timer)
    trigger.removeAttribute(LOADING_ATTRIBUTE)
    if (waiting.isSaid) trigger.removeAttribute('aria-busy')
    waiting.isSaid = false
  }
}
