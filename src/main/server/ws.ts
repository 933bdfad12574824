import type { IncomingMessage, Server } from 'node:http'
import { WebSocket, WebSocketServer } from 'ws'
import { webSocketCarrier } from '../../shared/carriers/websocket.ts'
import { CLOSE, OWN_MAX_MESSAGE_BYTES } from '../../shared/protocol.ts'
import type { Log } from '../log.ts'
import { clientRequest } from './client-request.ts'
import type { Addresses } from './addresses.ts'
import type { ComponentServer } from './components.ts'
import { Crowd } from './crowd.ts'
import { refuseRaw } from './http.ts'
import type { ConnectionLimits, Origins } from './limits.ts'
import { SOCKET_PATH } from './pages.ts'
import type { RefusalLog } from './refusals.ts'
import type { Admit, Admitted, Attach } from './types.ts'

/** How long the other side may take to answer a close. */
const CLOSE_TIMEOUT_MS = 2000

/** What `ws` closes with by itself when it cannot take a frame, in our own codes (rule V2). */
const FRAME_FAULTS: ReadonlyMap<number | undefined, { code: number; reason: string }> = new Map([
  [1002, { code: CLOSE.badMessage, reason: 'The frame was malformed.' }],
  [1007, { code: CLOSE.badMessage, reason: 'A message must be binary; this was text.' }],
  [1008, { code: CLOSE.badMessage, reason: 'The message came in too many pieces.' }],
  [1009, { code: CLOSE.tooLarge, reason: 'The message is larger than the limit.' }],
])

class PageSocket extends WebSocket {
  /** Called instead of closing when `ws` itself cannot take a frame. */
  onFault: (code: number, reason: string) => void = (code, reason) => super.close(code, reason)

  override close(code?: number, reason?: string | Buffer): void {
    const fault = FRAME_FAULTS.get(code)
    if (fault) this.onFault(fault.code, fault.reason)
    else super.close(code, reason)
  }
}

export interface WebSocketOptions {
  server: Server
  attach: Attach
  /** Bytes */
  maxMessageBytes: number
  /** Whether to let in what sends no Origin now, which browsers always do. Such a program shows its ticket in hello as any other client. */
  allowPrograms: () => boolean
  /** Names of the cookies that sessions are told of; default none. */
  cookies?: readonly string[]
  log: Log
  refusals: RefusalLog
  addresses: Addresses
  /** Takes the sockets of components; default: there are none. */
  components?: ComponentServer
  /** Default: everybody may say hello. */
  admit?: Admit
  limits: ConnectionLimits
  origins: Origins
}

/** Takes WebSockets of our own pages on `/ws` and hands each to `attach`. Gives the function that ends them all. */
export function acceptWebSockets(options: WebSocketOptions): { close(): Promise<void> } {
  const { server, attach, maxMessageBytes, log, refusals, addresses } = options
  const settings = {
    noServer: true,
    maxPayload: maxMessageBytes,
    // compressing costs more than the loopback gains
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    // nothing is ever said in a subprotocol (rule D6)
    handleProtocols: () => false as const,
    WebSocket: PageSocket,
  }
  const sockets = new WebSocketServer<typeof PageSocket>(settings)
  const silent = new Crowd()
  let closing = false

  server.on('upgrade', (request, stream, head) => {
    if (!closing && options.components?.has(request.url)) return options.components.upgrade(request, stream, head)
    const refused = refusal(request)
    if (refused) return refuseRaw(stream, refused)
    const { limits, origins } = options
    const place = `place ${origins.placeOf(origins.addressOf(request))}`
    const heard = silent.enter(['', limits.silent], [place, limits.silentOfPlace])
    if (!heard) return refuseSilent()
    // Also where it ends before anything is said.
    stream.once('close', heard)
    // TCP_NODELAY is set by ws
    const upgrade = (visitor?: Admitted, alsoHeard?: () => void) =>
      sockets.handleUpgrade(request, stream, head, (socket) => {
        socket.once('message', () => {
          heard()
          alsoHeard?.()
        })
        take(socket, request, visitor)
      })
    function refuseSilent(): void {
      refusals.note('too many connections without hello')
      refuseRaw(stream, '503 Service Unavailable')
    }
    if (!options.admit) return upgrade()
    // The other side may go while it is asked about.
    stream.on('error', () => stream.destroy())
    options.admit(request).then(
      (visitor) => {
        if (closing) return refuseRaw(stream, '503 Service Unavailable')
        if (visitor) {
          const visitorHeard = silent.enter([`visitor ${visitor.sid}`, limits.silentOfVisitor])
          if (!visitorHeard) return refuseSilent()
          if (stream.destroyed) visitorHeard()
          stream.once('close', visitorHeard)
          return upgrade(visitor, visitorHeard)
        }
        refusals.note('upgrade of nobody we know')
        // A browser tells its page nothing of an upgrade that fails, and this one need not try again.
        const reason = 'Nobody with this cookie is known here.'
        sockets.handleUpgrade(request, stream, head, (socket) => socket.close(CLOSE.ticketRefused, reason))
      },
      (error: unknown) => {
        log.error('an upgrade could not be decided', { error: String(error) })
        refuseRaw(stream, '500 Internal Server Error')
      },
    )
  })
  // ws answers an upgrade that is malformed and tells of it here
  sockets.on('wsClientError', (error) => refusals.note('malformed upgrade', error.message))

  function refusal(request: IncomingMessage): string | null {
    if (closing) return '503 Service Unavailable'
    if (!request.url!.startsWith('/') || !addresses.isOwnHost(request)) {
      refusals.note('foreign host', request.headers.host)
      return '403 Forbidden'
    }
    if (request.url !== SOCKET_PATH) {
      // the query is left out: someone may have put a ticket there
      refusals.note('upgrade at a wrong path', request.url!.split('?', 1)[0])
      return '404 Not Found'
    }
    if (!isOwnOrigin(request)) {
      refusals.note('foreign origin', request.headers.origin ?? '(none)')
      return '403 Forbidden'
    }
    return null
  }

  function isOwnOrigin(request: IncomingMessage): boolean {
    const { origin } = request.headers
    if (origin === undefined) return options.allowPrograms()
    return addresses.isOwnOrigin(origin)
  }

  function take(socket: PageSocket, request: IncomingMessage, visitor?: Admitted): void {
    const carrier = webSocketCarrier(socket, { maxMessageBytes, maxSendBytes: OWN_MAX_MESSAGE_BYTES })
    // whom it was attached to hears of it, and writes it down
    socket.onFault = (code, reason) => carrier.close(code, reason)
    try {
      attach(carrier, clientRequest(request, options.cookies ?? []), visitor)
    } catch (error) {
      log.error('a connection could not be attached', { error: String(error) })
      socket.terminate()
    }
  }

  return {
    async close() {
      closing = true
      const ends = [...sockets.clients].map(
        (socket) =>
          new Promise<void>((resolve) => {
            if (socket.readyState === WebSocket.CLOSED) return resolve()
            socket.once('close', () => resolve())
            socket.close(CLOSE.shutdown, 'Oriel is closing.')
          }),
      )
      await Promise.all(ends)
      sockets.close()
    },
  }
}
