import type { Carrier } from '../../shared/carrier.ts'
import type { Commit, Op } from '../../shared/document/types.ts'
import { OrielError, toPublicError } from '../../shared/errors.ts'
import { parseClientMessage } from '../../shared/messages.ts'
import { CLOSE, DEFAULT_MAX_MESSAGE_BYTES } from '../../shared/protocol.ts'
import type { ClientMessage, EditMessage, Hello } from '../../shared/protocol.ts'
import type { Log } from '../log.ts'
import type { DocumentStore, StoredDocument } from '../stores/types.ts'
import { Exchange } from './exchange.ts'
import type { CallHandler } from './exchange.ts'
import { Journal } from './journal.ts'
import { Peer } from './peer.ts'
import type { PeerRole } from './peer.ts'

/** Mutation ids remembered per peer, to recognise edits that are sent again after a drop. */
const RECENT_MUTATIONS = 1000

export interface RoomOptions {
  sessionId: string
  clientId: string
  store: DocumentStore | null
  stored: StoredDocument | null
  log: Log
  onCall: CallHandler
  /** Why there is no script to answer, when there is none. */
  scriptAbsence: () => OrielError
  /** How long a window may be gone before its place is given up, in ms; default 120,000. */
  graceMs?: number
  /** A window's connection came or went. */
  onAttachment?: (peer: Peer) => void
  /** What happens from now on is no longer stored. */
  onStoreLost?: () => void
  /** After each commit, for what follows the document in the main process. Must not edit. */
  onCommit?: (ops: readonly Op[]) => void
}

/** The authority of one session's document, and where its clients meet. */
export class Room {
  readonly sessionId: string
  readonly clientId: string
  readonly journal: Journal
  readonly exchange: Exchange
  readonly #options: RoomOptions
  readonly #peers = new Set<Peer>()
  readonly #byResume = new Map<string, Peer>()
  readonly #graceTimers = new Map<Peer, ReturnType<typeof setTimeout>>()
  #closed = false

  constructor(options: RoomOptions) {
    this.#options = options
    this.sessionId = options.sessionId
    this.clientId = options.clientId
    this.journal = new Journal(options)
    this.exchange = new Exchange(
      {
        script: () => this.peers('script')[0] ?? null,
        windows: (widgetId) => this.peers('window').filter((peer) => peer.widgetId === widgetId),
        scriptAbsence: options.scriptAbsence,
      },
      options.onCall,
    )
  }

  peers(role: PeerRole): Peer[] {
    return [...this.#peers].filter((peer) => peer.role === role)
  }

  /**
   * A place for a client that is about to come. A room has one script at a time: a new one replaces the old. With
   * `passing` the place is given up as soon as its connection ends.
   */
  addPeer(role: PeerRole, widgetId: string | null, { passing = false } = {}): Peer {
    if (role === 'script') {
      for (const old of this.peers('script'))
        this.removePeer(old, new OrielError('script_stopped', 'The script was started again.'))
    }
    const peer = new Peer(role, widgetId, passing)
    this.#peers.add(peer)
    // It may never come.
    if (passing) this.#giveUpLater(peer)
    return peer
  }

  removePeer(peer: Peer, reason: OrielError): void {
    if (!this.#peers.delete(peer)) return
    clearTimeout(this.#graceTimers.get(peer))
    this.#graceTimers.delete(peer)
    if (peer.resume) this.#byResume.delete(peer.resume)
    peer.removed = true
    this.exchange.forget(peer, reason)
    peer.close(CLOSE.sessionGone, reason.code)
  }

  /** The peer that may resume with this secret. */
  findResume(secret: string): Peer | null {
    return this.#byResume.get(secret) ?? null
  }

  /** Welcomes a peer on its new carrier and brings it up to date. */
  attach(peer: Peer, carrier: Carrier, hello: Hello): void {
    const resuming = hello.resume !== undefined
    if (peer.resume) this.#byResume.delete(peer.resume)
    clearTimeout(this.#graceTimers.get(peer))
    this.#graceTimers.delete(peer)
    if (!resuming) peer.inbox.reset()
    peer.outbox.release(resuming ? (hello.lastSeq ?? 0) : 0)
    peer.attach(carrier)
    this.#byResume.set(peer.resume!, peer)
    const missed = resuming ? this.journal.since(hello.epoch, hello.lastVersion) : null
    const { epoch, version } = this.journal
    carrier.send({
      type: 'welcome',
      mode: missed ? 'resumed' : 'snapshot',
      sessionId: this.sessionId,
      clientId: this.clientId,
      connectionId: peer.connectionId,
      widgetId: peer.widgetId,
      epoch,
      version,
      resume: peer.resume!,
      lastSeq: peer.inbox.last,
      limits: { maxMessageBytes: DEFAULT_MAX_MESSAGE_BYTES },
    })
    if (missed) for (const commit of missed) peer.post({ type: 'commit', commit })
    else peer.post({ type: 'snapshot', epoch, version, document: this.journal.snapshot() })
    for (const message of peer.outbox.kept()) peer.post(message)
    carrier.onMessage((raw) => this.#onMessage(peer, carrier, raw))
    carrier.onClose(() => this.#onClose(peer, carrier))
    this.#options.onAttachment?.(peer)
  }

  /** A change by the main process itself. */
  edit(ops: Op[]): void {
    if (this.#closed) return
    const commit = this.journal.commit(ops, null)
    if (!commit) return
    this.#broadcast(commit, null)
    this.#options.onCommit?.(commit.ops)
  }

  /** Sends everybody away and stores what is left. Idempotent. */
  async close(reason: OrielError): Promise<void> {
    if (this.#closed) return this.journal.flush()
    this.#closed = true
    for (const peer of [...this.#peers]) this.removePeer(peer, reason)
    await this.journal.flush()
  }

  #onMessage(peer: Peer, carrier: Carrier, raw: unknown): void {
    if (peer.carrier !== carrier) return
    let message: ClientMessage
    try {
      message = parseClientMessage(raw)
    } catch (error) {
      const { message: reason } = toPublicError(error)
      this.#options.log.warn('a client sent something malformed', {
        sessionId: this.sessionId,
        role: peer.role,
        reason,
      })
      return carrier.close(CLOSE.badMessage, reason.slice(0, 100))
    }
    switch (message.type) {
      case 'event':
        if (peer.take(message.seq)) this.exchange.event(peer, message)
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
        return this.#onEdit(peer, message)
      case 'received':
        return peer.outbox.release(message.seq)
      case 'ping':
        return peer.post({ type: 'pong', id: message.id })
      case 'pong':
        return
      case 'hello':
        return carrier.close(CLOSE.badMessage, 'greeted already')
    }
  }

  #onEdit(peer: Peer, { mutationId, ops }: EditMessage): void {
    const known = peer.recentMutations.get(mutationId)
    if (known !== undefined) return peer.post({ type: 'ack', mutationId, version: known })
    try {
      if (peer.role === 'window')
        throw new OrielError('not_allowed', 'A window cannot change the document; send an event to the script.')
      const commit = this.journal.commit(ops, { clientId: this.clientId, mutationId })
      peer.recentMutations.set(mutationId, commit?.version ?? this.journal.version)
      if (peer.recentMutations.size > RECENT_MUTATIONS)
        peer.recentMutations.delete(peer.recentMutations.keys().next().value!)
      // The author has its edit already: an acknowledgement will do, unless the room left something out.
      if (!commit) return peer.post({ type: 'ack', mutationId, version: this.journal.version })
      // The others first: somebody looks at what they show.
      this.#broadcast(commit, peer)
      if (commit.ops.length === ops.length) peer.post({ type: 'ack', mutationId, version: commit.version })
      else peer.post({ type: 'commit', commit })
      this.#options.onCommit?.(commit.ops)
    } catch (error) {
      peer.post({ type: 'reject', mutationId, error: toPublicError(error) })
    }
  }

  #broadcast(commit: Commit, author: Peer | null): void {
    for (const peer of this.#peers) if (peer !== author) peer.post({ type: 'commit', commit })
  }

  #onClose(peer: Peer, carrier: Carrier): void {
    if (!peer.detach(carrier) || peer.removed) return
    this.#options.onAttachment?.(peer)
    if (peer.passing) this.removePeer(peer, new OrielError('window_closed', 'The page was closed.'))
    else this.#giveUpLater(peer)
  }

  #giveUpLater(peer: Peer): void {
    const timer = setTimeout(
      () => this.removePeer(peer, new OrielError('window_closed', 'The window did not come back in time.')),
      this.#options.graceMs ?? 120_000,
    )
    timer.unref()
    this.#graceTimers.set(peer, timer)
  }
}
