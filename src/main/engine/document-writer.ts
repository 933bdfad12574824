import type { Layer, ReadableState } from '../../shared/document/layer.ts'
import type { DocumentState } from '../../shared/document/state.ts'
import type { Commit, Op } from '../../shared/document/types.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import type { DocumentChange, DocumentEnd, DocumentStore, LogSize } from '../stores/types.ts'
import type { Aside } from './aside.ts'
import { storedLayer, storedOps } from './stored-ops.ts'
import { Touched } from './touched.ts'

/** At most this long between a commit and its write, in ms; an idle session writes at once. */
const WRITE_TICK_MS = 16
const RETRY_MS = 1000
/**
 * How often it is looked whether what has come is still to be held back for what belongs with it, and how long between, in
 * ms. Looks are counted and not the time: a process that got no processor meanwhile has what it waits for in its queue.
 */
const HOLD_LOOKS = 10
const HOLD_EVERY_MS = 5

export interface DocumentWriterOptions {
  sessionId: string
  store: DocumentStore
  /** Where the stored document ends, if there is one. */
  end: DocumentEnd | null
  epoch: string
  log: Log
  /** Past either of these the log is folded. */
  logLimits: LogSize
  /** The document as it is, up to `version`. */
  current: () => { state: DocumentState; version: number }
  onStoreLost: () => void
  /** What is stored along; null: nothing is. Somebody waits for it: commits are stored as soon as they can be. */
  aside?: Aside | null
  /** More is about to come that is to be stored with what there is. */
  mayHold?: () => boolean
}

/** Stores one document's commits in batches, and has their log folded when it has become long. */
export class DocumentWriter {
  readonly #options: DocumentWriterOptions
  readonly #touched = new Touched()
  #unwritten: Commit[] = []
  #timer: ReturnType<typeof setTimeout> | null = null
  #writing: Promise<void> | null = null
  #lastWrite = 0
  /** What an earlier process left; ours once it is taken over. */
  #end: DocumentEnd | null
  /** The stored document cannot be gone on from. */
  #snapshotDue = false
  #folding: Promise<void> | null = null
  /** Unix ms. */
  #foldNotBefore = 0
  #lost = false
  /** Looks since the first of what is unwritten came. */
  #looks = 0
  /** Versions of the last commit to be stored, and of the last that is. */
  #queued = 0
  #written = 0
  #waiters: { version: number; resolve: () => void }[] = []

  constructor(options: DocumentWriterOptions) {
    this.#options = options
    this.#end = options.end
  }

  /** The store will take nothing more of this session. */
  get isLost(): boolean {
    return this.#lost
  }

  /** Notes what an already stored commit changes. */
  noteStored(before: ReadableState, layer: Layer): void {
    this.#touched.note(before, layer)
  }

  /** The ops to be stored of a commit that is about to change `before`; to be given to `write` if there are any. */
  prepare(before: ReadableState, layer: Layer, ops: readonly Op[]): Op[] {
    if (this.#lost) return []
    const stored = storedOps(before, layer, ops)
    if (stored.length > 0) this.#touched.note(before, storedLayer(before, layer, ops, stored))
    return stored
  }

  get hasUnwritten(): boolean {
    return this.#unwritten.length > 0
  }

  /** Takes a commit to be stored soon. */
  write(commit: Commit): void {
    if (this.#unwritten.length === 0) this.#looks = 0
    this.#unwritten.push(commit)
    this.#queued = commit.version
    this.#schedule()
  }

  /** What was held back may go, unless there is more to wait for. */
  hurry(): void {
    if (!this.#timer) return this.#schedule()
    if (this.#isHeld()) return
    clearTimeout(this.#timer)
    this.#timer = null
    void this.#writeAll()
  }

  /** Resolves when every commit so far is stored, in its own time; never if `isLost`. */
  stored(): Promise<void> {
    const version = this.#queued
    if (version <= this.#written) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push({ version, resolve }))
  }

  /** Resolves when every commit so far is stored, or `isLost`. Does not wait for the log to be folded. */
  async flush(): Promise<void> {
    while (this.#unwritten.length > 0 || this.#writing) {
      if (this.#timer) clearTimeout(this.#timer)
      this.#timer = null
      await (this.#writing ?? this.#writeAll())
    }
  }

  #schedule(): void {
    if (this.#timer || this.#writing) return
    const wait = this.#options.aside ? 0 : Math.max(0, this.#lastWrite + WRITE_TICK_MS - Date.now())
    this.#wait(wait)
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (!this.#isHeld()) return void this.#writeAll()
      this.#looks++
      this.#wait(HOLD_EVERY_MS)
    }, ms)
  }

  #isHeld(): boolean {
    return (this.#options.mayHold?.() ?? false) && this.#looks < HOLD_LOOKS
  }

  async #writeAll(): Promise<void> {
    const batch = this.#unwritten
    if (batch.length === 0) return
    this.#unwritten = []
    this.#writing = this.#writeBatch(batch)
    await this.#writing
    this.#writing = null
    if (this.#unwritten.length > 0) this.#schedule()
  }

  async #writeBatch(batch: Commit[]): Promise<void> {
    const { store, sessionId, log } = this.#options
    try {
      await this.#takeOver()
      const aside = this.#options.aside?.take() ?? []
      const last = batch.length - 1
      // Rows that came with an earlier try are in the batch already; these are newer.
      if (aside.length > 0) batch[last] = { ...batch[last]!, ops: [...batch[last]!.ops, ...aside] }
      if (this.#snapshotDue) await this.#saveSnapshot()
      else this.#foldIfLong(await store.append(sessionId, batch))
      this.#lastWrite = Date.now()
      this.#onWritten(batch.at(-1)!.version)
    } catch (error) {
      const code = error instanceof OrielError ? error.code : null
      if (code === 'bad_value' || code === 'unknown_session' || code === 'closed') {
        // Another process took the session over, it was removed, or the store has closed: trying again cannot help.
        log.error('this session is no longer stored', { sessionId, error: String(error) })
        this.#lost = true
        this.#unwritten = []
        this.#touched.clear()
        this.#options.onStoreLost()
        return
      }
      if (code === 'store_damaged') this.#snapshotDue = true
      log.error('commits could not be stored; trying again', { sessionId, error: String(error) })
      this.#unwritten = [...batch, ...this.#unwritten]
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref())
    }
  }

  #onWritten(version: number): void {
    this.#written = version
    const waiters = this.#waiters
    this.#waiters = waiters.filter((one) => one.version > version)
    for (const waiter of waiters) if (waiter.version <= version) waiter.resolve()
  }

  /** The store takes commits of one epoch only. */
  async #takeOver(): Promise<void> {
    if (!this.#end) return
    const { store, sessionId, epoch } = this.#options
    if ((await store.takeOver(sessionId, this.#end, epoch)) === null) this.#snapshotDue = true
    this.#end = null
  }

  async #saveSnapshot(): Promise<void> {
    // It would be in the way, and ends by itself.
    await this.#folding
    const { store, sessionId, epoch } = this.#options
    const { state, version } = this.#options.current()
    this.#touched.clear()
    const snapshot = state.toSnapshot(['state', 'data'])
    const records = [...snapshot.records, ...(this.#options.aside?.all().records ?? [])]
    await store.saveSnapshot(sessionId, epoch, version, { ...snapshot, records })
    this.#snapshotDue = false
    // What came up to the snapshot is in it; what came while it was written is not.
    this.#unwritten = this.#unwritten.filter((commit) => commit.version > version)
  }

  #foldIfLong({ logCommits, logBytes }: LogSize): void {
    const { logLimits } = this.#options
    if (logCommits <= logLimits.logCommits && logBytes <= logLimits.logBytes) return
    if (this.#folding || Date.now() < this.#foldNotBefore) return
    this.#folding = this.#fold().then((size) => {
      this.#folding = null
      if (size) this.#foldIfLong(size)
    })
  }

  /** The log that is dropped may hold what is stored beside the document. */
  #withAside(change: DocumentChange): DocumentChange {
    const aside = this.#options.aside?.all()
    if (!aside) return change
    return { ...change, added: [...change.added, ...aside.records], removed: [...change.removed, ...aside.removed] }
  }

  /** Null if it did not come about. */
  async #fold(): Promise<LogSize | null> {
    const { store, sessionId, epoch, log } = this.#options
    const { state, version } = this.#options.current()
    const { change, giveBack } = this.#touched.take(state)
    try {
      return await store.fold(sessionId, { epoch, version }, this.#withAside(change))
    } catch (error) {
      giveBack()
      const code = error instanceof OrielError ? error.code : null
      if (code === 'store_damaged') this.#snapshotDue = true
      // Nothing is lost, the log only stays long; whether anything can be stored at all the next commits will tell.
      else if (code !== 'closed') log.warn('the log could not be folded', { sessionId, error: String(error) })
      this.#foldNotBefore = Date.now() + RETRY_MS
      return null
    }
  }
}
