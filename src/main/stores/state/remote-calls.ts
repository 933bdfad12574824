import { AsyncLocalStorage } from 'node:async_hooks'
import { OrielError } from '../../../shared/errors.ts'
import { randomId } from '../../../shared/ids.ts'
import type { Log } from '../../log.ts'
import { CALLS_CHANNEL, callChannel, decodeCallMessage, encodeCallMessage, eventKey } from './call-messages.ts'
import type { CallMessage } from './call-messages.ts'
import type { CallbackRegistry, InvokeResult } from './callback-registry.ts'
import { checkId } from './checks.ts'
import type { ConnectionRouter, EventBus, JsonObject, Subscription } from './types.ts'

/** Calls that one message says are still worked on. */
const MAX_IDS = 1_000
/** Pause before listening again where that could not begin, in ms. */
const RETRY_MS = 500
/** What listens for a whole process must not count as part of the callback in which it happened to begin. */
const outside = AsyncLocalStorage.snapshot()

/** What became of the calls that this process made of callbacks in others, since it began. */
export interface CallCounts {
  /** Handed to another process. */
  sent: number
  /** Answered, with a value or an error of the callback. */
  answered: number
  /** Not answered in time, or lost on the way: `owner_timeout`. */
  timedOut: number
  /** Nobody had the callback: `no_owner`. */
  noOwner: number
  /** Could not be handed over, with the stores away say. */
  unsent: number
  /** Answers of this process that did not get through to who asked. */
  unanswered: number
}

export interface RemoteCallsOptions {
  workerId: string
  bus: EventBus
  /** Which worker has a widget's callbacks. */
  owners: ConnectionRouter
  callbacks: CallbackRegistry
  /** How often it is said that this process is there, and which calls it still works on, in ms. */
  heartbeatMs: number
  log: Log
}

interface Pending {
  readonly settle: (result: InvokeResult) => void
  /** Runs out when nothing is heard of the call for several heartbeats. */
  readonly silence: NodeJS.Timeout
}

/**
 * Callbacks of other processes, for this one, and this one's for them. The process that registered the callback of an
 * event last has that event of the widget, until it lets go of it or is not heard of for `callbackTtl` seconds. What
 * nobody has registered goes to who registered any callback of the widget last, which says that it is missing.
 */
export class RemoteCalls {
  readonly counts: CallCounts = { sent: 0, answered: 0, timedOut: 0, noOwner: 0, unsent: 0, unanswered: 0 }
  readonly #options: RemoteCallsOptions
  /** Widgets with callbacks here, and for which events. */
  readonly #owned = new Map<string, Set<string>>()
  /** Calls of others that run here, by id, with who asked. */
  readonly #running = new Map<string, string>()
  readonly #pending = new Map<string, Pending>()
  /** Where the last call of each widget is being looked for, so that the next goes out behind it. */
  readonly #looking = new Map<string, Promise<unknown>>()
  #events: Subscription[] = []
  #retry: NodeJS.Timeout | undefined
  #heartbeat: NodeJS.Timeout | undefined
  #isFailing = false

  constructor(options: RemoteCallsOptions) {
    this.#options = options
  }

  /** From now on calls for this event of the widget come here, wherever they went before. */
  async own(widgetId: string, eventType: string): Promise<void> {
    const { owners, workerId } = this.#options
    // Others call as soon as the record is there.
    this.#listen()
    const events = this.#owned.get(widgetId)
    if (events) events.add(eventType)
    else this.#owned.set(widgetId, new Set([eventType]))
    this.#settleHeartbeat()
    await Promise.all([eventKey(widgetId, eventType), widgetId].map((key) => owners.registerConnection(key, workerId)))
  }

  /** The widget is gone, here and at whoever else has callbacks of it. */
  async forget(widgetId: string): Promise<void> {
    await Promise.all([
      this.#disown(widgetId),
      // Whoever had it last.
      this.#options.owners.unregisterConnection(widgetId),
      this.#tell(CALLS_CHANNEL, { kind: 'forget', widgetId }),
    ])
  }

  /** Runs the callback in the process that has it. Calls of one widget go out in the order in which they are made. */
  async call(widgetId: string, eventType: string, data: JsonObject, timeoutMs: number): Promise<InvokeResult> {
    const { owners, callbacks, workerId } = this.#options
    const before = this.#looking.get(widgetId)
    const looking = (async () => {
      checkId(widgetId, 'widgetId')
      checkId(eventType, 'eventType')
      await before?.catch(() => {})
      const owner = (await owners.getOwner(eventKey(widgetId, eventType))) ?? (await owners.getOwner(widgetId))
      if (owner === null || owner === workerId) return { owner }
      return {
        owner,
        answer: this.#send(callChannel(owner), { kind: 'call', id: randomId(), widgetId, eventType, data }, timeoutMs),
      }
    })()
    this.#looking.set(widgetId, looking)
    try {
      const { owner, answer } = await looking
      if (answer) return await answer
      // A record of our own without the callback: it was just registered, or is a leftover.
      if (owner !== null) return await callbacks.invoke(widgetId, eventType, data)
      this.counts.noOwner++
      return failure(new OrielError('no_owner', `No process that runs has callbacks of "${widgetId}".`))
    } catch (error) {
      this.counts.unsent++
      return failure(error)
    } finally {
      if (this.#looking.get(widgetId) === looking) this.#looking.delete(widgetId)
    }
  }

  /** Lets go of what is here: calls that wait are `closed`, and others find no owner. Does not reject. */
  async close(): Promise<void> {
    const owned = [...this.#owned.keys()]
    this.#running.clear()
    this.#settleHeartbeat()
    for (const { settle } of this.#pending.values())
      settle(failure(new OrielError('closed', 'The server state was cleaned up.')))
    const left = await Promise.allSettled(owned.map((widgetId) => this.#disown(widgetId)))
    const failed = left.find((result) => result.status === 'rejected')
    if (failed)
      this.#options.log.warn('others cannot be told that callbacks are gone', { error: String(failed.reason) })
    clearTimeout(this.#retry)
    const events = this.#events
    this.#events = []
    await Promise.all(events.map((one) => one.return()))
  }

  async #send(channel: string, call: Extract<CallMessage, { kind: 'call' }>, timeoutMs: number): Promise<InvokeResult> {
    // Answers must find someone who listens.
    this.#listen()
    const { promise, resolve } = Promise.withResolvers<InvokeResult>()
    const giveUp = (why: string): void => {
      this.counts.timedOut++
      const message = `The process that has callbacks of "${call.widgetId}" ${why}. Whether "${call.eventType}" was handled is not known.`
      resolve(failure(new OrielError('owner_timeout', message)))
    }
    const { heartbeatMs } = this.#options
    const silenceMs = 3 * heartbeatMs + 1_000
    const silence = setTimeout(() => giveUp(`has not been heard of for ${silenceMs} ms`), silenceMs)
    const deadline = setTimeout(() => giveUp(`did not answer within ${timeoutMs} ms`), Math.min(timeoutMs, 2 ** 31 - 1))
    this.#pending.set(call.id, { settle: resolve, silence })
    try {
      // Not waited for: the next call may follow at once. An answer may be here first.
      this.#tell(channel, call).then(
        () => this.counts.sent++,
        (error: unknown) => {
          this.counts.unsent++
          resolve(failure(error))
        },
      )
      return await promise
    } finally {
      this.#pending.delete(call.id)
      clearTimeout(silence)
      clearTimeout(deadline)
    }
  }

  #listen(): void {
    if (this.#events.length > 0) return
    clearTimeout(this.#retry)
    const { bus, workerId, log } = this.#options
    const events = [callChannel(workerId), CALLS_CHANNEL].map((channel) => outside(() => bus.subscribe(channel)))
    this.#events = events
    outside(() => Promise.all(events.map((one) => this.#take(one)))).catch((error: unknown) => {
      if (this.#events !== events) return
      log.warn('calls of other processes do not arrive', { error: String(error) })
      this.#events = []
      for (const one of events) void one.return()
      this.#retry = setTimeout(() => this.#listen(), RETRY_MS).unref()
    })
  }

  async #take(events: Subscription): Promise<void> {
    for await (const event of events) {
      const message = decodeCallMessage(event)
      if (message) this.#receive(message, event.sourceWorkerId)
      else
        this.#options.log.warn('a message about a callback that cannot be read was skipped', { event: event.eventType })
    }
  }

  #receive(message: CallMessage, from: string): void {
    switch (message.kind) {
      case 'call':
        // Not waited for: calls of other widgets are not to be held up, and the registry keeps those of one in order.
        void this.#handle(message, from)
        break
      case 'answer': {
        const pending = this.#pending.get(message.id)
        if (pending) this.counts.answered++
        pending?.settle(message.result)
        break
      }
      case 'working':
        for (const id of message.ids) this.#pending.get(id)?.silence.refresh()
        break
      case 'forget':
        // One of our own was done here before others were told.
        if (from !== this.#options.workerId) void this.#forgotten(message.widgetId)
        break
    }
  }

  async #forgotten(widgetId: string): Promise<void> {
    try {
      await this.#disown(widgetId)
    } catch (error) {
      this.#options.log.warn('others cannot be told that callbacks are gone', { widgetId, error: String(error) })
    } finally {
      await this.#options.callbacks.unregisterWidget(widgetId)
    }
  }

  /** Calls for the widget are not to come here any more. */
  async #disown(widgetId: string): Promise<void> {
    const { owners, workerId } = this.#options
    const events = this.#owned.get(widgetId)
    this.#owned.delete(widgetId)
    this.#settleHeartbeat()
    const keys = [widgetId, ...[...(events ?? [])].map((eventType) => eventKey(widgetId, eventType))]
    await Promise.all(keys.map((key) => owners.unregisterConnection(key, workerId)))
  }

  async #handle(call: Extract<CallMessage, { kind: 'call' }>, from: string): Promise<void> {
    const { id, widgetId, eventType, data } = call
    this.#running.set(id, from)
    this.#settleHeartbeat()
    try {
      const result = await this.#options.callbacks.invoke(widgetId, eventType, data)
      await this.#answer(from, { kind: 'answer', id, widgetId, eventType, result })
    } catch (error) {
      this.counts.unanswered++
      this.#options.log.warn('the answer of a callback was lost', { widgetId, eventType, error: String(error) })
    } finally {
      this.#running.delete(id)
      this.#settleHeartbeat()
    }
  }

  async #answer(to: string, answer: Extract<CallMessage, { kind: 'answer' }>): Promise<void> {
    try {
      await this.#tell(callChannel(to), answer)
    } catch (error) {
      if (!answer.result.ok || !(error instanceof OrielError) || error.retryable || error.code === 'closed') throw error
      const message = `The callback for "${answer.eventType}" gave what another process cannot be told: ${error.message}`
      await this.#tell(callChannel(to), { ...answer, result: failure(new OrielError(error.code, message)) })
    }
  }

  async #tell(channel: string, message: CallMessage): Promise<void> {
    const { bus, workerId: from } = this.#options
    await bus.publish(channel, encodeCallMessage(message, from))
  }

  /** Beats while there is something to beat for. */
  #settleHeartbeat(): void {
    if (this.#owned.size === 0 && this.#running.size === 0) {
      clearInterval(this.#heartbeat)
      this.#heartbeat = undefined
      return
    }
    this.#heartbeat ??= setInterval(() => void this.#beat(), this.#options.heartbeatMs)
    this.#heartbeat.unref()
  }

  async #beat(): Promise<void> {
    const told = await Promise.allSettled([...this.#claims(), ...this.#signsOfWork()])
    const failed = told.find((result) => result.status === 'rejected')
    if (failed && !this.#isFailing)
      this.#options.log.warn('others cannot be told which callbacks are here', { error: String(failed.reason) })
    this.#isFailing = failed !== undefined
  }

  /**
   * A claim is a heartbeat where the record is ours. Where it was lost it is made again, and where the process that took
   * the widget over is gone it comes back to us.
   */
  #claims(): Promise<unknown>[] {
    const { owners, callbacks, workerId } = this.#options
    return [...this.#owned].flatMap(([widgetId, events]) => [
      ...[...events].map(async (eventType) => {
        const key = eventKey(widgetId, eventType)
        if (await callbacks.hasCallback(widgetId, eventType)) {
          if (this.#owned.get(widgetId)?.has(eventType)) await owners.claimConnection(key, workerId)
        } else if (events.delete(eventType)) await owners.unregisterConnection(key, workerId)
      }),
      (async () => {
        if (!(await callbacks.hasWidget(widgetId))) await this.#disown(widgetId)
        else if (this.#owned.has(widgetId)) await owners.claimConnection(widgetId, workerId)
      })(),
    ])
  }

  #signsOfWork(): Promise<void>[] {
    const byCaller = Map.groupBy(this.#running, ([, caller]) => caller)
    return [...byCaller].flatMap(([caller, calls]) => {
      const ids = calls.map(([id]) => id)
      const parts = Array.from({ length: Math.ceil(ids.length / MAX_IDS) }, (_, n) =>
        ids.slice(n * MAX_IDS, (n + 1) * MAX_IDS),
      )
      return parts.map((part) => this.#tell(callChannel(caller), { kind: 'working', ids: part }))
    })
  }
}

function failure(thrown: unknown): InvokeResult {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown })
  return { ok: false, reason: 'error', error }
}
