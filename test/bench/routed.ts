import { fork, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { createClient } from '@redis/client'
import { RedisServer } from '../support/redis-server.ts'
import { TestBrowser } from '../support/serve-bench.ts'
import type { RoomClient } from '../../src/client/room-client.ts'
import { firstMatch } from './click.ts'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const CLI = path.resolve(import.meta.dirname, '../../out/main/cli.js')
const ECHO = path.join(import.meta.dirname, 'scripts/redis-echo.ts')
const ROUNDS = 12
const A_ROUND = 100

/**
 * A click at a process that does not have the session, to the changed number at its client, against what it cannot do
 * without: the same click at the process that has it, and one way to another process and back by publish and subscribe.
 */
export async function benchRouted({ home }: { home: string }): Promise<Row> {
  await using redis = await RedisServer.start()
  const secret = randomBytes(32).toString('hex')
  const script = path.join(import.meta.dirname, 'scripts/routed.oriel.ts')
  const serving = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const child = spawn(process.execPath, [CLI, 'serve', script, '--auth', 'none', '--redis', redis.url], {
        env: { ...process.env, ORIEL_HOME: path.join(home, `routed-${name}`), ORIEL_SECRET: secret },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      return { child, url: await firstMatch(child.stdout, /is served at (\S+)/) }
    }),
  )
  const clients: RoomClient[] = []
  const echo = await startEcho(redis.url)
  try {
    const at = { server: 0 }
    const url = () => serving[at.server]!.url
    const browser = new TestBrowser(url, clients)
    // Cookies belong to a port; here the visit goes along.
    Object.defineProperty(browser, 'cookieHeader', {
      get: () => [...browser.cookies.values()].map((value) => `oriel-${new URL(url()).port}=${value}`).at(-1) ?? '',
    })
    const { boot, client: local } = await browser.visit()
    const { boot: second } = await browser.page()
    at.server = 1
    const routed = await browser.connect(second)
    if (routed.sessionId !== boot.sessionId) throw new Error('Both clients must be of one session.')
    const samples = { routed: [] as number[], raw: [] as number[] }
    for (let round = -1; round < ROUNDS; round++) {
      const [far, near, way] = [await clicks(routed), await clicks(local), await echo.round(A_ROUND)]
      if (round < 0) continue
      samples.routed.push(...far)
      samples.raw.push(...near.map((ms, n) => ms + way[n]!))
    }
    return row(
      'click by way of another process',
      'click here + publish and back',
      'ms',
      samples.routed,
      samples.raw,
      '≤ 1.3×',
    )
  } finally {
    await Promise.all(clients.map((client) => client.close()))
    await echo.close()
    for (const { child } of serving) {
      child.kill('SIGTERM')
      await once(child, 'close')
    }
  }
}

async function clicks(client: RoomClient): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < A_ROUND; n++) {
    const { promise: changed, resolve } = Promise.withResolvers<number>()
    const stop = client.document.onChange(() => resolve(performance.now()), { id: 'state:Counter' })
    const start = performance.now()
    const answered = client.request('w1', 'add')
    times.push((await changed) - start)
    stop()
    await answered
  }
  return times
}

/** Another process that sends back what is published to it. */
async function startEcho(url: string): Promise<{ round(count: number): Promise<number[]>; close(): Promise<void> }> {
  const child = fork(ECHO, [url])
  await once(child, 'message')
  const [publisher, subscriber] = [createClient({ url }), createClient({ url })]
  await Promise.all([publisher.connect(), subscriber.connect()])
  let heard = (): void => {}
  await subscriber.subscribe('back', () => heard(), true)
  const payload = randomBytes(150)
  return {
    async round(count) {
      const times: number[] = []
      for (let n = 0; n < count; n++) {
        const { promise, resolve } = Promise.withResolvers<number>()
        heard = () => resolve(performance.now())
        const start = performance.now()
        void publisher.publish('there', payload)
        times.push((await promise) - start)
      }
      return times
    },
    async close() {
      child.kill()
      await Promise.all([publisher.close(), subscriber.close()])
    },
  }
}
