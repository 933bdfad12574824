import { randomId } from '../../../shared/ids.ts'
import type { Log } from '../../log.ts'
import type { Callback, CallbackRegistration, CallbackRegistry, InvokeResult } from './callback-registry.ts'
import { checkId } from './checks.ts'
import { consoleLog } from './console-log.ts'
import { EventQueue } from './event-queue.ts'
import { RemoteCalls } from './remote-calls.ts'
import type { CallCounts } from './remote-calls.ts'
import type { ConnectionRouter, JsonObject, StateStores, UserSession, WidgetData, WidgetStore } from './types.ts'
import { WidgetConnections } from './widget-connections.ts'
import type { OpenConnection, WidgetConnection, WidgetEvent } from './widget-connections.ts'

/** Events that wait for one connection before the oldest is dropped. */
const QUEUE_LIMIT = 1_000
/** A record of the router outlives several of these. */
const HEARTBEAT_MS = 60_000
/** Three of these are less than the `callbackTtl` of the stores. */
const CALLBACK_HEARTBEAT_MS = 3_000
const CALL_TIMEOUT_MS = 30_000

export interface ServerStateOptions {
  stores: StateStores
  callbacks: CallbackRegistry
  /** Who this process is to the others. */
  workerId: string
  /** Several processes serve the same widgets: what is not connected here may be connected at another. */
  deployMode: boolean
  /** How often the router is told that the connections are alive, in ms. Default 60,000. */
  heartbeatMs?: number
  /** How often the others are told that the callbacks of this process are there, in ms. Default 3,000. */
  callbackHeartbeatMs?: number
  /** How long a callback in another process may take to answer, in ms. Default 30,000. */
  callTimeoutMs?: number
  /** Default: warnings and errors to the console. */
  log?: Log
}

/** What one process that serves widgets knows: its connections and callbacks, and the stores that it shares with others. */
export class ServerStateManager {
  readonly deployMode: boolean
  readonly workerId: string
  readonly #options: ServerStateOptions
  readonly #log: Log
  readonly #connections = new WidgetConnections()
  readonly #calls: RemoteCalls
  #heartbeat: NodeJS.Timeout | undefined

  constructor(options: ServerStateOptions) {
    this.deployMode = options.deployMode
    this.workerId = checkId(options.workerId, 'workerId')
    this.#options = options
    this.#log = options.log ?? consoleLog
    this.#calls = new RemoteCalls({
      workerId: this.workerId,
      bus: options.stores.bus,
      owners: options.stores.callbacks,
      callbacks: options.callbacks,
      heartbeatMs: options.callbackHeartbeatMs ?? CALLBACK_HEARTBEAT_MS,
      log: this.#log,
    })
  }

  registerWidget(widgetId: string, html: string, options?: Parameters<WidgetStore['register']>[2]): Promise<void> {
    return this.#widgets.register(widgetId, html, options)
  }

  getWidget(widgetId: string): Promise<WidgetData | null> {
    return this.#widgets.get(widgetId)
  }

  getWidgetHtml(widgetId: string): Promise<string | null> {
    return this.#widgets.getHtml(widgetId)
  }

  updateWidgetHtml(widgetId: string, html: string): Promise<boolean> {
    return this.#widgets.updateHtml(widgetId, html)
  }

  widgetExists(widgetId: string): Promise<boolean> {
    return this.#widgets.exists(widgetId)
  }

  /**
   * With its callbacks, wherever they are, its connection here (whose queue ends) and its record in the router. True if
   * there was one.
   */
  async removeWidget(widgetId: string): Promise<boolean> {
    this.#connections.remove(widgetId)
    this.#settleHeartbeat()
    const [removed] = await Promise.all([
      this.#widgets.delete(widgetId),
      this.#options.callbacks.unregisterWidget(widgetId),
      this.#router.unregisterConnection(widgetId),
      this.deployMode ? this.#calls.forget(widgetId) : null,
    ])
    return removed
  }

  listWidgets(): Promise<string[]> {
    return this.#widgets.listActive()
  }

  /** From now on events for the widget wait in `getEventQueue`. A connection that it had here before is replaced. */
  async registerConnection(
    widgetId: string,
    connection: WidgetConnection,
    whose: { userId?: string | null; sessionId?: string | null } = {},
  ): Promise<void> {
    checkId(widgetId, 'widgetId')
    const queue = new EventQueue<WidgetEvent>({
      limit: QUEUE_LIMIT,
      onDrop: (dropped) => {
        if (Number.isInteger(Math.log2(dropped)))
          this.#log.warn('a connection is too slow; the oldest events are dropped', { widgetId, dropped })
      },
    })
    // Before the router knows: what others send because of it must find someone.
    this.#connections.add(widgetId, { connection, queue, whose, leave: this.#listen(widgetId, queue) })
    this.#settleHeartbeat()
    await this.#router.registerConnection(widgetId, this.workerId, whose)
  }

  /** False, and nothing happens, if there is none, or if `connection` is given and is no longer the widget's. */
  async unregisterConnection(widgetId: string, connection?: WidgetConnection): Promise<boolean> {
    if (!this.#connections.remove(widgetId, connection)) return false
    this.#settleHeartbeat()
    // Only if it is still ours: the page may have come back by way of another process.
    await this.#router.unregisterConnection(widgetId, this.workerId)
    return true
  }

  /** The widget's connection in this process. */
  getConnection(widgetId: string): WidgetConnection | null {
    return this.#connections.get(widgetId)?.connection ?? null
  }

  /** Events for the widget's connection in this process: `for await`, and it ends with the connection. */
  getEventQueue(widgetId: string): EventQueue<WidgetEvent> | null {
    return this.#connections.get(widgetId)?.queue ?? null
  }

  /**
   * The widget need not be there yet. In deploy mode this process has this event of the widget from now on: calls of the
   * others come here. Other events of it may be in other processes.
   */
  async registerCallback(widgetId: string, eventType: string, callback: Callback): Promise<void> {
    await this.#options.callbacks.register(widgetId, eventType, callback)
    if (this.deployMode) await this.#calls.own(widgetId, eventType)
  }

  getCallback(widgetId: string, eventType: string): Promise<CallbackRegistration | null> {
    return this.#options.callbacks.get(widgetId, eventType)
  }

  /**
   * Runs the callback, here if it is here; in deploy mode else in the process that has this event of the widget, in the
   * order of calling. Then values are JSON, an error is an OrielError without the stack (`handler_failed` if the callback
   * threw), and beside those of the callback the errors are `no_owner` if no process that runs has callbacks of the
   * widget, `owner_timeout` if it did not answer, within `timeoutMs` or at all (it may have run), and `not_connected` if
   * the stores cannot be reached. It never rejects.
   */
  async invokeCallback(
    widgetId: string,
    eventType: string,
    data: JsonObject,
    { timeoutMs = this.#options.callTimeoutMs ?? CALL_TIMEOUT_MS }: { timeoutMs?: number } = {},
  ): Promise<InvokeResult> {
    const { callbacks } = this.#options
    if (!this.deployMode || (await callbacks.hasCallback(widgetId, eventType)))
      return await callbacks.invoke(widgetId, eventType, data)
    return await this.#calls.call(widgetId, eventType, data, timeoutMs)
  }

  /** What became of the calls of callbacks in other processes. */
  get callCounts(): Readonly<CallCounts> {
    return { ...this.#calls.counts }
  }

  /** To the widget's connection here; without one, in deploy mode, to whichever process has it. */
  async broadcastEvent(widgetId: string, eventType: string, data: JsonObject): Promise<void> {
    checkId(widgetId, 'widgetId')
    checkId(eventType, 'eventType')
    if (this.#queueHere(widgetId, { type: eventType, data })) return
    if (this.deployMode) await this.#options.stores.bus.publish(channelOf(widgetId), { eventType, widgetId, data })
  }

  /** True if the event waits for the widget's connection here, or was handed to the live process that has it. */
  async sendToWidget(widgetId: string, event: WidgetEvent): Promise<boolean> {
    checkId(event.type, 'event.type')
    if (this.#queueHere(widgetId, event)) return true
    if (!this.deployMode) return false
    const owner = await this.#router.getOwner(widgetId)
    // A record of our own without a connection is a leftover.
    if (owner === null || owner === this.workerId) return false
    const { type, data } = event
    await this.#options.stores.bus.publish(channelOf(widgetId), {
      eventType: type,
      widgetId,
      data,
      targetWorkerId: owner,
    })
    return true
  }

  /** Gives the new session's id: 44 characters from the secure random source. */
  async createSession(userId: string, options: { roles?: string[]; metadata?: JsonObject } = {}): Promise<string> {
    const { roles, metadata } = options
    const { sessionId } = await this.#options.stores.sessions.createSession(randomId(44), userId, { roles, metadata })
    return sessionId
  }

  getSession(sessionId: string): Promise<UserSession | null> {
    return this.#options.stores.sessions.getSession(sessionId)
  }

  /** Closes the connections of this process and forgets its callbacks. What is in the stores stays. */
  async cleanup(): Promise<void> {
    const closed = this.#connections.widgetIds.map(async (widgetId) => {
      const opened = this.#connections.remove(widgetId)
      try {
        await opened?.connection.close?.()
        // Nobody should be told that it could still be reached here.
        await this.#router.unregisterConnection(widgetId, this.workerId)
      } catch (error) {
        this.#log.warn('a connection could not be closed', { widgetId, error: String(error) })
      }
    })
    this.#settleHeartbeat()
    const { callbacks } = this.#options
    await Promise.all([...closed, this.#calls.close()])
    for (const widgetId of await callbacks.listWidgets()) await callbacks.unregisterWidget(widgetId)
  }

  get #widgets(): WidgetStore {
    return this.#options.stores.widgets
  }

  get #router(): ConnectionRouter {
    return this.#options.stores.router
  }

  #queueHere(widgetId: string, event: WidgetEvent): boolean {
    return this.#connections.get(widgetId)?.queue.push(event) ?? false
  }

  /** Takes over what other processes publish for the widget. Gives what ends it. */
  #listen(widgetId: string, queue: EventQueue<WidgetEvent>): () => void {
    if (!this.deployMode) return () => {}
    const events = this.#options.stores.bus.subscribe(channelOf(widgetId))
    const pump = async (): Promise<void> => {
      for await (const { eventType, data } of events) queue.push({ type: eventType, data })
    }
    pump().catch((error: unknown) =>
      this.#log.warn('events of other processes do not arrive', { widgetId, error: String(error) }),
    )
    return () => void events.return()
  }

  /** Beats while there is something to beat for. */
  #settleHeartbeat(): void {
    if (this.#connections.widgetIds.length === 0) {
      clearInterval(this.#heartbeat)
      this.#heartbeat = undefined
      return
    }
    this.#heartbeat ??= setInterval(() => void this.#beat(), this.#options.heartbeatMs ?? HEARTBEAT_MS)
    this.#heartbeat.unref()
  }

  async #beat(): Promise<void> {
    const beats = this.#connections.widgetIds.map(async (widgetId) => {
      const opened = this.#connections.get(widgetId)
      if (!opened || (await this.#router.refreshHeartbeat(widgetId, this.workerId))) return
      await this.#claimAgain(widgetId, opened)
    })
    const failed = (await Promise.allSettled(beats)).find((result) => result.status === 'rejected')
    if (failed) this.#log.warn('the router cannot be told who is connected', { error: String(failed.reason) })
  }

  /** The record was lost, with a server that was started anew, say. One that another worker has by now is left to it. */
  async #claimAgain(widgetId: string, opened: OpenConnection): Promise<void> {
    if ((await this.#router.getOwner(widgetId)) !== null) return
    if (this.#connections.get(widgetId) !== opened) return
    await this.#router.registerConnection(widgetId, this.workerId, opened.whose)
  }
}

function channelOf(widgetId: string): string {
  return `widget:${widgetId}`
}
