import type { IncomingMessage } from 'node:http'

/** How many connections a server has at once, and of whom. */
export interface ConnectionLimits {
  /** In all; more are closed as they come. */
  connections: number
  /** From one place. */
  connectionsOfPlace: number
  /** WebSockets that have said nothing yet: in all, from one place, of one visitor. */
  silent: number
  silentOfPlace: number
  silentOfVisitor: number
}

/** Of a server that only this machine reaches. */
export const LOCAL_LIMITS: ConnectionLimits = {
  connections: Infinity,
  connectionsOfPlace: Infinity,
  silent: 64,
  silentOfPlace: Infinity,
  silentOfVisitor: Infinity,
}

/** Where requests come from, for what is counted and written down. */
export interface Origins {
  /** Address that a request comes from; of the proxy's client where a proxy speaks for it. */
  addressOf(incoming: IncomingMessage): string
  /** What an address counts for. */
  placeOf(address: string): string
  /** Whoever connects from there speaks for many others. */
  isProxy(address: string): boolean
}

/** Nobody speaks for others. */
export const DIRECT: Origins = {
  addressOf: ({ socket }) => socket.remoteAddress ?? '',
  placeOf: (address) => address,
  isProxy: () => false,
}
