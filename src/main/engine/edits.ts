import { separate, unite, type Separated } from '../../shared/bulk/separate.ts'
import { EDIT_EVENT, NO_WIDGET } from '../../shared/calls.ts'
import type { Carrier } from '../../shared/carrier.ts'
import { prepareOps } from '../../shared/document/apply.ts'
import type { Layer } from '../../shared/document/layer.ts'
import type { Commit, Op } from '../../shared/document/types.ts'
import { OrielError, toPublicError } from '../../shared/errors.ts'
import { CLOSE } from '../../shared/protocol.ts'
import type { BulkMessage, ChunkMessage, EditMessage } from '../../shared/protocol.ts'
import { GUARD_RECORD_ID, RESERVED_TYPES } from '../../shared/records.ts'
import type { Value } from '../../shared/value.ts'
import type { Log } from '../log.ts'
import type { Exchange } from './exchange.ts'
import type { Journal } from './journal.ts'
import type { Peer } from './peer.ts'
import { RecordSchemas } from './record-schemas.ts'
import { stageValues } from './staging.ts'

/** How long the script may take to say whether a program's edit may be made, in ms. */
const GUARD_TIMEOUT_MS = 5000

export interface EditsOptions {
  clientId: string
  journal: Journal
  exchange: Exchange
  log: Log
  peers: () => Iterable<Peer>
  script: () => Peer | null
  /** Why there is no script to ask. */
  scriptAbsence: () => OrielError
  /** After each commit. */
  onCommit: (commit: Commit) => void
  /** Something that is stored was changed by the script because of this event of the room's. */
  onCause?: (scriptSeq: number) => void
}

/** An edit that has not been decided yet. */
interface Proposal {
  peer: Peer
  /** Of the peer, when it came: who has its place later has not made it. */
  run: number
  mutationId: string
  ops: Op[]
  /** Of the script: the room's event that it was made because of. */
  cause?: number
}

/** Takes the edits of a room's clients: checks each, orders it or refuses it, and has everyone told. */
export class Edits {
  readonly #options: EditsOptions
  readonly #schemas: RecordSchemas
  /** Edits that are being asked about, or whose large values are on their way to the others. */
  readonly #underWay = new Set<string>()
  /** The last edit of each peer that is under way: the next waits for it. */
  readonly #last = new Map<Peer, Promise<void>>()
  #closed = false

  constructor(options: EditsOptions) {
    this.#options = options
    this.#schemas = new RecordSchemas(options.journal.state)
  }

  /** Nothing is taken any more. */
  close(): void {
    this.#closed = true
  }

  /** A change by the main process itself. Throws bad_op, unknown_record, bad_path or bad_value. */
  make(ops: Op[]): void {
    if (this.#closed) return
    const commit = this.#commit(ops, null)
    if (!commit) return
    for (const peer of this.#options.peers()) peer.delivery.onCommit(commit, false)
    this.#options.onCommit(commit)
  }

  /** Has what is stored beside the document stored, with a commit that changes nothing unless another is on its way. */
  mark(): void {
    const commit = this.#options.journal.mark()
    if (commit) for (const peer of this.#options.peers()) peer.delivery.onCommit(commit, true)
  }

  /** Takes one message of a peer's; ends its connection where that fits nothing. */
  onMessage(peer: Peer, carrier: Carrier, message: EditMessage | BulkMessage | ChunkMessage): void {
    try {
      if (peer.role === 'window' && message.type !== 'edit')
        throw new OrielError('bad_message', 'A window sends no large values.')
      if (message.type === 'bulk') peer.receiver?.begin(message)
      else if (message.type === 'chunk') peer.receiver?.chunk(message)
      else {
        const { mutationId, ops, bulk, cause } = message
        if (bulk) unite(ops, bulk.places, peer.receiver!.take(bulk.transfer))
        this.#onEdit({ peer, run: peer.run, mutationId, ops, cause })
      }
    } catch (error) {
      if (!(error instanceof OrielError)) this.#options.log.error('an edit failed', { error: String(error) })
      const { code, message: reason } = toPublicError(error)
      carrier.close(code === 'too_large' ? CLOSE.tooLarge : CLOSE.badMessage, reason.slice(0, 100))
    }
  }

  #onEdit(proposal: Proposal): void {
    const { peer, mutationId, ops } = proposal
    const known = peer.outcomeOf(mutationId)
    if (known && 'error' in known) return peer.post({ type: 'reject', mutationId, error: known.error })
    // Not before the commit itself.
    if (known) return peer.delivery.whenCurrent(() => peer.post({ type: 'ack', mutationId, ...known }))
    if (this.#underWay.has(mutationId)) return
    const guarded = peer.role === 'program' && this.#options.journal.state.get(GUARD_RECORD_ID) !== undefined
    const before = this.#last.get(peer)
    if (guarded || before) return this.#later(proposal, () => this.#askThenTake(proposal, before, guarded))
    const separated = peer.role === 'window' ? null : separate(ops)
    if (separated) this.#later(proposal, () => this.#stageThenTake(proposal, separated), { inOrder: false })
    else this.#take(proposal)
  }

  /** Does what takes time for an edit. Others of the same peer wait for it where they must stay in order. */
  #later({ peer, mutationId }: Proposal, work: () => Promise<void>, { inOrder = true } = {}): void {
    this.#underWay.add(mutationId)
    const done = work().finally(() => {
      this.#underWay.delete(mutationId)
      if (this.#last.get(peer) === done) this.#last.delete(peer)
    })
    if (inOrder) this.#last.set(peer, done)
  }

  /** Asks the script whether the edit may be made (rule Y6). */
  async #askThenTake(proposal: Proposal, before: Promise<void> | undefined, guarded: boolean): Promise<void> {
    await before
    const { peer, ops } = proposal
    try {
      if (guarded) {
        this.#check(peer, this.#tried(ops))
        const script = this.#options.script()
        if (!script) throw this.#options.scriptAbsence()
        const asked = { ops, connectionId: peer.connectionId } as unknown as Value
        await this.#options.exchange.ask(script, NO_WIDGET, EDIT_EVENT, asked, GUARD_TIMEOUT_MS)
      }
    } catch (error) {
      return this.#refuse(proposal, error)
    }
    const separated = separate(ops)
    if (separated) await this.#stageThenTake(proposal, separated)
    else this.#take(proposal)
  }

  /** Has the large values of an edit on their way to everyone before it is ordered (rule Z5). */
  async #stageThenTake(proposal: Proposal, { values }: Separated): Promise<void> {
    const { peer, ops } = proposal
    try {
      this.#check(peer, this.#tried(ops))
    } catch (error) {
      return this.#refuse(proposal, error)
    }
    const others = [...this.#options.peers()].filter((other) => other !== peer && other.attached)
    const unstage = await stageValues(
      values,
      others.map(({ delivery }) => delivery),
    )
    this.#take(proposal)
    unstage()
  }

  /** Orders an edit, or refuses it. */
  #take(proposal: Proposal): void {
    const { peer, mutationId, ops } = proposal
    if (this.#closed || peer.removed) return
    const { journal, clientId, peers, onCommit } = this.#options
    let commit: Commit | null
    try {
      commit = this.#commit(ops, { clientId, mutationId }, (change) => this.#check(peer, change))
    } catch (error) {
      return this.#refuse(proposal, error)
    }
    if (commit && proposal.cause !== undefined && peer.role === 'script' && journal.storedVersion === commit.version)
      this.#options.onCause?.(proposal.cause)
    const isHere = proposal.run === peer.run
    if (!commit) {
      if (!isHere) return
      const outcome = { version: journal.version, unchanged: true } as const
      peer.noteOutcome(mutationId, outcome)
      return peer.delivery.whenCurrent(() => peer.post({ type: 'ack', mutationId, ...outcome }))
    }
    if (isHere) peer.noteOutcome(mutationId, { version: commit.version })
    // The others first: somebody looks at what they show.
    for (const other of peers()) if (other !== peer) other.delivery.onCommit(commit, false)
    // The author has its edit already: an acknowledgement will do, unless the room left something out.
    peer.delivery.onCommit(commit, commit.ops.length !== ops.length)
    onCommit(commit)
  }

  #commit(ops: Op[], origin: Commit['origin'], check?: (change: Layer) => void): Commit | null {
    const { state } = this.#options.journal
    return this.#options.journal.commit(ops, origin, (change) => {
      check?.(change)
      this.#schemas.follow(change, (id) => state.get(id))
    })
  }

  #tried(ops: readonly Op[]): Layer {
    return prepareOps(this.#options.journal.state, ops).layer
  }

  #refuse({ peer, run, mutationId }: Proposal, reason: unknown): void {
    if (!(reason instanceof OrielError)) this.#options.log.error('an edit failed', { error: String(reason) })
    if (run !== peer.run) return
    const error = toPublicError(reason)
    peer.noteOutcome(mutationId, { error })
    peer.post({ type: 'reject', mutationId, error })
  }

  /** Whether this peer may make this change. Throws not_allowed, too_large, invalid_record, bad_value. */
  #check(peer: Peer, change: Layer): void {
    if (!peer.mayWrite) throw new OrielError('not_allowed', 'You may look at this, but not change anything.')
    if (peer.role === 'window')
      throw new OrielError('not_allowed', 'A window cannot change the document; send an event to the script.')
    if (peer.attached && peer.delivery.isWithheld)
      throw new OrielError('too_large', 'This client does not have the document, which is too large for it.')
    if (peer.role === 'program') this.#refuseReserved(change)
    this.#schemas.check(change)
  }

  /** What windows show, and what says what programs may do, is written by the script and the main process alone. Throws not_allowed. */
  #refuseReserved(change: Layer): void {
    const isReserved = (record: { type: string; scope?: string } | null | undefined) =>
      record?.scope === 'view' || (record && RESERVED_TYPES.has(record.type))
    for (const [id, record] of change.changed)
      if (isReserved(record) || isReserved(this.#options.journal.state.get(id)))
        throw new OrielError('not_allowed', `The record "${id}" is the script's own: a program cannot change it.`)
  }
}
