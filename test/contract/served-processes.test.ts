import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RoomClient } from '../../src/client/room-client.ts'
import { NO_REDIS, RedisServer } from '../support/redis-server.ts'
import { ServedProcesses } from '../support/served-processes.ts'

vi.setConfig({ testTimeout: 170_000, hookTimeout: 60_000 })

/** Counts for each visitor, and says to whom it answers. */
const COUNTER = `
  import { html, session, SessionState, show } from 'oriel'
  import { z } from 'zod'
  class Counter extends SessionState.define({ count: z.number().int().default(0) }) {}
  export default async function () {
    const counter = Counter.get()
    const w = await show(html\`<h1 id="n">\${counter.count}</h1>\`, { title: 'Counter' })
    w.on('add', () => [++counter.count, session.get('clientId')])
    w.on('read', () => counter.count)
  }
`

const CLIENTS = 50
const CLICKS = 20

describe.skipIf(NO_REDIS)('several processes on one port', () => {
  let redis: RedisServer
  let served: ServedProcesses
  beforeEach(async () => {
    redis = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always'])
    served = new ServedProcesses()
  })
  afterEach(async () => {
    await served[Symbol.asyncDispose]()
    await redis.stop()
  })

  test.each([2, 4])(
    '[X1] [X3] [X4] of 1,000 clicks each counts once and is answered to whoever clicked, while owners of %i processes are killed and Redis is restarted',
    async (workers) => {
      await served.start(COUNTER, ['--workers', String(workers), '--redis', redis.url])
      const visits = await Promise.all(
        Array.from({ length: CLIENTS }, async () => {
          const { boot, client } = await served.browser().visit()
          return { clientId: boot.clientId, client }
        }),
      )
      let clicked = 0
      const troubles = new Map([
        [200, async () => void process.kill(served.processes[0]!, 'SIGKILL')],
        [450, () => redis.restart()],
        [700, async () => void process.kill(served.processes.at(-1)!, 'SIGKILL')],
      ])
      const done: Promise<unknown>[] = []
      const click = async (client: RoomClient, clientId: string): Promise<void> => {
        const trouble = troubles.get(++clicked)
        if (trouble) done.push(trouble())
        const answer = await client.request('w1', 'add', null, { timeoutMs: 120_000 })
        expect(answer).toEqual([expect.any(Number), clientId])
      }
      await Promise.all(
        visits.map(async ({ client, clientId }) => {
          for (let n = 0; n < CLICKS; n++) await click(client, clientId)
        }),
      )
      await Promise.all(done)
      const counts = await Promise.all(
        visits.map(({ client }) => client.request('w1', 'read', null, { timeoutMs: 60_000 })),
      )
      expect(counts).toEqual(visits.map(() => CLICKS))
    },
  )

  /** Of the process that has begun the newest session. */
  const ownerOf = (sessionId: string): number => {
    const opened = served.log
      .split('\n')
      .filter((line) => line.includes('"session opened"') && line.includes(sessionId))
    return (JSON.parse(opened.at(-1)!) as { pid: number }).pid
  }

  test('[X2] [X3] an owner that stands still is left after the heartbeat window, and does no harm when it goes on', async () => {
    await served.start(COUNTER, ['--workers', '2', '--redis', redis.url])
    const visits = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { boot, client } = await served.browser().visit()
        return { client, owner: ownerOf(boot.sessionId), sessionId: boot.sessionId }
      }),
    )
    const [still] = served.processes
    process.kill(still!, 'SIGSTOP')
    const asked = visits.map(({ client }) => client.request('w1', 'add', null, { timeoutMs: 120_000 }))
    const answers = (await Promise.all(asked)) as [number, string][]
    expect(answers.map(([count]) => count)).toEqual(visits.map(() => 1))
    const moved = visits.filter(({ owner }) => owner === still)
    for (const { sessionId } of moved) expect(ownerOf(sessionId)).not.toBe(still)
    process.kill(still!, 'SIGCONT')
    // It finds out that they are not its own any more.
    await served.until(() => served.log.split('"a session was taken over by another process"').length > moved.length)
    const again = await Promise.all(
      visits.map(({ client }) => client.request('w1', 'add', null, { timeoutMs: 60_000 })),
    )
    expect((again as [number, string][]).map(([count]) => count)).toEqual(visits.map(() => 2))
  })

  test('[U8] a process that is told to end leaves its sessions to the others, and another takes its place', async () => {
    await served.start(COUNTER, ['--workers', '2', '--redis', redis.url])
    const { boot, client } = await served.browser().visit()
    const owner = ownerOf(boot.sessionId)
    const counts: unknown[] = []
    for (let n = 0; n < 40; n++) {
      if (n === 10) process.kill(owner, 'SIGTERM')
      counts.push(((await client.request('w1', 'add', null, { timeoutMs: 60_000 })) as [number, string])[0])
    }
    expect(counts).toEqual(Array.from({ length: 40 }, (_, n) => n + 1))
    await served.until(() => served.processes.length === 2 && !served.processes.includes(owner))
    expect(ownerOf(boot.sessionId)).not.toBe(owner)
    const metrics = await (await served.browser().ask('/metrics')).text()
    expect(metrics).toMatch(/^oriel_sessions 1$/m)
    expect(metrics).toMatch(/^oriel_messages_total\{type="event"\} \d+$/m)
    expect(await served.stop()).toBe(0)
  })

  test('[U10] without a Redis server there is nothing that processes could share; what is wrong for all is said once', async () => {
    await expect(served.start(COUNTER, ['--workers', '2'])).rejects.toThrow(/--workers needs a Redis server/)
    await expect(served.start('export default 1 +', ['--workers', '2', '--redis', redis.url])).rejects.toThrow(
      /app\.ts:1/,
    )
    await expect(served.start(COUNTER, ['--redis', 'redis://127.0.0.1:1'])).rejects.toThrow(/No Redis server answers/)
  })
})
