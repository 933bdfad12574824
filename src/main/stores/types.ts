import type { Commit, DocumentSnapshot } from '../../shared/document/types.ts'
import type { Bounds } from '../../shared/window.ts'

/** How a session ended last: `open` while a process runs it; `crashed` if that process is gone without closing it. */
export type SessionState = 'open' | 'closed'

/** One session as the catalog keeps it. Times are Unix ms. */
export interface SessionEntry {
  sessionId: string
  clientId: string
  /** Absolute. */
  scriptPath: string
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

/** Sessions and where their windows were. Every method is atomic and settles after the change is durable against kill -9. */
export interface SessionCatalog {
  /** Inserts or replaces. */
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
  /** Inserts or replaces. */
  savePlacement(sessionId: string, placement: WidgetPlacement): Promise<void>
  listPlacements(sessionId: string): Promise<WidgetPlacement[]>
}

/** A stored document: the snapshot at `version` with the later commits already applied is the reader's work. */
export interface StoredDocument {
  epoch: string
  /** Version of `snapshot`. */
  version: number
  snapshot: DocumentSnapshot
  /** Commits after `version`, in order. */
  commits: Commit[]
}

/** Documents of sessions: a snapshot and the log of commits since. Only `state` and `data` records come here. */
export interface DocumentStore {
  load(sessionId: string): Promise<StoredDocument | null>
  /** One transaction; all or nothing. Resolves when durable against kill -9. */
  append(sessionId: string, commits: readonly Commit[]): Promise<void>
  /** Replaces snapshot and drops the log up to `version`. */
  saveSnapshot(sessionId: string, epoch: string, version: number, snapshot: DocumentSnapshot): Promise<void>
}

/** Script files that the person has said yes to. */
export interface TrustStore {
  /** `hash`: SHA-256 of the file's bytes, hex. */
  isTrusted(hash: string): Promise<boolean>
  trust(hash: string, path: string): Promise<void>
}

/** Everything a desktop app keeps, on one backend. */
export interface DesktopStores {
  readonly sessions: SessionCatalog
  readonly documents: DocumentStore
  readonly trust: TrustStore
  /** Whether what is saved now survives the process. False on memory, and on SQLite while the disk refuses writes. */
  readonly durable: boolean
  /** Called when `durable` changes and when something was moved aside; `text` is one friendly sentence for the person. */
  onNotice(
    listener: (
      notice: { name: 'store'; level: 'info' | 'warning' | 'error'; text: string } | { name: 'store'; cleared: true },
    ) => void,
  ): void
  close(): Promise<void>
}
