import type { ClientEvent } from '../client/types.ts'
import { NO_WIDGET } from '../shared/calls.ts'
import { OrielError } from '../shared/errors.ts'
import type { Value } from '../shared/value.ts'
import { checkSendable } from './check.ts'
import { frames } from './runtime/frame.ts'
import type { Frame } from './runtime/frame.ts'
import type { RunningSession } from './runtime/session.ts'

/** What a handler is told beside the data. */
export interface WidgetEvent {
  readonly type: string
  readonly widgetId: string
  readonly clientId: string
  /** The window's connection that sent the event. */
  readonly connectionId: string
  /** Aborted when the page no longer waits for the answer, or the session closed. */
  readonly signal: AbortSignal
}

/** Handles an event of a widget's page. Its value, or what its promise gives, answers the page's request. */
export type WidgetHandler = (data: Value, event: WidgetEvent) => unknown

/** What an element's event is to run. */
export interface ElementCall {
  handler: (...given: unknown[]) => unknown
  given: readonly unknown[]
  /** For messages: `<Button> onClick`. */
  name: string
}

/** Hears every event of a widget. */
export const ANY_EVENT = '*'

interface Registration {
  type: string
  handler: WidgetHandler
  /** Of the code that registered it. */
  frame: Frame
}

/** The handlers of one widget, in order of registration. */
export class WidgetEvents {
  readonly #session: RunningSession
  readonly #widgetId: string
  #registrations: Registration[] = []

  constructor(session: RunningSession, widgetId: string) {
    this.#session = session
    this.#widgetId = widgetId
  }

  /** Adds a handler for `type`, or for all with '*'. Returns what removes it. */
  add(type: string, handler: WidgetHandler): () => void {
    const registration = { type, handler, frame: this.#frame() }
    this.#registrations = [...this.#registrations, registration]
    return () => {
      this.#registrations = this.#registrations.filter((other) => other !== registration)
    }
  }

  clear(): void {
    this.#registrations = []
  }

  /**
   * Runs every handler of the event, each in the context it was registered in, and gives the answer of the first (in order
   * of registration) that has one; null if none has. Throws OrielError no_handler where there is none, handler_failed where
   * one failed before any answered. Failures are reported to the session too.
   */
  dispatch(event: ClientEvent): unknown {
    const registrations = this.#registrations.filter(({ type }) => type === event.type || type === ANY_EVENT)
    if (registrations.length === 0) throw noHandler(event.type, this.#widgetId)
    const outcomes = registrations.map((registration) => this.#run(registration, event))
    // Without a promise among them the answer needs no turn of the event loop.
    return outcomes.every((outcome): outcome is Outcome => !(outcome instanceof Promise))
      ? answerOf(event.type, outcomes)
      : Promise.all(outcomes.map(async (outcome) => outcome)).then((settled) => answerOf(event.type, settled))
  }

  /**
   * Runs the handler of an element's event and gives its answer, null where that cannot be sent: most handlers give
   * something by chance. Throws OrielError handler_failed; that is reported too.
   */
  async run(event: ClientEvent, { handler, given, name }: ElementCall): Promise<Value> {
    const outcome = await this.#enter(this.#session.frame, event, () => handler(...given))
    if ('failure' in outcome) throw asHandlerFailed(name, outcome.failure)
    return isSendable(outcome.value) ? outcome.value : null
  }

  #run({ frame, handler }: Registration, event: ClientEvent): Outcome | Promise<Outcome> {
    const { type, widgetId, connectionId, signal } = event
    const clientId = this.#session.link.clientId
    return this.#enter(frame, event, () =>
      handler(event.data, Object.freeze({ type, widgetId, clientId, connectionId, signal })),
    )
  }

  /** Runs `fn` in `frame`, with what the event came with. */
  #enter(frame: Frame, { widgetId, connectionId, signal }: ClientEvent, fn: () => unknown): Outcome | Promise<Outcome> {
    const request = this.#session.clients.requestOf(connectionId) ?? frame.values.request
    const values = Object.freeze({ ...frame.values, widgetId, connectionId, request })
    const failed = (error: unknown): Outcome => {
      // Whoever cancelled it expects it to stop, with whatever error.
      if (!signal.aborted) this.#session.report(error)
      return { failure: error }
    }
    try {
      const value = frames.run(Object.freeze({ values, session: frame.session }), fn)
      if (!isThenable(value)) return { value }
      return Promise.resolve(value).then((settled): Outcome => ({ value: settled }), failed)
    } catch (error) {
      return failed(error)
    }
  }

  /** Where the session's own code registers, that is the frame; code of another context must not bring its session along. */
  #frame(): Frame {
    const frame = frames.getStore()
    return frame?.session === this.#session ? frame : this.#session.frame
  }
}

/** Nobody listens to this event of a widget, or, with NO_WIDGET, of programs. */
function noHandler(type: string, widgetId: string): OrielError {
  const name = JSON.stringify(type)
  return new OrielError(
    'no_handler',
    widgetId === NO_WIDGET
      ? `No handler for ${name} of programs. Add one: session.on(${name}, …).`
      : `No handler for ${name} in widget "${widgetId}". Add one: widget.on(${name}, …).`,
  )
}

type Outcome = { value: unknown } | { failure: unknown }

function answerOf(type: string, outcomes: readonly Outcome[]): Value {
  for (const outcome of outcomes) {
    if ('failure' in outcome) throw asHandlerFailed(type, outcome.failure)
    if (outcome.value !== undefined) return sendable(type, outcome.value)
  }
  return null
}

function sendable(type: string, answer: unknown): Value {
  try {
    checkSendable(answer, 'The answer')
    return answer
  } catch (error) {
    throw handlerFailed(type, error)
  }
}

function isSendable(answer: unknown): answer is Value {
  if (answer === undefined) return false
  try {
    checkSendable(answer, 'The answer')
    return true
  } catch {
    return false
  }
}

/** The script's own OrielErrors are meant for the asker as they are. */
function asHandlerFailed(type: string, error: unknown): OrielError {
  return error instanceof OrielError ? error : handlerFailed(type, error)
}

function handlerFailed(type: string, error: unknown): OrielError {
  const text = error instanceof Error ? error.message : String(error)
  return new OrielError('handler_failed', `The handler of "${type}" failed: ${text}`, { cause: error })
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
