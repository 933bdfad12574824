import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '../support/call-child.ts'
import { CallProcess } from '../support/call-process.ts'
import type { Told } from '../support/call-process.ts'
import { NO_REDIS, RedisServer } from '../support/redis-server.ts'
import type { Backend } from '../support/state-backend.ts'

/** How long a worker that is dead counts as there, in s: short of the ten of the default, so that tests need not wait. */
const CALLBACK_TTL = 6
const PATIENCE = { timeout: 30_000, interval: 50 }

const clicks = (count: number, widgetIds: readonly string[]): Call[] =>
  Array.from({ length: count }, (_, n) => [widgetIds[n % widgetIds.length]!, 'count', { n }])

/** Each answer is that of its own click, and no click was counted twice by anyone. */
function expectEachCountedOnce(calls: readonly Call[], told: readonly Told[], counted: readonly number[]): void {
  for (const [i, one] of told.entries())
    if (one.ok) expect(one.result).toMatchObject({ widgetId: calls[i]![0], n: calls[i]![2]['n'] })
  expect(new Set(counted).size).toBe(counted.length)
  const answered = told.flatMap((one) => (one.ok ? [one.result.n] : []))
  expect(answered.filter((n) => !counted.includes(n))).toEqual([])
}

function callsContract(name: string, setUp: () => Promise<{ backend: Backend; dispose: () => Promise<void> }>): void {
  describe(`callbacks over processes: ${name}`, { timeout: 90_000 }, () => {
    let backend: Backend
    let dispose: () => Promise<void>
    let processes: CallProcess[]
    const start = (workerId: string): CallProcess => {
      const one = new CallProcess(backend, workerId)
      processes.push(one)
      return one
    }
    beforeAll(async () => ({ backend, dispose } = await setUp()))
    afterAll(() => dispose())
    afterEach(() => Promise.all(processes.map((one) => one.end())))

    it('[X1] [X2] [C6] two processes: values, errors, order, and what is typed when nobody answers', async () => {
      processes = []
      const [a, b] = [start('a'), start('b')]
      await a.connect('w')
      expect(await a.invoke([['w', 'count', { n: 0 }]])).toMatchObject([{ ok: false, code: 'no_owner' }])

      await b.register('w', 'v')
      const calls = clicks(100, ['w'])
      const told = await a.invoke(calls)
      expect(told).toEqual(calls.map((_, n) => ({ ok: true, result: { n, widgetId: 'w', worker: 'b', place: n } })))
      // What the callback sends meanwhile reaches the socket in the other process, in order too.
      await expect.poll(() => a.events.length, PATIENCE).toBe(100)
      expect(a.events).toEqual(calls.map((_, n) => ({ type: 'counted', data: { n } })))

      const [failed] = await a.invoke([['w', 'fail', {}]])
      expect(failed).toMatchObject({ code: 'handler_failed', message: 'The callback for "fail" failed: no rain' })
      expect(JSON.stringify(failed)).not.toContain('call-child.ts:')
      expect(await a.invoke([['w', 'other', {}]])).toEqual([{ ok: false, reason: 'missing' }])

      const late = await a.invoke([['w', 'hang', {}]], { timeoutMs: 100 })
      expect(late).toMatchObject([{ ok: false, code: 'owner_timeout' }])
      // Behind what hangs in its own widget it waits, in another it does not.
      expect(await a.invoke([['v', 'count', { n: 1 }]])).toMatchObject([{ ok: true }])
      expect(await a.counts()).toMatchObject({ sent: 104, answered: 103, timedOut: 1, noOwner: 1, unsent: 0 })
    })

    it('[X8] [M4] events of one widget may be in different processes, and all are gone with the widget', async () => {
      processes = []
      const [a, b, c] = [start('a'), start('b'), start('c')]
      await a.registerEvents('split', 'count')
      await b.registerEvents('split', 'where')
      const where = async () => {
        const told = await c.invoke([
          ['split', 'count', { n: 1 }],
          ['split', 'where', { n: 2 }],
        ])
        return told.map((one) => (one.ok ? one.result.worker : (one.code ?? one.reason)))
      }
      expect(await where()).toEqual(['a', 'b'])
      expect(await a.invoke([['split', 'where', { n: 3 }]])).toMatchObject([{ result: { worker: 'b' } }])
      // Said again and again, by both, it stays.
      await expect.poll(where, PATIENCE).toEqual(['a', 'b'])
      // Whoever registers an event last has it, and no other.
      await b.registerEvents('split', 'count')
      expect(await where()).toEqual(['b', 'b'])
      await a.registerEvents('split', 'where')
      expect(await where()).toEqual(['b', 'a'])
      expect(await c.invoke([['split', 'hang', {}]])).toEqual([{ ok: false, reason: 'missing' }])
      await c.remove('split')
      await expect.poll(where, PATIENCE).toEqual(['no_owner', 'no_owner'])
    })

    it('[X3] [X8] when the process with one event is killed that event alone has no owner', async () => {
      processes = []
      const [a, b, c] = [start('a'), start('b'), start('c')]
      await b.registerEvents('split', 'where')
      await a.registerEvents('split', 'count')
      await b.kill()
      await expect
        .poll(async () => (await c.invoke([['split', 'where', {}]], { timeoutMs: 300 }))[0], PATIENCE)
        .toEqual({ ok: false, reason: 'missing' })
      expect(await c.invoke([['split', 'count', { n: 1 }]])).toMatchObject([{ result: { worker: 'a' } }])
    })

    // It takes a while, and what is behind it is the same.
    const onRedis = name === 'redis' ? it : () => {}
    onRedis('[X2] [X3] four processes, and the owner is killed in the middle of 1,000 clicks', async () => {
      processes = []
      const [a, b, c, d] = [start('a'), start('b'), start('c'), start('d')]
      const widgetIds = Array.from({ length: 50 }, (_, n) => `client ${n}`)
      await c.register(...widgetIds)
      const calls = clicks(1_000, widgetIds)
      const halves = [calls.filter((_, n) => n % 2 === 0), calls.filter((_, n) => n % 2 === 1)]
      const told = Promise.all([
        a.invoke(halves[0]!, { gapMs: 4, timeoutMs: 5_000 }),
        b.invoke(halves[1]!, { gapMs: 4, timeoutMs: 5_000 }),
      ])
      await expect.poll(async () => Object.keys((await c.counts()).counted).length, PATIENCE).toBeGreaterThan(40)
      const before = Object.values((await c.counts()).counted).flat()
      await c.kill()
      const results = (await told).flat()
      const outcomes = new Map([...halves[0]!, ...halves[1]!].map(([, , { n }], i) => [n, results[i]!]))
      expect(outcomes.size).toBe(1_000)
      for (const one of results) if (!one.ok) expect(['owner_timeout', 'no_owner']).toContain(one.code)
      // What was handled was answered, or is said to be unknown; nobody is told that it was not.
      expect(results.some(({ ok }) => ok)).toBe(true)
      for (const n of before) expect(outcomes.get(n)).toSatisfy((one: Told) => one.ok || one.code === 'owner_timeout')

      // Whoever asks now is told at once, and the next process takes the widgets over.
      await expect
        .poll(async () => (await a.invoke([[widgetIds[0]!, 'count', { n: 0 }]], { timeoutMs: 500 }))[0], PATIENCE)
        .toMatchObject({ code: 'no_owner' })
      await d.register(...widgetIds)
      const again = calls.map(([widgetId, event], n): Call => [widgetId, event, { n: n + 1_000 }])
      const taken = await b.invoke(again)
      expect(taken.every((one) => one.ok && one.result.worker === 'd')).toBe(true)
      expectEachCountedOnce(again, taken, Object.values((await d.counts()).counted).flat())
      for (const process of [a, b]) {
        const { sent, answered, timedOut } = await process.counts()
        expect(answered + timedOut).toBe(sent)
      }
    })
  })
}

callsContract('sqlite', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'oriel-calls-'))
  return {
    backend: { kind: 'sqlite', options: { path: path.join(folder, 'oriel.db'), callbackTtl: CALLBACK_TTL } },
    dispose: async () => rmSync(folder, { recursive: true, force: true }),
  }
})

describe.skipIf(NO_REDIS)('on a real server', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterAll(() => server.stop())

  callsContract('redis', async () => ({
    backend: { kind: 'redis', options: { url: server.url, callbackTtl: CALLBACK_TTL } },
    dispose: async () => {},
  }))

  it(
    '[X4] Redis restarts, empty, in the middle of 1,000 clicks: none is counted twice or lost silently',
    { timeout: 90_000 },
    async () => {
      const backend: Backend = {
        kind: 'redis',
        options: { url: server.url, callbackTtl: CALLBACK_TTL, prefix: 'restart' },
      }
      const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((workerId) => new CallProcess(backend, workerId))
      try {
        const widgetIds = Array.from({ length: 50 }, (_, n) => `client ${n}`)
        await c!.register(...widgetIds.slice(0, 25))
        await d!.register(...widgetIds.slice(25))
        const calls = clicks(1_000, widgetIds)
        const halves = [calls.slice(0, 500), calls.slice(500)]
        const told = Promise.all([
          a!.invoke(halves[0]!, { gapMs: 4, timeoutMs: 5_000 }),
          b!.invoke(halves[1]!, { gapMs: 4, timeoutMs: 5_000 }),
        ])
        await expect.poll(async () => Object.keys((await c!.counts()).counted).length, PATIENCE).toBe(25)
        await server.restart()
        const results = (await told).flat()
        const counts = await Promise.all([a!, b!, c!, d!].map((one) => one.counts()))
        const counted = counts.flatMap((one) => Object.values(one.counted)).flat()
        expectEachCountedOnce(calls, results, counted)
        const failed = results.flatMap((one) => (one.ok ? [] : [one.code]))
        for (const code of failed) expect(['owner_timeout', 'no_owner', 'not_connected']).toContain(code)
        const sum = (name: 'timedOut' | 'noOwner' | 'unsent'): number => counts.reduce((all, one) => all + one[name], 0)
        expect(sum('timedOut') + sum('noOwner') + sum('unsent')).toBe(failed.length)

        // All four are connected and subscribed again, and the owners have said so again.
        await expect
          .poll(async () => {
            const last = await Promise.all(
              [a!, b!].map((one) => one.invoke(clicks(50, widgetIds), { timeoutMs: 1_000 })),
            )
            return last.flat().filter((one) => one.ok).length
          }, PATIENCE)
          .toBe(100)
      } finally {
        await Promise.all([a!, b!, c!, d!].map((one) => one.end()))
      }
    },
  )
})
