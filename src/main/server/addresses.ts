import type { IncomingMessage } from 'node:http'

/** By which names a server is known. */
export interface Addresses {
  /**
   * Whether a request was sent to us by our own name. A foreign name that was made to resolve to our address (DNS
   * rebinding) would make its pages one origin with ours.
   */
  isOwnHost(incoming: IncomingMessage): boolean
  /** Whether a page with this origin is one of ours. */
  isOwnOrigin(origin: string, incoming: IncomingMessage): boolean
}

/** Of a server that only this machine reaches. */
export const LOOPBACK: Addresses = {
  isOwnHost: ({ headers: { host }, socket: { localPort } }) =>
    host === `127.0.0.1:${localPort}` || host === `localhost:${localPort}`,
  isOwnOrigin: (origin, { socket: { localPort } }) =>
    origin === `http://127.0.0.1:${localPort}` || origin === `http://localhost:${localPort}`,
}

/** Of a server that is known by one address, such as that of the proxy before it. */
export function publicAddress({ host, origin }: URL): Addresses {
  return {
    isOwnHost: ({ headers }) => headers.host?.toLowerCase() === host,
    isOwnOrigin: (given) => given === origin,
  }
}
