import { prepareOps } from '../../shared/document/apply.ts'
import { restoreDocument } from '../../shared/document/restore.ts'
import { DocumentState } from '../../shared/document/state.ts'
import { weightOf } from '../../shared/document/weight.ts'
import type { Commit, DocumentSnapshot, Op } from '../../shared/document/types.ts'
import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import type { Layer } from '../../shared/document/layer.ts'
import type { Log } from '../log.ts'
import { LOG_LIMITS } from '../stores/types.ts'
import type { DocumentStore, StoredDocument } from '../stores/types.ts'

const REPLAY_COMMITS = 5000
/** Bytes of the commits kept for them, about: a script may well set megabytes many times a second. */
const REPLAY_BYTES = 64 * 1024 * 1024
/** At most this long between a commit and its write, in ms; an idle session writes at once. */
const WRITE_TICK_MS = 16
const RETRY_WRITE_MS = 1000

export interface JournalOptions {
  sessionId: string
  /** Null: nothing is stored (the app's own windows). */
  store: DocumentStore | null
  stored: StoredDocument | null
  log: Log
  /** Commits kept in memory for clients that come back; default 5000. */
  replayCommits?: number
  /** The store will take nothing more of this session: it was removed, or another process runs it now. */
  onStoreLost?: () => void
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
  #unwritten: Commit[] = []
  #timer: ReturnType<typeof setTimeout> | null = null
  #writing: Promise<void> | null = null
  #lastWrite = 0
  /** The store takes commits of one epoch only: what an earlier process left is taken over with a snapshot in ours. */
  #snapshotDue: boolean
  #storing: boolean

  constructor(options: JournalOptions) {
    this.#options = options
    const { stored, log } = options
    this.#snapshotDue = stored !== null
    this.#storing = options.store !== null
    this.state = stored
      ? restoreDocument(stored, ({ version }, error) =>
          log.warn('a stored commit no longer fits and was left out', { version, error: String(error) }),
        )
      : DocumentState.empty()
    this.#version = stored?.commits.at(-1)?.version ?? stored?.version ?? 0
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
    const kept = this.#storing ? this.#toStore(ops) : []
    layer.writeInto(this.state)
    const commit: Commit = { epoch: this.epoch, version: ++this.#version, origin, ops }
    this.#keepForReplay(commit)
    if (kept.length > 0) {
      this.#unwritten.push({ ...commit, ops: kept })
      this.#schedule()
    }
    return commit
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
    return this.#options.store !== null && !this.#storing
  }

  /** Resolves when every commit so far is stored, or `isLost`. */
  async flush(): Promise<void> {
    while (this.#unwritten.length > 0 || this.#writing) {
      if (this.#timer) clearTimeout(this.#timer)
      this.#timer = null
      await (this.#writing ?? this.#write())
    }
  }

  /** Only ops on records that are stored; elements are rebuilt when the script runs again. */
  #toStore(ops: readonly Op[]): Op[] {
    const put = new Map<string, boolean>()
    const isStored = (id: string) => put.get(id) ?? (this.state.get(id)?.scope ?? 'data') !== 'view'
    return ops.flatMap((op): Op[] => {
      switch (op.op) {
        case 'title':
          return [op]
        case 'roots':
          return op.ids.some(isStored) || op.ids.length === 0 ? [op] : []
        case 'put': {
          const stored = op.record.scope !== 'view'
          put.set(op.record.id, stored)
          return stored ? [op] : []
        }
        case 'remove':
          // What lies below goes with it, and may be stored though the record itself is not.
          return isStored(op.id) ? [op] : this.#storedBelow(op.id).map((id) => ({ op: 'remove', id }))
        default:
          return isStored(op.id) ? [op] : []
      }
    })
  }

  /** The uppermost stored records below one that is not. */
  #storedBelow(id: string): string[] {
    const found: string[] = []
    const seen = new Set([id])
    const walk = (parent: string) => {
      for (const child of this.state.get(parent)?.children ?? []) {
        if (seen.has(child)) continue
        seen.add(child)
        const record = this.state.get(child)
        if (record && record.scope !== 'view') found.push(child)
        else if (record) walk(child)
      }
    }
    walk(id)
    return found
  }

  #schedule(): void {
    if (this.#timer || this.#writing) return
    const wait = Math.max(0, this.#lastWrite + WRITE_TICK_MS - Date.now())
    this.#timer = setTimeout(() => {
      this.#timer = null
      void this.#write()
    }, wait)
  }

  async #write(): Promise<void> {
    const { store, sessionId, log } = this.#options
    const batch = this.#unwritten
    if (!store || batch.length === 0) return
    this.#unwritten = []
    this.#writing = (async () => {
      try {
        if (!this.#snapshotDue) {
          const { logCommits, logBytes } = await store.append(sessionId, batch)
          this.#snapshotDue = logCommits > LOG_LIMITS.logCommits || logBytes > LOG_LIMITS.logBytes
        }
        if (this.#snapshotDue) {
          const version = this.#version
          await store.saveSnapshot(sessionId, this.epoch, version, this.state.toSnapshot(['state', 'data']))
          this.#snapshotDue = false
          // What came up to the snapshot is in it; what came while it was written is not.
          this.#unwritten = this.#unwritten.filter((commit) => commit.version > version)
        }
        this.#lastWrite = Date.now()
      } catch (error) {
        const code = error instanceof OrielError ? error.code : null
        if (code === 'bad_value' || code === 'unknown_session' || code === 'closed') {
          // Another process took the session over, it was removed, or the store has closed: trying again cannot help.
          log.error('this session is no longer stored', { sessionId, error: String(error) })
          this.#storing = false
          this.#unwritten = []
          this.#options.onStoreLost?.()
          return
        }
        if (code === 'store_damaged') this.#snapshotDue = true
        log.error('commits could not be stored; trying again', { sessionId, error: String(error) })
        this.#unwritten = [...batch, ...this.#unwritten]
        await new Promise((resolve) => setTimeout(resolve, RETRY_WRITE_MS).unref())
      }
    })()
    await this.#writing
    this.#writing = null
    if (this.#unwritten.length > 0) this.#schedule()
  }
}
