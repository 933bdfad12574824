import type { DocumentRecord } from '../../shared/document/types.ts'
import { checkFold, checkSnapshot, newCommits, storeClosed, unknownSession } from './checks.ts'
import { decodeCommit, encodeCommit, pack, toRecord, unpack } from './codec.ts'
import type { DesktopStores, LogSize, SessionEntry, WidgetPlacement } from './types.ts'

interface MemoryDocument {
  epoch: string
  version: number
  title: string
  roots: readonly string[]
  /** Packed. */
  records: Map<string, Uint8Array>
  log: { version: number; bytes: Uint8Array }[]
  logBytes: number
}

interface MemorySession {
  entry: SessionEntry
  placements: Map<string, WidgetPlacement>
  document: MemoryDocument | null
}

/**
 * Stores that live as long as the process: for tests, and for running while the disk refuses writes. Documents are kept
 * as the same bytes as on disk, so callers may change what they passed in or got, and sizes mean the same.
 */
export function createMemoryStores(): DesktopStores {
  const sessions = new Map<string, MemorySession>()
  const trusted = new Set<string>()
  let closed = false

  const open = (): void => {
    if (closed) throw storeClosed()
  }
  const known = (sessionId: string): MemorySession => {
    open()
    const session = sessions.get(sessionId)
    if (!session) throw unknownSession(sessionId)
    return session
  }
  const newestFirst = (): SessionEntry[] => {
    open()
    // Insertion order breaks ties, later first, as the row number does on disk.
    return [...sessions.values()]
      .reverse()
      .map((session) => session.entry)
      .sort((a, b) => b.lastUsedAt - a.lastUsedAt)
  }

  return {
    durable: false,
    onNotice() {},
    async close() {
      closed = true
      sessions.clear()
    },

    sessions: {
      async save(entry) {
        open()
        const session = sessions.get(entry.sessionId)
        if (session) session.entry = structuredClone(entry)
        else sessions.set(entry.sessionId, { entry: structuredClone(entry), placements: new Map(), document: null })
      },
      async get(sessionId) {
        open()
        return structuredClone(sessions.get(sessionId)?.entry ?? null)
      },
      async list() {
        return structuredClone(newestFirst())
      },
      async findByScript(scriptPath) {
        return structuredClone(newestFirst().find((entry) => entry.scriptPath === scriptPath) ?? null)
      },
      async update(sessionId, change) {
        open()
        const session = sessions.get(sessionId)
        if (!session) return false
        const given = Object.entries(change).filter(([, value]) => value !== undefined)
        session.entry = { ...session.entry, ...structuredClone(Object.fromEntries(given)), sessionId }
        return true
      },
      async remove(sessionId) {
        open()
        return sessions.delete(sessionId)
      },
      async savePlacement(sessionId, placement) {
        known(sessionId).placements.set(placement.widgetId, structuredClone(placement))
      },
      async listPlacements(sessionId) {
        open()
        return structuredClone([...(sessions.get(sessionId)?.placements.values() ?? [])])
      },
    },

    documents: {
      async load(sessionId) {
        open()
        const document = sessions.get(sessionId)?.document
        if (!document) return null
        const { epoch, version, title, roots, log } = document
        return {
          epoch,
          version,
          snapshot: {
            title,
            roots: [...roots],
            records: [...document.records].map(([id, bytes]) => toRecord(unpack(bytes), id)),
          },
          commits: log.map((row) => decodeCommit(row.bytes, epoch, row.version)),
        }
      },
      async append(sessionId, commits) {
        const session = known(sessionId)
        const stored = session.document
        const end = stored && { epoch: stored.epoch, version: lastVersion(stored) }
        const added = newCommits(sessionId, commits, end)
        // Encoded before anything changes: what cannot be encoded must leave nothing behind.
        const rows = added.map((commit) => ({ version: commit.version, bytes: copy(encodeCommit(commit)) }))
        const epoch = added[0]?.epoch
        if (epoch === undefined) return stored ? logSize(stored) : { logCommits: 0, logBytes: 0 }
        const document = (session.document ??= emptyDocument(epoch))
        for (const row of rows) {
          document.log.push(row)
          document.logBytes += row.bytes.length
        }
        return logSize(document)
      },
      async takeOver(sessionId, end, epoch) {
        const { document } = known(sessionId)
        if (document?.epoch !== end.epoch || lastVersion(document) !== end.version) return null
        document.epoch = epoch
        return logSize(document)
      },
      async fold(sessionId, end, { head, changed, added, removed }) {
        const { document } = known(sessionId)
        checkFold(sessionId, end, document)
        // Packed before anything changes: what cannot be packed must leave nothing behind.
        const packed = [changed, added].map((records) => records.map((one) => [one.id, packRecord(one)] as const))
        for (const id of [...removed, ...added.map((one) => one.id)]) document!.records.delete(id)
        for (const [id, bytes] of packed.flat()) document!.records.set(id, bytes)
        Object.assign(document!, structuredClone(head), { version: end.version })
        return dropLog(document!, end.version)
      },
      async saveSnapshot(sessionId, epoch, version, snapshot) {
        const session = known(sessionId)
        const stored = session.document
        checkSnapshot(sessionId, epoch, version, stored)
        const { title, roots } = snapshot
        const records = new Map(snapshot.records.map((record) => [record.id, packRecord(record)]))
        const log = stored?.epoch === epoch ? stored.log : []
        session.document = { epoch, version, title, roots: [...roots], records, log, logBytes: 0 }
        dropLog(session.document, version)
      },
    },

    trust: {
      async isTrusted(hash) {
        open()
        return trusted.has(hash)
      },
      async trust(hash) {
        open()
        trusted.add(hash)
      },
    },
  }
}

function emptyDocument(epoch: string): MemoryDocument {
  return { epoch, version: 0, title: '', roots: [], records: new Map(), log: [], logBytes: 0 }
}

function lastVersion(document: MemoryDocument): number {
  return document.log.at(-1)?.version ?? document.version
}

function dropLog(document: MemoryDocument, version: number): LogSize {
  document.log = document.log.filter((row) => row.version > version)
  document.logBytes = document.log.reduce((sum, row) => sum + row.bytes.length, 0)
  return logSize(document)
}

function logSize(document: MemoryDocument): LogSize {
  return { logCommits: document.log.length, logBytes: document.logBytes }
}

function packRecord(record: DocumentRecord): Uint8Array {
  return copy(pack(record))
}

/** Exactly these bytes, not a view of the encoder's larger block. */
function copy(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}
