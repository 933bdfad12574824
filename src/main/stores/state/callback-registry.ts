import { AsyncLocalStorage } from 'node:async_hooks'
import type { Log } from '../../log.ts'
import { checkId } from './checks.ts'
import { consoleLog } from './console-log.ts'
import type { JsonObject } from './types.ts'

/** What handles one kind of event of one widget. A promise it gives is awaited. */
export type Callback = (data: JsonObject, widgetId: string, eventType: string) => unknown

/** What became of an event. It is never thrown. */
export type InvokeResult =
  | { ok: true; result: unknown }
  | { ok: false; reason: 'missing' }
  | { ok: false; reason: 'error'; error: Error }

/** A callback and how it has done. Times are Unix ms. */
export interface CallbackRegistration {
  widgetId: string
  eventType: string
  callback: Callback
  /** Declared `async`, or seen to give a promise. */
  isAsync: boolean
  createdAt: number
  /** Invocations that succeeded. */
  invokeCount: number
  /** When the last of them ended. */
  lastInvoked: number | null
}

export interface CallbackRegistryOptions {
  /** Default: warnings and errors to the console. */
  log?: Log
  /** Unix ms. Default: `Date.now`. */
  now?: () => number
}

/** A turn of one widget: what runs inside it must not wait for it. */
interface Turn {
  widgetId: string
  running: boolean
  outer: Turn | undefined
}

/**
 * The callbacks of this process. Events of one widget are handled one after the other, in the order in which they were
 * given; different widgets do not wait for one another. A callback that invokes another of its own widget does so at
 * once, within its turn.
 */
export class CallbackRegistry {
  readonly #log: Log
  readonly #now: () => number
  readonly #widgets = new Map<string, Map<string, CallbackRegistration>>()
  /** The last turn of each widget that has any left. */
  readonly #turns = new Map<string, Promise<unknown>>()
  readonly #current = new AsyncLocalStorage<Turn>()

  constructor({ log = consoleLog, now = () => Date.now() }: CallbackRegistryOptions = {}) {
    this.#log = log
    this.#now = now
  }

  /** Replaces what was there, with its counters. The widget need not exist yet. Rejects with bad_value. */
  async register(widgetId: string, eventType: string, callback: Callback): Promise<void> {
    checkId(widgetId, 'widgetId')
    checkId(eventType, 'eventType')
    if (typeof callback !== 'function') throw new TypeError('callback must be a function.')
    const registration: CallbackRegistration = {
      widgetId,
      eventType,
      callback,
      isAsync: callback.constructor.name === 'AsyncFunction',
      createdAt: this.#now(),
      invokeCount: 0,
      lastInvoked: null,
    }
    const events = this.#widgets.get(widgetId)
    if (events) events.set(eventType, registration)
    else this.#widgets.set(widgetId, new Map([[eventType, registration]]))
  }

  /** A copy. */
  async get(widgetId: string, eventType: string): Promise<CallbackRegistration | null> {
    const registration = this.#find(widgetId, eventType)
    return registration ? { ...registration } : null
  }

  async hasWidget(widgetId: string): Promise<boolean> {
    return this.#widgets.has(widgetId)
  }

  async hasCallback(widgetId: string, eventType: string): Promise<boolean> {
    return this.#find(widgetId, eventType) !== undefined
  }

  /** Calls the callback when the widget's earlier events are done. */
  invoke(widgetId: string, eventType: string, data: JsonObject): Promise<InvokeResult> {
    const run = (): Promise<InvokeResult> => this.#inTurn(widgetId, () => this.#call(widgetId, eventType, data))
    if (this.#isWithin(widgetId)) return run()
    const result = this.#turns.get(widgetId)?.then(run) ?? run()
    this.#turns.set(widgetId, result)
    void result.then(() => {
      if (this.#turns.get(widgetId) === result) this.#turns.delete(widgetId)
    })
    return result
  }

  /** True if it was there. */
  async unregister(widgetId: string, eventType: string): Promise<boolean> {
    const events = this.#widgets.get(widgetId)
    if (!events?.delete(eventType)) return false
    if (events.size === 0) this.#widgets.delete(widgetId)
    return true
  }

  /** Gives how many callbacks the widget had. */
  async unregisterWidget(widgetId: string): Promise<number> {
    const count = this.#widgets.get(widgetId)?.size ?? 0
    this.#widgets.delete(widgetId)
    return count
  }

  async listWidgetEvents(widgetId: string): Promise<string[]> {
    return [...(this.#widgets.get(widgetId)?.keys() ?? [])]
  }

  async listWidgets(): Promise<string[]> {
    return [...this.#widgets.keys()]
  }

  async getStats(): Promise<{ widgetCount: number; totalCallbacks: number; widgets: Record<string, string[]> }> {
    const widgets = [...this.#widgets].map(([widgetId, events]) => ({ widgetId, events: [...events.keys()] }))
    return {
      widgetCount: widgets.length,
      totalCallbacks: widgets.reduce((sum, { events }) => sum + events.length, 0),
      widgets: Object.fromEntries(widgets.map(({ widgetId, events }) => [widgetId, events])),
    }
  }

  #find(widgetId: string, eventType: string): CallbackRegistration | undefined {
    return this.#widgets.get(widgetId)?.get(eventType)
  }

  /** Whether a callback of the widget is what is asking, directly or through others. */
  #isWithin(widgetId: string): boolean {
    for (let turn = this.#current.getStore(); turn; turn = turn.outer)
      if (turn.running && turn.widgetId === widgetId) return true
    return false
  }

  async #inTurn<T>(widgetId: string, work: () => Promise<T>): Promise<T> {
    const turn: Turn = { widgetId, running: true, outer: this.#current.getStore() }
    try {
      return await this.#current.run(turn, work)
    } finally {
      // A timer that the callback left behind is no longer within the turn, though it still sees it.
      turn.running = false
    }
  }

  async #call(widgetId: string, eventType: string, data: JsonObject): Promise<InvokeResult> {
    const registration = this.#find(widgetId, eventType)
    if (!registration) return { ok: false, reason: 'missing' }
    try {
      const given = registration.callback(data, widgetId, eventType)
      if (isThenable(given)) registration.isAsync = true
      const result = await given
      registration.invokeCount++
      registration.lastInvoked = this.#now()
      return { ok: true, result }
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown })
      this.#log.error('a callback failed', {
        widgetId,
        eventType,
        error,
        ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
      })
      return { ok: false, reason: 'error', error }
    }
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function describe(cause: unknown): string {
  return cause instanceof Error ? String(cause) : (JSON.stringify(cause) ?? typeof cause)
}
