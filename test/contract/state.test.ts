import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createClient } from '@redis/client'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { openMemoryStores } from '../../src/main/stores/state/memory.ts'
import { MemoryTables } from '../../src/main/stores/state/memory/tables.ts'
import { createRedisStores } from '../../src/main/stores/state/redis.ts'
import { Keys } from '../../src/main/stores/state/redis/keys.ts'
import { PUBLISH } from '../../src/main/stores/state/redis/scripts.ts'
import { createSqliteStores } from '../../src/main/stores/state/sqlite.ts'
import { NO_REDIS, RedisServer } from '../support/redis-server.ts'
import { StateProcess } from '../support/state-process.ts'
import { stateContract } from './suites/state-contract.ts'

const NOON = Date.parse('2026-11-21T10:00:00.000Z')

stateContract('memory', async () => {
  let time = NOON
  const tables = new MemoryTables(() => time)
  return {
    open: (options) => openMemoryStores(tables, { now: () => time, ...options }),
    spawn: null,
    now: async () => time,
    async pass(ms) {
      time += ms
    },
    spoil: {
      async widgetMetadata(widgetId, text) {
        tables.widgets.get(widgetId)!.metadata = text
      },
      async sessionMetadata(sessionId, text) {
        tables.sessions.get(sessionId)!.metadata = text
      },
      async sessionRoles(sessionId, text) {
        tables.sessions.get(sessionId)!.roles = text
      },
      async role(role, text) {
        tables.roles.set(role, text)
      },
      async event(channel, payload) {
        for (const listener of tables.listeners) listener(channel, payload)
      },
    },
    async leftovers() {
      const owners = [tables.connections.byWorker, tables.callbacks.byWorker, tables.byUser]
      return [
        ...tables.widgets.keys(),
        ...tables.connections.records.keys(),
        ...tables.callbacks.records.keys(),
        ...tables.sessions.keys(),
        ...Array.from({ length: owners.reduce((sum, { size }) => sum + size, 0) }, () => 'owner'),
        ...Array.from(tables.listeners, () => 'listener'),
      ]
    },
    async dispose() {},
  }
})

stateContract('sqlite', async () => {
  // Children have the clock of the computer.
  let ahead = 0
  const now = (): number => Date.now() + ahead
  const folder = mkdtempSync(path.join(tmpdir(), 'oriel-state-'))
  const file = path.join(folder, 'oriel.db')
  const options = { path: file }
  /** Past the stores. */
  const run = (sql: string, ...values: unknown[]): void => {
    const db = new Database(file)
    db.prepare(sql).run(...values)
    db.close()
  }
  return {
    open: (more) => createSqliteStores({ now, ...more, ...options }),
    spawn: (more) => new StateProcess({ kind: 'sqlite', options: { ...more, ...options } }),
    now: async () => now(),
    async pass(ms) {
      ahead += ms
    },
    spoil: {
      widgetMetadata: async (id, text) => run('UPDATE state_widgets SET metadata = ? WHERE widget_id = ?', text, id),
      sessionMetadata: async (id, text) => run('UPDATE state_sessions SET metadata = ? WHERE session_id = ?', text, id),
      sessionRoles: async (id, text) => run('UPDATE state_sessions SET roles = ? WHERE session_id = ?', text, id),
      role: async (role, text) => run('UPDATE state_roles SET permissions = ? WHERE role = ?', text, role),
      event: async (channel, payload) =>
        run('INSERT INTO state_events (channel, payload, published_at) VALUES (?, ?, ?)', channel, payload, now()),
    },
    async leftovers() {
      const db = new Database(file, { readonly: true })
      const names = db
        .prepare<[number, number, number], string>(
          `SELECT widget_id FROM state_widgets WHERE expires_at > ?
           UNION ALL SELECT widget_id FROM state_connections WHERE expires_at > ?
           UNION ALL SELECT widget_id FROM state_callbacks WHERE expires_at > ?
           UNION ALL SELECT session_id FROM state_sessions`,
        )
        .pluck()
        .all(now(), now(), now())
      db.close()
      return names
    },
    async dispose() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
})

describe.skipIf(NO_REDIS)('on a real server', () => {
  let server: RedisServer
  let raw: ReturnType<typeof createClient>
  beforeAll(async () => {
    server = await RedisServer.start()
    raw = createClient({ url: server.url })
    await raw.connect()
  })
  afterAll(async () => {
    raw.destroy()
    await server.stop()
  })

  let subjects = 0

  stateContract('redis', async () => {
    const prefix = `test ${++subjects}:*`
    const options = { url: server.url, prefix }
    const keys = new Keys(prefix)
    const now = async (): Promise<number> => {
      const [seconds, micros] = (await raw.sendCommand(['TIME'])) as unknown as [string, string]
      return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
    }
    const allKeys = async (): Promise<string[]> => (await raw.keys('*')).filter((key) => key.startsWith(`${prefix}:`))
    return {
      open: (more) => createRedisStores({ ...more, ...options }),
      spawn: (more) => new StateProcess({ kind: 'redis', options: { ...more, ...options } }),
      now,
      async pass(ms) {
        const end = (await now()) + ms
        await expect.poll(now, { interval: 5, timeout: ms + 5_000 }).toBeGreaterThanOrEqual(end)
      },
      spoil: {
        widgetMetadata: async (id, text) => void (await raw.hSet(keys.widget(id), 'metadata', text)),
        sessionMetadata: async (id, text) => void (await raw.hSet(keys.session(id), 'metadata', text)),
        sessionRoles: async (id, text) => void (await raw.hSet(keys.session(id), 'roles', text)),
        role: async (role, text) => void (await raw.hSet(keys.roles, role, text)),
        event: async (channel, payload) =>
          void (await raw.sendCommand([
            'EVAL',
            PUBLISH.text,
            '1',
            keys.events(channel),
            payload,
            '10',
            '1000',
            'somebody',
          ])),
      },
      async leftovers() {
        const entries = (await allKeys()).filter((key) => !key.startsWith(`${prefix}:events:`) && key !== keys.roles)
        return entries
      },
      async dispose() {
        const found = await allKeys()
        if (found.length > 0) await raw.del(found)
      },
    }
  })
})
