import { spawnSync } from 'node:child_process'
import { Worker } from 'node:worker_threads'
import { createClient } from '@redis/client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRedisStores } from '../../../../../src/main/stores/state/redis.ts'
import type { StateStores, StoreOptions } from '../../../../../src/main/stores/state/types.ts'
import { RecordedLog } from '../../../../support/recorded-log.ts'
import { NO_REDIS, RedisServer } from '../../../../support/redis-server.ts'
import { StateProcess } from '../../../../support/state-process.ts'

/** Of a race that is looked at again and again. */
const ROUNDS = 200

const tick = (n: number) => ({ eventType: 'tick', widgetId: 'w', data: { n } })

describe.skipIf(NO_REDIS)('state stores on Redis', () => {
  let server: RedisServer
  let raw: ReturnType<typeof createClient>
  let log: RecordedLog
  let opened: StateStores[]
  const open = (options: StoreOptions & { prefix?: string; url?: string } = {}): StateStores => {
    const stores = createRedisStores({ url: server.url, log, ...options })
    opened.push(stores)
    return stores
  }
  beforeAll(async () => {
    server = await RedisServer.start()
    raw = createClient({ url: server.url })
    raw.on('error', () => {})
    await raw.connect()
  })
  afterAll(async () => {
    raw.destroy()
    await server.stop()
  })
  beforeEach(async () => {
    log = new RecordedLog()
    opened = []
    await raw.flushAll()
  })
  afterEach(async () => {
    for (const stores of opened) await stores.close()
  })

  async function fill(stores: StateStores): Promise<void> {
    await stores.widgets.register('w', 'x', { token: 't', metadata: { a: 1 } })
    await stores.widgets.updateHtml('w', 'y')
    await stores.router.registerConnection('w', 'worker', { userId: 'u' })
    await stores.router.refreshHeartbeat('w')
    await stores.sessions.createSession('s', 'u', { roles: ['viewer'] })
    await stores.sessions.refreshSession('s')
    await stores.sessions.setRolePermissions('viewer', ['read'])
    await stores.bus.publish('c', tick(1))
  }

  it('[W5] [R5] [S3] every key begins with the prefix and has a time to live', async () => {
    await fill(open({ prefix: 'my:app' }))
    const keys = await raw.keys('*')
    expect(keys.length).toBeGreaterThanOrEqual(8)
    for (const key of keys) {
      expect(key.startsWith('my:app:'), key).toBe(true)
      expect(await raw.pTTL(key), key).toBeGreaterThan(0)
    }
  })

  it('[B1] what another process publishes in the very moment in which subscribe returns is heard, and nothing of before', async () => {
    const { bus } = open({ prefix: 'moment' })
    const shared = new SharedArrayBuffer(8)
    const [asked, done] = [new Int32Array(shared, 0, 1), new Int32Array(shared, 4, 1)]
    Atomics.store(done, 0, -1)
    const worker = new Worker(new URL('../../../../support/bus-worker.ts', import.meta.url), {
      workerData: { url: server.url, prefix: 'moment', shared },
    })
    try {
      await Atomics.waitAsync(done, 0, -1).value
      const wrong: string[] = []
      for (let round = 1; round <= ROUNDS; round++) {
        const channel = `c${round}`
        const tell = (n: string) => bus.publish(channel, { eventType: 'tick', widgetId: 'w', data: { n } })
        await tell('before')
        const events = bus.subscribe(channel)
        Atomics.store(asked, 0, round)
        Atomics.notify(asked, 0)
        // In half of the rounds this thread stands still meanwhile, as one does that has something to compute.
        if (round % 2 === 0) Atomics.wait(done, 0, round - 1, 5_000)
        else await Atomics.waitAsync(done, 0, round - 1).value
        await tell('after')
        const heard: unknown[] = []
        for await (const { data } of events) if (heard.push(data['n']) && data['n'] === 'after') break
        if (heard.join() !== 'elsewhere,after') wrong.push(`${round}: ${heard.join()}`)
      }
      expect(wrong).toEqual([])
    } finally {
      await worker.terminate()
    }
  })

  it('[W8] two prefixes never see each other, also where one begins like the other', async () => {
    const prefixes = ['a', 'a:widget', 'a:index', 'b', 'a*', '*']
    const all = prefixes.map((prefix) => open({ prefix }))
    const heard = all.map((stores) => stores.bus.subscribe('c'))
    for (const [n, stores] of all.entries()) {
      await stores.widgets.register('widgets', prefixes[n]!)
      await stores.router.registerConnection('w', prefixes[n]!)
      await stores.sessions.createSession('s', 'u', { metadata: { n } })
      await stores.sessions.setRolePermissions('viewer', [`see ${n}`])
      await stores.bus.publish('c', tick(n))
    }
    for (const [n, stores] of all.entries()) {
      expect(await stores.widgets.getHtml('widgets')).toBe(prefixes[n])
      expect(await stores.widgets.count()).toBe(1)
      expect(await stores.router.getOwner('w')).toBe(prefixes[n])
      expect((await stores.sessions.listUserSessions('u')).map((one) => one.metadata)).toEqual([{ n }])
      expect((await heard[n]!.next()).value).toMatchObject({ data: { n } })
    }
    await all[0]!.widgets.delete('widgets')
    expect(await all[5]!.widgets.exists('widgets')).toBe(true)
  })

  it('[W3] what the server threw away by itself leaves no ghost in a list', async () => {
    const stores = open()
    for (const id of ['w1', 'w2']) {
      await stores.widgets.register(id, 'x')
      await stores.router.registerConnection(id, 'a')
      await stores.sessions.createSession(id, 'u')
    }
    await raw.del(['oriel:widget:w1', 'oriel:connection:w1', 'oriel:session:w1'])
    expect(await stores.widgets.count()).toBe(1)
    expect(await stores.widgets.listActive()).toEqual(['w2'])
    expect(await stores.router.listWorkerConnections('a')).toEqual(['w2'])
    expect((await stores.sessions.listUserSessions('u')).map((one) => one.sessionId)).toEqual(['w2'])
    for (const index of ['oriel:index:widgets', 'oriel:worker:a', 'oriel:user:u'])
      expect(await raw.zCard(index), index).toBe(1)
  })

  it('[W5] indexes shrink without anyone asking for a list', async () => {
    const stores = open({ widgetTtl: 0.05, connectionTtl: 0.05, sessionTtl: 0.05 })
    const lasting = open()
    const write = async (to: StateStores, id: string): Promise<void> => {
      await to.widgets.register(id, 'x')
      await to.router.registerConnection(id, 'a')
      await to.sessions.createSession(id, 'u')
    }
    await write(lasting, 'lasting')
    await write(stores, 'short')
    await expect.poll(() => raw.exists(['oriel:widget:short', 'oriel:connection:short', 'oriel:session:short'])).toBe(0)
    await write(lasting, 'later')
    for (const index of ['oriel:index:widgets', 'oriel:worker:a', 'oriel:user:u', 'oriel:index:sessions'])
      expect(await raw.zCard(index), index).toBe(2)
  })

  it('[W3] lists thousands', async () => {
    const stores = open()
    const ids = Array.from({ length: 2_500 }, (_, n) => `w${n}`)
    await Promise.all(ids.map((id) => stores.widgets.register(id, '')))
    await raw.del('oriel:widget:w1234')
    expect(await stores.widgets.count()).toBe(2_499)
    expect(new Set(await stores.widgets.listActive())).toEqual(new Set(ids.filter((id) => id !== 'w1234')))
  })

  it('[S7] a key that another program has written over grants nothing; elsewhere it is store_damaged', async () => {
    const stores = open()
    await raw.set('oriel:session:s', 'not a hash')
    expect(await stores.sessions.checkPermission('s', 'doc', '1', 'read')).toBe(false)
    await expect(stores.sessions.getSession('s')).rejects.toMatchObject({ code: 'store_damaged' })
  })

  it('[B5] anything that is published on our channel by another program is skipped', async () => {
    const { bus } = open()
    const events = bus.subscribe('c')
    await bus.publish('c', tick(1))
    expect((await events.next()).value).toMatchObject({ data: { n: 1 } })
    for (const junk of ['', 'junk', '{}', '1-1', `9${'9'.repeat(30)}-1 {}`]) await raw.publish('oriel:events:c', junk)
    await bus.publish('c', tick(2))
    expect((await events.next()).value).toMatchObject({ data: { n: 2 } })
    expect(log.lines.filter((line) => line.includes('cannot be read'))).toHaveLength(5)
  })

  it('[B3] an empty channel is gone on the server too', async () => {
    const { bus } = open()
    const [one, two] = [bus.subscribe('c'), bus.subscribe('c')]
    await bus.publish('c', tick(1))
    await Promise.all([one.next(), two.next()])
    expect(await raw.pubSubChannels('*')).toEqual(['oriel:events:c'])
    await one.return()
    await bus.unsubscribe('c')
    expect(await raw.pubSubChannels('*')).toEqual([])
    expect(await two.next()).toEqual({ done: true, value: undefined })
  })

  it('scripts that the server forgot are sent again', async () => {
    const stores = open()
    await stores.widgets.count()
    await raw.scriptFlush()
    await stores.widgets.register('w', 'x')
    expect(await stores.widgets.listActive()).toEqual(['w'])
  })

  it('all instances of a process share two connections, and close them with the last', async () => {
    const connections = async (): Promise<number> =>
      (await raw.clientList()).filter((one) => one.name === 'oriel').length
    const [first, second] = [open(), open()]
    const events = [first.bus.subscribe('c'), second.bus.subscribe('d')]
    await first.bus.publish('d', tick(1))
    await events[1]!.next()
    await second.widgets.register('w', 'x')
    expect(await connections()).toBe(2)
    await first.close()
    expect(await second.widgets.exists('w')).toBe(true)
    await expect(first.widgets.exists('w')).rejects.toMatchObject({ code: 'closed' })
    await second.close()
    await expect.poll(connections).toBe(0)
  })

  it(
    '[W1] [X4] a restart of the server, in the middle of use: calls wait, and subscriptions come back',
    { timeout: 30_000 },
    async () => {
      const stores = open()
      const other = new StateProcess({ kind: 'redis', options: { url: server.url } })
      await other.listen('c')
      const events = stores.bus.subscribe('c')
      await stores.bus.publish('c', tick(1))
      expect((await events.next()).value).toMatchObject({ data: { n: 1 } })
      expect((await other.nextEvent()).data).toEqual({ n: 1 })
      await server.kill()
      const during = stores.widgets.register('during', 'x')
      await Promise.allSettled([during, server.restart()])
      await expect.poll(() => stores.widgets.count().catch(() => -1)).toBeGreaterThanOrEqual(0)
      await stores.widgets.register('after', 'x')
      expect(await stores.widgets.exists('after')).toBe(true)
      // Both are subscribed again some time after the server is back: then each event comes once and in order.
      const channels = async (): Promise<string[]> =>
        Object.values(await raw.pubSubNumSub('oriel:events:c')).map(String)
      await expect.poll(() => channels().catch(() => [])).toEqual(['2'])
      for (const n of [2, 3]) await stores.bus.publish('c', tick(n))
      for (const n of [2, 3]) expect((await events.next()).value).toMatchObject({ data: { n } })
      for (const n of [2, 3]) expect((await other.nextEvent()).data).toEqual({ n })
      await other.end()
    },
  )

  it(
    '[B7] events that were published while only this one was cut off are made up for',
    { timeout: 30_000 },
    async () => {
      const { bus } = open()
      const publisher = new StateProcess({ kind: 'redis', options: { url: server.url } })
      const events = bus.subscribe('c')
      await bus.publish('c', tick(0))
      await events.next()
      await publisher.call([['widgets', 'count']])
      // Subscribers alone are cut off; what is published at that very moment is in the log.
      const kill = raw.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub'])
      await publisher.call(
        [1, 2, 3, 4, 5].map((n) => ['bus', 'publish', 'c', tick(n)]),
        { inSeries: true },
      )
      expect(await kill).toBe(1)
      for (const n of [1, 2, 3, 4, 5]) expect((await events.next()).value).toMatchObject({ data: { n } })
      await bus.publish('c', tick(6))
      expect((await events.next()).value).toMatchObject({ data: { n: 6 } })
      await publisher.end()
    },
  )

  it.each(['', 'localhost:6379', 'http://localhost', 'redis://', 7])('refuses the address %s', (url) => {
    if (url === 'redis://') return expect(() => open({ url, prefix: '' })).toThrow(/prefix/)
    expect(() => open({ url: url as string })).toThrow(expect.objectContaining({ code: 'bad_value' }))
  })

  it('closing ends calls that wait for a server, and the process', { timeout: 20_000 }, () => {
    const script = `
      const { createRedisStores } = await import(${JSON.stringify(new URL('../../../../../src/main/stores/state/redis.ts', import.meta.url).href)})
      const down = createRedisStores({ url: 'redis://127.0.0.1:1', log: { debug() {}, info() {}, warn() {}, error() {} } })
      const waiting = down.widgets.get('w').catch((error) => error.code)
      const up = createRedisStores({ url: ${JSON.stringify(server.url)} })
      const events = up.bus.subscribe('c')
      await up.widgets.count()
      await Promise.all([down.close(), up.close()])
      console.log(await waiting, JSON.stringify(await events.next()))`
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 15_000,
    })
    expect({ stdout, stderr, status }).toEqual({ stdout: 'closed {"done":true}\n', stderr: '', status: 0 })
  })
})
