import { DOCUMENT_WIDGET_ID, ELEMENT_EVENT, NO_WIDGET, SYSTEM_EVENT_PREFIX } from '../../shared/calls.ts'
import { OrielError, fromPublicError, toPublicError } from '../../shared/errors.ts'
import type { PublicError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import type { CallMessage, CancelMessage, EventMessage, ReplyMessage, SequencedMessage } from '../../shared/protocol.ts'
import type { UnnumberedMessage } from '../../shared/sequence.ts'
import type { Value } from '../../shared/value.ts'
import type { Ledger, Outcome } from './ledger.ts'
import type { Peer } from './peer.ts'

/** Requests and calls of one client that may wait for their answers at once. */
const MAX_ASKING = 10_000

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
  /** Who hears what the script sends to this widget. */
  hearers(widgetId: string): Peer[]
  /** Why there is no script to answer. */
  scriptAbsence(): OrielError
  /** Whether it has to be known when the handlers of windows' events have ended, also where nobody asked; default no. */
  watchesEvents?: boolean
  /** What a window is told of an error of the script that it asked; default all of it. */
  toldOfError?: (error: PublicError) => PublicError
}

/** Passes events, requests and their replies between the windows, the script and the main process. */
export class Exchange {
  readonly #directory: Directory
  readonly #onCall: CallHandler
  readonly #ledger: Ledger | null
  readonly #open = new Map<string, Open>()

  /** `ledger`: keeps which events of windows have been handled; null where nobody takes the room over. */
  constructor(directory: Directory, onCall: CallHandler, ledger: Ledger | null = null) {
    this.#directory = directory
    this.#onCall = onCall
    this.#ledger = ledger
  }

  /** Requests that still wait for a reply. */
  get openRequests(): number {
    return this.#open.size
  }

  /** Events and requests that a script still works on, as far as that is watched. */
  get underWay(): number {
    return [...this.#open.values()].filter(({ answerers }) => [...answerers].some(({ role }) => role === 'script'))
      .length
  }

  event(sender: Peer, message: EventMessage): void {
    const refuse = (error: OrielError) => {
      if (message.requestId !== undefined)
        this.#answer(sender, message.requestId, { ok: false, error: toPublicError(error) })
    }
    if (!sender.mayWrite) return refuse(mayOnlyLook())
    const isElements = sender.role === 'window' && message.event === ELEMENT_EVENT
    if (message.event.startsWith(SYSTEM_EVENT_PREFIX) && !isElements) {
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
    const meant = this.#receivers(sender, message.widgetId)
    const receivers = sender.role === 'script' ? meant : meant.filter((receiver) => !receiver.isFull)
    if (receivers.length === 0 && meant.length > 0)
      return refuse(new OrielError('overloaded', 'The script is far behind with its events. Try again later.'))
    if (message.receipt) {
      for (const receiver of receivers)
        this.#forward(sender, message, receiver, this.#watched(sender, message, receiver))
      if (sender.role !== 'script' && receivers.length === 0) return refuse(this.#directory.scriptAbsence())
      if (message.requestId !== undefined)
        this.#answer(sender, message.requestId, { ok: true, value: receivers.length })
      return
    }
    if (receivers.length === 0) {
      return refuse(sender.role === 'script' ? nobodyHears(message.widgetId) : this.#directory.scriptAbsence())
    }
    const { requestId } = message
    if (requestId !== undefined) {
      if (this.#open.has(requestId)) return refuse(new OrielError('bad_message', 'This request id is in use.'))
      if (sender.asking >= MAX_ASKING) return refuse(tooMuchAsked())
      sender.asking++
      this.#open.set(requestId, { asker: sender, settle: null, answerers: new Set(receivers) })
    }
    for (const receiver of receivers)
      this.#forward(sender, message, receiver, requestId ?? this.#watched(sender, message, receiver))
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
        if (!receiver.removed) receiver.sequence({ type: 'cancel', requestId })
        reject(new OrielError('timeout', `"${event}" got no answer within ${timeoutMs} ms.`))
      }, timeoutMs)
      const settle = (reply: ReplyMessage) => {
        clearTimeout(timer)
        if (reply.ok) resolve(reply.value)
        else reject(fromPublicError(reply.error))
      }
      this.#open.set(requestId, { asker: null, settle, answerers: new Set([receiver]) })
      receiver.sequence({ type: 'event', widgetId, event, data, requestId })
    })
  }

  /** The first good reply answers; an error does only when nobody else is left to answer. */
  reply(sender: Peer, message: ReplyMessage): void {
    const open = this.#open.get(message.requestId)
    if (!open?.answerers.delete(sender)) return
    // What the main process itself asks a page has nothing to do with what the person may do.
    const isTaken = sender.mayWrite || open.asker === null
    if (!(message.ok && isTaken) && open.answerers.size > 0) return
    const { type, seq, requestId } = message
    const refused: ReplyMessage = { type, seq, requestId, ok: false, error: toPublicError(mayOnlyLook()) }
    this.#settle(requestId, open, isTaken ? this.#told(sender, message, open) : refused)
  }

  #told(sender: Peer, message: ReplyMessage, { asker }: Open): ReplyMessage {
    const { toldOfError } = this.#directory
    if (message.ok || !toldOfError || sender.role !== 'script' || asker?.role !== 'window') return message
    return { ...message, error: toldOfError(message.error) }
  }

  cancel(sender: Peer, message: CancelMessage): void {
    const open = this.#open.get(message.requestId)
    if (!open || open.asker !== sender) return
    this.#close(message.requestId, open)
    const seq = this.#ledger?.seqOf(sender, message.requestId) ?? null
    if (seq !== null) this.#ledger?.finish(sender, seq, null, null)
    for (const answerer of open.answerers) answerer.sequence({ type: 'cancel', requestId: message.requestId })
  }

  call(sender: Peer, message: CallMessage): void {
    const { requestId, method, params } = message
    if (!sender.mayWrite) return this.#answer(sender, requestId, { ok: false, error: toPublicError(mayOnlyLook()) })
    if (sender.asking >= MAX_ASKING)
      return this.#answer(sender, requestId, { ok: false, error: toPublicError(tooMuchAsked()) })
    sender.asking++
    const answer = (outcome: Outcome) => {
      sender.asking--
      this.#answer(sender, requestId, outcome)
    }
    new Promise<Value>((resolve) => resolve(this.#onCall(sender, method, params))).then(
      (value) => answer({ ok: true, value }),
      (error: unknown) => answer({ ok: false, error: toPublicError(error) }),
    )
  }

  /** Nobody waits for, or hears from, a peer that has left, or of which nothing more is kept. */
  forget(peer: Peer, reason: OrielError): void {
    this.#forget(peer, reason, new Set())
  }

  /** The peer begins anew: what it asked and what it was asked is over, save for requests that it has yet to be sent. */
  restart(peer: Peer, reason: OrielError): void {
    const kept = new Set<string>()
    for (const message of peer.outbox.kept()) {
      if (message.type === 'event' && message.requestId !== undefined) kept.add(message.requestId)
    }
    this.#forget(peer, reason, kept)
  }

  /** The message can never be sent to `receiver`: if it asked something, that is the answer. */
  undeliverable(receiver: Peer, message: SequencedMessage, error: unknown): void {
    if (message.type !== 'event' || message.requestId === undefined) return
    const { requestId } = message
    this.reply(receiver, { type: 'reply', seq: 0, requestId, ok: false, error: toPublicError(error) })
  }

  #forget(peer: Peer, reason: OrielError, kept: ReadonlySet<string>): void {
    for (const [requestId, open] of [...this.#open]) {
      if (open.asker === peer) {
        this.#close(requestId, open)
        for (const answerer of open.answerers) answerer.sequence({ type: 'cancel', requestId })
      } else if (!kept.has(requestId) && open.answerers.delete(peer) && open.answerers.size === 0) {
        this.#settle(requestId, open, { type: 'reply', seq: 0, requestId, ok: false, error: toPublicError(reason) })
      }
    }
  }

  #close(requestId: string, open: Open): void {
    if (this.#open.delete(requestId) && open.asker) open.asker.asking--
  }

  #receivers(sender: Peer, widgetId: string): Peer[] {
    if (sender.role === 'script') return this.#directory.hearers(widgetId)
    const script = this.#directory.script()
    const scripts = script ? [script] : []
    // What the document shows is driven by whoever put it there.
    if (sender.role !== 'window' || widgetId !== DOCUMENT_WIDGET_ID) return scripts
    return [...scripts, ...this.#directory.hearers(NO_WIDGET)]
  }

  #settle(requestId: string, open: Open, reply: ReplyMessage): void {
    this.#close(requestId, open)
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
    const post = (): number =>
      peer.removed || peer.stale ? 0 : peer.sequence({ type: 'reply', requestId, ...outcome })
    const seq = this.#ledger?.seqOf(peer, requestId) ?? null
    if (seq === null) post()
    else this.#ledger!.finish(peer, seq, outcome, post)
  }

  #forward(sender: Peer, message: EventMessage, receiver: Peer, requestId: string | undefined): void {
    const scriptSeq = receiver.sequence(forward(sender, message, requestId))
    if (this.#isKept(sender, receiver))
      this.#ledger!.begin(sender, message.seq, message.receipt ? null : (message.requestId ?? null), scriptSeq)
  }

  /** Where it has to be known when the handler of an event ends that nobody wants an answer to, the room wants one. */
  #watched(sender: Peer, { seq }: EventMessage, receiver: Peer): string | undefined {
    const isKept = this.#isKept(sender, receiver)
    const isWatched = this.#directory.watchesEvents && sender.role === 'window' && receiver.role === 'script'
    if (!isKept && !isWatched) return undefined
    const requestId = `main${randomId(12)}`
    const settle = () => (isKept ? this.#ledger!.finish(sender, seq, null, null) : undefined)
    this.#open.set(requestId, { asker: null, settle, answerers: new Set([receiver]) })
    return requestId
  }

  #isKept(sender: Peer, receiver: Peer): boolean {
    return this.#ledger !== null && sender.role === 'window' && receiver.role === 'script'
  }
}

function nobodyHears(widgetId: string): OrielError {
  const text = widgetId === NO_WIDGET ? 'No program is attached.' : `No window of the widget "${widgetId}" is open.`
  return new OrielError('window_closed', text)
}

function mayOnlyLook(): OrielError {
  return new OrielError('not_allowed', 'You may look at this, but not change anything.')
}

function tooMuchAsked(): OrielError {
  return new OrielError('overloaded', `More than ${MAX_ASKING} requests wait for an answer. Try again later.`)
}

function forward(sender: Peer, message: EventMessage, requestId: string | undefined): UnnumberedMessage {
  const forwarded: UnnumberedMessage = {
    type: 'event',
    widgetId: message.widgetId,
    event: message.event,
    data: message.data,
    connectionId: sender.role === 'script' ? '' : sender.connectionId,
  }
  if (requestId !== undefined) forwarded.requestId = requestId
  return forwarded
}
