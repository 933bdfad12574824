import { inBackground } from '../../shared/background.ts'
import type { Carrier } from '../../shared/carrier.ts'
import { NO_REQUEST } from '../../shared/client-request.ts'
import type { ClientRequest } from '../../shared/client-request.ts'
import { OrielError, toPublicError } from '../../shared/errors.ts'
import { parseClientMessage } from '../../shared/messages.ts'
import { CLOSE, PROTOCOL_VERSION } from '../../shared/protocol.ts'
import type { Hello } from '../../shared/protocol.ts'
import type { Log } from '../log.ts'
import { FaultLog, isFault } from './fault-log.ts'
import type { Peer } from './peer.ts'
import type { Room } from './room.ts'
import { Tickets } from './tickets.ts'

/** How long a new connection may take to say hello, in ms. */
const HELLO_TIMEOUT_MS = 10_000
const REFUSED = 'a connection was refused'

export interface Admission {
  room: Room
  /** Null: a program's, whose place is made when it comes. */
  peer: Peer | null
}

/** Asked about a connection that a ticket or a secret would let in: what it may do there; null: it may not enter. */
export type Gate = (room: Room, peer: Peer) => Promise<{ mayWrite: boolean } | null>

/** Where every new connection says hello and is shown to its room, or sent away with a reason (rule V2). */
export class Lobby {
  readonly #tickets: Tickets<Admission>
  readonly #rooms = new Set<Room>()
  readonly #faults: FaultLog
  readonly #waiting = new Set<Carrier>()

  constructor(options: { now: () => number; log: Log }) {
    this.#tickets = new Tickets(options.now)
    this.#faults = new FaultLog(options.log)
  }

  addRoom(room: Room): void {
    this.#rooms.add(room)
  }

  removeRoom(room: Room): void {
    this.#rooms.delete(room)
    this.#tickets.revoke((admission) => admission.room === room)
  }

  issueTicket(admission: Admission, ttlMs: number): string {
    return this.#tickets.issue(admission, ttlMs)
  }

  /** Whether a program may come: a ticket waits for it, or it is here and may come back after a drop. */
  get expectsPrograms(): boolean {
    if (this.#tickets.isOutstanding(({ peer }) => peer === null)) return true
    return [...this.#rooms].some((room) => room.peers('program').length > 0)
  }

  /**
   * Takes a connection that has not said anything yet. `request`: what it came with, of which `hello` brings the arguments.
   * `gate`: where more is needed than a ticket; default all may do everything.
   */
  receive(carrier: Carrier, { headers, cookies }: ClientRequest = NO_REQUEST, gate?: Gate): void {
    this.#waiting.add(carrier)
    const timer = inBackground(setTimeout(() => carrier.close(CLOSE.helloTimeout, 'no hello'), HELLO_TIMEOUT_MS))
    let greeted = false
    let admitted = false
    let isOver = false
    carrier.onClose((code, reason) => {
      isOver = true
      clearTimeout(timer)
      this.#waiting.delete(carrier)
      // From there on it is the room's.
      if (!admitted && isFault(code)) this.#faults.note(REFUSED, { code, reason })
    })
    carrier.onMessage((raw) => {
      if (greeted) return
      greeted = true
      clearTimeout(timer)
      this.#waiting.delete(carrier)
      const admission = this.#greet(carrier, raw)
      if (!admission) return
      const { room, peer, hello } = admission
      const enter = () => {
        admitted = true
        peer.request = { arguments: hello.arguments ?? {}, headers, cookies }
        room.attach(peer, carrier, hello)
      }
      if (!gate) return enter()
      gate(room, peer).then(
        (access) => {
          if (isOver || peer.removed) return
          if (!access) return void this.#refuse(carrier, CLOSE.ticketRefused, ticketRefused())
          peer.mayWrite = access.mayWrite
          enter()
        },
        // That is for a moment: the client comes again.
        (error: unknown) => {
          this.#faults.note('it could not be found out who may enter', { error: String(error) })
          carrier.close(CLOSE.cut, 'try again')
        },
      )
    })
  }

  close(): void {
    for (const carrier of this.#waiting) carrier.close(CLOSE.shutdown, 'closing')
    this.#faults.flush()
  }

  /** Whom the connection may speak for; null if it was sent away. */
  #greet(carrier: Carrier, raw: unknown): { room: Room; peer: Peer; hello: Hello } | null {
    const refuse = (code: number, error: OrielError) => this.#refuse(carrier, code, error)
    let hello: Hello
    try {
      const message = parseClientMessage(raw)
      if (message.type !== 'hello') throw new OrielError('bad_message', 'The first message must be hello.')
      hello = message
    } catch (error) {
      carrier.close(CLOSE.badMessage, toPublicError(error).message.slice(0, 100))
      return null
    }
    if (hello.protocol !== PROTOCOL_VERSION) {
      const text = `This session speaks protocol ${PROTOCOL_VERSION}, the client ${hello.protocol}. Update the older one.`
      return refuse(CLOSE.badVersion, new OrielError('protocol_version', text))
    }
    const admission = hello.resume === undefined ? this.#byTicket(hello.ticket) : this.#byResume(hello.resume)
    if (!admission) {
      return hello.resume === undefined
        ? refuse(CLOSE.ticketRefused, ticketRefused())
        : refuse(CLOSE.sessionGone, new OrielError('session_gone', 'The session, or this window of it, has ended.'))
    }
    if (hello.resume !== undefined && !hello.fresh && admission.peer?.stale) {
      const text = 'This client was away for too long, or fell too far behind. It has to start afresh.'
      return refuse(CLOSE.stale, new OrielError('stale', text))
    }
    let peer: Peer
    try {
      peer = admission.peer ?? admission.room.addProgram()
    } catch (error) {
      if (!(error instanceof OrielError)) throw error
      return refuse(CLOSE.notAllowed, error)
    }
    return { room: admission.room, peer, hello }
  }

  #refuse(carrier: Carrier, code: number, error: OrielError): null {
    this.#faults.note(REFUSED, { code, reason: error.message })
    carrier.send({ type: 'gone', error: toPublicError(error) })
    carrier.close(code, error.code)
    return null
  }

  #byTicket(ticket: string | undefined): Admission | null {
    const admission = ticket === undefined ? null : this.#tickets.redeem(ticket)
    return admission?.peer?.removed ? null : admission
  }

  #byResume(secret: string): Admission | null {
    for (const room of this.#rooms) {
      const peer = room.findResume(secret)
      if (peer) return { room, peer }
    }
    for (const room of this.#rooms) {
      const peer = room.readmit(secret)
      if (peer) return { room, peer }
    }
    return null
  }
}

function ticketRefused(): OrielError {
  return new OrielError('ticket_refused', 'This ticket is wrong, used or too old. Ask for a new one.')
}
