import type { Carrier } from '../../shared/carrier.ts'
import type { ClientRequest } from '../../shared/client-request.ts'
import { CLOSE } from '../../shared/protocol.ts'
import type { Gate, Lobby } from '../engine/lobby.ts'
import type { Peer } from '../engine/peer.ts'
import type { Log } from '../log.ts'
import type { SessionRegistry } from './registry.ts'
import type { Visitor, Visitors } from './visitors.ts'

/** How often those who are connected are looked at again: a visit may have been ended, or may do less. In ms. */
const CHECK_EVERY_MS = 5000

export interface GatekeeperOptions {
  visitors: Visitors
  registry: SessionRegistry
  lobby: Lobby
  /** Name of what is served, for grants. */
  app: string
  log: Log
  /** A connection has ended, with this code. */
  onClosed: (code: number) => void
  /** Default 5000. */
  checkEveryMs?: number
}

interface Connection {
  visitor: Visitor
  carrier: Carrier
  /** Null: it has not said hello yet. */
  peer: Peer | null
}

/** Lets visitors into their own sessions and nobody else, and sends them away when their visit ends. */
export class Gatekeeper {
  readonly #options: GatekeeperOptions
  readonly #connections = new Set<Connection>()
  readonly #timer: ReturnType<typeof setInterval>

  constructor(options: GatekeeperOptions) {
    this.#options = options
    this.#timer = setInterval(() => void this.check(), options.checkEveryMs ?? CHECK_EVERY_MS).unref()
  }

  get size(): number {
    return this.#connections.size
  }

  /** Takes a visitor's connection to the lobby. */
  receive(carrier: Carrier, request: ClientRequest | undefined, visitor: Visitor): void {
    const connection: Connection = { visitor, carrier, peer: null }
    this.#connections.add(connection)
    carrier.onClose((code) => {
      this.#connections.delete(connection)
      this.#options.onClosed(code)
    })
    const gate: Gate = async (room, peer) => {
      // A ticket or a secret of somebody else's session is worth nothing.
      if (this.#options.registry.find(visitor)?.session.room !== room) return null
      const rights = await this.rights(visitor, peer.widgetId)
      if (!rights.mayRead) return null
      connection.peer = peer
      return rights
    }
    this.#options.lobby.receive(carrier, request, gate)
  }

  /** What a visitor may do: with the app, or with this widget of it. Everybody who may look has the whole document. */
  async rights(visitor: Visitor, widgetId: string | null): Promise<{ mayRead: boolean; mayWrite: boolean }> {
    const { visitors, app } = this.#options
    const isValid = await visitors.isValid(visitor.sid)
    if (!isValid) return { mayRead: false, mayWrite: false }
    const widget: [string, string][] = widgetId === null ? [] : [['widget', widgetId]]
    const mayRead = await visitors.may(visitor, 'read', ['app', app])
    return { mayRead, mayWrite: mayRead && (await visitors.may(visitor, 'write', ['app', app], ...widget)) }
  }

  /** Sends away whose visit has ended or who may no longer look; others may do what they may now. */
  async check(): Promise<void> {
    for (const { visitor, carrier, peer } of [...this.#connections]) {
      try {
        const { mayRead, mayWrite } = await this.rights(visitor, peer?.widgetId ?? null)
        if (peer) peer.mayWrite = mayWrite
        if (!mayRead) carrier.close(CLOSE.ticketRefused, 'This visit has ended.')
      } catch (error) {
        this.#options.log.warn('a visit could not be looked up', { error: String(error) })
      }
    }
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
