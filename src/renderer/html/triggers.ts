import type { Value } from '../../shared/value.ts'
import { boundEvent, noteSent } from './bindings.ts'
import { isField } from './fields.ts'
import { LOADING_ATTRIBUTE } from './morph.ts'
import { readPayload } from './payload.ts'

/** What `data-on` may name, beside the default: `submit` for forms, `change` for fields (`input` with `data-debounce`), `click` elsewhere. */
export const TRIGGER_EVENTS = [
  'click',
  'dblclick',
  'contextmenu',
  'submit',
  'reset',
  'input',
  'change',
  'focus',
  'blur',
  'keydown',
  'keyup',
  'pointerdown',
  'pointerup',
  'mouseenter',
  'mouseleave',
  'toggle',
] as const

/** How long an answer may take before its trigger is marked, in ms. */
const LOADING_AFTER_MS = 20

export interface TriggerOptions {
  /** Settles when the script has answered. */
  send: (type: string, data: Value) => Promise<unknown>
  onError: (error: unknown) => void
}

/**
 * Listens for declarative events: `data-event="name"` on any element sends that event to the script, with `data-payload`
 * (JSON) and what the person entered. One set of listeners for the whole page, so that content drawn later works as well.
 */
export class Triggers {
  readonly #options: TriggerOptions
  readonly #waiting = new Map<Element, { type: string; timer: ReturnType<typeof setTimeout>; fire: () => void }>()
  readonly #pending = new WeakMap<Element, { count: number; timer: ReturnType<typeof setTimeout> | undefined }>()
  /** Events leave in the order they happened, even where reading a payload (a file) takes time. */
  #line: Promise<void> = Promise.resolve()

  constructor(options: TriggerOptions) {
    this.#options = options
  }

  /** Returns the way to stop. */
  listen(target: Document): () => void {
    const stop = new AbortController()
    for (const type of TRIGGER_EVENTS) {
      // Capturing, since focus and its like do not bubble, and a page's own stopPropagation should not silence a trigger.
      target.addEventListener(type, (event) => this.#onEvent(event), { capture: true, signal: stop.signal })
    }
    target.defaultView?.addEventListener('pagehide', () => this.#flush(), { signal: stop.signal })
    return () => {
      stop.abort()
      for (const { timer } of this.#waiting.values()) clearTimeout(timer)
      this.#waiting.clear()
    }
  }

  #onEvent(event: Event): void {
    if (!(event.target instanceof Element)) return
    // A form that nobody takes would leave the page, and with it the session's window.
    if (event.type === 'submit' && (event.target as HTMLFormElement).method !== 'dialog') event.preventDefault()
    const trigger = findTrigger(event.target, event)
    if (!trigger) return
    if (trigger instanceof HTMLAnchorElement && event.type === 'click') event.preventDefault()
    if (event.type === 'contextmenu') event.preventDefault()
    const fire = () => {
      this.#waiting.delete(trigger)
      void this.#send(trigger, event)
    }
    const waiting = this.#waiting.get(trigger)
    if (waiting) clearTimeout(waiting.timer)
    // Only the same thing again takes its place.
    if (waiting && waiting.type !== event.type) waiting.fire()
    const delayMs = Number(trigger.getAttribute('data-debounce') ?? 0)
    if (delayMs > 0)
      return void this.#waiting.set(trigger, { type: event.type, timer: setTimeout(fire, delayMs), fire })
    // What was typed goes before the click that follows it.
    this.#flush(trigger)
    fire()
  }

  #flush(except?: Element): void {
    for (const [trigger, { timer, fire }] of [...this.#waiting]) {
      clearTimeout(timer)
      this.#waiting.delete(trigger)
      if (trigger !== except) fire()
    }
  }

  async #send(trigger: Element, event: Event): Promise<void> {
    const type = boundEvent(trigger, event.type) ?? trigger.getAttribute('data-event')
    if (!type) return
    const before = this.#line
    const turn = Promise.withResolvers<void>()
    this.#line = turn.promise
    this.#mark(trigger, 1)
    try {
      let answer: Promise<unknown>
      try {
        const data = await readPayload(trigger, event)
        await before
        answer = this.#options.send(type, data)
        noteSent(trigger, answer)
      } finally {
        turn.resolve()
      }
      await answer
      if (event.type === 'submit' && trigger.hasAttribute('data-reset')) (trigger as HTMLFormElement).reset()
    } catch (error) {
      this.#options.onError(error)
    } finally {
      this.#mark(trigger, -1)
    }
  }

  /**
   * `data-loading` stays until the last of overlapping events is answered. It comes when no answer has within a frame or
   * so: restyling the trigger for each click would delay the very answer it waits for.
   */
  #mark(trigger: Element, change: 1 | -1): void {
    const pending = this.#pending.get(trigger) ?? { count: 0, timer: undefined }
    pending.count += change
    this.#pending.set(trigger, pending)
    if (pending.count > 1 || (pending.count === 1 && change < 0)) return
    clearTimeout(pending.timer)
    if (pending.count === 0) return trigger.removeAttribute(LOADING_ATTRIBUTE)
    pending.timer = setTimeout(() => trigger.setAttribute(LOADING_ATTRIBUTE, ''), LOADING_AFTER_MS)
  }
}

/** The element whose `data-event` this DOM event sets off: the nearest one that listens for its type. */
function findTrigger(start: Element, event: Event): Element | null {
  for (let element: Element | null = start; element; element = element.parentElement) {
    if (
      boundEvent(element, event.type) !== null ||
      (element.hasAttribute('data-event') && listensFor(element, event.type))
    ) {
      return element.matches(':disabled') ? null : element
    }
    // Such events happen to one element only, though a capturing listener sees them on the way.
    if (!event.bubbles) return null
  }
  return null
}

function listensFor(element: Element, type: string): boolean {
  const named = element.getAttribute('data-on')
  if (named !== null) return named.split(/\s+/).includes(type)
  return type === defaultEvent(element)
}

function defaultEvent(element: Element): string {
  if (element instanceof HTMLFormElement) return 'submit'
  if (
    !isField(element) ||
    (element instanceof HTMLInputElement && /^(button|submit|reset|image)$/.test(element.type))
  ) {
    return 'click'
  }
  return element.hasAttribute('data-debounce') ? 'input' : 'change'
}
