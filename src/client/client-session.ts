import type { CallMethod, Calls } from '../shared/calls.ts'
import type { Carrier } from '../shared/carrier.ts'
import { inBackground } from '../shared/background.ts'
import { OrielError, fromPublicError, toPublicError } from '../shared/errors.ts'
import { Heartbeat } from '../shared/heartbeat.ts'
import { parseRoomMessage } from '../shared/messages.ts'
import { CLOSE, DEFAULT_MAX_MESSAGE_BYTES, PROTOCOL_VERSION } from '../shared/protocol.ts'
import type { ClientMessage, EventMessage, Hello, RoomMessage, Welcome } from '../shared/protocol.ts'
import { Inbox, Outbox } from '../shared/sequence.ts'
import type { UnnumberedMessage } from '../shared/sequence.ts'
import type { Value } from '../shared/value.ts'
import type { Edit } from '../shared/document/types.ts'
import type { Document } from './document.ts'
import { EditQueue } from './edit-queue.ts'
import { outgoing } from './outgoing.ts'
import { Replica } from './replica.ts'
import type { EditProblem } from './replica.ts'
import { Requests } from './requests.ts'
import { Roundtrips } from './roundtrips.ts'
import type { ClientEvent, ClientState, RequestOptions, SessionLink } from './types.ts'

/** Delays before each new try after a drop, in ms; the last one repeats. */
const RECONNECT_DELAYS_MS = [50, 100, 250, 500, 1000, 2000, 5000]
/** How long `received` may wait for more to acknowledge with it, in ms. */
const RECEIVED_DELAY_MS = 20

export interface ClientSessionOptions {
  /** Makes a new carrier to the room; called for the first connection and for each reconnect. */
  open: () => Promise<Carrier>
  /** '' for none. */
  ticket: string
  /** ms for carrier and welcome together; default 10,000 */
  connectTimeoutMs?: number
  /** ms; default 30,000 */
  requestTimeoutMs?: number
  /** bytes of one message; default 20 MiB */
  maxMessageBytes?: number
  /** Message ports cannot fall silent: false switches heartbeats off, on both sides. Default true. */
  heartbeat?: boolean
}

/**
 * A client of one session: the script, a window's page or a program, on any carrier. Keeps a replica of the document,
 * sends and receives events, and after a drop comes back by itself with nothing lost and nothing twice.
 */
export class ClientSession implements SessionLink, AsyncDisposable {
  readonly #options: Required<ClientSessionOptions>
  readonly #replica = new Replica()
  readonly #requests = new Requests()
  readonly #outbox = new Outbox()
  readonly #inbox = new Inbox()
  readonly #stateListeners = new Set<(state: ClientState) => void>()
  readonly #edits: EditQueue
  readonly #roundtrips: Roundtrips
  readonly #handling = new Map<string, AbortController>()
  #dispatcher: ((event: ClientEvent) => unknown) | null = null
  #waitingEvents: EventMessage[] = []
  #state: ClientState = 'idle'
  #carrier: Carrier | null = null
  /** On its way to a welcome. */
  #opening: Carrier | null = null
  #welcome: Welcome | null = null
  #closeError: OrielError | null = null
  #receivedTimer: ReturnType<typeof setTimeout> | null = null
  #retryTimer: ReturnType<typeof setTimeout> | null = null
  #heartbeat: Heartbeat | null = null
  #pings = 0
  /** Highest version that the room has told of. */
  #knownVersion = 0

  constructor(options: ClientSessionOptions) {
    this.#options = {
      connectTimeoutMs: 10_000,
      requestTimeoutMs: 30_000,
      maxMessageBytes: DEFAULT_MAX_MESSAGE_BYTES,
      heartbeat: true,
      ...options,
    }
    // A commit is missing: the next connection brings what was missed, or a snapshot.
    this.#replica.onGap = () => this.#carrier?.close(CLOSE.cut, 'a commit is missing')
    this.#edits = new EditQueue((edit) => this.#sendEdit(edit))
    this.#replica.onSubmit = (edit) => this.#edits.add(edit)
    this.#roundtrips = new Roundtrips((message) => this.#post(message), this.#options.requestTimeoutMs)
    this.#replica.onReject(({ edit, error }) => {
      if (error) this.#roundtrips.onRefused(edit.mutationId, error)
    })
  }

  get sessionId(): string {
    return this.#greeted().sessionId
  }
  get clientId(): string {
    return this.#greeted().clientId
  }
  get connectionId(): string {
    return this.#greeted().connectionId
  }
  /** A room has welcomed this client. */
  get isGreeted(): boolean {
    return this.#welcome !== null
  }
  get state(): ClientState {
    return this.#state
  }
  /** Why it is closed; null before. `stale`: the session lives, but this client has to start afresh with a new ticket. */
  get error(): OrielError | null {
    return this.#closeError
  }
  get document(): Document {
    return this.#replica.document
  }
  /** Edits that the room has not yet answered. */
  get pendingCount(): number {
    return this.#replica.pending().length
  }

  /** Resolves when the room has welcomed this client and its document is here. Rejects with a typed error within `connectTimeoutMs`. */
  async connect(): Promise<void> {
    if (this.#state !== 'idle') throw new OrielError('bad_usage', `connect() was called while ${this.#state}.`)
    this.#setState('connecting')
    try {
      await this.#attempt()
    } catch (error) {
      this.#end(
        error instanceof OrielError
          ? error
          : new OrielError('not_connected', 'The session could not be reached.', { cause: error }),
      )
      throw this.#closeError
    }
    // It was closed while the carrier was being opened.
    if (this.#closeError) throw this.#closeError
  }

  onStateChange(listener: (state: ClientState) => void): () => void {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** Called when the room refused an edit of this client, which is rolled back, or took it only in part. Returns unsubscribe. */
  onReject(listener: (problem: EditProblem) => void): () => void {
    return this.#replica.onReject(listener)
  }

  /**
   * Resolves when all edits so far are in the session and, where that is stored, stored (rule J4). Rejects with the
   * refusal of one of them, store_unwritable, timeout or closed.
   */
  async flush(): Promise<void> {
    this.#assertOpen()
    await this.#roundtrips.flush(this.#replica.pending().map((edit) => edit.mutationId))
  }

  /** Resolves when `version`, by default the last that the room told of and every own edit, is in the document here. Rejects with timeout or closed. */
  async settled(version?: number): Promise<void> {
    this.#assertOpen()
    const target = version ?? this.#knownVersion
    await this.#roundtrips.settle(() => {
      const isHere = this.#replica.document.version >= target
      return isHere && (version !== undefined || this.#replica.pending().length === 0)
    })
  }

  /** Has the room send the document anew; it tells one change, `replaced` (rule P3). Rejects with timeout or closed. */
  async refresh(): Promise<void> {
    this.#assertOpen()
    await this.#roundtrips.pull()
  }

  /**
   * Makes `document` the document of this client: resolves when what it holds is in the session. If the room refuses it,
   * both documents are as before. Rejects with document_attached, and as flush.
   */
  async push(document: Document): Promise<void> {
    this.#assertOpen()
    const { mutationId, undo } = this.#replica.attach(document)
    let refused = false
    const stop = this.onReject(({ edit, error }) => {
      if (error && edit.mutationId === mutationId) refused = true
    })
    try {
      await this.flush()
    } catch (error) {
      if (refused) undo()
      throw error
    } finally {
      stop()
    }
  }

  /** The document goes on alone, with what it shows; for a client that is closed. */
  releaseDocument(): void {
    this.#replica.release()
  }

  /** Sets the one dispatcher. Events that came before it are passed to it now. */
  onEvent(dispatcher: (event: ClientEvent) => unknown): void {
    this.#dispatcher = dispatcher
    const waiting = this.#waitingEvents
    this.#waitingEvents = []
    for (const event of waiting) this.#handle(event)
  }

  async emit(widgetId: string, type: string, data: Value = null): Promise<number> {
    return this.#ask(
      `The event "${type}"`,
      { timeoutMs: null },
      { type: 'event', widgetId, event: type, data: outgoing(data, `The data of "${type}"`), receipt: true },
    ) as Promise<number>
  }

  async request(widgetId: string, type: string, data: Value = null, options: RequestOptions = {}): Promise<Value> {
    return this.#ask(`The request "${type}"`, options, {
      type: 'event',
      widgetId,
      event: type,
      data: outgoing(data, `The data of "${type}"`),
    })
  }

  async call<M extends CallMethod>(
    method: M,
    params: Calls[M]['params'],
    options: RequestOptions = {},
  ): Promise<Calls[M]['result']> {
    const message = { type: 'call', method, params: outgoing(params, `The parameters of "${method}"`) } as const
    return this.#ask(`The call "${method}"`, options, message) as Promise<Calls[M]['result']>
  }

  /** Leaves the room for good. Requests that still wait are rejected with `error`. Idempotent. */
  async close(why = 'closed', error = new OrielError('closed', 'This client has left the session.')): Promise<void> {
    if (this.#state === 'closed') return
    const carriers = [this.#carrier, this.#opening]
    this.#end(error)
    for (const carrier of carriers) carrier?.close(CLOSE.normal, why)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #greeted(): Welcome {
    if (!this.#welcome)
      throw this.#closeError ?? new OrielError('not_connected', 'Not connected yet: await connect() first.')
    return this.#welcome
  }

  #assertOpen(): void {
    this.#greeted()
    if (this.#closeError) throw this.#closeError
  }

  #setState(state: ClientState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of [...this.#stateListeners]) listener(state)
  }

  #post(message: ClientMessage): void {
    if (this.#state === 'open') this.#carrier?.send(message)
  }

  /** Throws bad_value or too_large if the carrier cannot take it. */
  #sequence(message: UnnumberedMessage): void {
    const numbered = this.#outbox.add(message)
    try {
      this.#post(numbered)
    } catch (error) {
      this.#outbox.drop(numbered.seq)
      throw error
    }
  }

  /** Sends again what may have been lost. What the carrier cannot take would fail after each reconnect: its asker is told. */
  #resendKept(carrier: Carrier): void {
    for (const message of [...this.#outbox.kept()]) {
      try {
        carrier.send(message)
      } catch (error) {
        const { seq, type, requestId } = message
        if (type === 'reply') {
          const failed = { type, requestId, ok: false, error: toPublicError(error) } as const
          carrier.send(this.#outbox.replace(seq, failed))
        } else {
          this.#outbox.drop(seq)
          if (requestId !== undefined) this.#requests.fail(requestId, error)
        }
      }
    }
  }

  #sendEdit({ mutationId, ops }: Edit): void {
    try {
      this.#post({ type: 'edit', mutationId, ops })
    } catch (error) {
      // As if the room had refused it; later, since the transaction that makes it has yet to be told.
      queueMicrotask(() => {
        this.#replica.receiveReject(mutationId, toPublicError(error))
        this.#answered(mutationId)
      })
    }
  }

  /** The room took or refused the edit, and the replica knows. */
  #answered(mutationId: string): void {
    this.#edits.answered(mutationId)
    this.#roundtrips.onAnswered(mutationId)
    this.#roundtrips.onProgress()
  }

  #ask(
    what: string,
    options: { timeoutMs?: number | null; signal?: AbortSignal },
    message: UnnumberedMessage extends infer M
      ? M extends { requestId?: string }
        ? Omit<M, 'requestId'>
        : never
      : never,
  ): Promise<Value> {
    if (this.#closeError) return Promise.reject(this.#closeError)
    const timeoutMs = options.timeoutMs === undefined ? this.#options.requestTimeoutMs : options.timeoutMs
    return this.#requests.start(
      what,
      { timeoutMs, signal: options.signal },
      (requestId) => this.#sequence({ ...message, requestId }),
      (requestId) => this.#sequence({ type: 'cancel', requestId }),
    )
  }

  /** One connection: carrier, hello, welcome, and the snapshot where there is one. Throws if it does not come to that. */
  async #attempt(): Promise<void> {
    const { connectTimeoutMs, maxMessageBytes, ticket } = this.#options
    const before = this.#welcome
    const deadline = Date.now() + connectTimeoutMs
    const late = () => new OrielError('timeout', `The session did not answer within ${connectTimeoutMs} ms.`)
    const carrier = await withTimeout(this.#options.open(), connectTimeoutMs, late, (lost) => lost.close())
    if (this.#state === 'closed') return carrier.close()
    this.#opening = carrier
    await new Promise<void>((resolve, reject) => {
      let greeted = false
      const timer = setTimeout(
        () => {
          reject(late())
          carrier.close(CLOSE.helloTimeout, 'no welcome')
        },
        Math.max(1, deadline - Date.now()),
      )
      const settled = (error?: OrielError) => {
        clearTimeout(timer)
        if (error) reject(error)
        else resolve()
      }
      carrier.onMessage((raw) => {
        if (this.#state === 'closed' || (greeted && this.#carrier !== carrier)) return
        let message: RoomMessage
        try {
          message = parseRoomMessage(raw)
        } catch (error) {
          carrier.close(CLOSE.badMessage, 'bad message')
          return settled(error as OrielError)
        }
        this.#heartbeat?.heard()
        if (greeted) {
          if (message.type === 'snapshot') settled()
          return this.#receive(message)
        }
        if (message.type === 'gone') {
          carrier.close(CLOSE.normal)
          const error = fromPublicError(message.error)
          this.#end(error)
          return settled(error)
        }
        if (message.type !== 'welcome') {
          carrier.close(CLOSE.badMessage, 'welcome expected')
          return settled(new OrielError('bad_message', 'The other side is not an Oriel session.'))
        }
        greeted = true
        this.#opening = null
        this.#carrier = carrier
        this.#onWelcome(message, carrier)
        if (message.mode === 'resumed') settled()
      })
      carrier.onClose((code, reason) => {
        if (this.#opening === carrier) this.#opening = null
        settled(closeError(code, reason))
        if (this.#carrier === carrier) this.#onCut(code, reason)
      })
      const hello: Hello = { type: 'hello', protocol: PROTOCOL_VERSION, limits: { maxMessageBytes } }
      if (!this.#options.heartbeat) hello.heartbeat = false
      if (!before) {
        if (ticket !== '') hello.ticket = ticket
      } else {
        hello.resume = before.resume
        hello.lastSeq = this.#inbox.last
        // Without an epoch a snapshot comes: there is none before the first, and none once the copy is known to be wrong.
        if (this.#replica.epoch !== '') {
          hello.epoch = this.#replica.epoch
          hello.lastVersion = this.#replica.document.version
        }
      }
      carrier.send(hello)
    })
  }

  #onWelcome(welcome: Welcome, carrier: Carrier): void {
    this.#welcome = welcome
    this.#outbox.release(welcome.lastSeq)
    // At once, whether it is news or not: from here the room knows that we have the new secret.
    carrier.send({ type: 'received', seq: this.#inbox.last })
    // Before the state changes: what listeners send then must go after what was kept.
    this.#resendKept(carrier)
    this.#knownVersion = welcome.version
    // Where a snapshot comes anyway nobody has to ask for it.
    this.#roundtrips.resend((message) => carrier.send(message), { pulls: welcome.mode === 'resumed' })
    if (this.#options.heartbeat) {
      this.#heartbeat = new Heartbeat(
        () => this.#post({ type: 'ping', id: ++this.#pings }),
        () => carrier.close(CLOSE.cut, 'silent'),
      )
    }
    this.#setState('open')
    // With a snapshot edits wait for it: those made meanwhile must not overtake those made before.
    if (welcome.mode === 'resumed') this.#edits.start(this.#replica.pending())
  }

  #onCut(code: number, reason: string): void {
    this.#carrier = null
    this.#stopLink()
    if (this.#state === 'closed') return
    const final =
      code === CLOSE.sessionGone ||
      code === CLOSE.stale ||
      code === CLOSE.ticketRefused ||
      code === CLOSE.badVersion ||
      code === CLOSE.replaced ||
      code === CLOSE.normal
    if (final) return this.#end(closeError(code, reason))
    this.#setState('reconnecting')
    this.#retry(0)
  }

  #retry(attempt: number): void {
    const delay = RECONNECT_DELAYS_MS[Math.min(attempt, RECONNECT_DELAYS_MS.length - 1)]!
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = null
      this.#attempt().catch((error: unknown) => {
        // Welcomed and cut again before its snapshot came: that cut has set its own timer.
        if (this.#state !== 'reconnecting' || this.#carrier || this.#retryTimer) return
        const final =
          error instanceof OrielError &&
          ['ticket_refused', 'session_gone', 'stale', 'protocol_version'].includes(error.code)
        if (final) this.#end(error)
        else this.#retry(attempt + 1)
      })
    }, delay)
  }

  #receive(message: RoomMessage): void {
    switch (message.type) {
      case 'snapshot':
        this.#replica.receiveSnapshot(message.document, message.epoch, message.version)
        // One that was asked for comes while edits go their way.
        if (!this.#edits.isRunning) this.#edits.start(this.#replica.pending())
        this.#roundtrips.onSnapshot()
        return this.#roundtrips.onProgress()
      case 'commit':
        this.#replica.receiveCommit(message.commit)
        if (message.commit.origin) this.#answered(message.commit.origin.mutationId)
        else this.#roundtrips.onProgress()
        return
      case 'ack':
        this.#replica.receiveAck(message.mutationId, message.version)
        return this.#answered(message.mutationId)
      case 'reject':
        this.#replica.receiveReject(message.mutationId, message.error)
        return this.#answered(message.mutationId)
      case 'flushed':
        this.#knownVersion = Math.max(this.#knownVersion, message.version)
        return this.#roundtrips.onFlushed(message.id, message.error ? fromPublicError(message.error) : null)
      case 'received':
        return this.#outbox.release(message.seq)
      case 'ping':
        return this.#post({ type: 'pong', id: message.id })
      case 'event':
      case 'reply':
      case 'cancel':
        return this.#take(message)
      case 'pong':
      case 'welcome':
      case 'gone':
        return
    }
  }

  #take(message: Extract<RoomMessage, { seq: number; requestId?: string }>): void {
    if (!this.#inbox.take(message.seq)) return
    this.#receivedTimer ??= inBackground(
      setTimeout(() => {
        this.#receivedTimer = null
        this.#post({ type: 'received', seq: this.#inbox.last })
      }, RECEIVED_DELAY_MS),
    )
    if (message.type === 'reply') this.#requests.onReply(message)
    else if (message.type === 'cancel')
      this.#handling.get(message.requestId)?.abort(new OrielError('cancelled', 'The asker no longer waits.'))
    else if (message.type === 'event') {
      if (this.#dispatcher) this.#handle(message)
      else this.#waitingEvents.push(message)
    }
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
      signal: abort.signal,
    }
    let answer: unknown
    try {
      answer = this.#dispatcher!(event)
    } catch (error) {
      answer = Promise.reject(error)
    }
    if (requestId === undefined) {
      // What a handler of a plain event throws is the dispatcher's to report; here it must not become an unhandled rejection.
      if (answer instanceof Promise) answer.catch(() => {})
      return
    }
    const reply = (outcome: { ok: true; value: Value } | { ok: false; error: ReturnType<typeof toPublicError> }) => {
      this.#handling.delete(requestId)
      if (this.#state !== 'closed') this.#sequence({ type: 'reply', requestId, ...outcome })
    }
    const failed = (error: unknown) =>
      reply({
        ok: false,
        error: toPublicError(error instanceof OrielError ? error : handlerError(message.event, error)),
      })
    const answered = (value: unknown) => {
      try {
        reply({ ok: true, value: outgoing(value, `The answer to "${message.event}"`) })
      } catch (error) {
        failed(error)
      }
    }
    if (answer instanceof Promise) answer.then(answered, failed)
    else answered(answer)
  }

  #stopLink(): void {
    if (this.#receivedTimer) clearTimeout(this.#receivedTimer)
    if (this.#retryTimer) clearTimeout(this.#retryTimer)
    this.#receivedTimer = this.#retryTimer = null
    this.#heartbeat?.stop()
    this.#heartbeat = null
    this.#edits.stop()
  }

  #end(error: OrielError): void {
    if (this.#state === 'closed') return
    this.#closeError = error
    this.#stopLink()
    this.#carrier = this.#opening = null
    for (const abort of this.#handling.values()) abort.abort(error)
    this.#handling.clear()
    this.#requests.rejectAll(error)
    this.#roundtrips.rejectAll(error)
    this.#setState('closed')
  }
}

/** The script author reads the text in the window and in the log; the stack stays where it was thrown. */
function handlerError(event: string, error: unknown): OrielError {
  const text = error instanceof Error ? error.message : String(error)
  return new OrielError('handler_failed', `The handler of "${event}" failed: ${text}`, { cause: error })
}

function closeError(code: number, reason: string): OrielError {
  switch (code) {
    case CLOSE.ticketRefused:
      return new OrielError(
        'ticket_refused',
        'The session refused this ticket: it is wrong, used or too old. Ask for a new one.',
      )
    case CLOSE.sessionGone:
      return new OrielError('session_gone', 'This session has ended.')
    case CLOSE.stale:
      return new OrielError('stale', 'What this client knows of the session is too old. It has to start afresh.')
    case CLOSE.badVersion:
      return new OrielError('protocol_version', 'The other side speaks another version of the protocol. Update Oriel.')
    case CLOSE.tooLarge:
      return new OrielError('too_large', reason || 'A message was too large.')
    case CLOSE.normal:
    case CLOSE.replaced:
      return new OrielError('closed', 'The connection was closed.')
    default:
      return new OrielError('not_connected', `The connection was lost (${code}${reason ? `: ${reason}` : ''}).`)
  }
}

/** Rejects with `late()` after `timeoutMs`; what arrives later still goes to `dispose`. */
function withTimeout<T>(
  promise: Promise<T>,
  timeoutMs: number,
  late: () => Error,
  dispose: (value: T) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false
    const timer = setTimeout(() => {
      over = true
      reject(late())
    }, timeoutMs)
    promise.then(
      (value) => {
        clearTimeout(timer)
        if (over) dispose(value)
        else resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
