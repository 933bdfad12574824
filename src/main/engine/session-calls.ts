import type { CallMethod, Calls, DocumentWindowOptions, ServerInfo } from '../../shared/calls.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Value } from '../../shared/value.ts'
import type { Bounds } from '../../shared/window.ts'
import type { ComponentGate } from './component-gate.ts'
import type { Desk } from './desk/desk.ts'
import { deskCalls } from './desk/desk-calls.ts'
import type { CallHandler } from './exchange.ts'
import type { Peer, PeerRole } from './peer.ts'
import type { Windows } from './windows.ts'

/** Between two addresses that a session opens in the person's browser, in ms: a page must not flood it, nor send much out that way. */
const EXTERNAL_PAUSE_MS = 1000

/** What a session lets its clients ask of the main process. */
export interface CallTargets {
  windows: Windows
  components: ComponentGate
  desk: Desk
  /** The script shows this widget in its present run. */
  onShown: (widgetId: string) => void
  stop: () => Promise<void>
  restart: () => Promise<void>
  /** A program wants the session to be seen. */
  show: (options: DocumentWindowOptions) => Promise<void>
  /** Opens an address in the person's own browser. */
  openExternal: (url: string) => Promise<void>
  serverInfo: ServerInfo
}

const BOUND_KEYS: readonly string[] = ['x', 'y', 'width', 'height'] satisfies (keyof Bounds)[]

/** One call that clients may make. */
export interface Call<M extends CallMethod> {
  /** Who may ask. */
  role: PeerRole
  /** `params` are not checked yet. */
  run(params: Calls[M]['params'], peer: Peer): Promise<Calls[M]['result']>
}

/** Answers the calls of a session's script, windows and programs. Rejects with not_allowed, bad_value, or with what the window host says. */
export function sessionCalls({
  windows,
  components,
  desk,
  onShown,
  stop,
  restart,
  show,
  openExternal,
  serverInfo,
}: CallTargets): CallHandler {
  const nothing = async (work: Promise<void>): Promise<null> => {
    await work
    return null
  }
  let lastExternal = Number.NEGATIVE_INFINITY
  const openOutside = async (given: unknown): Promise<null> => {
    const url = externalUrl(given)
    const now = Date.now()
    if (now - lastExternal < EXTERNAL_PAUSE_MS)
      throw new OrielError('overloaded', 'Addresses are opened one at a time. Try again in a moment.')
    lastExternal = now
    return nothing(openExternal(url))
  }
  const calls: { [M in CallMethod]: Call<M> } = {
    'window.open': {
      role: 'script',
      run: ({ widgetId }) => {
        onShown(widgetId)
        return nothing(windows.open(widgetId))
      },
    },
    'window.close': { role: 'script', run: ({ widgetId }) => nothing(windows.close(widgetId)) },
    'window.focus': { role: 'script', run: async ({ widgetId }) => nothing(windows.get(widgetId).focus()) },
    'window.minimize': { role: 'script', run: async ({ widgetId }) => nothing(windows.get(widgetId).minimize()) },
    'window.capture': { role: 'script', run: ({ widgetId }) => windows.capture(widgetId) },
    'window.getBounds': { role: 'script', run: async ({ widgetId }) => windows.get(widgetId).getBounds() },
    'window.setBounds': {
      role: 'script',
      run: async ({ widgetId, bounds }) => nothing(windows.get(widgetId).setBounds(checkBounds(bounds))),
    },
    'component.chunk': { role: 'script', run: ({ id, bytes }) => components.chunk(id, bytes) },
    'component.send': { role: 'script', run: async ({ id, text }) => components.send(id, text) },
    'component.close': {
      role: 'script',
      run: async ({ id }) => {
        components.close(id)
        return null
      },
    },
    'script.stop': { role: 'window', run: () => nothing(stop()) },
    'script.restart': { role: 'window', run: () => nothing(restart()) },
    'external.open': {
      role: 'window',
      run: (params) => openOutside(params?.url),
    },
    ...deskCalls(desk, openOutside),
    'server.info': { role: 'program', run: async () => serverInfo },
    'session.show': { role: 'program', run: (params) => nothing(show(params ?? {})) },
  }
  return async (peer, method, params) => {
    const call = Object.hasOwn(calls, method) ? (calls[method as CallMethod] as Call<CallMethod>) : null
    if (call?.role !== peer.role) throw new OrielError('not_allowed', `"${method}" cannot be called from here.`)
    if (method.startsWith('window.')) checkWidgetId(method, params)
    const result = await call.run(params as never, peer)
    // Bounds are an object of a named type, which has no index signature; it is plain data all the same.
    return result as unknown as Value
  }
}

function checkWidgetId(method: string, params: Value): void {
  const { widgetId } = (params ?? {}) as { widgetId?: unknown }
  if (typeof widgetId !== 'string') throw new OrielError('bad_value', `"${method}" needs a widgetId.`)
}

function checkBounds(bounds: unknown): Partial<Bounds> {
  const entries: [string, unknown][] = Object.entries(bounds ?? {})
  if (!entries.every(([key, value]) => BOUND_KEYS.includes(key) && Number.isFinite(value)))
    throw new OrielError('bad_value', 'Bounds are x, y, width and height, each a number.')
  return Object.fromEntries(entries) as Partial<Bounds>
}

/** Only addresses that a browser or mail program opens; never a file or a program. */
function externalUrl(url: unknown): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : null
  if (!parsed || !['http:', 'https:', 'mailto:'].includes(parsed.protocol)) {
    throw new OrielError('bad_value', 'Only http, https and mailto addresses can be opened outside.')
  }
  return parsed.href
}
