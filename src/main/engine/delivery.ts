import { separate } from '../../shared/bulk/separate.ts'
import type { Separated } from '../../shared/bulk/separate.ts'
import { BulkSender } from '../../shared/bulk/sender.ts'
import { encode } from '../../shared/carriers/codec.ts'
import { coalesce } from '../../shared/document/coalesce.ts'
import type { Commit, DocumentSnapshot } from '../../shared/document/types.ts'
import { weightOf, weightOfSnapshot } from '../../shared/document/weight.ts'
import { toPublicError } from '../../shared/errors.ts'
import { OWN_MAX_MESSAGE_BYTES } from '../../shared/protocol.ts'
import type { CommitMessage, CommitsMessage, RoomMessage, Snapshot } from '../../shared/protocol.ts'
import { tooLarge, totalBytes } from '../../shared/sizes.ts'
import type { TypedArray } from '../../shared/value.ts'

/** What a client may have been sent before it has said that it took some of it. */
export interface Ahead {
  commits: number
  bytes: number
}
const DEFAULT_AHEAD: Ahead = { commits: 1000, bytes: 4 * 1024 * 1024 }
/** Commits that go out as they are made while the client has not taken those before them; further ones gather for a moment. */
const EAGER = 32
/** How long they gather, in ms. */
const GATHER_MS = 8
/** More missed commits than this become one. */
const ONE_BY_ONE = 4
/** Bytes of missed commits that are made into one at most. */
const MERGE_BYTES = 8 * 1024 * 1024
/** About what an acknowledgement weighs, in bytes. */
const ACK_BYTES = 64

/** Values of a commit to come. */
interface Staged {
  values: readonly (TypedArray | ArrayBuffer)[]
  /** The client has them whole. */
  isThere: boolean
}

/** The document as a delivery needs it. */
export interface DeliverySource {
  readonly epoch: string
  readonly version: number
  since(epoch: string | undefined, version: number | undefined): readonly Commit[] | null
  snapshot(): DocumentSnapshot
}

/** The client that is delivered to. */
export interface DeliveryTarget {
  post(message: RoomMessage): void
  /** It made this edit. */
  made(mutationId: string): boolean
  /** Everything up to now has been sent; what had to wait for that may go. */
  onCurrent(): void
}

/**
 * Brings the document to one connected client, no faster than it takes it: what it cannot take yet waits in the room's
 * log, at no cost, and comes later, several commits as one if there are many, or as a snapshot where the log no longer
 * reaches back (rule Z4). Large values go ahead of their commits, between other messages (rule Z5).
 */
export class Delivery {
  readonly #source: DeliverySource
  readonly #target: DeliveryTarget
  readonly #ahead: Ahead
  readonly #bulk: BulkSender
  /** Own edits that the room did not take as they were sent: their authors get the commit and no acknowledgement. */
  readonly #changed = new Set<string>()
  /** Transfers for commits to come. */
  readonly #staged = new Map<string, Staged>()
  readonly #deferred: (() => void)[] = []
  /** Highest version sent on this link; null where no document is delivered. */
  #sent: number | null = null
  #inFlight: { version: number; weight: number }[] = []
  #inFlightBytes = 0
  /** Values of the next commit are on their way. */
  #isSendingAhead = false
  #maxBytes = 0
  /** Commits gather until it fires. */
  #gathering: ReturnType<typeof setTimeout> | null = null
  /** Counts links, so that what was begun on one does not go on over the next. */
  #link = 0
  #transfers = 0

  constructor(source: DeliverySource, target: DeliveryTarget, ahead: Ahead = DEFAULT_AHEAD) {
    this.#source = source
    this.#ahead = ahead
    this.#target = target
    this.#bulk = new BulkSender((message) => target.post(message))
  }

  /** Everything has been sent that there is. */
  get isCurrent(): boolean {
    return this.#sent === null || (this.#sent === this.#source.version && !this.#isSendingAhead)
  }

  /** The document is too large for the client, which has not been sent what there is. */
  get isWithheld(): boolean {
    return this.#sent === null
  }

  /** Bytes of large values that the client has taken over this link. */
  get progress(): number {
    return this.#bulk.progress
  }

  /** A new link: what it missed since `version`, or, where that is null, a snapshot. `maxBytes`: what the client takes. */
  start(version: number | null, maxBytes: number): void {
    this.stop()
    this.#maxBytes = maxBytes
    if (version === null) this.#sendSnapshot(false)
    else {
      this.#sent = version
      this.#pump()
    }
  }

  /** The link is gone. */
  stop(): void {
    this.#link++
    this.#sent = null
    this.#inFlight = []
    this.#inFlightBytes = 0
    this.#isSendingAhead = false
    this.#stopGathering()
    this.#staged.clear()
    this.#deferred.length = 0
    this.#bulk.reset()
  }

  /** The client asks for the document anew. */
  pull(): void {
    this.#sendSnapshot(false)
  }

  /** A commit was made. `changed`: not as its author sent it. */
  onCommit(commit: Commit, changed: boolean): void {
    const own = this.#isOwn(commit)
    if (own && changed) this.#changed.add(commit.origin!.mutationId)
    if (this.#sent === null || this.#isSendingAhead || commit.version !== this.#sent + 1) return
    if (this.#inFlight.length < EAGER) this.#send(commit)
    else this.#gathering ??= setTimeout(() => this.hurry(), GATHER_MS)
  }

  /** Something waits to be sent behind the commits so far. */
  hurry(): void {
    if (!this.#gathering) return
    this.#stopGathering()
    this.#pump()
  }

  #stopGathering(): void {
    if (this.#gathering) clearTimeout(this.#gathering)
    this.#gathering = null
  }

  /** The client has taken all commits up to `version`. */
  onReceived(version: number): void {
    let taken = 0
    while (taken < this.#inFlight.length && this.#inFlight[taken]!.version <= version)
      this.#inFlightBytes -= this.#inFlight[taken++]!.weight
    if (taken === 0) return
    this.#inFlight = taken === this.#inFlight.length ? [] : this.#inFlight.slice(taken)
    // Not for each: who is behind gets more at once.
    if (
      !this.isCurrent &&
      this.#inFlightBytes <= this.#ahead.bytes / 2 &&
      this.#inFlight.length <= this.#ahead.commits / 2
    )
      this.#pump()
  }

  onCredit(transfer: string, taken: number): void {
    this.#bulk.credit(transfer, taken)
  }

  /** Once everything up to now has been sent: at once, as a rule. Dropped with the link. */
  whenCurrent(post: () => void): void {
    if (this.isCurrent) post()
    else this.#deferred.push(post)
  }

  /**
   * Sends values of a commit to come. Resolves when they are there, or will not be: for a client that is behind or gone.
   * Cancel by `unstage`.
   */
  async stage(id: string, values: readonly (TypedArray | ArrayBuffer)[]): Promise<void> {
    const bytes = totalBytes(values)
    // What the client holds for commits to come counts as one message.
    if (this.#sent === null || !this.isCurrent || this.#stagedBytes + bytes > this.#maxBytes) return
    const link = this.#link
    this.#staged.set(id, { values, isThere: false })
    const isThere = await this.#bulk.send(id, values)
    if (link !== this.#link) return
    const staged = this.#staged.get(id)
    if (isThere && staged) staged.isThere = true
    else this.#staged.delete(id)
  }

  get #stagedBytes(): number {
    let bytes = 0
    for (const { values } of this.#staged.values()) bytes += totalBytes(values)
    return bytes
  }

  /** The values are no longer wanted, or took too long. */
  unstage(id: string): void {
    const staged = this.#staged.get(id)
    if (!staged) return
    this.#staged.delete(id)
    if (staged.isThere) this.#target.post({ type: 'bulk', transfer: id, sizes: [] })
    else this.#bulk.cancel(id)
  }

  #isOwn({ origin }: Commit): boolean {
    return origin !== null && this.#target.made(origin.mutationId)
  }

  /** Sends what there is, as far as the client keeps up. */
  #pump(): void {
    while (this.#sent !== null && !this.#isSendingAhead && this.#sent < this.#source.version && this.#hasRoom()) {
      const missed = this.#source.since(this.#source.epoch, this.#sent)
      if (!missed) this.#sendSnapshot(true)
      else if (missed.length <= ONE_BY_ONE || !this.#sendMerged(missed)) {
        for (const commit of missed) {
          // The link may end while it is sent to.
          if (this.#sent === null || !this.#hasRoom() || this.#isSendingAhead) break
          this.#send(commit)
        }
      }
    }
    this.#tellIfCurrent()
  }

  #tellIfCurrent(): void {
    if (!this.isCurrent) return
    for (const post of this.#deferred.splice(0)) post()
    this.#target.onCurrent()
  }

  /** At least one at a time, whatever it weighs. */
  #hasRoom(): boolean {
    const { length } = this.#inFlight
    return length === 0 || (length < this.#ahead.commits && this.#inFlightBytes < this.#ahead.bytes)
  }

  #send(commit: Commit): void {
    if (!this.#hasRoom()) return
    const mutationId = commit.origin?.mutationId
    if (mutationId !== undefined && this.#isOwn(commit) && !this.#changed.delete(mutationId)) {
      this.#note(commit.version, ACK_BYTES)
      return this.#target.post({ type: 'ack', mutationId, version: commit.version })
    }
    const separated = separate(commit.ops)
    if (!separated) return this.#sendWhole({ type: 'commit', commit }, commit.version, weightOf(commit.ops))
    this.#sendBulk(separated, commit.version, (ops, bulk) => ({ type: 'commit', commit: { ...commit, ops }, bulk }))
  }

  /** Many commits as one; false where they are too large for that. */
  #sendMerged(missed: readonly Commit[]): boolean {
    let weight = 0
    for (const { ops } of missed) if ((weight += weightOf(ops)) > MERGE_BYTES) return false
    const { version } = missed.at(-1)!
    if (missed.every((commit) => this.#isOwn(commit) && !this.#changed.has(commit.origin!.mutationId))) {
      this.#note(version, missed.length * ACK_BYTES)
      this.#target.post({ type: 'acks', version, mutationIds: missed.map(({ origin }) => origin!.mutationId) })
      return true
    }
    const answered = missed.filter((commit) => this.#isOwn(commit)).map(({ origin }) => origin!.mutationId)
    for (const mutationId of answered) this.#changed.delete(mutationId)
    const { epoch } = this.#source
    const message = { type: 'commits', epoch, from: this.#sent!, version, answered } as const
    const merged = coalesce(missed.flatMap(({ ops }) => ops))
    const separated = separate(merged)
    if (separated) this.#sendBulk(separated, version, (ops, bulk) => ({ ...message, ops, bulk }))
    else this.#sendWhole({ ...message, ops: merged }, version, weightOf(merged))
    return true
  }

  #sendWhole(message: CommitMessage | CommitsMessage | Snapshot, version: number, weight: number): void {
    const bytes = sizeOf(message, weight, this.#maxBytes)
    if (bytes > this.#maxBytes) return this.#withhold(bytes)
    this.#note(version, weight)
    this.#target.post(message)
  }

  /** The client takes no message of this size: it gets nothing of the document until it pulls with success (rule P2). */
  #withhold(bytes: number): void {
    this.#sent = null
    const error = tooLarge('For this client the document', bytes, this.#maxBytes)
    this.#target.post({ type: 'withheld', error: toPublicError(error) })
  }

  /** Sends large values ahead of their commit, unless the client has them already, and then the commit. */
  #sendBulk(
    { ops, places, values }: Separated,
    version: number,
    message: (ops: Separated['ops'], bulk: NonNullable<CommitMessage['bulk']>) => CommitMessage | CommitsMessage,
  ): void {
    const bytes = totalBytes(values)
    if (bytes > this.#maxBytes) return this.#withhold(bytes)
    const post = (transfer: string) => {
      this.#note(version, weightOf(ops))
      this.#target.post(message(ops, { transfer, places }))
    }
    for (const [transfer, staged] of this.#staged) {
      if (!staged.isThere || !isSame(staged.values, values)) continue
      this.#staged.delete(transfer)
      return post(transfer)
    }
    // What is here must not be kept waiting by what is not ordered yet.
    if (this.#stagedBytes + bytes > this.#maxBytes) for (const id of [...this.#staged.keys()]) this.unstage(id)
    const link = this.#link
    const transfer = `${link}.${++this.#transfers}`
    this.#isSendingAhead = true
    void this.#bulk.send(transfer, values).then((isThere) => {
      if (!isThere || link !== this.#link) return
      this.#isSendingAhead = false
      // It may have been sent a snapshot meanwhile.
      if (this.#sent !== null && this.#sent < version) post(transfer)
      else this.#target.post({ type: 'bulk', transfer, sizes: [] })
      this.#pump()
    })
  }

  #note(version: number, weight: number): void {
    this.#sent = version
    this.#inFlight.push({ version, weight })
    this.#inFlightBytes += weight
  }

  #sendSnapshot(resend: boolean): void {
    const { epoch, version } = this.#source
    const document = this.#source.snapshot()
    this.#changed.clear()
    const snapshot: Snapshot = { type: 'snapshot', epoch, version, document }
    if (resend) snapshot.resend = true
    this.#sendWhole(snapshot, version, this.#maxBytes < OWN_MAX_MESSAGE_BYTES ? weightOfSnapshot(document) : 0)
    this.#tellIfCurrent()
  }
}

/** Bytes of a message: about, or exactly where it may be too many. Text and numbers can take up to three times their weight. */
function sizeOf(message: object, weight: number, maxBytes: number): number {
  return weight * 3 > maxBytes ? encode(message).byteLength : weight
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((value, index) => value === others[index])
}
