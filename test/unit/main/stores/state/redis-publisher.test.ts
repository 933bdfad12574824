import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { once } from 'node:events'
import { createClient } from '@redis/client'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { RedisPublisher } from '../../../../../src/main/stores/state/redis/publisher.ts'
import { parseRedisUrl } from '../../../../../src/main/stores/state/redis/url.ts'
import { NO_REDIS, RedisServer } from '../../../../support/redis-server.ts'

vi.setConfig({ testTimeout: 30_000 })
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 })

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]()
})

async function redisServer(args?: readonly string[]): Promise<RedisServer> {
  const server = await RedisServer.start(args)
  open.push(server)
  return server
}

function publisherAt(url: string): RedisPublisher {
  const publisher = new RedisPublisher(parseRedisUrl(url))
  open.push({ [Symbol.asyncDispose]: () => publisher.close() })
  return publisher
}

async function listen(url: string, channel: string): Promise<Buffer[]> {
  const client = createClient({ url })
  client.on('error', () => {})
  await client.connect()
  open.push({ [Symbol.asyncDispose]: async () => client.destroy() })
  const heard: Buffer[] = []
  await client.subscribe(channel, (bytes: Buffer) => void heard.push(bytes), true)
  return heard
}

describe.skipIf(NO_REDIS)('messages to other processes over Redis', () => {
  test('[X1] come whole and in order, whatever bytes and sizes they have, and it is told how many have each', async () => {
    const { url } = await redisServer()
    const publisher = publisherAt(url)
    const heard = await listen(url, 'kanal:ä')
    await eventually(() => publisher.isReady).toBe(true)
    const sizes = [0, 1, 2, 100, 16 * 1024, 16 * 1024 + 1, 3_000_000, 5]
    const sent = sizes.map((size, n) => Buffer.from(new Uint8Array(size).map((_, at) => n + at * 13)))
    const told = await Promise.all(sent.map((bytes) => publisher.publish('kanal:ä', bytes)))
    expect(told).toEqual(sizes.map(() => 1))
    await eventually(() => heard.length).toBe(sizes.length)
    expect(heard.every((bytes, n) => bytes.equals(sent[n]!))).toBe(true)
    expect(await publisher.publish('nobody', Buffer.from('x'))).toBe(0)
  })

  test('[X4] when Redis is started again they go on; what was under way is an error', async () => {
    const server = await redisServer()
    const publisher = publisherAt(server.url)
    await eventually(() => publisher.isReady).toBe(true)
    server.freeze()
    const lost = publisher.publish('there', Buffer.from('x'))
    lost.catch(() => {})
    await server.kill()
    await expect(lost).rejects.toMatchObject({ code: 'not_connected' })
    await eventually(() => publisher.isReady).toBe(false)
    await expect(publisher.publish('there', Buffer.from('x'))).rejects.toMatchObject({ code: 'not_connected' })
    await server.startAgain()
    await eventually(() => publisher.isReady).toBe(true)
    expect(await publisher.publish('there', Buffer.from('x'))).toBe(0)
  })

  test('[M10] a server that wants a password is given it, with its special characters; a wrong one is not ready', async () => {
    const server = await redisServer(['--requirepass', 'p@ss w/rd:%'])
    const at = (password: string) => server.url.replace('//', `//:${encodeURIComponent(password)}@`)
    const publisher = publisherAt(at('p@ss w/rd:%'))
    const wrong = publisherAt(at('wrong'))
    await eventually(() => publisher.isReady).toBe(true)
    expect(await publisher.publish('there', Buffer.from('x'))).toBe(0)
    expect(wrong.isReady).toBe(false)
  })

  test('[M10] a server that takes messages and answers none is given up', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const mute = createServer((socket: Socket) => socket.once('data', () => socket.write('+PONG\r\n')))
      mute.listen(0, '127.0.0.1')
      await once(mute, 'listening')
      open.push({ [Symbol.asyncDispose]: async () => void mute.close() })
      const publisher = publisherAt(`redis://127.0.0.1:${(mute.address() as AddressInfo).port}`)
      await vi.waitFor(() => expect(publisher.isReady).toBe(true), 10_000)
      const lost = publisher.publish('there', Buffer.from('x'))
      vi.advanceTimersByTime(4_000)
      await expect(lost).rejects.toMatchObject({ code: 'not_connected' })
    } finally {
      vi.useRealTimers()
    }
  })

  test('[X2] closing waits for what was sent, and afterwards nothing is', async () => {
    const { url } = await redisServer()
    const heard = await listen(url, 'there')
    const publisher = publisherAt(url)
    await eventually(() => publisher.isReady).toBe(true)
    const sent = publisher.publish('there', Buffer.from('last words'))
    await publisher.close()
    expect(await sent).toBe(1)
    await eventually(() => heard.length).toBe(1)
    await expect(publisher.publish('there', Buffer.from('x'))).rejects.toMatchObject({ code: 'closed' })
  })
})
