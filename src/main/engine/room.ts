import { inBackground } from '../../shared/background.ts'
import type { Carrier } from '../../shared/carrier.ts'
import { NO_WIDGET } from '../../shared/calls.ts'
import type { Commit, Op } from '../../shared/document/types.ts'
import { OrielError, toPublicError } from '../../shared/errors.ts'
import type { PublicError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import { parseClientMessage } from '../../shared/messages.ts'
import { CLOSE, DEFAULT_MAX_MESSAGE_BYTES, OWN_MAX_MESSAGE_BYTES } from '../../shared/protocol.ts'
import type { ClientMessage, FlushedMessage, Hello } from '../../shared/protocol.ts'
import type { Log } from '../log.ts'
import type { DocumentStore, LogSize, StoredDocument } from '../stores/types.ts'
import type { Ahead } from './delivery.ts'
import { Edits } from './edits.ts'
import { Exchange } from './exchange.ts'
import type { CallHandler } from './exchange.ts'
import { FaultLog, isFault } from './fault-log.ts'
import { Heritage } from './heritage.ts'
import type { Succession } from './heritage.ts'
import { Journal } from './journal.ts'
import type { Outcome } from './ledger.ts'
import { Peer } from './peer.ts'
import type { PeerOptions, PeerOwner, PeerRole } from './peer.ts'
import { Streams } from './streams.ts'

/** How long a page that was loaded may take to connect for the first time, in ms: meanwhile others wait for what it may answer. */
const FIRST_ATTACH_MS = 30_000
/** What a browser closes with when the person leaves a page. */
const PAGE_LEFT = 1001

export interface RoomOptions {
  sessionId: string
  clientId: string
  store: DocumentStore | null
  stored: StoredDocument | null
  log: Log
  /** Commits kept in memory for clients that come back; default 5000. */
  replayCommits?: number
  /** How far commits may be sent ahead of what a client has taken; default 1,000, or 4 MiB (rule Z4). */
  ahead?: Ahead
  /** Past either of these the stored log is folded; default LOG_LIMITS. */
  logLimits?: LogSize
  /** Bytes of one logical message that a window or a program may send; default 20 MiB (rule V4). */
  maxMessageBytes?: number
  onCall: CallHandler
  /** Why there is no script to answer, when there is none. */
  scriptAbsence: () => OrielError
  /** Why programs may not attach; null or absent: they may. */
  programRefusal?: () => OrielError | null
  /**
   * How long a client may be cut off before nothing more is kept for it, in ms; default 120,000. A window's place itself is
   * there until removed: after that time its page can be loaded again, but not resume (rule L2).
   */
  graceMs?: number
  /** For counting: a message of a client came. */
  onMessage?: (peer: Peer, type: ClientMessage['type']) => void
  /** A connection came or went. */
  onAttachment?: (peer: Peer) => void
  /** A client has lost its place for good. */
  onPeerGone?: (peer: Peer) => void
  /** What happens from now on is no longer stored. */
  onStoreLost?: () => void
  /** After each commit, for what follows the document in the main process. Must not edit. */
  onCommit?: (ops: readonly Op[]) => void
  /** Another process may take the room over, with its windows; default none may. */
  succession?: Succession | null
  /** Who closes the room waits for the handlers of events to end; default it does not matter. */
  watchesEvents?: boolean
  /** What a window is told of an error of the script that it asked; default all of it. */
  publicError?: (error: PublicError) => PublicError
}

/** The authority of one session's document, and where its clients meet. */
export class Room {
  readonly sessionId: string
  readonly clientId: string
  readonly journal: Journal
  readonly exchange: Exchange
  readonly streams = new Streams(() => this.peers('script')[0] ?? null)
  readonly #options: RoomOptions
  readonly #owner: PeerOwner = {
    onBehind: (peer) => this.#onBehind(peer),
    onUnsendable: (peer, message, error) => {
      this.#faults.note('a message could not be sent to a client', {
        sessionId: this.sessionId,
        role: peer.role,
        error: String(error),
      })
      this.exchange.undeliverable(peer, message, error)
    },
  }
  readonly #faults: FaultLog
  readonly #peers = new Set<Peer>()
  readonly #byResume = new Map<string, Peer>()
  /** The secrets each peer may resume with, newest last: two until it is known to have the newer. */
  readonly #secrets = new Map<Peer, string[]>()
  readonly #edits: Edits
  /** Null: nobody takes the room over. */
  readonly #heritage: Heritage | null
  readonly #graceTimers = new Map<Peer, ReturnType<typeof setTimeout>>()
  #closed = false
  #isHandedOver = false

  constructor(options: RoomOptions) {
    this.#options = options
    this.#faults = new FaultLog(options.log)
    this.sessionId = options.sessionId
    this.clientId = options.clientId
    const { succession = null } = options
    const journal = new Journal({
      ...options,
      keepsAside: succession !== null,
      mayHold: () => this.#heritage?.ledger.isHandlingChanges ?? false,
    })
    this.journal = journal
    this.#heritage =
      succession && new Heritage({ succession, journal, sessionId: options.sessionId, mark: () => this.#edits.mark() })
    this.exchange = new Exchange(
      {
        script: () => this.peers('script')[0] ?? null,
        hearers: (widgetId) =>
          [...this.#peers].filter((peer) => peer.role !== 'script' && peer.widgetId === widgetId && !peer.stale),
        scriptAbsence: options.scriptAbsence,
        toldOfError: options.publicError,
        watchesEvents: options.watchesEvents,
      },
      options.onCall,
      this.#heritage?.ledger,
    )
    this.#edits = new Edits({
      clientId: this.clientId,
      journal: this.journal,
      exchange: this.exchange,
      log: options.log,
      peers: () => this.#peers,
      script: () => this.peers('script')[0] ?? null,
      scriptAbsence: options.scriptAbsence,
      onCommit: (commit) => this.#follow(commit),
      onCause: (scriptSeq) => this.#heritage?.ledger.changed(scriptSeq),
    })
    this.#heritage?.begin()
  }

  peers(role: PeerRole): Peer[] {
    return [...this.#peers].filter((peer) => peer.role === role)
  }

  /**
   * A place for a client that is about to come. A room has one script at a time: a new one replaces the old. With
   * `passing` the place is given up as soon as its connection ends; with `leaves` when its page is left, or after the
   * grace time.
   */
  addPeer(role: PeerRole, widgetId: string | null, { passing = false, leaves, id }: Partial<PeerOptions> = {}): Peer {
    if (role === 'script') {
      for (const old of this.peers('script'))
        this.removePeer(old, new OrielError('script_stopped', 'The script was started again.'))
    }
    const { ahead } = this.#options
    const settled = this.#heritage?.settled
    const peer = new Peer(this.#owner, this.journal, { role, widgetId, passing, leaves, ahead, id, settled })
    this.#peers.add(peer)
    // It may never come.
    if (passing || (leaves && role === 'window')) this.#giveUpLater(peer, leaves ? FIRST_ATTACH_MS : undefined)
    return peer
  }

  /** Throws why programs may not attach now, if so. */
  checkProgram(): void {
    const refusal = this.#options.programRefusal?.()
    if (refusal) throw refusal
  }

  /** A place for a program that is here. Throws as `checkProgram`. */
  addProgram(): Peer {
    this.checkProgram()
    return this.addPeer('program', NO_WIDGET)
  }

  removePeer(peer: Peer, reason: OrielError): void {
    if (!this.#peers.delete(peer)) return
    this.#stopWaiting(peer)
    this.#setSecrets(peer, [])
    peer.removed = true
    this.exchange.forget(peer, reason)
    this.#heritage?.ledger.leave(peer)
    this.streams.forget(peer)
    if (peer.role === 'script') this.streams.endAll()
    const wasAttached = peer.attached
    peer.close(CLOSE.sessionGone, reason.code)
    if (wasAttached) this.#options.onAttachment?.(peer)
    this.#options.onPeerGone?.(peer)
  }

  /** The peer that may resume with this secret. */
  findResume(secret: string): Peer | null {
    return this.#byResume.get(secret) ?? null
  }

  /** A window's place of the process that had the room before, for whoever has its secret; null if it is none. */
  readmit(secret: string): Peer | null {
    const place = this.#heritage?.placeOf(secret)
    if (!place || [...this.#peers].some(({ id }) => id === place.peerId)) return null
    const peer = this.addPeer('window', place.widgetId, { leaves: true, id: place.peerId })
    peer.inbox.startAfter(this.#heritage!.ledger.adopt(peer))
    this.#setSecrets(peer, [secret])
    return peer
  }

  /** Welcomes a peer on its new carrier and brings it up to date. A stale one must not resume. */
  attach(peer: Peer, carrier: Carrier, hello: Hello): void {
    // Another run of a program takes its place over, as a page that was loaded again does.
    const resuming = hello.resume !== undefined && !hello.fresh
    this.#stopWaiting(peer)
    const resume = this.#heritage?.secretOf(peer) ?? randomId(32)
    // The welcome may be lost on its way; then the client comes with the same secret again.
    this.#setSecrets(peer, hello.resume !== undefined ? [hello.resume, resume] : [resume])
    if (resuming) {
      // One that was here before has sent what its client has; one of another process goes on from there.
      peer.outbox.startAfter(hello.lastSeq ?? 0)
      peer.outbox.release(hello.lastSeq ?? 0)
      this.#heritage?.ledger.acknowledged(peer, hello.lastSeq ?? 0)
    } else {
      peer.beginRun()
      // Whoever was here before, a page that was loaded again for instance, took its questions with it.
      this.exchange.restart(peer, new OrielError('window_closed', 'The page was loaded again before it answered.'))
    }
    this.streams.forget(peer)
    const maxMessageBytes = this.#maxMessageBytes(peer)
    carrier.limitSend?.(hello.limits.maxMessageBytes)
    peer.attach(carrier, { heartbeat: hello.heartbeat ?? true, maxBytes: maxMessageBytes })
    const missed = resuming ? this.journal.since(hello.epoch, hello.lastVersion) : null
    const { epoch, version } = this.journal
    peer.post({
      type: 'welcome',
      mode: missed ? 'resumed' : 'snapshot',
      sessionId: this.sessionId,
      clientId: this.clientId,
      connectionId: peer.connectionId,
      widgetId: peer.widgetId,
      epoch,
      version,
      resume,
      lastSeq: peer.settled,
      limits: { maxMessageBytes },
    })
    peer.delivery.start(missed ? hello.lastVersion! : null, hello.limits.maxMessageBytes)
    carrier.onMessage((raw) => this.#onMessage(peer, carrier, raw))
    carrier.onClose((code, reason) => this.#onClose(peer, carrier, code, reason))
    this.#options.onAttachment?.(peer)
  }

  /** A change by the main process itself. */
  edit(ops: Op[]): void {
    this.#edits.make(ops)
  }

  /** Sends everybody away and stores what is left. Idempotent. */
  async close(reason: OrielError): Promise<void> {
    if (this.#closed) return this.journal.flush()
    this.#closed = true
    for (const peer of [...this.#peers]) this.removePeer(peer, reason)
    if (!this.#isHandedOver) this.#heritage?.end()
    this.#edits.close()
    this.#faults.flush()
    await this.journal.flush()
  }

  /**
   * Sends its windows away, who find the process that has the room next: they come back there as to a connection that was
   * cut. What they ask from now on waits for it. The script may go on until `close`.
   */
  handOver(): void {
    if (this.#closed || this.#isHandedOver) return
    this.#isHandedOver = true
    this.#heritage?.ledger.freeze()
    for (const peer of [...this.#peers].filter(({ role }) => role !== 'script')) {
      this.#peers.delete(peer)
      this.#stopWaiting(peer)
      this.#setSecrets(peer, [])
      this.streams.forget(peer)
      const wasAttached = peer.attached
      peer.close(CLOSE.shutdown, 'the session moves')
      if (wasAttached) this.#options.onAttachment?.(peer)
    }
  }

  #onMessage(peer: Peer, carrier: Carrier, raw: unknown): void {
    if (peer.carrier !== carrier) return
    let message: ClientMessage
    try {
      message = parseClientMessage(raw)
    } catch (error) {
      return carrier.close(CLOSE.badMessage, toPublicError(error).message.slice(0, 100))
    }
    peer.heard()
    this.#options.onMessage?.(peer, message.type)
    const secrets = this.#secrets.get(peer)
    if (secrets && secrets.length > 1) this.#setSecrets(peer, secrets.slice(-1))
    switch (message.type) {
      case 'event':
        if (peer.take(message.seq) && !this.#repeats(peer, message.seq)) this.exchange.event(peer, message)
        return
      case 'reply':
        if (peer.take(message.seq)) this.exchange.reply(peer, message)
        return
      case 'cancel':
        if (peer.take(message.seq)) this.exchange.cancel(peer, message)
        return
      case 'call':
        if (peer.take(message.seq)) this.exchange.call(peer, message)
        return
      case 'edit':
      case 'bulk':
      case 'chunk':
        return this.#edits.onMessage(peer, carrier, message)
      case 'credit':
        return peer.delivery.onCredit(message.transfer, message.taken)
      case 'flush':
        return void this.#flush(peer, message.id)
      case 'pull':
        return peer.delivery.pull()
      case 'received':
        peer.outbox.release(message.seq)
        this.#heritage?.ledger.acknowledged(peer, message.seq)
        if (message.version !== undefined) peer.delivery.onReceived(message.version)
        return
      case 'frame':
      case 'end':
      case 'watch':
      case 'unwatch':
      case 'shown':
        return this.#onStream(peer, message)
      case 'ping':
        return peer.post({ type: 'pong', id: message.id })
      case 'pong':
        return
      case 'hello':
        return carrier.close(CLOSE.badMessage, 'greeted already')
    }
  }

  /** Whether a window's event was handled by the process that had the room before; then it is answered again. */
  #repeats(peer: Peer, seq: number): boolean {
    const post = (requestId: string, outcome: Outcome) => peer.sequence({ type: 'reply', requestId, ...outcome })
    return this.#heritage?.ledger.repeat(peer, seq, post) ?? false
  }

  #onStream(peer: Peer, message: StreamMessage): void {
    const pushes = message.type === 'frame' || message.type === 'end'
    if (pushes !== (peer.role === 'script'))
      return peer.carrier?.close(CLOSE.badMessage, 'only the script pushes frames, and others watch')
    switch (message.type) {
      case 'frame':
        return this.streams.push(message)
      case 'end':
        return this.streams.end(message.stream)
      case 'watch':
        if (!this.streams.watch(peer, message.stream)) this.#options.log.warn('a client watches too many streams')
        return
      case 'unwatch':
        return this.streams.unwatch(peer, message.stream)
      case 'shown':
        return this.streams.shown(peer, message)
    }
  }

  #maxMessageBytes({ role }: Peer): number {
    if (role === 'script') return OWN_MAX_MESSAGE_BYTES
    return this.#options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES
  }

  #follow(commit: Commit): void {
    try {
      this.#options.onCommit?.(commit.ops)
    } catch (error) {
      // It is in the document all the same; a fault in who follows it is not the author's.
      this.#options.log.error('a commit could not be followed', { error: String(error) })
    }
  }

  async #flush(peer: Peer, id: number): Promise<void> {
    await this.journal.flush()
    const { isLost, version } = this.journal
    const answer: FlushedMessage = { type: 'flushed', id, version }
    if (isLost) answer.error = toPublicError(new OrielError('store_unwritable', 'This session is no longer stored.'))
    peer.post(answer)
  }

  #onClose(peer: Peer, carrier: Carrier, code: number, reason: string): void {
    if (isFault(code))
      this.#faults.note('a connection was ended', { sessionId: this.sessionId, role: peer.role, code, reason })
    if (!peer.detach(carrier) || peer.removed) return
    this.streams.forget(peer)
    this.#options.onAttachment?.(peer)
    if (peer.passing) this.removePeer(peer, new OrielError('window_closed', 'The page was closed.'))
    // It said that it leaves; a window's page says so too, before it is loaded again.
    else if (peer.leaves && (code === CLOSE.normal || (code === PAGE_LEFT && peer.role === 'window')))
      this.removePeer(peer, new OrielError('window_closed', `The ${peer.role} has left.`))
    else this.#giveUpLater(peer)
  }

  #giveUpLater(peer: Peer, atMostMs = Infinity): void {
    this.#stopWaiting(peer)
    const waitMs = Math.min(this.#options.graceMs ?? 120_000, atMostMs)
    this.#graceTimers.set(peer, inBackground(setTimeout(() => this.#onGraceOver(peer), waitMs)))
  }

  #stopWaiting(peer: Peer): void {
    clearTimeout(this.#graceTimers.get(peer))
    this.#graceTimers.delete(peer)
  }

  #onGraceOver(peer: Peer): void {
    const text = `The ${peer.role} did not come back in time.`
    this.#graceTimers.delete(peer)
    if (peer.role === 'script') this.removePeer(peer, new OrielError('script_stopped', text))
    else if (peer.leaves || peer.passing) this.removePeer(peer, new OrielError('window_closed', text))
    // The window itself may still be there; its page has only to be loaded again.
    else this.#makeStale(peer, new OrielError('window_closed', text))
  }

  #onBehind(peer: Peer): void {
    this.#makeStale(
      peer,
      new OrielError('window_closed', `The ${peer.role} is too far behind and has to start afresh.`),
    )
    peer.carrier?.close(CLOSE.slow, 'too far behind')
  }

  /** Nothing is kept for it any more, and nobody waits for it. It may come again with a new ticket. */
  #makeStale(peer: Peer, reason: OrielError): void {
    peer.stale = true
    peer.outbox.clear()
    this.exchange.forget(peer, reason)
  }

  #setSecrets(peer: Peer, secrets: string[]): void {
    for (const old of this.#secrets.get(peer) ?? []) this.#byResume.delete(old)
    for (const secret of secrets) this.#byResume.set(secret, peer)
    if (secrets.length > 0) this.#secrets.set(peer, secrets)
    else this.#secrets.delete(peer)
  }
}

type StreamMessage = Extract<ClientMessage, { stream: string }>
