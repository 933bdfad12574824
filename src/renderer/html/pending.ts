import { LOADING_ATTRIBUTE } from './morph.ts'

/** How long an answer may take before its trigger is marked, in ms. */
const LOADING_AFTER_MS = 20

/**
 * Marks triggers with `data-loading` while their events wait for an answer, until the last of overlapping ones has it. The
 * mark comes when no answer has within a frame or so: restyling the trigger for each click would delay the very answer it
 * waits for.
 */
export class Pending {
  readonly #waiting = new WeakMap<Element, { count: number; timer: ReturnType<typeof setTimeout> | undefined }>()

  begin(trigger: Element): void {
    const waiting = this.#waiting.get(trigger) ?? { count: 0, timer: undefined }
    this.#waiting.set(trigger, waiting)
    if (++waiting.count > 1) return
    waiting.timer = setTimeout(() => trigger.setAttribute(LOADING_ATTRIBUTE, ''), LOADING_AFTER_MS)
  }

  end(trigger: Element): void {
    const waiting = this.#waiting.get(trigger)
    if (!waiting || --waiting.count > 0) return
    clearTimeout(waiting.timer)
    trigger.removeAttribute(LOADING_ATTRIBUTE)
  }
}
