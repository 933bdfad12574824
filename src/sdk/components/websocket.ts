import { isPlainObject } from '../../shared/document/kinds.ts'
import { MAX_NAME_LENGTH } from '../../shared/validate.ts'
import { Component } from './component.ts'
import type { AnyComponent, ComponentClass } from './component.ts'
import type { DispatchResult } from './dispatch.ts'
import { ComponentError } from './errors.ts'
import { Lines } from './lines.ts'
import { consoleLog, reportOnce } from './log.ts'
import { isPermitted } from './permissions.ts'
import type { PermissionRequest } from './permissions.ts'
import { registry as sharedRegistry } from './registry.ts'
import type { ComponentRegistry } from './registry.ts'
import { admit, idOf, openCall } from './remote.ts'
import type { StateSerializer } from './serializer.ts'
import { StreamingComponent } from './streaming.ts'
import { Subscriptions } from './subscriptions.ts'
import { publicError, toWire } from './wire.ts'
import type { WebSocketConnection } from './websocket-connection.ts'

/** Who is behind a socket, for permissions. */
export type Visitor = Omit<PermissionRequest, 'transport'>

/** An update as subscribers get it. */
export interface ComponentUpdate {
  component_id: string
  html: string
  state: string
  slots?: Record<string, string>
  component?: string
}

export interface ComponentWebSocketOptions {
  /** Default: the registry of this process. */
  registry?: ComponentRegistry
  /** Characters of one message. Default 2 Mi. */
  maxMessageLength?: number
}

/** Messages of one connection that may wait; who sends more is told so. */
const MAX_WAITING = 1_000
const MAX_SUBSCRIPTIONS = 10_000

/**
 * Components over sockets of any library: answers events, and tells who follows a component of what becomes of it. Each
 * message that cannot be served is answered by { type: 'error', error: { code, message, retryable } }; the socket stays.
 */
export class ComponentWebSocketManager {
  readonly #registry: ComponentRegistry
  readonly #maxMessageLength: number
  /** A connection id may have several sockets, such as a page that connects again. */
  readonly #sockets = new Map<string, Map<WebSocketConnection, Visitor>>()
  readonly #subscriptions = new Subscriptions()
  readonly #lines = new Lines()
  readonly #waiting = new Map<string, number>()

  constructor(options: ComponentWebSocketOptions = {}) {
    this.#registry = options.registry ?? sharedRegistry
    this.#maxMessageLength = options.maxMessageLength ?? 2 * 1024 * 1024
  }

  /** Takes a socket on, and greets it. `visitor`: who it is, for permissions. */
  async connect(connection: WebSocketConnection, connectionId: string, visitor: Visitor = {}): Promise<void> {
    const sockets = this.#sockets.get(connectionId)
    if (sockets) sockets.set(connection, visitor)
    else this.#sockets.set(connectionId, new Map([[connection, visitor]]))
    this.#send(connection, { type: 'connected', connection_id: connectionId })
  }

  /** Forgets a connection with what it follows; with `connection`, that one of its sockets. Unknown ones are fine. */
  async disconnect(connectionId: string, connection?: WebSocketConnection): Promise<void> {
    const sockets = this.#sockets.get(connectionId)
    if (connection) sockets?.delete(connection)
    if (connection && sockets && sockets.size > 0) return
    this.#sockets.delete(connectionId)
    this.#subscriptions.removeAll(connectionId)
  }

  /** Connects a socket and answers it until it closes. */
  async serve(connection: WebSocketConnection, connectionId: string, visitor: Visitor = {}): Promise<void> {
    await this.connect(connection, connectionId, visitor)
    try {
      for (;;) {
        const message = await connection.receive()
        if (message === null || message === undefined) return
        void this.handleMessage(connection, connectionId, message)
      }
    } catch (error) {
      reportOnce(consoleLog, 'A socket of components failed', error)
    } finally {
      await this.disconnect(connectionId, connection)
    }
  }

  /** From now on the connection is told of each update of the component. */
  subscribe(connectionId: string, componentId: string): void {
    this.#subscriptions.add(connectionId, componentId)
  }

  unsubscribe(connectionId: string, componentId: string): void {
    this.#subscriptions.remove(connectionId, componentId)
  }

  /** Answers one message, text or what it holds. Never rejects. Events of one component are handled in turn. */
  async handleMessage(connection: WebSocketConnection, connectionId: string, message: unknown): Promise<void> {
    let body: Record<string, unknown> = {}
    try {
      body = this.#read(message)
      switch (body['type']) {
        case 'component_event':
          return await this.#inLine(connection, connectionId, body)
        case 'subscribe':
        case 'unsubscribe':
          return this.#follow(connection, connectionId, body)
        default:
          throw badMessage('There is no such type of message')
      }
    } catch (error) {
      this.#refuse(connection, body, error)
    }
  }

  /** Sends `update` to all who follow the component. */
  async broadcastUpdate(componentId: string, update: ComponentUpdate): Promise<void> {
    this.#broadcast(componentId, { type: 'component_update', ...update }, this.#classOf(update.component), null)
  }

  /**
   * Tells all who follow a component what it looks like now. `component` says whose permissions count; where it is not
   * given, the update goes to those who may use every component there is. Throws ComponentError too_large before anything
   * is sent; nobody there: nothing happens.
   */
  async pushUpdate(
    component: string | AnyComponent,
    html: string,
    state: object,
    options: { component?: string | ComponentClass } = {},
  ): Promise<void> {
    const componentId = typeof component === 'string' ? component : component.id
    if (this.#subscriptions.of(componentId).length === 0) return
    const given = component instanceof Component ? (component.constructor as ComponentClass) : options.component
    const componentClass = typeof given === 'string' ? this.#registry.require(given) : (given ?? null)
    const { serializer, lockedFields } = componentClass ?? Component
    const shown = { ...state } as Record<string, unknown>
    for (const field of lockedFields) delete shown[field]
    const update = {
      type: 'component_update',
      component_id: componentId,
      html,
      state: serializer.serialize(shown),
      slots: {},
    }
    this.#broadcast(componentId, update, componentClass, null)
  }

  #read(message: unknown): Record<string, unknown> {
    let value = message
    if (typeof message === 'string') {
      if (message.length > this.#maxMessageLength)
        throw new ComponentError(`A message has at most ${this.#maxMessageLength} characters.`, { code: 'too_large' })
      try {
        value = JSON.parse(message)
      } catch (error) {
        throw badMessage('It is no JSON', error)
      }
    }
    if (!isPlainObject(value)) throw badMessage('It is no object')
    return value
  }

  #follow(connection: WebSocketConnection, connectionId: string, body: Record<string, unknown>): void {
    const componentId = idOf(body)
    if (componentId === '') throw badMessage('component_id is missing')
    if (body['type'] === 'unsubscribe') {
      this.unsubscribe(connectionId, componentId)
      return this.#reply(connection, body, { type: 'unsubscribed', component_id: componentId })
    }
    if (body['component'] !== undefined) this.#admit(connection, connectionId, body)
    if (this.#subscriptions.count(connectionId) >= MAX_SUBSCRIPTIONS)
      throw new ComponentError(`A connection follows at most ${MAX_SUBSCRIPTIONS} components.`, { code: 'overloaded' })
    this.subscribe(connectionId, componentId)
    this.#reply(connection, body, { type: 'subscribed', component_id: componentId })
  }

  async #inLine(connection: WebSocketConnection, connectionId: string, body: Record<string, unknown>): Promise<void> {
    const componentId = idOf(body)
    const handle = async (): Promise<void> => {
      try {
        await this.#handleEvent(connection, connectionId, body)
      } catch (error) {
        this.#refuse(connection, body, error)
      }
    }
    if (componentId === '') return handle()
    const waiting = this.#waiting.get(connectionId) ?? 0
    if (waiting >= MAX_WAITING)
      throw new ComponentError(`More than ${MAX_WAITING} events wait. Send the next when one is answered.`, {
        code: 'overloaded',
      })
    this.#waiting.set(connectionId, waiting + 1)
    await this.#lines.run(JSON.stringify([connectionId, componentId]), handle)
    const left = this.#waiting.get(connectionId)! - 1
    if (left > 0) this.#waiting.set(connectionId, left)
    else this.#waiting.delete(connectionId)
  }

  async #handleEvent(connection: WebSocketConnection, connectionId: string, body: Record<string, unknown>) {
    const componentClass = this.#admit(connection, connectionId, body)
    const { component, request } = await openCall(componentClass, body)
    const { serializer } = componentClass
    request.onOptimistic = (optimistic) =>
      this.#reply(connection, body, { type: 'component_optimistic', component_id: component.id, optimistic })
    const isHere = () => this.#sockets.get(connectionId)?.has(connection) ?? false
    const wasHere = isHere()
    if (body['stream'] === true && component instanceof StreamingComponent)
      for await (const frame of component.asyncStreamDispatch(request)) {
        // Who has left ends the stream, which may have no end of its own.
        if (wasHere && !isHere()) break
        this.#update(connection, body, frame, componentClass, serializer)
      }
    else this.#update(connection, body, await component.asyncDispatch(request), componentClass, serializer)
  }

  /** Answers who asked, and tells the others if they were to be told. */
  #update(
    connection: WebSocketConnection,
    body: Record<string, unknown>,
    result: DispatchResult,
    componentClass: ComponentClass,
    serializer: StateSerializer,
  ): void {
    // Sent before: what is here now takes its place.
    const wire = { ...toWire({ ...result, optimistic: undefined }, serializer), component: body['component'] }
    this.#reply(connection, body, { type: 'component_update', ...wire })
    if (body['broadcast'] === true && idOf(body) !== '')
      this.#broadcast(wire.component_id, { type: 'component_update', ...wire }, componentClass, connection)
  }

  #admit(
    connection: WebSocketConnection,
    connectionId: string,
    { component }: Record<string, unknown>,
  ): ComponentClass {
    if (typeof component !== 'string') throw badMessage('component is the name of one')
    const visitor = this.#sockets.get(connectionId)?.get(connection)
    return admit(this.#registry, component, { ...visitor, transport: 'websocket' })
  }

  /** To each socket of those who follow the component and may see it, but `except`. A dead one stops none of the others. */
  #broadcast(
    componentId: string,
    message: object,
    componentClass: ComponentClass | null,
    except: WebSocketConnection | null,
  ): void {
    for (const connectionId of this.#subscriptions.of(componentId))
      for (const [connection, visitor] of this.#sockets.get(connectionId) ?? [])
        if (connection !== except && this.#maySee(visitor, componentClass)) this.#send(connection, message)
  }

  #maySee(visitor: Visitor, componentClass: ComponentClass | null): boolean {
    const classes = componentClass
      ? [componentClass]
      : this.#registry.list().map((name) => this.#registry.require(name))
    return classes.every((one) => isPermitted({ ...visitor, transport: 'push' }, one))
  }

  #classOf(name: unknown): ComponentClass | null {
    return typeof name === 'string' ? this.#registry.get(name) : null
  }

  #refuse(connection: WebSocketConnection, body: Record<string, unknown>, error: unknown): void {
    if (!(error instanceof ComponentError)) reportOnce(consoleLog, 'A message for a component failed', error)
    this.#reply(connection, body, { type: 'error', error: publicError(error) })
  }

  /** With the reference that the sender gave. */
  #reply(connection: WebSocketConnection, { ref }: Record<string, unknown>, message: object): void {
    const known = typeof ref === 'number' || (typeof ref === 'string' && ref.length <= MAX_NAME_LENGTH)
    this.#send(connection, known ? { ...message, ref } : message)
  }

  /** Nobody waits for a socket that takes its time, or is gone. */
  #send(connection: WebSocketConnection, message: object): void {
    const lost = (error: unknown): void => consoleLog.warn('A socket of components takes nothing', error)
    try {
      void Promise.resolve(connection.send(message)).catch(lost)
    } catch (error) {
      lost(error)
    }
  }
}

function badMessage(what: string, cause?: unknown): ComponentError {
  return new ComponentError(`The message cannot be read: ${what}.`, { code: 'bad_message', cause })
}

/** The manager of this process, or of a script. */
export const wsManager: ComponentWebSocketManager = new ComponentWebSocketManager()
