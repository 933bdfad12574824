import type { Commit, DocumentRecord, DocumentSnapshot } from '../../shared/document/types.ts'
import type { Bounds } from '../../shared/window.ts'

/**
 * Where a session is in its life (rule L1). While it is not `closed` a process runs it; if that process is gone the session
 * has crashed.
 */
export type SessionState = 'creating' | 'open' | 'idle' | 'closed'

/** One session as the catalog keeps it. Times are Unix ms. */
export interface SessionEntry {
  sessionId: string
  clientId: string
  /** Absolute. Null: no script; programs drive it. */
  scriptPath: string | null
  arguments: Record<string, string>
  /** Title of its first window, for lists. */
  title: string
  state: SessionState
  /** Process that runs it now; null when closed. */
  pid: number | null
  createdAt: number
  lastUsedAt: number
}

/** Where a session's window was, by widget. */
export interface WidgetPlacement {
  widgetId: string
  title: string
  bounds: Bounds | null
  /** Shown when the session last ran. */
  open: boolean
}

/**
 * Sessions and where their windows were. Every method is atomic and settles after the change is durable against kill -9.
 * A session marked open whose process is gone is given as it was saved: telling a crash from a run is the reader's work.
 */
export interface SessionCatalog {
  /** Inserts or replaces; placements and document stay. */
  save(entry: SessionEntry): Promise<void>
  get(sessionId: string): Promise<SessionEntry | null>
  /** Newest use first. */
  list(): Promise<SessionEntry[]>
  /** Newest session of this script, or null. */
  findByScript(scriptPath: string): Promise<SessionEntry | null>
  /** Changes the given fields only; false if there is no such session. */
  update(sessionId: string, change: Partial<Omit<SessionEntry, 'sessionId'>>): Promise<boolean>
  /** With its placements and document. True if it was there. */
  remove(sessionId: string): Promise<boolean>
  /** Inserts or replaces. Rejects with unknown_session. */
  savePlacement(sessionId: string, placement: WidgetPlacement): Promise<void>
  /** In the order the widgets were first placed; empty for an unknown session. */
  listPlacements(sessionId: string): Promise<WidgetPlacement[]>
}

/** A stored document: the snapshot at `version` with the later commits already applied is the reader's work. */
export interface StoredDocument {
  epoch: string
  /** Version of `snapshot`. */
  version: number
  snapshot: DocumentSnapshot
  /** Commits after `version`, in order. Versions rise but may skip: commits of `view` records are not stored. */
  commits: Commit[]
}

/** How long a document's log has become. */
export interface LogSize {
  logCommits: number
  /** Encoded size. */
  logBytes: number
}

/** Past either of these the log is to be folded, so that it and the time to load it stay bounded. */
export const LOG_LIMITS = { logCommits: 5_000, logBytes: 16 * 1024 * 1024 } as const satisfies LogSize

/** Where a stored document ends: its epoch and the version of its last commit (or of its snapshot). */
export interface DocumentEnd {
  epoch: string
  version: number
}

/** What has become of a document since its stored snapshot. Each id is named once. */
export interface DocumentChange {
  /** Null where neither title nor roots have changed. */
  head: { title: string; roots: readonly string[] } | null
  /** Records that keep their place in the order of records. */
  changed: readonly DocumentRecord[]
  /** Records that come after all others, in this order. */
  added: readonly DocumentRecord[]
  /** Ids that the snapshot may have. */
  removed: readonly string[]
}

/**
 * Documents of sessions: a snapshot and the log of commits since. Only `state` and `data` records come here.
 * Commits, changes and snapshots must not change until the call has settled. Calls for one session take effect in the
 * order made, `fold` excepted. What is large is written over several turns of the event loop, each a few ms; what can be
 * read changes at once, at the end, also if the process is killed meanwhile.
 */
export interface DocumentStore {
  /** Null if the session is unknown or nothing was stored. Rejects with store_damaged, naming the session, if what was stored cannot be read. */
  load(sessionId: string): Promise<StoredDocument | null>
  /**
   * All or nothing. Resolves when durable against kill -9, with the size of the log, so that the caller knows when it is to
   * be folded. The first append of a session starts from the empty document at version 0. Commits up to the stored version
   * are taken as the same again, so a call may be repeated. Rejects with unknown_session; with bad_value if the commits do
   * not rise, or are of another epoch than what is stored (a process that takes a session on says so by `takeOver`, or by
   * `saveSnapshot` in its own epoch, which also ends the writing of the one before); with store_damaged if the stored
   * document was lost while the process ran: `saveSnapshot` then stores it anew.
   */
  append(sessionId: string, commits: readonly Commit[]): Promise<LogSize>
  /**
   * Goes on with the stored document in a new epoch, if it still ends with `end`; the versions count on. Null if it ends
   * elsewhere or is of a form that cannot be gone on with: then only `saveSnapshot` helps. Rejects with unknown_session.
   */
  takeOver(sessionId: string, end: DocumentEnd, epoch: string): Promise<LogSize | null>
  /**
   * Makes the stored snapshot what the document is at `version`, by what has changed since the stored snapshot, and drops
   * the log up to there; costs what has changed. May go on beside appends. Rejects with unknown_session; with bad_value if
   * the stored document is of another epoch or its snapshot newer; with session_busy if another fold or `saveSnapshot`
   * began meanwhile; with store_damaged as `append`.
   */
  fold(sessionId: string, end: DocumentEnd, change: DocumentChange): Promise<LogSize>
  /**
   * Replaces the snapshot and drops the log up to `version`; in a new epoch the whole log. Rejects with unknown_session;
   * with bad_value if the stored snapshot of the same epoch is newer; with session_busy if another one began meanwhile.
   */
  saveSnapshot(sessionId: string, epoch: string, version: number, snapshot: DocumentSnapshot): Promise<void>
}

/** Script files that the person has said yes to. */
export interface TrustStore {
  /** `hash`: SHA-256 of the script and of the local files it imports, hex. */
  isTrusted(hash: string): Promise<boolean>
  trust(hash: string, path: string): Promise<void>
}

/** A friendly sentence or two for the person, or that the last one no longer holds. */
export type StoreNotice =
  | { name: 'store'; level: 'info' | 'warning' | 'error'; text: string }
  | { name: 'store'; cleared: true }

/**
 * Everything a desktop app keeps, on one backend. Methods reject with store_unwritable (retryable) if the disk refuses,
 * and with `closed` after `close`.
 */
export interface DesktopStores {
  readonly sessions: SessionCatalog
  readonly documents: DocumentStore
  readonly trust: TrustStore
  /** Whether what is saved now survives the process. False on memory, and on SQLite while the disk refuses writes. */
  readonly durable: boolean
  /** Called when `durable` changes and when something was moved aside. A notice that still holds is given to a new listener at once. */
  onNotice(listener: (notice: StoreNotice) => void): void
  /** Idempotent. */
  close(): Promise<void>
}

/** The part of stores that changes nothing. */
export interface StoreReader {
  readonly sessions: Pick<SessionCatalog, 'get' | 'list' | 'listPlacements'>
  readonly documents: Pick<DocumentStore, 'load'>
  readonly trust: Pick<TrustStore, 'isTrusted'>
  close(): Promise<void>
}
