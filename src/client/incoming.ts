import { OrielError, toPublicError } from '../shared/errors.ts'
import type { CancelMessage, EventMessage, ReplyMessage } from '../shared/protocol.ts'
import { Inbox } from '../shared/sequence.ts'
import type { UnnumberedMessage } from '../shared/sequence.ts'
import { outgoing } from './outgoing.ts'
import type { ClientEvent } from './types.ts'

/** What incoming events need of their client. */
export interface IncomingOwner {
  /** One more of the room's sequenced messages was taken. */
  onTaken(): void
  onReply(message: ReplyMessage): void
  /** Sends an answer. Throws what the carrier throws. */
  answer(message: UnnumberedMessage): void
}

/** Takes each event, reply and cancel of the room once, hands events to the one dispatcher and answers those that ask. */
export class Incoming {
  readonly #owner: IncomingOwner
  readonly #inbox = new Inbox()
  readonly #handling = new Map<string, AbortController>()
  #dispatcher: ((event: ClientEvent) => unknown) | null = null
  #waiting: EventMessage[] = []
  #ended = false

  constructor(owner: IncomingOwner) {
    this.#owner = owner
  }

  /** Highest number taken. */
  get lastSeq(): number {
    return this.#inbox.last
  }

  /** Sets the one dispatcher. Events that came before it are passed to it now. */
  onEvent(dispatcher: (event: ClientEvent) => unknown): void {
    this.#dispatcher = dispatcher
    const waiting = this.#waiting
    this.#waiting = []
    for (const event of waiting) this.#handle(event)
  }

  take(message: EventMessage | ReplyMessage | CancelMessage): void {
    if (!this.#inbox.take(message.seq)) return
    this.#owner.onTaken()
    if (message.type === 'reply') this.#owner.onReply(message)
    else if (message.type === 'cancel')
      this.#handling.get(message.requestId)?.abort(new OrielError('cancelled', 'The asker no longer waits.'))
    else if (this.#dispatcher) this.#handle(message)
    else this.#waiting.push(message)
  }

  /** Nothing is answered any more; handlers that still work hear of it. */
  end(error: OrielError): void {
    this.#ended = true
    for (const abort of this.#handling.values()) abort.abort(error)
    this.#handling.clear()
  }

  #handle(message: EventMessage): void {
    const { requestId } = message
    const abort = new AbortController()
    if (requestId !== undefined) this.#handling.set(requestId, abort)
    const event: ClientEvent = {
      type: message.event,
      widgetId: message.widgetId,
      connectionId: message.connectionId ?? '',
      data: message.data,
      seq: message.seq,
      signal: abort.signal,
    }
    let answer: unknown
    try {
      answer = this.#dispatcher!(event)
    } catch (error) {
      answer = Promise.reject(error)
    }
    if (requestId !== undefined) return this.#answer(requestId, message.event, answer)
    // What a handler of a plain event throws is the dispatcher's to report; here it must not become an unhandled rejection.
    if (answer instanceof Promise) answer.catch(() => {})
  }

  #answer(requestId: string, event: string, answer: unknown): void {
    const failed = (error: unknown) => {
      const known = error instanceof OrielError ? error : handlerError(event, error)
      this.#reply(requestId, { ok: false, error: toPublicError(known) })
    }
    const answered = (value: unknown) => {
      try {
        this.#reply(requestId, { ok: true, value: outgoing(value, `The answer to "${event}"`) })
      } catch (error) {
        failed(error)
      }
    }
    if (answer instanceof Promise) answer.then(answered, failed)
    // Behind what the handler has changed, which goes out at the end of this turn.
    else queueMicrotask(() => answered(answer))
  }

  #reply(requestId: string, outcome: Outcome): void {
    this.#handling.delete(requestId)
    if (!this.#ended) this.#owner.answer({ type: 'reply', requestId, ...outcome })
  }
}

type Outcome = { ok: true; value: ReturnType<typeof outgoing> } | { ok: false; error: ReturnType<typeof toPublicError> }

/** The script author reads the text in the window and in the log; the stack stays where it was thrown. */
function handlerError(event: string, error: unknown): OrielError {
  const text = error instanceof Error ? error.message : String(error)
  return new OrielError('handler_failed', `The handler of "${event}" failed: ${text}`, { cause: error })
}
