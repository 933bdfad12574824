import { inBackground } from '../../shared/background.ts'
import { BulkReceiver } from '../../shared/bulk/receiver.ts'
import type { Carrier } from '../../shared/carrier.ts'
import { NO_REQUEST } from '../../shared/client-request.ts'
import type { ClientRequest } from '../../shared/client-request.ts'
import { toPublicError } from '../../shared/errors.ts'
import type { PublicError } from '../../shared/errors.ts'
import { Heartbeat } from '../../shared/heartbeat.ts'
import { randomId } from '../../shared/ids.ts'
import { CLOSE, MAX_EDITS_AHEAD } from '../../shared/protocol.ts'
import type { RoomMessage, SequencedMessage } from '../../shared/protocol.ts'
import { Inbox, Outbox } from '../../shared/sequence.ts'
import type { UnnumberedMessage } from '../../shared/sequence.ts'
import { Delivery } from './delivery.ts'
import type { Ahead, DeliverySource, DeliveryTarget } from './delivery.ts'

/**
 * `script` and `window`: the two sides of a widget. `program`: a client beside them that edits the document as the script
 * does, and whose events go to the script as a window's do, whichever widget they name. What the script sends reaches a
 * program only if it is addressed: if the program's place has that widgetId.
 */
export type PeerRole = 'script' | 'window' | 'program'

/** How long `received` may wait for more to acknowledge with it, in ms. */
const RECEIVED_DELAY_MS = 20
/** Sequenced messages kept for a peer that does not take them. */
export const MAX_KEPT = 10_000
/** Bytes that may wait in a carrier for a peer that reads too slowly (rule Z4). */
const MAX_BUFFERED_BYTES = 128 * 1024 * 1024

/** How an edit ended: the version it is in, that of the document if it changed nothing, or why it was refused. */
export type EditOutcome = { version: number; unchanged?: true } | { error: PublicError }

/** What a peer needs of its room. */
export interface PeerOwner {
  /** More than MAX_KEPT wait for it. */
  onBehind(peer: Peer): void
  /** Its carrier cannot take this message, now or ever: it is too large, or holds what cannot be sent. */
  onUnsendable(peer: Peer, message: SequencedMessage, error: unknown): void
}

export interface PeerOptions {
  role: PeerRole
  /** The widget this is the window of, or under which a program is addressed; null for a script. */
  widgetId: string | null
  /** Comes once and does not come back; default false. */
  passing?: boolean
  /** Default: programs do. */
  leaves?: boolean
  /** How far commits may be sent ahead of what the client has taken; default 1,000, or 4 MiB. */
  ahead?: Ahead | undefined
  /** Of a client that comes back and was known elsewhere; default a new one. */
  id?: string
  /** Up to which number of its messages it may let go of them; default all that have come. */
  settled?: (peer: Peer) => number
}

/** One client's place in a room. It outlives its connection: what is sent meanwhile is kept for the next one. */
export class Peer {
  readonly id: string
  readonly role: PeerRole
  /** The widget this is the window of, or under which a program is addressed; null for a script. */
  readonly widgetId: string | null
  /** Comes once and does not come back. */
  readonly passing: boolean
  /** Goes when it says so, or was cut off for too long; a window's place stays. */
  readonly leaves: boolean
  readonly outbox = new Outbox()
  readonly inbox = new Inbox()
  /** The document's way to this client. */
  readonly delivery: Delivery
  connectionId = ''
  /** Its events, calls, answers and edits are taken; otherwise it may only look. */
  mayWrite = true
  /** What its connection came with. */
  request: ClientRequest = NO_REQUEST
  /** What was kept for it is gone: it hears nothing, and cannot resume, until it has come with a new ticket. */
  stale = false
  /** In the room until removed. */
  removed = false
  /** Counts who had this place: a page that was loaded again, or a program started again, is another. */
  run = 0
  /** Requests and calls of this peer that wait for their answer. */
  asking = 0
  readonly #owner: PeerOwner
  readonly #settled: (peer: Peer) => number
  readonly #outcomes = new Map<string, EditOutcome>()
  #carrier: Carrier | null = null
  /** Takes the large values of its edits; of the present connection. */
  #receiver: BulkReceiver | null = null
  /** Highest number of a sequenced message that went over the present connection. */
  #sentSeq = 0
  #receivedTimer: ReturnType<typeof setTimeout> | null = null
  #heartbeat: Heartbeat | null = null

  constructor(owner: PeerOwner, source: DeliverySource, options: PeerOptions) {
    const { role, widgetId, passing = false, leaves = role === 'program', ahead } = options
    this.#owner = owner
    this.id = options.id ?? randomId()
    this.#settled = options.settled ?? (({ inbox }) => inbox.last)
    const target: DeliveryTarget = {
      post: (message) => this.post(message),
      made: (mutationId) => this.#outcomes.has(mutationId),
      onCurrent: () => this.#sendKept(),
    }
    this.delivery = new Delivery(source, target, ahead)
    this.role = role
    this.widgetId = widgetId
    this.passing = passing
    this.leaves = leaves
  }

  get attached(): boolean {
    return this.#carrier !== null
  }

  get carrier(): Carrier | null {
    return this.#carrier
  }

  /** More is kept for it than it should be sent. */
  get isFull(): boolean {
    return this.outbox.size >= MAX_KEPT
  }

  /** The large values of its next edits. Null while nobody is attached. */
  get receiver(): BulkReceiver | null {
    return this.#receiver
  }

  /** `heartbeat`: whether the link may fall silent without its end being told (rule Z6). `maxBytes`: of what it may send. */
  attach(carrier: Carrier, { heartbeat, maxBytes }: { heartbeat: boolean; maxBytes: number }): void {
    const old = this.#carrier
    this.#carrier = carrier
    this.#receiver = new BulkReceiver(maxBytes, (message) => this.post(message))
    this.#sentSeq = 0
    this.delivery.stop()
    this.connectionId = randomId()
    this.#heartbeat?.stop()
    let pings = 0
    this.#heartbeat = heartbeat
      ? new Heartbeat(
          () => this.post({ type: 'ping', id: ++pings }),
          () => carrier.close(CLOSE.cut, 'silent'),
        )
      : null
    old?.close(CLOSE.replaced, 'replaced by a newer connection')
  }

  /** Only if `carrier` is still the current one; true if it was. */
  detach(carrier: Carrier): boolean {
    if (this.#carrier !== carrier) return false
    this.#disconnect()
    return true
  }

  /** Something came from it. */
  heard(): void {
    this.#heartbeat?.heard()
  }

  /** Sent if attached, else dropped: for what a resume brings anyway (commits) or nobody needs later (pings). */
  post(message: RoomMessage): void {
    const carrier = this.#carrier
    if (!carrier || this.#isChoked(carrier)) return
    try {
      carrier.send(message)
    } catch (error) {
      // Too large for this carrier: the client must not go on with a gap in what it knows.
      carrier.close(CLOSE.tooLarge, error instanceof Error ? error.message.slice(0, 100) : 'too large')
    }
  }

  /** As `post`, for what the client can do without: false if its carrier cannot take the message, and nothing else happens. */
  offer(message: RoomMessage): boolean {
    const carrier = this.#carrier
    if (!carrier || this.#isChoked(carrier)) return true
    try {
      carrier.send(message)
      return true
    } catch {
      return false
    }
  }

  /** Sent now or after the next attach, exactly once. Gives its number. */
  sequence(message: UnnumberedMessage): number {
    const numbered = this.outbox.add(message)
    // A script that does not take what it asked for is blocked; it is not to be sent events meanwhile (`isFull`).
    if (this.outbox.size > MAX_KEPT && this.role !== 'script') this.#owner.onBehind(this)
    else if (this.delivery.isCurrent) this.#send(numbered)
    // It must not overtake the commits before it.
    else this.delivery.hurry()
    return numbered.seq
  }

  /** False for a repeat. Acknowledges soon. */
  take(seq: number): boolean {
    if (!this.inbox.take(seq)) return false
    this.acknowledge()
    return true
  }

  /** All messages up to this number are dealt with: the client may let go of them. */
  get settled(): number {
    return this.#settled(this)
  }

  /** Tells the client soon what it may let go of. */
  acknowledge(): void {
    this.#receivedTimer ??= inBackground(
      setTimeout(() => {
        this.#receivedTimer = null
        this.post({ type: 'received', seq: this.settled })
      }, RECEIVED_DELAY_MS),
    )
  }

  /** Another has come to this place: it knows nothing of what went before. */
  beginRun(): void {
    this.run++
    this.stale = false
    this.inbox.reset()
    this.#outcomes.clear()
  }

  /** How an edit that came before ended: one that is sent again after a drop is answered, not applied again. */
  outcomeOf(mutationId: string): EditOutcome | undefined {
    return this.#outcomes.get(mutationId)
  }

  noteOutcome(mutationId: string, outcome: EditOutcome): void {
    this.#outcomes.set(mutationId, outcome)
    if (this.#outcomes.size > 2 * MAX_EDITS_AHEAD) this.#outcomes.delete(this.#outcomes.keys().next().value!)
  }

  close(code: number, reason: string): void {
    this.removed = true
    this.outbox.clear()
    const carrier = this.#carrier
    this.#disconnect()
    carrier?.close(code, reason)
  }

  /** What this connection has not brought yet, in order. */
  #sendKept(): void {
    for (const message of [...this.outbox.kept()]) if (message.seq > this.#sentSeq) this.#send(message)
  }

  #send(message: SequencedMessage): void {
    const carrier = this.#carrier
    if (!carrier || this.#isChoked(carrier)) return
    this.#sentSeq = message.seq
    try {
      carrier.send(message)
    } catch (error) {
      // It must not be kept: it would fail again after each reconnect.
      if (message.type !== 'reply') {
        this.outbox.drop(message.seq)
        return this.#owner.onUnsendable(this, message, error)
      }
      const { type, seq, requestId } = message
      carrier.send(this.outbox.replace(seq, { type, requestId, ok: false, error: toPublicError(error) }))
    }
  }

  /** Its connection is ended if too much waits in it. Nothing is lost: the next one resumes, or begins with a snapshot. */
  #isChoked(carrier: Carrier): boolean {
    if (carrier.bufferedBytes <= MAX_BUFFERED_BYTES) return false
    carrier.close(CLOSE.slow, 'too far behind')
    return true
  }

  #disconnect(): void {
    this.#carrier = null
    this.#receiver = null
    this.delivery.stop()
    this.#stopTimers()
  }

  #stopTimers(): void {
    if (this.#receivedTimer) clearTimeout(this.#receivedTimer)
    this.#receivedTimer = null
    this.#heartbeat?.stop()
    this.#heartbeat = null
  }
}
