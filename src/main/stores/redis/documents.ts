import { setTimeout as sleep } from 'node:timers/promises'
import type { Commit, DocumentRecord, DocumentSnapshot } from '../../../shared/document/types.ts'
import { OrielError } from '../../../shared/errors.ts'
import { randomId } from '../../../shared/ids.ts'
import { checkFold, checkSnapshot, documentLost, newCommits, unknownSession } from '../checks.ts'
import { encodeSnapshot } from '../codec.ts'
import type { Argument } from '../state/redis/connection.ts'
import type { Script } from '../state/redis/scripts.ts'
import { Turns } from '../turns.ts'
import type { DocumentChange, DocumentEnd, DocumentStore, LogSize, StoredDocument } from '../types.ts'
import { loadDocument } from './load.ts'
import { toRow } from './rows.ts'
import type { Row } from './rows.ts'
import { ADD_PIECE, APPEND, BEGIN, CLEAR, SHOW, STAGE, SWEEP, TAKE_OVER } from './scripts.ts'
import type { SavedSessions } from './server.ts'

/** Records that one call takes, and about how many bytes. */
const SLICE_RECORDS = 64
const SLICE_BYTES = 512 * 1024
/** Between two slices of what nobody waits for, in ms: server and process are there for others most of the time. */
const PAUSE_MS = 2
/** How often pieces are sent again that were cleared up before a row named them. */
const TRIES = 5

type Answer = [what: string, ...rest: string[]]
type Kind = 'fold' | 'snapshot'
type Staged = [what: 'keep' | 'end' | 'remove', id: string, row: Row | null]

/** Documents on Redis. What is large goes up in pieces and slices; what is read changes in one script, at the end. */
export class RedisDocuments implements DocumentStore {
  readonly #server: SavedSessions
  /** What has yet to be done in order, by session. */
  readonly #turns = new Turns()
  /** Sessions of which this process has stored or read a document: it must still be there. */
  readonly #stored = new Set<string>()
  /** How many send pieces that no row names yet, by session. */
  readonly #sending = new Map<string, number>()

  constructor(server: SavedSessions) {
    this.#server = server
  }

  /** The session was removed here. */
  forget(sessionId: string): void {
    this.#stored.delete(sessionId)
  }

  async load(sessionId: string): Promise<StoredDocument | null> {
    const document = await loadDocument(this.#server, sessionId)
    if (document) this.#stored.add(sessionId)
    return document
  }

  append(sessionId: string, commits: readonly Commit[]): Promise<LogSize> {
    return this.#turns.take(sessionId, async () => {
      newCommits(sessionId, commits, null)
      const pieces = new Pieces(this.#server, sessionId)
      return this.#whileSending(sessionId, async () => {
        const rows: Argument[] = []
        for (const { version, origin, ops } of commits) {
          const row = await toRow({ origin, ops }, pieces.keep)
          rows.push(String(version), String(row.size), row.bytes, row.names)
        }
        const expected = this.#stored.has(sessionId) ? '1' : '0'
        const args = [pieces.order, expected, ...(rows.length > 0 ? [commits[0]!.epoch, ...rows] : [''])]
        const answer = await this.#sendWith(pieces, APPEND, sessionId, args)
        if (answer[0] === 'stored') {
          newCommits(sessionId, commits, { epoch: answer[1]!, version: Number(answer[2]) })
          throw ended(sessionId)
        }
        if (commits.length > 0) this.#stored.add(sessionId)
        return sizeOf(answer)
      })
    })
  }

  takeOver(sessionId: string, end: DocumentEnd, epoch: string): Promise<LogSize | null> {
    return this.#turns.take(sessionId, async () => {
      const writer = randomId(12)
      const args = [end.epoch, String(end.version), epoch, writer]
      const answer = await this.#call(TAKE_OVER, sessionId, args)
      if (answer[0] === 'elsewhere') return null
      this.#stored.add(sessionId)
      await this.#clear(sessionId, writer, 0)
      return sizeOf(answer)
    })
  }

  fold(sessionId: string, end: DocumentEnd, { head, changed, added, removed }: DocumentChange): Promise<LogSize> {
    return this.#whileSending(sessionId, async () => {
      const pieces = new Pieces(this.#server, sessionId)
      const writer = await this.#begin('fold', sessionId, end)
      await this.#clear(sessionId, writer, PAUSE_MS)
      const stage = new Stage(this, 'fold', sessionId, writer, pieces)
      for (const record of changed) await stage.put('keep', record)
      for (const record of added) await stage.put('end', record)
      for (const id of removed) await stage.remove(id)
      await stage.flush()
      await this.#show('fold', sessionId, end, writer, head)
      return this.#clear(sessionId, writer, PAUSE_MS)
    })
  }

  saveSnapshot(sessionId: string, epoch: string, version: number, snapshot: DocumentSnapshot): Promise<void> {
    return this.#turns.take(sessionId, () =>
      this.#whileSending(sessionId, async () => {
        // It may well be damage that it is saved whole for: no piece that is there counts.
        const pieces = new Pieces(this.#server, sessionId, true)
        const writer = await this.#begin('snapshot', sessionId, { epoch, version })
        const stage = new Stage(this, 'snapshot', sessionId, writer, pieces)
        for (const record of snapshot.records) await stage.put('end', record)
        await stage.flush()
        await this.#show('snapshot', sessionId, { epoch, version }, writer, snapshot)
        this.#stored.add(sessionId)
        await this.#clear(sessionId, writer, 0)
      }),
    )
  }

  /** Sends prepared records. */
  async stage(kind: Kind, sessionId: string, writer: string, pieces: Pieces, staged: readonly Staged[]): Promise<void> {
    const rows = staged.flatMap(([what, id, row]) => [what, id, row?.bytes ?? '', row?.names ?? ''])
    await this.#sendWith(pieces, STAGE, sessionId, [kind, writer, ...rows])
  }

  async #begin(kind: Kind, sessionId: string, end: DocumentEnd): Promise<string> {
    const writer = randomId(12)
    const answer = await this.#call(BEGIN, sessionId, [kind, end.epoch, String(end.version), writer])
    this.#check(kind, sessionId, end, answer)
    return writer
  }

  async #show(
    kind: Kind,
    sessionId: string,
    end: DocumentEnd,
    writer: string,
    head: { title: string; roots: readonly string[] } | null,
  ): Promise<void> {
    const blob = head ? encodeSnapshot({ title: head.title, roots: [...head.roots] }) : null
    const row = blob ? (await toRow(blob, refusePiece)).bytes : ''
    this.#check(
      kind,
      sessionId,
      end,
      await this.#call(SHOW, sessionId, [kind, end.epoch, String(end.version), writer, row]),
    )
  }

  #check(kind: Kind, sessionId: string, end: DocumentEnd, [what, epoch = '', version]: Answer): void {
    if (what === 'ended') throw ended(sessionId)
    if (what !== 'stored') return
    const stored = epoch === '' ? null : { epoch, version: Number(version) }
    if (kind === 'fold') checkFold(sessionId, end, stored)
    else checkSnapshot(sessionId, end.epoch, end.version, stored)
    throw busy(sessionId)
  }

  /** Clears up until nothing is left, or somebody else begins. */
  async #clear(sessionId: string, writer: string, pauseMs: number): Promise<LogSize> {
    for (;;) {
      const answer = await this.#call(CLEAR, sessionId, [writer])
      if (answer[0] === 'ok') {
        // Of pieces that are being sent nothing is known yet.
        if ((this.#sending.get(sessionId) ?? 0) <= 1) await this.#server.script(SWEEP, sessionId, [writer])
        return sizeOf(answer)
      }
      if (pauseMs > 0) await sleep(pauseMs)
    }
  }

  /** A script that names pieces; those that it misses are sent again. */
  async #sendWith(pieces: Pieces, script: Script, sessionId: string, args: readonly Argument[]): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await this.#call(script, sessionId, args)
      if (answer[0] !== 'missing') return answer
      if (tries === TRIES) throw documentLost(sessionId)
      await pieces.sendAgain(answer.slice(1))
    }
  }

  async #call(script: Script, sessionId: string, args: readonly Argument[]): Promise<Answer> {
    const answer = await this.#server.script<Answer>(script, sessionId, args)
    switch (answer[0]) {
      case 'unknown':
        throw unknownSession(sessionId)
      case 'busy':
        throw busy(sessionId)
      case 'lost':
        throw documentLost(sessionId)
      default:
        return answer
    }
  }

  async #whileSending<T>(sessionId: string, work: () => Promise<T>): Promise<T> {
    this.#sending.set(sessionId, (this.#sending.get(sessionId) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const left = this.#sending.get(sessionId)! - 1
      if (left > 0) this.#sending.set(sessionId, left)
      else this.#sending.delete(sessionId)
    }
  }
}

/** The pieces of one piece of work: sent unless they are there. */
class Pieces {
  /** When the session was first saved; empty until a piece was kept. */
  order = ''
  readonly #server: SavedSessions
  readonly #sessionId: string
  readonly #always: boolean
  readonly #kept = new Map<string, Uint8Array>()

  constructor(server: SavedSessions, sessionId: string, always = false) {
    this.#server = server
    this.#sessionId = sessionId
    this.#always = always
  }

  readonly keep = async (hash: string, piece: Uint8Array): Promise<void> => {
    if (this.#kept.has(hash)) return
    this.#kept.set(hash, piece)
    const me = this.#server.keys.saved(this.#sessionId)
    if (this.order === '') this.order = (await this.#server.run<string | null>('HGET', me, 'order')) ?? ''
    if (this.order === '') throw unknownSession(this.#sessionId)
    if (!this.#always && (await this.#server.run<number>('HEXISTS', `${me}:pieces:0`, hash)) === 1) return
    await this.#send(hash, piece)
  }

  async sendAgain(hashes: readonly string[]): Promise<void> {
    for (const hash of hashes) await this.#send(hash, this.#kept.get(hash)!)
  }

  /** What was kept so far is named by rows now. */
  clear(): void {
    this.#kept.clear()
  }

  async #send(hash: string, piece: Uint8Array): Promise<void> {
    const args = [this.order, hash, piece]
    if ((await this.#server.script<number>(ADD_PIECE, this.#sessionId, args)) === 0)
      throw unknownSession(this.#sessionId)
  }
}

/** Records on their way into what is prepared, some at a time. */
class Stage {
  readonly #documents: RedisDocuments
  readonly #kind: Kind
  readonly #sessionId: string
  readonly #writer: string
  readonly #pieces: Pieces
  #staged: Staged[] = []
  #bytes = 0

  constructor(documents: RedisDocuments, kind: Kind, sessionId: string, writer: string, pieces: Pieces) {
    this.#documents = documents
    this.#kind = kind
    this.#sessionId = sessionId
    this.#writer = writer
    this.#pieces = pieces
  }

  async put(what: 'keep' | 'end', record: DocumentRecord): Promise<void> {
    const row = await toRow(record, this.#pieces.keep)
    this.#staged.push([what, record.id, row])
    await this.#grow(row.size)
  }

  async remove(id: string): Promise<void> {
    this.#staged.push(['remove', id, null])
    await this.#grow(0)
  }

  async flush(): Promise<void> {
    if (this.#staged.length === 0) return
    const staged = this.#staged
    this.#staged = []
    this.#bytes = 0
    await this.#documents.stage(this.#kind, this.#sessionId, this.#writer, this.#pieces, staged)
    this.#pieces.clear()
    if (this.#kind === 'fold') await sleep(PAUSE_MS)
  }

  async #grow(bytes: number): Promise<void> {
    this.#bytes += bytes
    if (this.#staged.length >= SLICE_RECORDS || this.#bytes >= SLICE_BYTES) await this.flush()
  }
}

function sizeOf([, commits, bytes]: Answer): LogSize {
  return { logCommits: Number(commits), logBytes: Number(bytes) }
}

/** Another process has taken the session over since. */
function ended(sessionId: string): OrielError {
  return new OrielError('bad_value', `Another process has taken session ${sessionId} over.`)
}

function busy(sessionId: string): OrielError {
  return new OrielError('session_busy', `The stored document of session ${sessionId} is being rewritten.`)
}

function refusePiece(): Promise<never> {
  return Promise.reject(new OrielError('too_large', 'The roots of a document take more than can be stored.'))
}
