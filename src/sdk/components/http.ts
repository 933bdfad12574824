import type { ErrorCode, PublicError } from '../../shared/errors.ts'
import { OrielError } from '../../shared/errors.ts'
import { readJson } from './body.ts'
import type { ComponentClass } from './component.ts'
import { ComponentError } from './errors.ts'
import { INSTANCE } from './instance.ts'
import { consoleLog, reportOnce } from './log.ts'
import { isForeign } from './origin.ts'
import type { ComponentUser, PermissionRequest } from './permissions.ts'
import { registry as sharedRegistry } from './registry.ts'
import type { ComponentRegistry } from './registry.ts'
import { admit, openCall } from './remote.ts'
import { eventStream } from './sse.ts'
import { StreamingComponent } from './streaming.ts'
import { publicError, toWire } from './wire.ts'

export interface ComponentHttpOptions {
  /** Default: the registry of this process. */
  registry?: ComponentRegistry
  /** Where the routes begin. Default `/components`. */
  basePath?: string
  /** Who is asking, for permissions. Default: nobody is known. */
  user?: ComponentUser | null | ((request: Request) => ComponentUser | null | Promise<ComponentUser | null>)
  /** Bytes of a request's body. Default 2 MiB. */
  maxBodyBytes?: number
  /** Origins of other pages that may send here, such as `https://example.org`. Default: none. */
  allowedOrigins?: readonly string[]
}

const MAX_BODY_BYTES = 2 * 1024 * 1024

/**
 * Answers POST {basePath}/{name} with { html, state, component_id, slots } and POST {basePath}/{name}/stream with
 * server-sent events of such frames, each with stream_done. The body is JSON: { event, payload, state, component_id,
 * restored, params }. Failures are { error: { code, message, retryable } } with 400, 403, 404, 405, 413 or 500; a form
 * that does not pass is an answer with 422. Never rejects.
 */
export async function handleComponentRequest(request: Request, options: ComponentHttpOptions = {}): Promise<Response> {
  try {
    return await answer(request, options)
  } catch (error) {
    const status = statusOf(error)
    if (status === 500) reportOnce(consoleLog, 'A request for a component failed', error)
    return refusal(status, publicError(status === 500 && !isDeliberate(error) ? null : error))
  }
}

async function answer(request: Request, options: ComponentHttpOptions): Promise<Response> {
  const { registry = sharedRegistry, maxBodyBytes = MAX_BODY_BYTES } = options
  const route = routeOf(request, options.basePath ?? '/components')
  if (!route) throw new ComponentError('There is no component at this address.', { code: 'unknown_component' })
  const { name, streams } = route
  registry.require(name)
  if (request.method !== 'POST')
    return refusal(
      405,
      { code: 'bad_usage', message: 'Components are asked by POST.', retryable: false },
      { allow: 'POST' },
    )
  if (isForeign(request, options.allowedOrigins ?? []))
    throw new ComponentError('Pages of other sites may not use this component.', { code: 'origin_refused' })
  const asked: PermissionRequest = {
    transport: streams ? 'stream' : 'http',
    user: typeof options.user === 'function' ? await options.user(request) : (options.user ?? null),
    headers: request.headers,
  }
  const componentClass = admit(registry, name, asked)
  if (streams && !(componentClass.prototype instanceof StreamingComponent))
    throw new ComponentError(`${componentClass.name} does not stream.`, { code: 'not_streaming' })
  const body = await readJson(request, maxBodyBytes)
  return streams ? eventStream(await openCall(componentClass, body)) : oneAnswer(componentClass, body)
}

async function oneAnswer(componentClass: ComponentClass, body: unknown): Promise<Response> {
  const { component, request } = await openCall(componentClass, body)
  const wire = toWire(await component.asyncDispatch(request), componentClass.serializer)
  const { refused, kept } = component[INSTANCE]
  return refused ? json(422, { ...wire, field_errors: kept['fieldErrors'] }) : json(200, wire)
}

function routeOf(request: Request, basePath: string): { name: string; streams: boolean } | null {
  const { pathname } = new URL(request.url)
  if (!pathname.startsWith(`${basePath}/`)) return null
  const [name = '', tail, ...rest] = pathname.slice(basePath.length + 1).split('/')
  if (rest.length > 0 || (tail !== undefined && tail !== 'stream')) return null
  try {
    return { name: decodeURIComponent(name), streams: tail !== undefined }
  } catch {
    return null
  }
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  unknown_component: 404,
  not_allowed: 403,
  origin_refused: 403,
  too_large: 413,
  bad_message: 400,
  bad_payload: 400,
  unknown_event: 400,
  corrupt_state: 400,
  not_streaming: 400,
}

/** The HTTP status for a failure (rule Q44). */
export function statusOf(error: unknown): number {
  return (error instanceof OrielError && STATUS[error.code]) || 500
}

/** Whether a handler said itself what people are to read. */
function isDeliberate(error: unknown): boolean {
  return error instanceof ComponentError && error.code === 'component_failed'
}

/** A response for a failure that came before anything was sent. */
export function refusal(status: number, error: PublicError, headers: Record<string, string> = {}): Response {
  return json(status, { error }, headers)
}

function json(status: number, value: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  })
}
