import { bindingOf, boundEvent, noteSent } from './bindings.ts'
import { findTrigger, TRIGGER_EVENTS } from './find-trigger.ts'
import { filesOf, readPayload, withFiles } from './payload.ts'
import type { Entered } from './payload.ts'
import { Pending } from './pending.ts'
import type { Predictions } from './predictions.ts'
import { readFile } from './uploads.ts'
import type { Uploads } from './uploads.ts'
import type { Value } from '../../shared/value.ts'

/** The root of what a component has drawn: events in it are that component's. */
export const COMPONENT_ATTRIBUTE = 'data-component'

export interface TriggerOptions {
  /** Settles when the script has answered. `component`: id of the component that the trigger is in; null: in none. */
  send: (type: string, data: Value, component: string | null) => Promise<unknown>
  /** Asks the person. */
  confirm: (question: string) => Promise<boolean>
  predictions: Predictions
  uploads: Uploads
  onError: (error: unknown) => void
  /** What `trigger` holds was sent; `answer` settles when the script has answered. */
  onSent?: (trigger: Element, event: Event, answer: Promise<unknown>) => void
}

/**
 * Listens for declarative events: `data-event="name"` on any element sends that event to the script, with `data-payload`
 * (JSON) and what the person entered. One set of listeners for the whole page, so that content drawn later works as well.
 */
export class Triggers {
  readonly #options: TriggerOptions
  readonly #waiting = new Map<Element, { type: string; timer: ReturnType<typeof setTimeout>; fire: () => void }>()
  readonly #pending = new Pending()
  /** Events leave in the order they happened, even where reading a payload (a file) takes time. */
  #line: Promise<void> = Promise.resolve()
  /** How many of them have not left. */
  #ahead = 0

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
    const found = findTrigger(event.target, event)
    if (!found) return
    const trigger = found.element
    if (trigger instanceof HTMLAnchorElement && event.type === 'click') event.preventDefault()
    if (event.type === 'contextmenu' || found.isKey) event.preventDefault()
    const fire = () => void this.#send(trigger, event)
    const waiting = this.#waiting.get(trigger)
    // Only the same thing again takes its place.
    if (waiting && waiting.type !== event.type) this.#flush(trigger)
    else if (waiting) clearTimeout(waiting.timer)
    this.#waiting.delete(trigger)
    const delayMs = Number(trigger.getAttribute('data-debounce') ?? 0)
    if (delayMs > 0) {
      const timer = setTimeout(() => this.#flush(trigger), delayMs)
      this.#waiting.set(trigger, { type: event.type, timer, fire })
      return
    }
    // What was typed goes before the click that follows it.
    this.#flush()
    fire()
  }

  /** Calls `send` once all that the person did before has left; at once if it has. For events that need no trigger. */
  async sendAfter<T>(send: () => Promise<T>): Promise<T> {
    this.#flush()
    if (this.#ahead === 0) return send()
    const { asked } = await this.#inLine(
      () => Promise.resolve(),
      () => send(),
    )
    return asked
  }

  /** Fires what waits, in the order it happened: all of it, or up to what `last` waits with. */
  #flush(last?: Element): void {
    for (const [trigger, { timer, fire }] of this.#waiting) {
      clearTimeout(timer)
      this.#waiting.delete(trigger)
      fire()
      if (trigger === last) return
    }
  }

  async #send(trigger: Element, event: Event): Promise<void> {
    const type = boundEvent(trigger, event.type) ?? trigger.getAttribute('data-event')
    if (!type) return
    const component = trigger.closest(`[${COMPONENT_ATTRIBUTE}]`)
    const entered = readPayload(trigger, event)
    const question = questionOf(trigger, event)
    if (question !== null && !(await this.#options.confirm(question))) return
    this.#pending.begin(trigger)
    let takeBack: (() => void) | null = null
    try {
      takeBack = this.#options.predictions.begin(trigger, component ?? document.body)
      const answer = await this.#inTurn(trigger, entered, (data) => {
        const id = component?.getAttribute(COMPONENT_ATTRIBUTE) ?? null
        const { wrap } = bindingOf(trigger) ?? {}
        const asked = this.#options.send(type, wrap ? wrap(event.type, data) : data, id)
        noteSent(trigger, asked)
        this.#options.onSent?.(trigger, event, asked)
        return asked
      })
      await answer.asked
      if (event.type === 'submit' && trigger.hasAttribute('data-reset')) (trigger as HTMLFormElement).reset()
    } catch (error) {
      this.#options.onError(error)
    } finally {
      takeBack?.()
      this.#pending.end(trigger)
    }
  }

  /** Calls `send` when the events before this one have left. Large files hold up nobody: their event leaves when they are there. */
  async #inTurn(
    trigger: Element,
    entered: Entered,
    send: (data: Value) => Promise<unknown>,
  ): Promise<{ asked: Promise<unknown> }> {
    const { uploads } = this.#options
    const files = filesOf(entered)
    const ahead = uploads.isAhead(files)
    const read = ahead ? await uploads.send(files, trigger) : readFile
    return this.#inLine(() => withFiles(entered, read), send)
  }

  /** Sends what `prepare` gives when it is there and the events before this one have left. */
  async #inLine<T, A>(prepare: () => Promise<T>, send: (data: T) => Promise<A>): Promise<{ asked: Promise<A> }> {
    const before = this.#line
    const turn = Promise.withResolvers<void>()
    this.#line = turn.promise
    this.#ahead++
    try {
      const data = await prepare()
      await before
      return { asked: send(data) }
    } finally {
      this.#ahead--
      turn.resolve()
    }
  }
}

/** What the person is asked first; null: nothing. */
function questionOf(trigger: Element, event: Event): string | null {
  const submitter = event instanceof SubmitEvent ? event.submitter : null
  return submitter?.getAttribute('data-confirm') ?? trigger.getAttribute('data-confirm')
}
