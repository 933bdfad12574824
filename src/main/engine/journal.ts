import { prepareOps } from '../../shared/document/apply.ts'
import { withoutAside } from '../../shared/document/aside.ts'
import { restoreDocument } from '../../shared/document/restore.ts'
import { DocumentState } from '../../shared/document/state.ts'
import { weightOf } from '../../shared/document/weight.ts'
import type { Commit, DocumentSnapshot, Op } from '../../shared/document/types.ts'
import { randomId } from '../../shared/ids.ts'
import type { Layer } from '../../shared/document/layer.ts'
import type { Log } from '../log.ts'
import { LOG_LIMITS } from '../stores/types.ts'
import type { DocumentStore, LogSize, StoredDocument } from '../stores/types.ts'
import { Aside } from './aside.ts'
import { DocumentWriter } from './document-writer.ts'

const REPLAY_COMMITS = 5000
/** Bytes of the commits kept for them, about: a script may well set megabytes many times a second. */
const REPLAY_BYTES = 64 * 1024 * 1024

export interface JournalOptions {
  sessionId: string
  /** Null: nothing is stored (the app's own windows). */
  store: DocumentStore | null
  stored: StoredDocument | null
  log: Log
  /** Commits kept in memory for clients that come back; default 5000. */
  replayCommits?: number
  /** Past either of these the stored log is folded; default LOG_LIMITS. */
  logLimits?: LogSize
  /** The store will take nothing more of this session: it was removed, or another process runs it now. */
  onStoreLost?: () => void
  /** Something is stored beside the document, and commits are stored as soon as they can be. Default false. */
  keepsAside?: boolean
  /** What stores commits had better wait a moment, for what is about to be stored with them. */
  mayHold?: () => boolean
}

/** The one true copy of a session's document: orders its commits, keeps them for replay and stores them. */
export class Journal {
  readonly state: DocumentState
  /** New with each process: versions of another process's life must never be taken for ours. */
  readonly epoch = randomId(12)
  readonly #options: JournalOptions
  #version: number
  #replay: Commit[] = []
  #replayWeights: number[] = []
  #replayWeight = 0
  /** Null: nothing is stored. */
  readonly #writer: DocumentWriter | null
  #storedVersion = 0
  /** What is stored beside the document. Null: nothing is. */
  readonly aside: Aside | null

  constructor(options: JournalOptions) {
    this.#options = options
    const { sessionId, store, log, logLimits = LOG_LIMITS, onStoreLost = () => {}, mayHold } = options
    // Also where nothing is kept beside it: another process may have.
    const parts = options.stored && withoutAside(options.stored)
    const stored = parts && parts.document
    const aside = options.keepsAside ? new Aside(parts?.aside) : null
    this.aside = aside
    this.#version = stored?.commits.at(-1)?.version ?? stored?.version ?? 0
    const end = stored && { epoch: stored.epoch, version: this.#version }
    const current = () => ({ state: this.state, version: this.#version })
    const { epoch } = this
    const writer =
      store &&
      new DocumentWriter({ sessionId, store, end, epoch, log, logLimits, current, onStoreLost, aside, mayHold })
    this.#writer = writer
    this.state = stored
      ? restoreDocument(
          stored,
          ({ version }, error) =>
            log.warn('a stored commit no longer fits and was left out', { version, error: String(error) }),
          (before, layer) => writer?.noteStored(before, layer),
        )
      : DocumentState.empty()
  }

  get version(): number {
    return this.#version
  }

  /**
   * Applies all ops or none, and gives the commit, without the ops that change nothing (rules Y7, Y8); null if none does.
   * Throws bad_op, unknown_record, bad_path or bad_value, or what `check` throws once it has seen what would change.
   */
  commit(proposed: Op[], origin: Commit['origin'], check?: (change: Layer) => void): Commit | null {
    const { applied: ops, layer } = prepareOps(this.state, proposed)
    if (ops.length === 0) return null
    check?.(layer)
    const kept = this.#writer?.prepare(this.state, layer, ops) ?? []
    layer.writeInto(this.state)
    const commit: Commit = { epoch: this.epoch, version: ++this.#version, origin, ops }
    this.#keepForReplay(commit)
    if (kept.length > 0) {
      this.#storedVersion = commit.version
      this.#writer?.write({ ...commit, ops: kept })
    }
    return commit
  }

  /** Version of the last commit of which something is stored; 0 before the first. */
  get storedVersion(): number {
    return this.#storedVersion
  }

  /** A commit that changes nothing, to take along what is to be stored beside the document; null if one is on its way already. */
  mark(): Commit | null {
    if (!this.#writer || this.#writer.isLost) return null
    if (this.#writer.hasUnwritten) {
      this.#writer.hurry()
      return null
    }
    const commit: Commit = { epoch: this.epoch, version: ++this.#version, origin: null, ops: [] }
    this.#keepForReplay(commit)
    this.#writer.write({ ...commit })
    this.#writer.hurry()
    return commit
  }

  /** Resolves when every commit so far is stored, without hurrying it; never if that cannot be. */
  async stored(): Promise<void> {
    await this.#writer?.stored()
  }

  #keepForReplay(commit: Commit): void {
    const weight = weightOf(commit.ops)
    this.#replay.push(commit)
    this.#replayWeights.push(weight)
    this.#replayWeight += weight
    const { replayCommits = REPLAY_COMMITS } = this.#options
    if (this.#replay.length <= replayCommits * 1.25 && this.#replayWeight <= REPLAY_BYTES) return
    let dropped = 0
    // More than needed at once, so that the lists are not moved with each commit.
    while (this.#replay.length - dropped > replayCommits || this.#replayWeight > REPLAY_BYTES * 0.75)
      this.#replayWeight -= this.#replayWeights[dropped++]!
    this.#replay = this.#replay.slice(dropped)
    this.#replayWeights = this.#replayWeights.slice(dropped)
  }

  /** Commits after `version`, or null where the log does not reach back or the epoch is another. */
  since(epoch: string | undefined, version: number | undefined): readonly Commit[] | null {
    if (epoch !== this.epoch || version === undefined || version > this.#version) return null
    if (version === this.#version) return []
    const first = this.#replay[0]
    if (!first || first.version > version + 1) return null
    return this.#replay.slice(version + 1 - first.version)
  }

  snapshot(): DocumentSnapshot {
    return this.state.toSnapshot()
  }

  /** Something that ought to be stored no longer is. */
  get isLost(): boolean {
    return this.#writer?.isLost ?? false
  }

  /** Resolves when every commit so far is stored, or `isLost`. */
  async flush(): Promise<void> {
    await this.#writer?.flush()
  }
}
