import type { Carrier } from '../../../shared/carrier.ts'
import type { ClientRequest } from '../../../shared/client-request.ts'
import { NO_REQUEST } from '../../../shared/client-request.ts'
import { OrielError } from '../../../shared/errors.ts'
import { CLOSE } from '../../../shared/protocol.ts'
import type { Succession } from '../../engine/heritage.ts'
import type { Log } from '../../log.ts'
import type { Gatekeeper } from '../gatekeeper.ts'
import type { SessionRegistry } from '../registry.ts'
import type { Visitor, Visitors } from '../visitors.ts'
import type { Relay } from './relay.ts'

/** How long a connection may take to say what it wants, in ms. */
const FIRST_MESSAGE_MS = 10_000

export interface DoorwayOptions {
  registry: SessionRegistry
  gatekeeper: Gatekeeper
  visitors: Visitors
  succession: Succession
  relay: Relay
  log: Log
}

/** Where a visitor's connection comes in: it goes to their session, wherever that is. */
export class Doorway {
  readonly #options: DoorwayOptions

  constructor(options: DoorwayOptions) {
    this.#options = options
  }

  /** Takes a connection that this process has with a visitor. */
  receive(carrier: Carrier, request: ClientRequest = NO_REQUEST, visitor: Visitor): void {
    const { registry, gatekeeper } = this.#options
    if (registry.find(visitor)) return gatekeeper.receive(carrier, request, visitor)
    this.#find(carrier, request, visitor).catch((error: unknown) => this.#giveUp(carrier, error))
  }

  /** Takes one that comes by way of another process. */
  async receiveFrom(carrier: Carrier, request: ClientRequest, sid: string): Promise<void> {
    try {
      const visitor = await this.#options.visitors.ofVisit(sid)
      if (!visitor) return carrier.close(CLOSE.ticketRefused, 'This visit has ended.')
      // It was here a moment ago; the client asks again.
      if (!this.#options.registry.find(visitor)) return carrier.close(CLOSE.cut, 'no_owner')
      this.#options.gatekeeper.receive(carrier, request, visitor)
    } catch (error) {
      this.#giveUp(carrier, error)
    }
  }

  async #find(carrier: Carrier, request: ClientRequest, visitor: Visitor): Promise<void> {
    const { registry, gatekeeper, relay } = this.#options
    const owner = await registry.ownerOf(visitor)
    if (owner !== null) return relay.carry(carrier, owner, request, visitor.sid)
    // Nobody has it. Who comes back brings it here; a ticket of a process that is gone is good for nothing.
    const held = await hold(carrier)
    if (!held) return carrier.close(CLOSE.helloTimeout, 'no hello')
    if (this.#comesBack(held.first)) {
      const located = await registry.open(visitor)
      if (located.at === 'elsewhere') return relay.carry(held.carrier, located.workerId, request, visitor.sid)
    }
    gatekeeper.receive(held.carrier, request, visitor)
  }

  #comesBack(first: unknown): boolean {
    const resume = typeof first === 'object' && first !== null ? (first as { resume?: unknown }).resume : null
    return typeof resume === 'string' && this.#options.succession.read(resume) !== null
  }

  /** The client tries again by itself. */
  #giveUp(carrier: Carrier, error: unknown): void {
    const code = error instanceof OrielError ? error.code : 'internal'
    this.#options.log.warn('a connection could not be brought to its session', { code, error: String(error) })
    carrier.close(CLOSE.cut, code)
  }
}

/** Waits for the first message and gives a carrier that still has it; null if none comes. */
async function hold(carrier: Carrier): Promise<{ carrier: Carrier; first: unknown } | null> {
  const held: unknown[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, FIRST_MESSAGE_MS)
  let listener: ((message: unknown) => void) | null = null
  carrier.onMessage((message) => {
    if (listener) return listener(message)
    held.push(message)
    resolve()
  })
  carrier.onClose(() => resolve())
  await promise
  clearTimeout(timer)
  if (held.length === 0) return null
  const again: Carrier = {
    send: (message, transfer) => carrier.send(message, transfer),
    get bufferedBytes() {
      return carrier.bufferedBytes
    },
    onMessage(next) {
      listener = next
      for (const message of held.splice(0)) listener(message)
    },
    onClose: (closed) => carrier.onClose(closed),
    close: (code, reason) => carrier.close(code, reason),
    limitSend: (bytes) => carrier.limitSend?.(bytes),
  }
  return { carrier: again, first: held[0] }
}
