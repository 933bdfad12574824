import {
  ComponentRegistry,
  ComponentWebSocketManager,
  StreamingComponent,
  WebSocketConnection,
  handleComponentRequest,
} from '../../../../../src/sdk/components.ts'
import type { ComponentClass, ComponentUser, StreamFrame } from '../../../../../src/sdk/components.ts'

/** What a component is asked, by any path. */
export interface Ask {
  event?: unknown
  payload?: unknown
  /** As the last outcome gave it. */
  state?: unknown
  restored?: boolean
  params?: object
}

export type Outcome =
  | {
      ok: true
      html: string
      state: Record<string, unknown>
      componentId: string
      frames: number
      raw: unknown
      status?: number
    }
  | { ok: false; code: string; message: string; error?: unknown; status?: number; raw: unknown }

/** One way to a component. Remote ones go by its name, over the same registry. */
export interface Path {
  name: 'sync' | 'async' | 'stream' | 'http' | 'http stream' | 'socket'
  remote: boolean
  ask(componentClass: ComponentClass, ask: Ask, user?: ComponentUser | null): Promise<Outcome>
}

/** A socket whose other end is this test. */
export class FakeSocket extends WebSocketConnection {
  readonly sent: Record<string, unknown>[] = []

  send(data: object): void {
    // As on a wire: nothing is shared, and only what JSON has gets through.
    this.sent.push(JSON.parse(JSON.stringify(data)) as Record<string, unknown>)
  }

  receive(): null {
    return null
  }

  close(): void {}
}

export function oneName(componentClass: ComponentClass): ComponentRegistry {
  const registry = new ComponentRegistry()
  registry.register('it', componentClass)
  return registry
}

export async function post(
  componentClass: ComponentClass,
  body: unknown,
  {
    user = null,
    path = '/components/it',
    headers = {},
  }: { user?: ComponentUser | null; path?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  const request = new Request(`http://app.test${path}`, { method: 'POST', body: text as string, headers })
  return handleComponentRequest(request, { registry: oneName(componentClass), user })
}

/** Data of each server-sent event. Throws if one is not a single data line with a blank one after it. */
export function eventsOf(text: string): Record<string, unknown>[] {
  const events = text.split('\n\n')
  if (events.pop() !== '') throw new Error(`not ended: ${JSON.stringify(text.slice(-80))}`)
  return events.map((event) => {
    if (!event.startsWith('data: ') || event.includes('\n'))
      throw new Error(`not one data line: ${JSON.stringify(event)}`)
    return JSON.parse(event.slice(6)) as Record<string, unknown>
  })
}

const wire = ({ event, payload, state, restored, params }: Ask): object => ({
  event,
  payload,
  restored,
  params,
  state: typeof state === 'object' && state !== null ? JSON.stringify(state) : state,
})

function local(
  call: (
    component: InstanceType<ComponentClass>,
    ask: Ask,
  ) => Promise<{ html: string; state: Record<string, unknown>; componentId: string; frames: number }>,
): Path['ask'] {
  return async (componentClass, ask) => {
    try {
      const result = await call(new componentClass(ask.params as Record<string, unknown>), ask)
      return { ok: true, raw: result, ...result }
    } catch (error) {
      const { code, message } = error as { code: string; message: string }
      return { ok: false, code, message, error, raw: error }
    }
  }
}

const request = (ask: Ask): { event: string; payload: object; state: object } => ask as never

function fromWire(body: Record<string, unknown>, frames: number, status?: number): Outcome {
  if (body['error']) return { ok: false, ...(body['error'] as { code: string; message: string }), raw: body, status }
  // Signed, it is for the serializer to read.
  const text = body['state'] as string
  const state = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}
  return {
    ok: true,
    html: body['html'] as string,
    state,
    componentId: body['component_id'] as string,
    frames,
    raw: body,
    status,
  }
}

export const PATHS: readonly Path[] = [
  {
    name: 'sync',
    remote: false,
    ask: local(async (component, ask) => ({ ...component.dispatch(request(ask)), frames: 1 })),
  },
  {
    name: 'async',
    remote: false,
    ask: local(async (component, ask) => ({ ...(await component.asyncDispatch(request(ask))), frames: 1 })),
  },
  {
    name: 'stream',
    remote: false,
    ask: local(async (component, ask) => {
      const frames: StreamFrame[] = []
      for await (const frame of (component as StreamingComponent<object>).asyncStreamDispatch(request(ask))) {
        frames.push(frame)
      }
      return { ...frames.at(-1)!, frames: frames.length }
    }),
  },
  {
    name: 'http',
    remote: true,
    async ask(componentClass, ask, user) {
      const response = await post(componentClass, wire(ask), { user })
      return fromWire((await response.json()) as Record<string, unknown>, 1, response.status)
    },
  },
  {
    name: 'http stream',
    remote: true,
    async ask(componentClass, ask, user) {
      const response = await post(componentClass, wire(ask), { user, path: '/components/it/stream' })
      if (response.status !== 200)
        return fromWire((await response.json()) as Record<string, unknown>, 0, response.status)
      const frames = eventsOf(await response.text()).filter(
        (event) => !event['optimistic'] || event['html'] !== undefined,
      )
      return fromWire(frames.at(-1)!, frames.length, 200)
    },
  },
  {
    name: 'socket',
    remote: true,
    async ask(componentClass, ask, user) {
      const manager = new ComponentWebSocketManager({ registry: oneName(componentClass) })
      const socket = new FakeSocket()
      await manager.connect(socket, 'c', { user })
      await manager.handleMessage(
        socket,
        'c',
        JSON.stringify({ type: 'component_event', component: 'it', ref: 'r1', ...wire(ask) }),
      )
      const replies = socket.sent.slice(1).filter(({ type }) => type !== 'component_optimistic')
      if (replies.length !== 1 || replies[0]!['ref'] !== 'r1')
        throw new Error(`not one reply: ${JSON.stringify(replies)}`)
      return fromWire(replies[0]!, 1)
    },
  },
]

export const path = (name: Path['name']): Path => PATHS.find((one) => one.name === name)!

/** Those that wait. */
export const ASYNC_PATHS = PATHS.filter(({ name }) => name !== 'sync')
export const REMOTE_PATHS = PATHS.filter(({ remote }) => remote)
export const LOCAL_PATHS = PATHS.filter(({ remote }) => !remote)
