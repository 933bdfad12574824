import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import type { ComponentAnswer, ComponentCaller } from '../../shared/component-calls.ts'
import { OrielError, toPublicError } from '../../shared/errors.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import type { Addresses } from './addresses.ts'
import { refuseRaw } from './http.ts'
import type { RefusalLog } from './refusals.ts'

/** What of a session's components this server needs; the engine has it. */
export interface ComponentTarget {
  request(
    asking: {
      method: string
      path: string
      headers: { [name: string]: string }
      body: Uint8Array
      caller: ComponentCaller
    },
    sink: { write(bytes: Uint8Array): Promise<boolean>; end(): void },
  ): Promise<ComponentAnswer & { gone: () => void }>
  open(
    caller: ComponentCaller,
    headers: { [name: string]: string },
    end: { send(text: string): boolean; close(): void },
  ): { hear(text: string): void; gone(): void }
}

/** Whose components somebody may ask, and who they are. */
export interface ComponentVisit {
  target: ComponentTarget
  caller: ComponentCaller
  /** Whether they still may, asked before each message of a socket; absent: for as long as the session lives. */
  mayStill?: () => Promise<boolean>
}

/** Lets in who may ask components. Rejects with ticket_refused, not_allowed, overloaded, not_connected. */
export type AdmitToComponents = (incoming: IncomingMessage) => Promise<ComponentVisit>

export interface ComponentRoutesOptions {
  admit: AdmitToComponents
  addresses: Addresses
  refusals: RefusalLog
  log: Log
}

const PREFIX = '/components/'
const SOCKET = '/components/ws'
/** Bytes of a request's body and of a socket's message: twice what state may have, and some. */
const MAX_BODY_BYTES = 2 * 1024 * 1024
const MAX_URL_LENGTH = 4096
/** What a slow reader of a socket may leave untaken before it is ended, in bytes. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024
/** Messages of one socket of which it has yet to be found out whether they may come in. */
const MAX_WAITING = 16
/** Headers that are for this server alone: secrets, and what it has judged already. */
const KEPT_HERE: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'origin',
  'host',
  'connection',
  'upgrade',
  'transfer-encoding',
  'content-length',
  'expect',
])

const STATUS: Partial<Record<ErrorCode, number>> = {
  ticket_refused: 401,
  not_allowed: 403,
  origin_refused: 403,
  too_large: 413,
  overloaded: 503,
  script_stopped: 503,
  script_failed: 503,
  session_gone: 503,
  not_connected: 503,
  no_owner: 503,
  owner_timeout: 504,
  timeout: 504,
}

/** The routes of components: `/components/{name}` and `/components/{name}/stream` by POST, `/components/ws` as a WebSocket. */
export class ComponentServer {
  readonly #options: ComponentRoutesOptions
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_BODY_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => false as const,
  })

  constructor(options: ComponentRoutesOptions) {
    this.#options = options
    this.#sockets.on('wsClientError', (error) => options.refusals.note('malformed upgrade', error.message))
  }

  /** Whether this address is one of components. */
  has(url: string | undefined): boolean {
    return url?.startsWith(PREFIX) ?? false
  }

  /** Answers a request for such an address. Never rejects. */
  async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      this.#check(incoming)
      if (incoming.method !== 'POST')
        return refuse(outgoing, 405, new OrielError('bad_usage', 'Components are asked by POST.'))
      // Before anything of the body is read.
      const visit = await this.#options.admit(incoming)
      const body = await readBody(incoming)
      await this.#ask(visit, incoming, body, outgoing)
    } catch (error) {
      const known = error instanceof OrielError ? STATUS[error.code] : undefined
      if (known === undefined) this.#options.log.error('components could not be asked', { error: String(error) })
      if (known === 401 || known === 403) this.#options.refusals.note('components refused', (error as OrielError).code)
      // What has not been read of the body is in the way of the next request.
      outgoing.shouldKeepAlive = incoming.complete
      if (outgoing.headersSent) outgoing.destroy()
      else refuse(outgoing, known ?? 500, error)
    }
  }

  /** Takes a WebSocket at such an address. */
  upgrade(incoming: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on('error', () => stream.destroy())
    const refused = (status: string, what: string) => {
      this.#options.refusals.note(`component socket: ${what}`)
      refuseRaw(stream, status)
    }
    try {
      this.#check(incoming)
    } catch {
      return refused('403 Forbidden', 'foreign host or origin')
    }
    if (incoming.url !== SOCKET) return refused('404 Not Found', 'wrong path')
    this.#options.admit(incoming).then(
      (visit) => this.#sockets.handleUpgrade(incoming, stream, head, (socket) => this.#take(socket, visit, incoming)),
      (error: unknown) => {
        const status = (error instanceof OrielError && STATUS[error.code]) || 500
        refused(`${status} ${REASONS[status] ?? 'Refused'}`, (error as Error).message)
      },
    )
  }

  /** Ends every socket. */
  close(): void {
    for (const socket of this.#sockets.clients) socket.close(1001, 'Oriel is closing.')
    this.#sockets.close()
  }

  /** Throws origin_refused for a foreign name or a page of another site, whose cookies must not act for a person. */
  #check(incoming: IncomingMessage): void {
    const { addresses } = this.#options
    const { origin, 'sec-fetch-site': site } = incoming.headers
    const isForeign =
      !addresses.isOwnHost(incoming) ||
      (origin !== undefined && !addresses.isOwnOrigin(origin)) ||
      (typeof site === 'string' && site !== 'same-origin' && site !== 'none')
    if (isForeign) throw new OrielError('origin_refused', 'Only pages and programs of this address may ask components.')
    if (incoming.url!.length > MAX_URL_LENGTH) throw new OrielError('too_large', 'The address is too long.')
  }

  async #ask(
    { target, caller }: ComponentVisit,
    incoming: IncomingMessage,
    body: Uint8Array,
    outgoing: ServerResponse,
  ): Promise<void> {
    // The script may send the first piece before its answer is here.
    const begun = Promise.withResolvers<void>()
    let isOpen = true
    const sink = {
      async write(bytes: Uint8Array) {
        await begun.promise
        if (!isOpen) return false
        if (!outgoing.write(bytes)) await drained(outgoing)
        return isOpen
      },
      end: () => void begun.promise.then(() => outgoing.end()),
    }
    const asking = { method: 'POST', path: incoming.url!, headers: headersOf(incoming), body, caller }
    const answer = await target.request(asking, sink)
    outgoing.on('close', () => {
      isOpen = false
      answer.gone()
    })
    outgoing.writeHead(answer.status, answer.headers)
    if (answer.body !== null) outgoing.end(answer.body)
    else outgoing.flushHeaders()
    begun.resolve()
  }

  #take(socket: WebSocket, { target, caller, mayStill }: ComponentVisit, incoming: IncomingMessage): void {
    const end = {
      send(text: string) {
        if (socket.readyState !== WebSocket.OPEN) return false
        if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
          socket.terminate()
          return false
        }
        socket.send(text)
        return true
      },
      close: () => socket.close(1001, 'The script has ended, or has enough.'),
    }
    let line: ReturnType<ComponentTarget['open']>
    try {
      line = target.open(caller, headersOf(incoming), end)
    } catch (error) {
      return socket.close(1013, toPublicError(error).message.slice(0, 100))
    }
    /** Messages go on in their order, each after it was looked at. Until then few of them wait here. */
    let before: Promise<void> = Promise.resolve()
    let waiting = 0
    socket.on('message', (data: Buffer, isBinary) => {
      // What is no text is no message either; the script says so.
      const text = isBinary ? '\u0000' : data.toString()
      const hear = async () => {
        if (--waiting < MAX_WAITING) socket.resume()
        if (mayStill && !(await mayStill())) return socket.close(1008, 'You may not do this any more.')
        line.hear(text)
      }
      if (!mayStill) return line.hear(text)
      if (++waiting >= MAX_WAITING) socket.pause()
      before = before.then(hear, hear)
    })
    socket.on('error', (error) => this.#options.refusals.note('component socket', error.message))
    socket.on('close', () => line.gone())
  }
}

const REASONS: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

function refuse(outgoing: ServerResponse, status: number, error: unknown): void {
  const text = JSON.stringify({ error: toPublicError(error) })
  outgoing.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 && { allow: 'POST' }),
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  })
  outgoing.end(text)
}

async function readBody(incoming: IncomingMessage): Promise<Uint8Array> {
  const tooMuch = () => new OrielError('too_large', `A request may have ${MAX_BODY_BYTES} bytes.`)
  if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooMuch()
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of incoming as AsyncIterable<Buffer>) {
    bytes += part.byteLength
    if (bytes > MAX_BODY_BYTES) throw tooMuch()
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}

function headersOf({ headers }: IncomingMessage): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      KEPT_HERE.has(name) || name.startsWith('sec-') || value === undefined ? [] : [[name, String(value)]],
    ),
  )
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done)
      outgoing.off('close', done)
      resolve()
    }
    outgoing.on('drain', done)
    outgoing.on('close', done)
  })
}
