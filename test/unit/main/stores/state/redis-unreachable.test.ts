import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { createRedisStores } from '../../../../../src/main/stores/state/redis.ts'
import { RecordedLog } from '../../../../support/recorded-log.ts'
import { NO_REDIS, RedisServer } from '../../../../support/redis-server.ts'

const LIMIT_MS = 5_000

/** Each takes as long as a call is patient, so they run at the same time. */
describe.skipIf(NO_REDIS).concurrent('Redis that cannot be used', { timeout: 20_000 }, () => {
  it('[M10] no server: every way in fails, and says where and what to do without the password', async () => {
    const log = new RecordedLog()
    const free = createServer().listen(0, '127.0.0.1')
    await once(free, 'listening')
    const { port } = free.address() as AddressInfo
    free.close()
    await once(free, 'close')
    const start = performance.now()
    const stores = createRedisStores({
      url: `redis://someone:s3cret@127.0.0.1:${port}/2?password=s3cret`,
      log,
    })
    const tries = [
      stores.widgets.get('w'),
      stores.router.getOwner('w'),
      stores.sessions.createSession('s', 'u'),
      stores.bus.publish('c', { eventType: 'tick', widgetId: 'w' }),
      stores.bus.subscribe('c').next(),
    ]
    for (const result of await Promise.allSettled(tries)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'not_connected', retryable: true } })
      const { message } = (result as PromiseRejectedResult).reason as Error
      expect(message).toContain(`redis://someone:***@127.0.0.1:${port}/2`)
      expect(message).toContain('ORIEL_DEPLOY__REDIS_URL')
    }
    expect(performance.now() - start).toBeLessThan(LIMIT_MS)
    const again = performance.now()
    await expect(stores.widgets.get('w')).rejects.toMatchObject({ code: 'not_connected' })
    expect(performance.now() - again).toBeLessThan(1_000)
    expect(log.lines.join('\n')).not.toContain('s3cret')
    await stores.close()
  })

  it.for([
    ['takes the connection and says nothing', null],
    ['is none', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ] as const)('[M10] a server that %s', async ([, answer]) => {
    const fake = createServer((socket) => {
      socket.on('error', () => {})
      if (answer) socket.end(answer)
    }).listen(0, '127.0.0.1')
    await once(fake, 'listening')
    const start = performance.now()
    const stores = createRedisStores({
      url: `redis://127.0.0.1:${(fake.address() as AddressInfo).port}`,
      log: new RecordedLog(),
    })
    await expect(stores.widgets.get('w')).rejects.toMatchObject({ code: 'not_connected' })
    expect(performance.now() - start).toBeLessThan(LIMIT_MS)
    await stores.close()
    fake.close()
  })

  it('[M10] a wrong password is said to be one', async () => {
    await using server = await RedisServer.start(['--requirepass', 'right'])
    const log = new RecordedLog()
    const wrong = createRedisStores({ url: server.url.replace('//', '//:wr0ng@'), log })
    const right = createRedisStores({ url: server.url.replace('//', '//:right@'), log })
    await right.widgets.register('w', 'x')
    expect(await right.widgets.exists('w')).toBe(true)
    await expect(wrong.widgets.get('w')).rejects.toThrow(/:\*\*\*@.*WRONGPASS/)
    expect(log.lines.join('\n')).not.toContain('wr0ng')
    await Promise.all([wrong.close(), right.close()])
  })

  it('[M10] a server that stands still: calls fail in time and work again when it goes on', async () => {
    await using server = await RedisServer.start()
    const stores = createRedisStores({ url: server.url, log: new RecordedLog() })
    await stores.widgets.register('w', 'x')
    server.freeze()
    const start = performance.now()
    await expect(stores.widgets.getHtml('w')).rejects.toMatchObject({ code: 'not_connected' })
    expect(performance.now() - start).toBeLessThan(LIMIT_MS)
    server.wake()
    expect(await vi.waitFor(() => stores.widgets.getHtml('w'), { timeout: 10_000 })).toBe('x')
    await stores.close()
  })
})
