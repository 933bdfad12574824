import type { Carrier } from '../../shared/carrier.ts'
import { randomId } from '../../shared/ids.ts'
import { CLOSE } from '../../shared/protocol.ts'
import type { RoomMessage, SequencedMessage } from '../../shared/protocol.ts'
import { Inbox, Outbox } from '../../shared/sequence.ts'
import type { UnnumberedMessage } from '../../shared/sequence.ts'

export type PeerRole = 'script' | 'window'

/** How long `received` may wait for more to acknowledge with it, in ms. */
const RECEIVED_DELAY_MS = 20
/** Sequenced messages kept for a peer that does not take them; past it the peer is too slow to be served. */
const MAX_KEPT = 10_000

/** One client's place in a room. It outlives its connection: what is sent meanwhile is kept for the next one. */
export class Peer {
  readonly id = randomId()
  readonly role: PeerRole
  /** The widget this is the window of; null for a script. */
  readonly widgetId: string | null
  /** Comes once and does not come back. */
  readonly passing: boolean
  readonly outbox = new Outbox()
  readonly inbox = new Inbox()
  /** Secret for the next hello; null until the first welcome. */
  resume: string | null = null
  connectionId = ''
  /** Mutation ids this peer sent and the room took, newest last: an edit sent again after a drop is answered, not applied again. */
  readonly recentMutations = new Map<string, number>()
  #carrier: Carrier | null = null
  #receivedTimer: ReturnType<typeof setTimeout> | null = null
  /** In the room until removed. */
  removed = false

  constructor(role: PeerRole, widgetId: string | null, passing = false) {
    this.role = role
    this.widgetId = widgetId
    this.passing = passing
  }

  get attached(): boolean {
    return this.#carrier !== null
  }

  get carrier(): Carrier | null {
    return this.#carrier
  }

  attach(carrier: Carrier): void {
    const old = this.#carrier
    this.#carrier = carrier
    this.connectionId = randomId()
    this.resume = randomId(32)
    old?.close(CLOSE.replaced, 'replaced by a newer connection')
  }

  /** Only if `carrier` is still the current one; true if it was. */
  detach(carrier: Carrier): boolean {
    if (this.#carrier !== carrier) return false
    this.#carrier = null
    return true
  }

  /** Sent if attached, else dropped: for what a resume brings anyway (commits) or nobody needs later (pings). */
  post(message: RoomMessage | SequencedMessage): void {
    const carrier = this.#carrier
    try {
      carrier?.send(message)
    } catch (error) {
      // Too large for this carrier: the client must not go on with a gap in what it knows.
      carrier?.close(CLOSE.tooLarge, error instanceof Error ? error.message.slice(0, 100) : 'too large')
    }
  }

  /** Sent now or after the next attach, exactly once. */
  sequence(message: UnnumberedMessage): void {
    this.post(this.outbox.add(message))
    if (this.outbox.size > MAX_KEPT) {
      this.outbox.clear()
      this.#carrier?.close(CLOSE.slow, 'too far behind')
    }
  }

  /** False for a repeat. Acknowledges soon. */
  take(seq: number): boolean {
    if (!this.inbox.take(seq)) return false
    this.#receivedTimer ??= setTimeout(() => {
      this.#receivedTimer = null
      this.post({ type: 'received', seq: this.inbox.last })
    }, RECEIVED_DELAY_MS)
    return true
  }

  close(code: number, reason: string): void {
    this.removed = true
    if (this.#receivedTimer) clearTimeout(this.#receivedTimer)
    this.#receivedTimer = null
    const carrier = this.#carrier
    this.#carrier = null
    carrier?.close(code, reason)
  }
}
