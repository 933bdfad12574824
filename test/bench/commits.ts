import { fork } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { silentLog } from '../../src/main/log.ts'
import { openDesktopStores } from '../../src/main/stores/index.ts'
import { encodeCommit } from '../../src/main/stores/codec.ts'
import { encode } from '../../src/shared/carriers/codec.ts'
import type { DocumentRecord, Op } from '../../src/shared/document/types.ts'
import { AttachHarness } from '../support/attach-harness.ts'
import { sessionEntry } from '../support/store-home.ts'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const CLIENT = path.resolve(import.meta.dirname, '../support/store-window-child.ts')
const SIZES = [100, 1_000, 10_000, 100_000]
const ROUNDS = 5
const COMMITS_A_ROUND = 3_000
/** What may be under way to the client, so that it is never so far behind that it starts afresh. */
const AHEAD = 1_000
const TICK_MS = 16

const change = (size: number, n: number): Op => ({ op: 'set', id: `r${(n * 7919) % size}`, path: ['n'], value: n })

/**
 * Row 4: one-field commits a second through room, SQLite and one client on a WebSocket in another process, counted until
 * the last is stored and there; against upserts of the same bytes with one transaction a tick. For documents of four sizes.
 */
export async function benchCommits({ home }: { home: string }): Promise<Row[]> {
  const rows: Row[] = []
  for (const size of SIZES) {
    const raw = openRaw(path.join(home, `raw-${size}.db`), size)
    const ours = await openOurs(await mkdtemp(path.join(home, 'commits-')), size)
    const samples: { ours: number[]; raw: number[] } = { ours: [], raw: [] }
    await ours.round()
    raw.round()
    for (let n = 0; n < ROUNDS; n++) {
      samples.ours.push(await ours.round())
      samples.raw.push(raw.round())
    }
    await ours.close()
    raw.close()
    const name = `one-field commits, ${size.toLocaleString('en')} records`
    rows.push(row(name, 'better-sqlite3 upserts', 'k/s', samples.ours, samples.raw, '≥ 0.5×, flat'))
  }
  rows.push(await bytesPerCommit(await mkdtemp(path.join(home, 'bytes-'))))
  return rows
}

async function openOurs(homeDir: string, size: number): Promise<{ round(): Promise<number>; close(): Promise<void> }> {
  const { stores, harness } = await openRoom(homeDir, size)
  const { room } = harness.rooms
  const client = fork(CLIENT, [harness.server.socketUrl, harness.ticket()])
  const seen = { version: 0 }
  client.on('message', (version: number) => (seen.version = version))
  const arrived = async (version: number): Promise<void> => {
    while (seen.version < version) {
      if (client.exitCode !== null) throw new Error('the client has ended')
      await turn()
    }
  }
  await arrived(room.journal.version)
  let n = 0
  return {
    async round() {
      const start = performance.now()
      const end = room.journal.version + COMMITS_A_ROUND
      while (room.journal.version < end) {
        for (let burst = 0; burst < 50; burst++) room.edit([change(size, ++n)])
        await turn()
        await arrived(room.journal.version - AHEAD)
      }
      await room.journal.flush()
      await arrived(room.journal.version)
      return COMMITS_A_ROUND / (performance.now() - start)
    },
    async close() {
      client.kill()
      await once(client, 'exit')
      await harness.end()
      await stores.close()
    },
  }
}

async function openRoom(homeDir: string, size: number) {
  const stores = await openDesktopStores({ homeDir, log: silentLog, now: Date.now })
  await stores.sessions.save(sessionEntry('session-1'))
  const options = { sessionId: 'session-1', store: stores.documents, stored: null }
  const harness = await new AttachHarness(options).start()
  const { room } = harness.rooms
  for (let first = 0; first < size; first += 1_000)
    room.edit(Array.from({ length: Math.min(1_000, size) }, (_, n): Op => ({ op: 'put', record: recordOf(first + n) })))
  await room.journal.flush()
  return { stores, harness }
}

const recordOf = (n: number): DocumentRecord => ({ id: `r${n}`, type: 'note', props: { n: -1, text: `note ${n}` } })

/** Upserts of as many bytes as a commit has, into as many rows as there are records. */
function openRaw(file: string, size: number): { round(): number; close(): void } {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.exec('CREATE TABLE raw (id TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT')
  const upsert = db.prepare('INSERT INTO raw VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value')
  const bytesOf = (n: number): Buffer => encodeCommit({ epoch: '', version: n, origin: null, ops: [change(size, n)] })
  db.transaction(() => {
    for (let n = 0; n < size; n++) upsert.run(`r${n}`, bytesOf(n))
  })()
  let n = 0
  return {
    round() {
      const start = performance.now()
      const end = n + COMMITS_A_ROUND
      while (n < end) {
        db.exec('BEGIN IMMEDIATE')
        const tick = performance.now() + TICK_MS
        while (n < end && performance.now() < tick) upsert.run(`r${(++n * 7919) % size}`, bytesOf(n))
        db.exec('COMMIT')
      }
      return COMMITS_A_ROUND / (performance.now() - start)
    },
    close: () => void db.close(),
  }
}

/** What one changed number costs: on the wire against its bytes as JSON, and on disk. */
async function bytesPerCommit(homeDir: string): Promise<Row> {
  const { stores, harness } = await openRoom(homeDir, 1_000)
  const { room } = harness.rooms
  const sizes: number[] = []
  const json: number[] = []
  const before = (await stores.documents.append('session-1', [])).logBytes
  for (let n = 1; n <= 1_000; n++) {
    const op = change(1_000, n)
    room.edit([op])
    const { epoch, version } = room.journal
    sizes.push(encode({ type: 'commit', commit: { epoch, version, origin: null, ops: [op] } }).length)
    json.push(Buffer.byteLength(JSON.stringify(op)))
  }
  await room.journal.flush()
  const logBytes = (await stores.documents.append('session-1', [])).logBytes - before
  await harness.end()
  await stores.close()
  const file = statSync(path.join(homeDir, 'oriel.db')).size
  const name = `bytes of a one-field commit on the wire (${(logBytes / 1_000).toFixed(0)} in the log, database ${(file / 1024).toFixed(0)} KiB)`
  return row(name, 'the op as JSON', 'B', sizes, json, 'a few times')
}
