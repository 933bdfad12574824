import type { Commit, DocumentRecord } from '../../../shared/document/types.ts'
import { sessionDamaged } from '../checks.ts'
import { decodeSnapshot, emptySnapshot, toCommit, toRecord } from '../codec.ts'
import type { StoredDocument } from '../types.ts'
import { hashOf, StoredRow } from './rows.ts'
import type { SavedSessions } from './server.ts'

/** Rows, and pieces, that one call reads. */
const ROWS = 64
const PIECES = 4
/** How often a document is read again that changes meanwhile. */
const TRIES = 20

const META = ['order', 'shown', 'epoch', 'version', 'last', 'commits', 'log', 'base', 'over', 'count'] as const
type Meta = Record<(typeof META)[number], string>

/** Reads a document in slices, as it was at one moment. Rejects with store_damaged. */
export async function loadDocument(server: SavedSessions, sessionId: string): Promise<StoredDocument | null> {
  const me = server.keys.saved(sessionId)
  const readMeta = async (): Promise<Meta> => {
    const values = await server.run<(string | null)[]>('HMGET', me, ...META)
    return Object.fromEntries(META.map((name, i) => [name, values[i] ?? ''])) as Meta
  }
  for (let tries = 1; ; tries++) {
    const meta = await readMeta()
    if (meta.epoch === '') return null
    const read = await new Reader(server, me, meta).read().then(
      (document) => ({ document }),
      (error: unknown) => ({ error }),
    )
    const now = await readMeta()
    // Commits that came meanwhile are left out; whatever else was changed may be missing in what was read.
    if (now.order !== meta.order || now.shown !== meta.shown || now.log !== meta.log) {
      if (tries < TRIES) continue
    } else if ('document' in read) return read.document
    const cause = 'error' in read ? read.error : new Error('it is changed all the time')
    throw isOfServer(cause) ? cause : sessionDamaged(sessionId, cause)
  }
}

function isOfServer(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code !== 'store_damaged'
}

class Reader {
  readonly #server: SavedSessions
  readonly #me: string
  readonly #meta: Meta
  readonly #pieces = new Map<string, Buffer>()

  constructor(server: SavedSessions, me: string, meta: Meta) {
    this.#server = server
    this.#me = me
    this.#meta = meta
  }

  async read(): Promise<StoredDocument> {
    const { epoch, version } = this.#meta
    const commits = await this.#commits()
    const [blob] = await this.#server.bytes<(Buffer | null)[]>('HMGET', this.#me, 'head')
    const { title, roots } = blob ? decodeSnapshot(new StoredRow(blob).value(this.#pieces) as Buffer) : emptySnapshot()
    return { epoch, version: Number(version), snapshot: { title, roots, records: await this.#records() }, commits }
  }

  async #commits(): Promise<Commit[]> {
    const { epoch, version, last, log, commits } = this.#meta
    const entries = await this.#server.run<string[]>('ZRANGEBYSCORE', `${this.#me}:log:${log}`, `(${version}`, last)
    if (entries.length !== Number(commits))
      throw new Error(`the log has ${entries.length} commits instead of ${commits}`)
    const read: Commit[] = []
    for (let from = 0; from < entries.length; from += ROWS) {
      const versions = entries.slice(from, from + ROWS).map((entry) => entry.split(' ')[0]!)
      const rows = await this.#server.bytes<(Buffer | null)[]>('HMGET', `${this.#me}:commits:${log}`, ...versions)
      for (const [i, bytes] of rows.entries()) {
        if (!bytes) throw new Error(`commit ${versions[i]} is missing`)
        read.push(toCommit(await this.#value(bytes), epoch, Number(versions[i])))
      }
    }
    return read
  }

  /** What is over the base is read first: what moves down meanwhile is found below. */
  async #records(): Promise<DocumentRecord[]> {
    const { base, over, count } = this.#meta
    const newest = new Map<string, Buffer>()
    for (const number of [over, base]) if (number !== '') await this.#scan(`${this.#me}:records:${number}`, newest)
    const placed: { place: number; record: DocumentRecord }[] = []
    for (const [id, bytes] of newest) {
      if (bytes.length === 0) continue
      const space = bytes.indexOf(32)
      const place = Number(bytes.toString('latin1', 0, space))
      placed.push({ place, record: toRecord(await this.#value(bytes.subarray(space + 1)), id) })
    }
    if (placed.length !== Number(count)) throw new Error(`there are ${placed.length} records instead of ${count}`)
    return placed.sort((a, b) => a.place - b.place).map(({ record }) => record)
  }

  async #scan(key: string, into: Map<string, Buffer>): Promise<void> {
    const found = new Map<string, Buffer>()
    let cursor = '0'
    do {
      const [next, flat] = await this.#server.bytes<[Buffer, Buffer[]]>('HSCAN', key, cursor, 'COUNT', String(ROWS))
      for (let i = 0; i < flat.length; i += 2) found.set(flat[i]!.toString(), flat[i + 1]!)
      cursor = next.toString()
    } while (cursor !== '0')
    for (const [id, bytes] of found) if (!into.has(id)) into.set(id, bytes)
  }

  async #value(bytes: Buffer): Promise<unknown> {
    const row = new StoredRow(bytes)
    const needed = row.names.filter((hash) => !this.#pieces.has(hash))
    for (let from = 0; from < needed.length; from += PIECES) {
      const hashes = needed.slice(from, from + PIECES)
      const pieces = await this.#server.bytes<(Buffer | null)[]>('HMGET', `${this.#me}:pieces:0`, ...hashes)
      for (const [i, hash] of hashes.entries()) {
        const piece = pieces[i]
        if (!piece || hashOf(piece) !== hash) throw new Error(`the piece ${hash} is ${piece ? 'damaged' : 'missing'}`)
        this.#pieces.set(hash, piece)
      }
    }
    return row.value(this.#pieces)
  }
}
