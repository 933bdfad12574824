import { SYSTEM_EVENT_PREFIX } from '../../shared/calls.ts'
import { OrielError, toPublicError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import type { CallMessage, CancelMessage, EventMessage, ReplyMessage } from '../../shared/protocol.ts'
import type { UnnumberedMessage } from '../../shared/sequence.ts'
import type { Value } from '../../shared/value.ts'
import type { Peer } from './peer.ts'

/** Answers `call` messages; throws OrielError not_allowed for a method this peer may not use. */
export type CallHandler = (peer: Peer, method: string, params: Value) => Promise<Value>

interface Open {
  /** Null: the main process itself asked. */
  asker: Peer | null
  settle: ((reply: ReplyMessage) => void) | null
  answerers: Set<Peer>
}

/** The peers as the exchange needs them. */
export interface Directory {
  script(): Peer | null
  windows(widgetId: string): Peer[]
  /** Why there is no script to answer. */
  scriptAbsence(): OrielError
}

type Outcome = { ok: true; value: Value } | { ok: false; error: ReturnType<typeof toPublicError> }

/** Passes events, requests and their replies between the windows, the script and the main process. */
export class Exchange {
  readonly #directory: Directory
  readonly #onCall: CallHandler
  readonly #open = new Map<string, Open>()

  constructor(directory: Directory, onCall: CallHandler) {
    this.#directory = directory
    this.#onCall = onCall
  }

  /** Requests that still wait for a reply. */
  get openRequests(): number {
    return this.#open.size
  }

  event(sender: Peer, message: EventMessage): void {
    const refuse = (error: OrielError) => {
      if (message.requestId !== undefined)
        this.#answer(sender, message.requestId, { ok: false, error: toPublicError(error) })
    }
    if (message.event.startsWith(SYSTEM_EVENT_PREFIX)) {
      return refuse(
        new OrielError(
          'not_allowed',
          `Event names that start with "${SYSTEM_EVENT_PREFIX}" are Oriel's own. Use another name.`,
        ),
      )
    }
    if (sender.role === 'window' && message.widgetId !== sender.widgetId) {
      return refuse(new OrielError('not_allowed', 'A window can only send events of its own widget.'))
    }
    const receivers = sender.role === 'window' ? this.#scripts() : this.#directory.windows(message.widgetId)
    if (message.receipt) {
      for (const receiver of receivers) receiver.sequence(forward(sender, message, undefined))
      if (sender.role === 'window' && receivers.length === 0) return refuse(this.#directory.scriptAbsence())
      if (message.requestId !== undefined)
        this.#answer(sender, message.requestId, { ok: true, value: receivers.length })
      return
    }
    if (receivers.length === 0) {
      return refuse(
        sender.role === 'window'
          ? this.#directory.scriptAbsence()
          : new OrielError('window_closed', `No window of the widget "${message.widgetId}" is open.`),
      )
    }
    const { requestId } = message
    if (requestId !== undefined) {
      if (this.#open.has(requestId)) return refuse(new OrielError('bad_message', 'This request id is in use.'))
      this.#open.set(requestId, { asker: sender, settle: null, answerers: new Set(receivers) })
    }
    for (const receiver of receivers) receiver.sequence(forward(sender, message, requestId))
  }

  /** An event of the main process to one peer; nobody waits for an answer. */
  notify(receiver: Peer, widgetId: string, event: string, data: Value = null): void {
    receiver.sequence({ type: 'event', widgetId, event, data })
  }

  /** A request of the main process to one peer. Rejects with the peer's error, `timeout`, or the reason the peer left. */
  ask(receiver: Peer, widgetId: string, event: string, data: Value, timeoutMs: number): Promise<Value> {
    const requestId = `main${randomId(12)}`
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#open.delete(requestId)
        reject(new OrielError('timeout', `"${event}" got no answer within ${timeoutMs} ms.`))
      }, timeoutMs)
      const settle = (reply: ReplyMessage) => {
        clearTimeout(timer)
        if (reply.ok) resolve(reply.value)
        else reject(new OrielError('handler_failed', reply.error.message))
      }
      this.#open.set(requestId, { asker: null, settle, answerers: new Set([receiver]) })
      receiver.sequence({ type: 'event', widgetId, event, data, requestId })
    })
  }

  /** The first good reply answers; an error does only when nobody else is left to answer. */
  reply(sender: Peer, message: ReplyMessage): void {
    const open = this.#open.get(message.requestId)
    if (!open?.answerers.delete(sender)) return
    if (!message.ok && open.answerers.size > 0) return
    this.#settle(message.requestId, open, message)
  }

  cancel(sender: Peer, message: CancelMessage): void {
    const open = this.#open.get(message.requestId)
    if (!open || open.asker !== sender) return
    this.#open.delete(message.requestId)
    for (const answerer of open.answerers) answerer.sequence({ type: 'cancel', requestId: message.requestId })
  }

  call(sender: Peer, message: CallMessage): void {
    this.#onCall(sender, message.method, message.params).then(
      (value) => this.#answer(sender, message.requestId, { ok: true, value }),
      (error: unknown) => this.#answer(sender, message.requestId, { ok: false, error: toPublicError(error) }),
    )
  }

  /** Nobody waits for, or hears from, a peer that has left for good. */
  forget(peer: Peer, reason: OrielError): void {
    for (const [requestId, open] of this.#open) {
      if (open.asker === peer) {
        this.#open.delete(requestId)
        for (const answerer of open.answerers) answerer.sequence({ type: 'cancel', requestId })
      } else if (open.answerers.delete(peer) && open.answerers.size === 0) {
        this.#settle(requestId, open, { type: 'reply', seq: 0, requestId, ok: false, error: toPublicError(reason) })
      }
    }
  }

  #scripts(): Peer[] {
    const script = this.#directory.script()
    return script ? [script] : []
  }

  #settle(requestId: string, open: Open, reply: ReplyMessage): void {
    this.#open.delete(requestId)
    if (open.settle) return open.settle(reply)
    if (open.asker && !open.asker.removed) {
      this.#answer(
        open.asker,
        requestId,
        reply.ok ? { ok: true, value: reply.value } : { ok: false, error: reply.error },
      )
    }
  }

  #answer(peer: Peer, requestId: string, outcome: Outcome): void {
    if (!peer.removed) peer.sequence({ type: 'reply', requestId, ...outcome })
  }
}

function forward(sender: Peer, message: EventMessage, requestId: string | undefined): UnnumberedMessage {
  const forwarded: UnnumberedMessage = {
    type: 'event',
    widgetId: message.widgetId,
    event: message.event,
    data: message.data,
    connectionId: sender.role === 'window' ? sender.connectionId : '',
  }
  if (requestId !== undefined) forwarded.requestId = requestId
  return forwarded
}
