import type { CallMethod, Calls } from '../shared/calls.ts'
import { BulkReceiver } from '../shared/bulk/receiver.ts'
import { BulkSender } from '../shared/bulk/sender.ts'
import { separate, unite, type BulkPlace, type Separated } from '../shared/bulk/separate.ts'
import type { Carrier } from '../shared/carrier.ts'
import { OrielError, fromPublicError, toPublicError } from '../shared/errors.ts'
import { DEFAULT_MAX_MESSAGE_BYTES } from '../shared/protocol.ts'
import type {
  BulkRef,
  ClientMessage,
  EditMessage,
  Hello,
  ReceivedMessage,
  RoomMessage,
  Welcome,
} from '../shared/protocol.ts'
import { Outbox } from '../shared/sequence.ts'
import type { UnnumberedMessage } from '../shared/sequence.ts'
import { tooLarge, totalBytes } from '../shared/sizes.ts'
import type { Value } from '../shared/value.ts'
import type { Edit, Op } from '../shared/document/types.ts'
import { Connection } from './connection.ts'
import type { Document } from './document.ts'
import { EditQueue } from './edit-queue.ts'
import { Frames } from './frames.ts'
import { Incoming } from './incoming.ts'
import { outgoing } from './outgoing.ts'
import { Replica } from './replica.ts'
import type { EditProblem } from './replica.ts'
import { Receipts } from './receipts.ts'
import { Requests } from './requests.ts'
import { Roundtrips } from './roundtrips.ts'
import type { ClientEvent, ClientState, RequestOptions, SessionLink } from './types.ts'

export interface RoomClientOptions {
  /** Makes a new carrier to the room; called for the first connection and for each reconnect. */
  open: () => Promise<Carrier>
  /** '' for none. */
  ticket: string
  /** Takes the place over of an earlier run that had this token; default none. */
  token?: string
  /** What the session is told of this client; default nothing. */
  arguments?: Record<string, string>
  /** ms for carrier and welcome together; default 10,000 */
  connectTimeoutMs?: number
  /** ms; default 30,000 */
  requestTimeoutMs?: number
  /** bytes of one message; default 20 MiB */
  maxMessageBytes?: number
  /** Message ports cannot fall silent: false switches heartbeats off, on both sides. Default true. */
  heartbeat?: boolean
  /** `seq` of the event whose handler makes an edit right now, if any; the room is told. */
  cause?: (client: RoomClient) => number | undefined
}

/**
 * One client of a session: the script, a window's page or a program, on any carrier. Keeps a replica of the document,
 * sends and receives events, and after a drop comes back by itself with nothing lost and nothing twice.
 */
export class RoomClient implements SessionLink, AsyncDisposable {
  /** Its streams of pictures and other bytes. */
  readonly frames = new Frames(
    (message, transfer) => this.#connection.send(message, transfer),
    () => this.#connection.state === 'open',
  )
  readonly #connection: Connection
  readonly #replica = new Replica()
  readonly #requests = new Requests()
  readonly #outbox = new Outbox()
  readonly #incoming: Incoming
  readonly #edits: EditQueue
  readonly #roundtrips: Roundtrips
  readonly #receipts: Receipts
  readonly #sender: BulkSender
  readonly #requestTimeoutMs: number
  readonly #maxMessageBytes: number
  /** Edit that has not been answered → the event that caused it. */
  readonly #causes = new Map<string, number>()
  /** Of the present link. */
  #receiver: BulkReceiver
  /** Highest number of an event, reply, cancel or call that went over the present link. */
  #sentSeq = 0
  /** Edits with large values are to be sent over this link before anything else; they wait for the snapshot. */
  #isHeldBack = false
  /** Why the room does not send its document to this client. */
  #withheld: OrielError | null = null
  /** Highest version that the room has told of. */
  #knownVersion = 0

  constructor(options: RoomClientOptions) {
    const { requestTimeoutMs = 30_000, maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES, open, ticket } = options
    this.#requestTimeoutMs = requestTimeoutMs
    this.#maxMessageBytes = maxMessageBytes
    this.#sender = new BulkSender((message) => this.#connection.send(message))
    this.#receiver = this.#newReceiver()
    this.#receipts = new Receipts(() => this.#connection.send(this.#receipt()))
    this.#connection = new Connection(
      {
        open,
        ticket,
        token: options.token ?? '',
        arguments: options.arguments ?? null,
        connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
        maxMessageBytes,
        heartbeat: options.heartbeat ?? true,
      },
      {
        position: () => this.#position(),
        onWelcome: (welcome, send) => this.#onWelcome(welcome, send),
        // With a snapshot edits wait for it: those made meanwhile must not overtake those made before.
        onOpen: ({ mode }) => {
          if (mode === 'resumed') this.#startEdits()
          this.frames.onOpen()
        },
        onMessage: (message) => this.#receive(message),
        onCut: () => this.#onCut(),
        onEnd: (error) => this.#onEnd(error),
      },
    )
    this.#incoming = new Incoming({
      onTaken: () => this.#receipts.note(),
      onReply: (message) => this.#requests.onReply(message),
      answer: (message) => this.#sequence(message),
    })
    // A commit is missing: the next connection brings what was missed, or a snapshot.
    this.#replica.onGap = () => this.#connection.cut('a commit is missing')
    this.#edits = new EditQueue({
      send: (edit, places) => this.#sendEdit(edit, places),
      sendAhead: (mutationId, values) => this.#sendAhead(mutationId, values),
      refuse: (mutationId, error) => this.#refuseOwn(mutationId, error),
    })
    this.#replica.onSubmit = (edit) => {
      const cause = options.cause?.(this)
      if (cause !== undefined) this.#causes.set(edit.mutationId, cause)
      this.#edits.add(edit)
    }
    this.#roundtrips = new Roundtrips((message) => this.#connection.send(message), requestTimeoutMs)
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
  /** The secret to come back with; another after each welcome. Null before the first. */
  get token(): string | null {
    return this.#connection.welcome?.resume ?? null
  }
  /** A room has welcomed this client. */
  get isGreeted(): boolean {
    return this.#connection.welcome !== null
  }
  get state(): ClientState {
    return this.#connection.state
  }
  /** Why it is closed; null before. `stale`: the session lives, but this client has to start afresh with a new ticket. */
  get error(): OrielError | null {
    return this.#connection.error
  }
  get document(): Document {
    return this.#replica.document
  }
  /** Edits that the room has not yet answered. */
  get pendingCount(): number {
    return this.#replica.pending().length
  }

  /** Resolves when the room has welcomed this client and its document is here. Rejects with a typed error within `connectTimeoutMs`. */
  connect(): Promise<void> {
    return this.#connection.connect()
  }

  onStateChange(listener: (state: ClientState) => void): () => void {
    return this.#connection.onStateChange(listener)
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

  /** Why the room keeps its document back, as too large for this client; null if it does not. */
  get withheld(): OrielError | null {
    return this.#withheld
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
    this.#incoming.onEvent(dispatcher)
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
    this.#connection.close(why, error)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #greeted(): Welcome {
    const { welcome, error } = this.#connection
    if (!welcome) throw error ?? new OrielError('not_connected', 'Not connected yet: await connect() first.')
    return welcome
  }

  #assertOpen(): void {
    this.#greeted()
    if (this.error) throw this.error
  }

  /** Throws bad_value or too_large if the carrier cannot take it. */
  #sequence(message: UnnumberedMessage): void {
    const numbered = this.#outbox.add(message)
    // It must not overtake an edit whose values are still on their way.
    if (this.#edits.hasBulk || this.#isHeldBack) return
    try {
      this.#connection.send(numbered)
      this.#sentSeq = numbered.seq
    } catch (error) {
      this.#outbox.drop(numbered.seq)
      throw error
    }
  }

  /** Sends what was not sent over this link. What the carrier cannot take would fail after each reconnect: its asker is told. */
  #sendKept(send: (message: ClientMessage) => void): void {
    for (const message of [...this.#outbox.kept()]) {
      if (message.seq <= this.#sentSeq) continue
      this.#sentSeq = message.seq
      try {
        send(message)
      } catch (error) {
        const { seq, type, requestId } = message
        if (type === 'reply') {
          const failed = { type, requestId, ok: false, error: toPublicError(error) } as const
          send(this.#outbox.replace(seq, failed))
        } else {
          this.#outbox.drop(seq)
          if (requestId !== undefined) this.#requests.fail(requestId, error)
        }
      }
    }
  }

  #sendEdit({ mutationId, ops }: Edit, places?: BulkPlace[]): void {
    try {
      const edit: EditMessage = { type: 'edit', mutationId, ops }
      const cause = this.#causes.get(mutationId)
      if (cause !== undefined) edit.cause = cause
      this.#connection.send(places ? { ...edit, bulk: { transfer: mutationId, places } } : edit)
    } catch (error) {
      // Later, since the transaction that makes it has yet to be told.
      queueMicrotask(() => this.#refuseOwn(mutationId, error))
    }
  }

  async #sendAhead(mutationId: string, values: Separated['values']): Promise<boolean> {
    const maxMessageBytes = Math.min(this.#maxMessageBytes, this.#greeted().limits.maxMessageBytes)
    const bytes = totalBytes(values)
    if (bytes > maxMessageBytes) throw tooLarge('The edit', bytes, maxMessageBytes)
    return this.#sender.send(mutationId, values)
  }

  /** As if the room had refused the edit. */
  #refuseOwn(mutationId: string, error: unknown): void {
    this.#replica.receiveReject(mutationId, toPublicError(error))
    this.#answered(mutationId)
  }

  /** All pending edits are sent, whether they were before or not. */
  #startEdits(): void {
    this.#edits.start(this.#replica.pending())
    this.#letGo()
  }

  /** Sends what had to wait for an edit, if none is in its way any more. */
  #letGo(): void {
    this.#isHeldBack = false
    if (!this.#edits.hasBulk) this.#sendKept((message) => this.#connection.send(message))
  }

  /** The room took or refused the edit, and the replica knows. */
  #answered(mutationId: string): void {
    const hadBulk = this.#edits.hasBulk
    this.#causes.delete(mutationId)
    this.#edits.answered(mutationId)
    if (hadBulk) this.#letGo()
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
    if (this.#connection.error) return Promise.reject(this.#connection.error)
    const timeoutMs = options.timeoutMs === undefined ? this.#requestTimeoutMs : options.timeoutMs
    return this.#requests.start(
      what,
      { timeoutMs, signal: options.signal },
      (requestId) => this.#sequence({ ...message, requestId }),
      (requestId) => this.#sequence({ type: 'cancel', requestId }),
    )
  }

  #position(): Pick<Hello, 'epoch' | 'lastVersion' | 'lastSeq'> {
    const { lastSeq } = this.#incoming
    const { epoch, document } = this.#replica
    // Without an epoch a snapshot comes: there is none before the first, and none once the copy is known to be wrong.
    return epoch === '' ? { lastSeq } : { lastSeq, epoch, lastVersion: document.version }
  }

  #onWelcome(welcome: Welcome, send: (message: ClientMessage) => void): void {
    this.#outbox.release(welcome.lastSeq)
    this.#sentSeq = welcome.lastSeq
    this.#receiver = this.#newReceiver()
    // At once, whether it is news or not: from here the room knows that we have the new secret.
    send(this.#receipt())
    // Before the state changes: what listeners send then must go after what was kept.
    this.#isHeldBack = this.#replica.pending().some(({ ops }) => separate(ops))
    if (!this.#isHeldBack) this.#sendKept(send)
    this.#knownVersion = welcome.version
    // Where a snapshot comes anyway nobody has to ask for it.
    this.#roundtrips.resend(send, { pulls: welcome.mode === 'resumed' })
  }

  #receive(message: RoomMessage): void {
    switch (message.type) {
      case 'snapshot':
        this.#replica.receiveSnapshot(message.document, message.epoch, message.version)
        this.#withheld = null
        this.#receipts.note()
        // One that was asked for comes while edits go their way.
        if (!this.#edits.isRunning || message.resend) this.#startEdits()
        this.#roundtrips.onSnapshot()
        return this.#roundtrips.onProgress()
      case 'withheld':
        this.#withheld = fromPublicError(message.error)
        this.#letGo()
        return this.#roundtrips.onWithheld(this.#withheld)
      case 'bulk':
        return this.#receiver.begin(message)
      case 'chunk':
        return this.#receiver.chunk(message)
      case 'credit':
        return this.#sender.credit(message.transfer, message.taken)
      case 'commits':
        this.#unite(message.ops, message.bulk)
        this.#receipts.note()
        this.#replica.receiveCommits(message)
        for (const mutationId of message.answered) this.#answered(mutationId)
        return this.#roundtrips.onProgress()
      case 'commit':
        this.#unite(message.commit.ops, message.bulk)
        this.#receipts.note()
        this.#replica.receiveCommit(message.commit)
        if (message.commit.origin) this.#answered(message.commit.origin.mutationId)
        else this.#roundtrips.onProgress()
        return
      case 'ack':
        this.#receipts.note()
        this.#replica.receiveAck(message.mutationId, message.version, message.unchanged)
        return this.#answered(message.mutationId)
      case 'acks': {
        this.#receipts.note()
        const { mutationIds, version } = message
        for (const [index, mutationId] of mutationIds.entries()) {
          this.#replica.receiveAck(mutationId, version - mutationIds.length + 1 + index)
          this.#answered(mutationId)
        }
        return
      }
      case 'reject':
        this.#replica.receiveReject(message.mutationId, message.error)
        return this.#answered(message.mutationId)
      case 'flushed':
        this.#knownVersion = Math.max(this.#knownVersion, message.version)
        return this.#roundtrips.onFlushed(message.id, message.error ? fromPublicError(message.error) : null)
      case 'received':
        return this.#outbox.release(message.seq)
      case 'event':
      case 'reply':
      case 'cancel':
        return this.#incoming.take(message)
      case 'frame':
        return this.frames.onFrame(message)
      case 'outcome':
        return this.frames.onOutcome(message)
      case 'ping':
      case 'pong':
      case 'welcome':
      case 'gone':
        return
    }
  }

  #unite(ops: Op[], bulk: BulkRef | undefined): void {
    if (bulk) unite(ops, bulk.places, this.#receiver.take(bulk.transfer))
  }

  #newReceiver(): BulkReceiver {
    return new BulkReceiver(this.#maxMessageBytes, (message) => this.#connection.send(message))
  }

  #receipt(): ReceivedMessage {
    return { type: 'received', seq: this.#incoming.lastSeq, version: this.#replica.document.version }
  }

  #onCut(): void {
    this.#receipts.pause()
    this.#edits.stop()
    this.frames.onCut()
    this.#sender.reset()
  }

  #onEnd(error: OrielError): void {
    this.#incoming.end(error)
    this.#requests.rejectAll(error)
    this.#roundtrips.rejectAll(error)
  }
}
