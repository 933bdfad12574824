import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Log } from '../log.ts'
import type { Addresses } from './addresses.ts'
import { Crowd } from './crowd.ts'
import { errorResponse } from './error-page.ts'
import type { ComponentServer } from './components.ts'
import type { RefusalLog } from './refusals.ts'
import { LANE_PATH } from '../../shared/lane.ts'
import type { Lanes } from './lanes.ts'
import type { ConnectionLimits, Origins } from './limits.ts'
import type { PageHandler } from './types.ts'

/** Characters of an address with its query. */
const MAX_URL_LENGTH = 4096
/** Bytes of all headers of a request together. */
const MAX_HEADER_BYTES = 16 * 1024
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
const KEEP_ALIVE_MS = 60_000
/** How often it is looked who takes longer than that, in ms. */
const TIMEOUT_CHECK_MS = 5_000
/** Answers up to this size are sent in one write. */
const WRITE_AT_ONCE_BYTES = 4 * 1024 * 1024

export interface HttpOptions {
  pages: PageHandler
  lanes: Lanes
  log: Log
  refusals: RefusalLog
  addresses: Addresses
  /** Bytes of a form that may be sent; 0, the default: pages can only be read. */
  maxFormBytes?: number
  /** Paths that are answered by whatever name they are asked for; default none. */
  namelessPaths?: readonly string[]
  /** Takes the addresses of components; default: there are none. */
  components?: ComponentServer
  /** On every answer; default none. */
  headers?: Readonly<Record<string, string>>
  origins: Origins
  limits: ConnectionLimits
  /** Whether whoever asks may fetch what was promised over a WebSocket; default yes. */
  mayFetch?: (incoming: IncomingMessage) => Promise<boolean>
}

/** An http server that answers GET and HEAD from `pages`. It does not listen yet. */
export function createHttpServer(options: HttpOptions): Server {
  const { pages, lanes, log, refusals, addresses, maxFormBytes = 0, namelessPaths = [] } = options
  const methods = maxFormBytes > 0 ? ['GET', 'HEAD', 'POST'] : ['GET', 'HEAD']
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      noDelay: true,
    },
    (incoming, outgoing) => {
      for (const [name, value] of Object.entries(options.headers ?? {})) outgoing.setHeader(name, value)
      respond(incoming, outgoing).catch((error: unknown) => {
        // the browser went away in the middle, or a file became shorter than announced: only this answer is lost
        log.debug('an answer was not finished', { error: String(error) })
        outgoing.destroy()
      })
    },
  )
  limitConnections(server, options)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code !== 'ECONNRESET') refusals.note('malformed http request', error.code)
    refuseRaw(socket, error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request')
  })

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (options.components?.has(incoming.url)) return options.components.answer(incoming, outgoing)
    const refused = refusal(incoming)
    if (!refused && incoming.url === LANE_PATH && (await (options.mayFetch?.(incoming) ?? true))) {
      if (lanes.take(incoming, outgoing)) return
    }
    const response = refused ?? (await answer(incoming))
    // a body that is not a form is never read; the connection that brings one is not used again
    if (incoming.headers['content-length'] || incoming.headers['transfer-encoding']) outgoing.shouldKeepAlive = false
    await send(response, outgoing, incoming.method === 'HEAD')
  }

  async function answer(incoming: IncomingMessage): Promise<Response> {
    const form = incoming.method === 'POST' ? await readForm(incoming, maxFormBytes) : undefined
    if (form === null) {
      refusals.note('form too large')
      return errorResponse(413, 'Too much was sent', 'Go back and try again with less.')
    }
    return pages(toRequest(incoming, form), { trusted: false, remote: options.origins.addressOf(incoming) })
  }

  function refusal(incoming: IncomingMessage): Response | null {
    const isNameless = namelessPaths.includes(incoming.url!)
    if (!(incoming.url!.startsWith('/') && (isNameless || addresses.isOwnHost(incoming)))) {
      refusals.note('foreign host', incoming.headers.host)
      return errorResponse(403, 'Wrong address', 'Open this page at the address that Oriel printed.')
    }
    if (!methods.includes(incoming.method!)) {
      refusals.note('method', incoming.method)
      return errorResponse(405, 'Not allowed', 'Pages can only be read here.', { allow: methods.join(', ') })
    }
    if (incoming.url!.length > MAX_URL_LENGTH) {
      refusals.note('address too long')
      return errorResponse(414, 'Address too long', 'There is nothing at this address.')
    }
    return null
  }

  return server
}

/** Closes connections as they come where there are too many, in all or from one place. */
function limitConnections(server: Server, { limits, origins, refusals }: HttpOptions): void {
  const crowd = new Crowd()
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? ''
    const place = origins.isProxy(address) ? Infinity : limits.connectionsOfPlace
    const leave = crowd.enter(['', limits.connections], [`place ${origins.placeOf(address)}`, place])
    if (leave) return void socket.once('close', leave)
    refusals.note('too many connections')
    socket.destroy()
  })
}

/** Answers on a bare socket and ends it. */
export function refuseRaw(socket: Duplex, status: string): void {
  // the other side may be gone already; that must not become an uncaught error
  socket.on('error', () => socket.destroy())
  if (!socket.writable) return void socket.destroy()
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}

/** What was sent with the request; null if it is too much. */
async function readForm(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of incoming as AsyncIterable<Buffer>) {
    bytes += part.byteLength
    if (bytes > maxBytes) return null
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}

function toRequest(incoming: IncomingMessage, body?: Uint8Array<ArrayBuffer>): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === 'string') headers.set(name, value)
    else for (const item of value ?? []) headers.append(name, item)
  }
  return new Request(`http://${incoming.headers.host || 'localhost'}${incoming.url}`, {
    method: incoming.method,
    headers,
    body,
  })
}

async function send(response: Response, outgoing: ServerResponse, headOnly: boolean): Promise<void> {
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) outgoing.setHeader(name, value)
  const announced = response.headers.get('content-length')
  if (response.body && Number(announced ?? 0) > WRITE_AT_ONCE_BYTES && !headOnly) {
    return pipeline(response.body, outgoing)
  }
  const body = new Uint8Array(await response.arrayBuffer())
  if (announced === null) outgoing.setHeader('content-length', body.byteLength)
  outgoing.end(headOnly ? undefined : body)
}
