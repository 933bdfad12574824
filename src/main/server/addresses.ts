import type { IncomingMessage } from 'node:http'

/** By which names a server is known. */
export interface Addresses {
  /**
   * Whether a request was sent to us by our own name. A foreign name that was made to resolve to our address (DNS
   * rebinding) would make its pages one origin with ours.
   */
  isOwnHost(incoming: IncomingMessage): boolean
  /** Whether a page with this origin is one of ours. */
  isOwnOrigin(origin: string): boolean
}

/** Of a server that only this machine reaches. `port`: asked for once it listens. */
export function loopback(port: () => number): Addresses {
  return {
    isOwnHost: ({ headers: { host } }) => host === `127.0.0.1:${port()}` || host === `localhost:${port()}`,
    isOwnOrigin: (origin) => origin === `http://127.0.0.1:${port()}` || origin === `http://localhost:${port()}`,
  }
}

/** Of a server that is known by one address, such as that of the proxy before it. */
export function publicAddress({ host, origin }: URL): Addresses {
  return {
    isOwnHost: ({ headers }) => headers.host?.toLowerCase() === host,
    isOwnOrigin: (given) => given === origin,
  }
}
