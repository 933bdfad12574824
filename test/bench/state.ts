import path from 'node:path'
import { createClient } from '@redis/client'
import Database from 'better-sqlite3'
import { silentLog } from '../../src/main/log.ts'
import { createRedisStores } from '../../src/main/stores/state/redis.ts'
import { createSqliteStores } from '../../src/main/stores/state/sqlite.ts'
import type { StateStores } from '../../src/main/stores/state/types.ts'
import { openDatabase } from '../../src/main/stores/sqlite/open.ts'
import { RedisServer } from '../support/redis-server.ts'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const GOAL = '≥ 0.7×'
const ROUNDS = 25
/** Calls of one round. */
const CALLS = 2_000
/** On Redis so many are under way at the same time, in both: one at a time measures the way there and back alone. */
const AT_ONCE = 50

const HTML = `<h1>Widget</h1>${'<p>Some text of a widget as it is.</p>'.repeat(25)}`
const METADATA = { title: 'Widget', size: { width: 960, height: 640 }, tags: ['one', 'two'] }

type Call = (n: number) => unknown

/** Rows 10 and 11: widgets on SQLite against better-sqlite3 with the same settings, statements and bytes. */
export async function benchStateSqliteWrite(options: { home: string }): Promise<Row> {
  return onSqlite(options.home, 'write', async (stores, raw) => {
    const insert = raw.prepare(`
      INSERT INTO state_widgets (widget_id, html, token, created_at, owner_worker_id, metadata, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (widget_id) DO UPDATE SET html = excluded.html, token = excluded.token, created_at = excluded.created_at,
        owner_worker_id = excluded.owner_worker_id, metadata = excluded.metadata, expires_at = excluded.expires_at`)
    const ours = (n: number): unknown =>
      stores.widgets.register(`w${n % 500}`, HTML, { token: 't', metadata: METADATA })
    const theirs = (n: number): unknown =>
      insert.run(`w${n % 500}`, HTML, 't', Date.now(), null, JSON.stringify(METADATA), Date.now() + 86_400_000)
    return measure('state on SQLite: register', 'better-sqlite3', 1, ours, theirs)
  })
}

export async function benchStateSqliteRead(options: { home: string }): Promise<Row> {
  return onSqlite(options.home, 'read', async (stores, raw) => {
    for (let n = 0; n < 500; n++) await stores.widgets.register(`w${n}`, HTML, { token: 't', metadata: METADATA })
    const select = raw.prepare<[string, number], { metadata: string }>(
      'SELECT * FROM state_widgets WHERE widget_id = ? AND expires_at > ?',
    )
    const ours = (n: number): unknown => stores.widgets.get(`w${n % 500}`)
    const theirs = (n: number): unknown => {
      const found = select.get(`w${n % 500}`, Date.now())!
      return { ...found, metadata: JSON.parse(found.metadata) as unknown }
    }
    return measure('state on SQLite: get', 'better-sqlite3', 1, ours, theirs)
  })
}

/** Rows 12 to 14: the same on Redis, against the client alone with the commands that do the same. */
export async function benchStateRedisWrite(): Promise<Row> {
  return onRedis(async (stores, raw) => {
    const ours = (n: number): unknown =>
      stores.widgets.register(`w${n % 500}`, HTML, { token: 't', metadata: METADATA })
    const theirs = (n: number): unknown => {
      const key = `raw:widget:w${n % 500}`
      const fields = { html: HTML, token: 't', createdAt: String(Date.now()), metadata: JSON.stringify(METADATA) }
      const end = Date.now() + 86_400_000
      return raw
        .multi()
        .del(key)
        .hSet(key, fields)
        .pExpireAt(key, end)
        .zAdd('raw:index:widgets', { score: end, value: `w${n % 500}` })
        .pExpireAt('raw:index:widgets', end)
        .exec()
    }
    return measure('state on Redis: register', '@redis/client, MULTI', AT_ONCE, ours, theirs)
  })
}

export async function benchStateRedisRead(): Promise<Row> {
  return onRedis(async (stores, raw) => {
    for (let n = 0; n < 500; n++) await stores.widgets.register(`w${n}`, HTML, { token: 't', metadata: METADATA })
    const ours = (n: number): unknown => stores.widgets.get(`w${n % 500}`)
    const theirs = async (n: number): Promise<unknown> => {
      const found = await raw.hGetAll(`oriel:widget:w${n % 500}`)
      return { ...found, metadata: JSON.parse(found['metadata']!) as unknown }
    }
    return measure('state on Redis: get', '@redis/client, HGETALL', AT_ONCE, ours, theirs)
  })
}

export async function benchStateRedisPublish(): Promise<Row> {
  return onRedis(async (stores, raw) => {
    const data = { n: 1, text: 'something happened' }
    const ours = (): unknown => stores.bus.publish('c', { eventType: 'tick', widgetId: 'w', data })
    const theirs = (n: number): unknown => {
      const event = { eventType: 'tick', widgetId: 'w', data, timestamp: Date.now(), messageId: `${n}` }
      const text = JSON.stringify(event)
      const trim = { strategy: 'MAXLEN', strategyModifier: '~', threshold: 1_000 } as const
      return raw
        .multi()
        .xAdd('raw:events:c', '*', { event: text }, { TRIM: trim })
        .pExpire('raw:events:c', 10_000)
        .publish('raw:events:c', text)
        .exec()
    }
    return measure('state on Redis: publish', '@redis/client, MULTI with XADD', AT_ONCE, ours, theirs)
  })
}

/** Calls a second, in thousands; rounds of ours and of the baseline take turns. */
async function measure(name: string, baseline: string, atOnce: number, ours: Call, theirs: Call): Promise<Row> {
  const samples: { ours: number[]; raw: number[] } = { ours: [], raw: [] }
  for (let round = -2; round < ROUNDS; round++) {
    const [own, raw] = [await rate(ours, atOnce), await rate(theirs, atOnce)]
    // The first are for warming up.
    if (round < 0) continue
    samples.ours.push(own)
    samples.raw.push(raw)
  }
  return row(name, baseline, 'k/s', samples.ours, samples.raw, GOAL)
}

async function rate(call: Call, atOnce: number): Promise<number> {
  const start = performance.now()
  for (let n = 0; n < CALLS; n += atOnce) {
    if (atOnce === 1) await call(n)
    else await Promise.all(Array.from({ length: atOnce }, (_, i) => call(n + i)))
  }
  return CALLS / (performance.now() - start)
}

async function onSqlite(
  home: string,
  name: string,
  work: (stores: StateStores, raw: Database.Database) => Promise<Row>,
): Promise<Row> {
  const file = path.join(home, `state-${name}.db`)
  const stores = createSqliteStores({ path: file, log: silentLog })
  // Of its own for writing, so that neither waits for the other; the same for reading.
  const raw = openDatabase({ file: name === 'read' ? file : path.join(home, 'state-raw.db'), busyTimeoutMs: 5_000 })
  try {
    return await work(stores, raw)
  } finally {
    raw.close()
    await stores.close()
  }
}

function rawClient(url: string) {
  return createClient({ url })
}

async function onRedis(work: (stores: StateStores, raw: ReturnType<typeof rawClient>) => Promise<Row>): Promise<Row> {
  await using server = await RedisServer.start()
  const stores = createRedisStores({ url: server.url, log: silentLog })
  const raw = rawClient(server.url)
  await raw.connect()
  try {
    return await work(stores, raw)
  } finally {
    raw.destroy()
    await stores.close()
  }
}
