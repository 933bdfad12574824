import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { OrielError } from '../../shared/errors.ts'
import { DEFAULT_MAX_MESSAGE_BYTES } from '../../shared/protocol.ts'
import type { Log } from '../log.ts'
import { loopback } from './addresses.ts'
import type { Addresses } from './addresses.ts'
import { ComponentServer } from './components.ts'
import type { AdmitToComponents } from './components.ts'
import { createHttpServer } from './http.ts'
import { Lanes } from './lanes.ts'
import { DIRECT, LOCAL_LIMITS } from './limits.ts'
import type { ConnectionLimits, Origins } from './limits.ts'
import { SOCKET_PATH } from './pages.ts'
import { RefusalLog } from './refusals.ts'
import type { Admit, Attach, PageHandler } from './types.ts'
import { acceptWebSockets } from './ws.ts'

export interface ServerOptions {
  pages: PageHandler
  /** Gets every WebSocket that was let in, not yet greeted. */
  attach: Attach
  /** 0 (the default): any free port. */
  port?: number
  log: Log
  /** Bytes of one message that a client may send; default 20 MiB. */
  maxMessageBytes?: number
  /** Whether WebSockets without an Origin, so not of a browser, are let in now; default never. */
  allowPrograms?: () => boolean
  /** Names of the cookies that sessions are told of; default none. */
  cookies?: readonly string[]
  /** Address to listen on; default 127.0.0.1, which only this machine reaches. */
  host?: string
  /** Default: of this machine alone. */
  addresses?: Addresses
  /** Bytes of a form that may be sent; 0, the default: pages can only be read. */
  maxFormBytes?: number
  /** Paths that are answered by whatever name they are asked for; default none. */
  namelessPaths?: readonly string[]
  /** Who a WebSocket is of, and whether it may say hello; default everybody may. */
  admit?: Admit
  /** Who may ask components over `/components/…`; default: there are no such addresses. */
  admitToComponents?: AdmitToComponents
  /** Default: those of a server that only this machine reaches. */
  limits?: ConnectionLimits
  /** Default: nobody speaks for others. */
  origins?: Origins
  /** On every answer; default none. */
  headers?: Readonly<Record<string, string>>
  /** Several processes listen on the port (`node:cluster`); default false. */
  isShared?: boolean
}

export interface PageServer {
  readonly port: number
  /** `http://127.0.0.1:` and the port. */
  readonly origin: string
  /** `ws://127.0.0.1:`, the port and the path of WebSockets. */
  readonly socketUrl: string
  /** Takes no new connections; those that there are go on. Idempotent. */
  stopListening(): void
  /** Ends every connection (WebSockets with 4010) and frees the port. Idempotent. */
  close(): Promise<void>
}

/** Only this machine reaches it. */
const LOOPBACK_HOST = '127.0.0.1'

/**
 * Serves pages and their WebSockets, on 127.0.0.1 unless told otherwise. Nothing listens before this is called. Throws OrielError environment
 * if the port cannot be had.
 */
export async function createServer(options: ServerOptions): Promise<PageServer> {
  const {
    pages,
    attach,
    port = 0,
    log,
    maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES,
    allowPrograms = () => false,
    cookies = [],
    host = LOOPBACK_HOST,
    addresses = loopback(() => (server.address() as AddressInfo).port),
    admit,
    limits = LOCAL_LIMITS,
    origins = DIRECT,
  } = options
  const refusals = new RefusalLog(log)
  const lanes = new Lanes()
  const { admitToComponents } = options
  const components = admitToComponents && new ComponentServer({ admit: admitToComponents, addresses, refusals, log })
  const server = createHttpServer({
    pages,
    lanes,
    log,
    refusals,
    addresses,
    components,
    maxFormBytes: options.maxFormBytes,
    namelessPaths: options.namelessPaths,
    headers: options.headers,
    origins,
    limits,
    mayFetch: admit && (async (incoming) => (await admit(incoming)) !== null),
  })
  const sockets = acceptWebSockets({
    server,
    attach: (carrier, request, visitor) => attach(lanes.carry(carrier), request, visitor),
    maxMessageBytes,
    allowPrograms,
    cookies,
    log,
    refusals,
    addresses,
    components,
    admit,
    origins,
    limits,
  })

  server.listen({ port, host, exclusive: !options.isShared })
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new OrielError('environment', portProblem(host, port, (error as NodeJS.ErrnoException).code), {
      cause: error,
    })
  }
  server.on('error', (error) => log.error('the server had an error', { error: String(error) }))
  const address = server.address() as AddressInfo

  let closing: Promise<void> | null = null
  let closed: Promise<unknown> | null = null
  function stopListening(): void {
    closed ??= once(server, 'close')
    if (server.listening) server.close()
  }
  async function close(): Promise<void> {
    stopListening()
    components?.close()
    await sockets.close()
    server.closeAllConnections()
    await closed
  }
  return {
    port: address.port,
    origin: `http://${LOOPBACK_HOST}:${address.port}`,
    socketUrl: `ws://${LOOPBACK_HOST}:${address.port}${SOCKET_PATH}`,
    stopListening,
    close: () => (closing ??= close()),
  }
}

function portProblem(host: string, port: number, code: string | undefined): string {
  if (code === 'EADDRINUSE') return `Port ${port} is already in use. Choose another with --port, or leave it out.`
  if (code === 'EACCES') return `Port ${port} needs rights that this program does not have. Choose one above 1023.`
  return `Port ${port} on ${host} could not be opened (${code}).`
}
