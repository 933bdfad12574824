import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createClient } from '@redis/client'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { InMemoryStateStore, RedisStateStore, SqliteStateStore } from '../../src/sdk/components.ts'
import type { StateStore, StateStoreOptions } from '../../src/sdk/components.ts'
import { NO_REDIS, RedisServer } from '../support/redis-server.ts'

/** One backend: stores on it, its clock, and its data past the stores. */
interface Backend {
  /** Another one on the same data; null where each has its own. */
  open(options?: StateStoreOptions): StateStore
  shares: boolean
  pass(ms: number): Promise<void>
  spoil: ((id: string, text: string) => Promise<void>) | null
}

function stateStoreContract(name: string, backend: () => Backend): void {
  describe(`component states on ${name}`, () => {
    let stores: StateStore[] = []
    const open = (options?: StateStoreOptions): StateStore => {
      const store = backend().open(options)
      stores.push(store)
      return store
    }
    afterEach(async () => {
      for (const store of stores) await store.close()
      stores = []
    })

    test('what is saved is a copy, and so is what is loaded [Q31]', async () => {
      const store = open()
      const state = { list: [1, { a: 'ü😀\u2028' }], none: null }
      await store.save('copy', state)
      ;(state.list as unknown[]).push('later')
      const loaded = await store.load('copy')
      expect(loaded).toEqual({ list: [1, { a: 'ü😀\u2028' }], none: null })
      ;(loaded!['list'] as unknown[]).push('mine')
      expect(await store.load('copy')).toEqual({ list: [1, { a: 'ü😀\u2028' }], none: null })
    })

    test('saving again replaces the whole; ids are kept apart, whatever is in them [Q31]', async () => {
      const store = open()
      const ids = [
        'a',
        'a:b',
        'a%3Ab',
        'A',
        ' a',
        'ü',
        '*',
        "'; DROP TABLE state_components; --",
        '__proto__',
        'x'.repeat(1_024),
      ]
      for (const [n, id] of ids.entries()) {
        await store.save(id, { old: true })
        await store.save(id, { n })
      }
      for (const [n, id] of ids.entries()) expect(await store.load(id)).toEqual({ n })
    })

    test('what is missing is null; deleting it is fine [Q31]', async () => {
      const store = open()
      expect(await store.load('never')).toBeNull()
      expect(await store.delete('never')).toBe(false)
      await store.save('once', { a: 1 })
      expect([await store.delete('once'), await store.delete('once'), await store.load('once')]).toEqual([
        true,
        false,
        null,
      ])
    })

    test('{} is a state [Q31]', async () => {
      const store = open()
      await store.save('empty', {})
      expect(await store.load('empty')).toEqual({})
    })

    test('what is no id or no state is refused on the way in, and unknown on the way out [Q31]', async () => {
      const store = open()
      for (const id of ['', 'x'.repeat(1_025), '\ud800', 5 as never, null as never]) {
        await expect(store.save(id, {})).rejects.toMatchObject({ code: 'bad_value' })
        expect([await store.load(id), await store.delete(id)]).toEqual([null, false])
      }
      for (const state of [null, [1], 'text', { a: new Map() }, { a: NaN }, { a: 1n }])
        await expect(store.save('bad', state as object)).rejects.toMatchObject({ code: 'bad_value' })
      await expect(store.save('bad', { a: 'x'.repeat(2 ** 20) })).rejects.toMatchObject({ code: 'too_large' })
      expect(await store.load('bad')).toBeNull()
    })

    test('ends when its time is over, counted from the last save, or never [Q31]', async () => {
      const [short, ever] = [open({ ttl: 100 }), open({ ttl: null })]
      await short.save('short', { a: 1 })
      await ever.save('ever', { a: 1 })
      await backend().pass(60_000)
      await short.save('short', { a: 2 })
      await backend().pass(60_000)
      expect(await short.load('short')).toEqual({ a: 2 })
      await backend().pass(60_000)
      expect([await short.load('short'), await short.delete('short'), await ever.load('ever')]).toEqual([
        null,
        false,
        { a: 1 },
      ])
      expect(() => open({ ttl: 0 })).toThrow(RangeError)
    })

    test('calls at the same time lose nothing [Q31]', async () => {
      const [one, other] = [open(), open()]
      await Promise.all(Array.from({ length: 60 }, (_, n) => (n % 2 ? one : other).save(`many${n}`, { n })))
      for (let n = 0; n < 60; n++) expect(await (n % 2 ? one : other).load(`many${n}`)).toEqual({ n })
      if (backend().shares) expect(await one.load('many0')).toEqual({ n: 0 })
    })

    test('what was damaged is none, and the log says so [Q31]', async () => {
      const { spoil } = backend()
      if (!spoil) return
      const warnings: string[] = []
      const log = { debug() {}, info() {}, warn: (message: string) => void warnings.push(message), error() {} }
      const store = open({ log })
      await store.save('spoilt', { a: 1 })
      await spoil('spoilt', '{"a":')
      expect(await store.load('spoilt')).toBeNull()
      expect(warnings).toHaveLength(1)
    })

    test('a closed store says so [Q31]', async () => {
      const store = open()
      await store.close()
      await store.close()
      for (const call of [() => store.save('a', {}), () => store.load('a'), () => store.delete('a')])
        await expect(call()).rejects.toMatchObject({ code: 'closed' })
    })
  })
}

let ahead = 0
const now = (): number => Date.now() + ahead
const pass = async (ms: number): Promise<void> => void (ahead += ms)

stateStoreContract('memory', () => ({
  open: (options) => new InMemoryStateStore({ now, ...options }),
  shares: false,
  pass,
  spoil: null,
}))

describe('on SQLite', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'oriel-component-states-'))
  const file = path.join(folder, 'oriel.db')
  afterAll(() => rmSync(folder, { recursive: true }))

  stateStoreContract('sqlite', () => ({
    open: (options) => new SqliteStateStore({ path: file, now, ...options }),
    shares: true,
    pass,
    async spoil(id, text) {
      const db = new Database(file)
      db.prepare('UPDATE state_components SET state = ? WHERE component_id = ?').run(text, id)
      db.close()
    },
  }))

  test('what has expired takes no room for ever [Q31]', async () => {
    const store = new SqliteStateStore({ path: path.join(folder, 'other.db'), now, ttl: 1 })
    for (let n = 0; n < 400; n++) await store.save(`old${n}`, { n })
    await pass(2_000)
    for (let n = 0; n < 200; n++) await store.save('new', { n })
    const db = new Database(path.join(folder, 'other.db'))
    expect(db.prepare('SELECT count(*) FROM state_components').pluck().get()).toBe(1)
    db.close()
    await store.close()
  })
})

describe.skipIf(NO_REDIS)('on Redis', () => {
  let server: RedisServer
  let raw: ReturnType<typeof client>
  const client = (url: string) => createClient({ url })
  beforeAll(async () => {
    server = await RedisServer.start()
    raw = client(server.url)
    await raw.connect()
  })
  afterAll(async () => {
    raw.destroy()
    await server.stop()
  })

  stateStoreContract('redis', () => ({
    open: (options) => new RedisStateStore({ url: server.url, ...options }),
    shares: true,
    // The clock is the server's: keys are made to end so much sooner.
    async pass(ms) {
      for (const key of await raw.keys('oriel:component:*')) {
        const left = await raw.pTTL(key)
        if (left > ms) await raw.pExpire(key, left - ms)
        else if (left >= 0) await raw.del(key)
      }
    },
    spoil: async (id, text) => void (await raw.set(`oriel:component:${id}`, text)),
  }))

  test('prefixes are apart, and no key is for ever unless it is to be [Q31]', async () => {
    const [one, other] = ['one', 'other'].map((prefix) => new RedisStateStore({ url: server.url, prefix, ttl: 60 }))
    await one!.save('a', { a: 1 })
    expect(await other!.load('a')).toBeNull()
    expect(await raw.keys('one:*')).toEqual(['one:component:a'])
    expect(await raw.ttl('one:component:a')).toBeGreaterThan(50)
    await Promise.all([one!.close(), other!.close()])
  })
})

test('memory can be emptied at once [Q31]', async () => {
  const store = new InMemoryStateStore()
  await store.save('a', {})
  await store.clear()
  expect(await store.load('a')).toBeNull()
})
