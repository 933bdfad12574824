import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { silentLog } from '../../../../src/main/log.ts'
import { ServingKey } from '../../../../src/main/serve/key.ts'
import { openServeStores } from '../../../../src/main/serve/stores.ts'
import { NO_REDIS, RedisServer } from '../../../support/redis-server.ts'
import { COUNTER } from '../../../support/serve-bench.ts'
import { ServePair } from '../../../support/serve-pair.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 30_000 })

describe.skipIf(NO_REDIS)('two servers on one Redis', () => {
  let redis: RedisServer
  let pair: ServePair
  beforeAll(async () => {
    redis = await RedisServer.start()
  })
  afterAll(() => redis.stop())
  beforeEach(() => {
    pair = new ServePair(redis)
  })
  afterEach(() => pair[Symbol.asyncDispose]())

  const sessionsOf = (server: number) => pair.servers[server]!.served.registry.sessions.length

  test('[X1] a socket at one, the session at the other: events run there, and answers and commits come back in order', async () => {
    await pair.start(COUNTER)
    const at = { server: 0 }
    const browser = pair.browser(at)
    const { boot } = await browser.page()
    at.server = 1
    const client = await browser.connect(boot)
    expect([sessionsOf(0), sessionsOf(1)]).toEqual([1, 0])
    const seen: unknown[] = []
    client.document.onChange(() => seen.push(client.document.get('state:Counter')?.props['count']))
    const answers = await Promise.all(Array.from({ length: 100 }, () => client.request('w1', 'add')))
    expect(answers).toEqual(Array.from({ length: 100 }, (_, n) => [n + 1, boot.clientId, null]))
    await eventually(() => seen.at(-1)).toBe(100)
    const counts = seen.filter((count): count is number => typeof count === 'number')
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    // The page, and a second tab, by way of the other one too.
    const again = await browser.page()
    expect(again.boot).toMatchObject({ sessionId: boot.sessionId, clientId: boot.clientId, widgetId: 'w1' })
    const second = await browser.connect(again.boot)
    expect(await second.request('w1', 'add')).toEqual([101, boot.clientId, null])
    expect(sessionsOf(1)).toBe(0)
  })

  test('[X1] a large value goes by way of the other one as it does directly', async () => {
    await pair.start(`
      import { ByteStream, session, show } from 'oriel'
      export default async function () {
        const w = await show('<p>')
        w.on('put', (size) => {
          session.document.transact((tx) => tx.put({ id: 'big', type: 'big', props: { bytes: new Uint8Array(size).fill(7) } }))
          return size
        })
      }
    `)
    const at = { server: 0 }
    const browser = pair.browser(at)
    const { boot } = await browser.page()
    at.server = 1
    const client = await browser.connect(boot)
    expect(await client.request('w1', 'put', 5_000_000)).toBe(5_000_000)
    await eventually(() => (client.document.get('big')?.props['bytes'] as Uint8Array | undefined)?.byteLength).toBe(
      5_000_000,
    )
    expect((client.document.get('big')!.props['bytes'] as Uint8Array).every((byte) => byte === 7)).toBe(true)
  })

  test('[U8] one that stops leaves its sessions to the other: clients go on, and nothing is lost', async () => {
    await pair.start(COUNTER)
    const at = { server: 0 }
    const browser = pair.browser(at)
    const { boot, client } = await browser.visit()
    await client.request('w1', 'add')
    at.server = 1
    const answers: unknown[] = []
    let stopped: Promise<void> | null = null
    for (let n = 0; n < 60; n++) {
      if (n === 20) stopped = pair.servers[0]!.stop()
      answers.push(await client.request('w1', 'add'))
    }
    await stopped
    expect(answers).toEqual(Array.from({ length: 60 }, (_, n) => [n + 2, boot.clientId, null]))
    expect([sessionsOf(0), sessionsOf(1)]).toEqual([0, 1])
    expect(client.state).toBe('open')
  })

  test('[X4] Redis is gone for a moment: connections between processes are made anew, and it is counted', async () => {
    await pair.start(COUNTER)
    const at = { server: 0 }
    const browser = pair.browser(at)
    const { boot } = await browser.page()
    at.server = 1
    const client = await browser.connect(boot)
    await client.request('w1', 'add')
    await redis.kill()
    const asked = client.request('w1', 'add', null, { timeoutMs: 60_000 })
    await eventually(() => client.state).toBe('reconnecting')
    // Who comes meanwhile is told to try again.
    const busy = await browser.ask('/')
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '30'])
    expect((await browser.ask('/readyz')).status).toBe(503)
    await redis.startAgain()
    // It has kept nothing: who runs here is saved again, who was here has to come anew.
    const metrics = await (await pair.servers[1]!.served.metrics.response()).text()
    // A server that is slow to see that Redis is gone has missed the owner first.
    expect(metrics).toMatch(/oriel_lost_connections_total\{reason="(gap|owner_timeout)"\} 1/)
    await client.close()
    await expect(asked).rejects.toMatchObject({ code: 'closed' })
  })

  test('[U9] processes that sign with another key, and would not know the visitors of these, are refused', async () => {
    await pair.start(COUNTER)
    const other = openServeStores({
      folder: '',
      env: {},
      log: silentLog,
      redis: { url: redis.url, prefix: 'pair', ttlSeconds: 3600 },
      key: new ServingKey(Buffer.alloc(32, 8)),
      workerId: 'three',
    })
    await expect(other).rejects.toMatchObject({ code: 'environment', message: expect.stringContaining('ORIEL_SECRET') })
  })

  test('[X6] a session is nobody else’s by way of another process either: a foreign visit, ticket or secret gets nowhere', async () => {
    await pair.start(COUNTER)
    const at = { server: 0 }
    const [ada, eve] = [pair.browser(at), pair.browser(at)]
    const { boot, client } = await ada.visit()
    await eve.page()
    at.server = 1
    await expect(eve.connect({ ticket: boot.ticket })).rejects.toMatchObject({ code: 'ticket_refused' })
    const raw = await eve.raw()
    raw.carrier.send({ type: 'hello', protocol: 1, resume: client.token!, limits: { maxMessageBytes: 1_000_000 } })
    expect((await raw.end).code).toBe(4002)
    expect(await client.request('w1', 'add')).toEqual([1, boot.clientId, null])
  })
})
