import type { Calls } from '../shared/calls.ts'
import {
  COMPONENT_CLOSED_EVENT,
  COMPONENT_GONE_EVENT,
  COMPONENT_MESSAGE_EVENT,
  COMPONENT_REQUEST_EVENT,
  COMPONENT_SOCKET_EVENT,
} from '../shared/component-calls.ts'
import type {
  ComponentAnswer,
  ComponentAsked,
  ComponentCaller,
  ComponentSocketOpened,
} from '../shared/component-calls.ts'
import type { ClientEvent } from '../client/types.ts'
import type { Value } from '../shared/value.ts'
import { handleComponentRequest } from './components/http.ts'
import type { ComponentUser } from './components/permissions.ts'
import { wsManager } from './components/websocket.ts'
import { WebSocketConnection } from './components/websocket-connection.ts'
import { frames } from './runtime/frame.ts'
import type { RunningSession } from './runtime/session.ts'

/** The role that may do everything. */
const ADMIN = 'admin'

/**
 * The script's end of the routes of components: answers what the main process passes on of requests and sockets, in the
 * session's own context. Permissions, limits and errors are those of `oriel/components` itself.
 */
export class ComponentRoutes {
  readonly #session: RunningSession
  /** Answers that are being sent in pieces. */
  readonly #streams = new Map<string, ReadableStreamDefaultReader<Uint8Array>>()
  readonly #sockets = new Map<string, RoutedSocket>()

  constructor(session: RunningSession) {
    this.#session = session
  }

  /** An event of the main process. */
  handle({ type, data }: ClientEvent): Value | Promise<Value> {
    switch (type) {
      case COMPONENT_REQUEST_EVENT:
        return this.#answer(data as ComponentAsked)
      case COMPONENT_GONE_EVENT:
        void this.#streams.get(idOf(data))?.cancel()
        return null
      case COMPONENT_SOCKET_EVENT:
        this.#open(data as ComponentSocketOpened)
        return null
      case COMPONENT_MESSAGE_EVENT:
        return this.#hear(data as { id: string; text: string })
      case COMPONENT_CLOSED_EVENT:
        this.#forget(idOf(data))
        return null
      default:
        return null
    }
  }

  async #answer({ id, method, path, headers, body, caller }: ComponentAsked): Promise<Value> {
    // The address is only a form here: which names and origins are ours the main process has judged.
    const request = new Request(new URL(path, 'http://oriel.invalid'), {
      method,
      headers,
      body: method === 'POST' ? new Uint8Array(body) : undefined,
    })
    const response = await this.#run(() => handleComponentRequest(request, { user: userOf(caller) }))
    const answer: ComponentAnswer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: null,
    }
    const isStream = answer.headers['content-type']?.startsWith('text/event-stream') ?? false
    if (isStream && response.body) void this.#pump(id, response.body.getReader())
    else answer.body = new Uint8Array(await response.arrayBuffer())
    return answer
  }

  /** Sends a stream on, no faster than it is taken. */
  async #pump(id: string, reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    this.#streams.set(id, reader)
    try {
      for (;;) {
        const { done, value } = await this.#run(() => reader.read())
        const goesOn = await this.#call('component.chunk', { id, bytes: done ? null : value })
        if (done) return
        if (!goesOn) return await reader.cancel()
      }
    } catch (error) {
      this.#session.report(error)
      await reader.cancel().catch(() => {})
    } finally {
      this.#streams.delete(id)
    }
  }

  #open({ id, headers, caller }: ComponentSocketOpened): void {
    const socket = new RoutedSocket(
      // Once the session is over nobody is there to be told.
      async (text) => this.#session.link.state === 'closed' || this.#call('component.send', { id, text }),
      () => this.#call('component.close', { id }),
    )
    this.#sockets.set(id, socket)
    void this.#run(() => wsManager.connect(socket, id, { user: userOf(caller), headers: new Headers(headers) }))
  }

  async #hear({ id, text }: { id: string; text: string }): Promise<Value> {
    const socket = this.#sockets.get(id)
    if (socket) await this.#run(() => wsManager.handleMessage(socket, id, text))
    return null
  }

  #forget(id: string): void {
    const socket = this.#sockets.get(id)
    this.#sockets.delete(id)
    if (socket) void wsManager.disconnect(id, socket)
  }

  #run<T>(fn: () => T): T {
    return frames.run(this.#session.frame, fn)
  }

  async #call<M extends keyof Calls>(method: M, params: Calls[M]['params']): Promise<Calls[M]['result']> {
    return this.#session.link.call(method, params)
  }
}

/** A socket whose other end the main process has. */
class RoutedSocket extends WebSocketConnection {
  readonly #send: (text: string) => Promise<boolean>
  readonly #close: () => Promise<unknown>

  constructor(send: (text: string) => Promise<boolean>, close: () => Promise<unknown>) {
    super()
    this.#send = send
    this.#close = close
  }

  async send(data: object): Promise<void> {
    if (!(await this.#send(JSON.stringify(data)))) throw new Error('The socket is gone.')
  }

  /** Messages are handed to the manager as they come. */
  receive(): null {
    return null
  }

  async close(): Promise<void> {
    await this.#close()
  }
}

const idOf = (data: Value): string => (data as { id: string }).id

function userOf({ userId, roles, permissions, isOwner }: ComponentCaller): ComponentUser {
  const isAdmin = isOwner || roles.includes(ADMIN)
  return {
    ...(userId !== null && { id: userId }),
    isAuthenticated: isOwner || userId !== null,
    isStaff: isAdmin || roles.includes('staff'),
    isSuperuser: isAdmin,
    permissions,
    ...(isAdmin && { hasPermission: () => true }),
  }
}
