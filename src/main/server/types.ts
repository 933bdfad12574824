import type { IncomingMessage } from 'node:http'
import type { Carrier } from '../../shared/carrier.ts'
import type { ClientRequest } from '../../shared/client-request.ts'
import type { WidgetProps } from '../../shared/records.ts'

/** What the page of one window is made of. */
export interface Page {
  widget: WidgetProps
  sessionId: string
  clientId: string
  /** A fresh, single-use ticket for the `hello` of the page's own connection. */
  ticket(): string
}

/** The engine's side of pages: which windows there are and who may load them. */
export interface PageDirectory {
  /** Redeems the single-use ticket in a window's address. Gives the secret for the page's cookie; null if the ticket is wrong, used or too old. */
  admit(windowKey: string, ticket: string): string | null
  /** The window's page, for whoever holds its secret. `'trusted'` where the way here is proof enough (Electron's own protocol). Null: no such window or wrong secret. */
  page(windowKey: string, secret: string | 'trusted'): Page | null
}

/** A new, not yet greeted connection, and what it came with. The engine closes it if no valid hello comes. `visitor`: what `admit` gave for it. */
export type Attach = (carrier: Carrier, request?: ClientRequest, visitor?: unknown) => void

/** Asked about an upgrade that is in order so far: who it is of; null: it is refused. */
export type Admit = (request: IncomingMessage) => Promise<Admitted | null>

export interface Admitted {
  /** Tells one visitor from another. */
  readonly sid: string
}

/**
 * Answers the app's own addresses, the same for http on 127.0.0.1 and for Electron's `oriel:` protocol:
 * `/w/{windowKey}` (page), `/w/{windowKey}/files/…` (what stands beside an HTML file), `/assets/…` (the renderer's files).
 */
export type PageHandler = (request: Request, options: PageRequest) => Promise<Response>

export interface PageRequest {
  /** The way here is proof enough. */
  trusted: boolean
  /** Address that the request came from; absent where it did not come over a network. */
  remote?: string
}
