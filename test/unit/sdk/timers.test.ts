import { setTimeout as importedTimeout } from 'node:timers'
import { setImmediate as immediatePromise, setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { session } from '../../../src/sdk/index.ts'
import { trackTimers } from '../../../src/sdk/runtime/timers.ts'
import { startSession } from './support/sessions.ts'

const untracked = setTimeout
const passed = (ms: number): Promise<void> => new Promise((resolve) => untracked(resolve, ms))
let undo: () => void
beforeAll(() => {
  undo = trackTimers()
})
afterAll(() => undo())

test('[K9] timers of an ended session are cleared, those of another are not', async () => {
  const [a, b] = [startSession('a'), startSession('b')]
  const seen: string[] = []
  for (const { run } of [a, b])
    run(() => {
      const tell = (what: string) => () => seen.push(`${what} ${session.get('clientId')}`)
      setTimeout(tell('timeout'), 5)
      importedTimeout(tell('imported'), 5)
      setImmediate(tell('immediate'))
      const interval = setInterval(() => {
        tell('interval')()
        clearInterval(interval)
      }, 5)
      void wait(5).then(tell('promise'))
      void immediatePromise().then(tell('immediate promise'))
      void promisify(setTimeout)(5).then(tell('promisified'))
    })
  await a.session.close()
  await passed(30)
  expect(seen.toSorted()).toEqual([
    'immediate client-b',
    'immediate promise client-b',
    'imported client-b',
    'interval client-b',
    'promise client-b',
    'promisified client-b',
    'timeout client-b',
  ])
  expect([a.session.timers.size, b.session.timers.size]).toEqual([0, 0])
})

test('[K9] timers that are set after the end never fire', async () => {
  const { run, session: running } = startSession('a')
  await running.close()
  let fired = 0
  run(() => {
    setTimeout(() => fired++, 0)
    setInterval(() => fired++, 1)
    setImmediate(() => fired++)
    void wait(0).then(() => fired++)
  })
  await passed(20)
  expect(fired).toBe(0)
})

test('[K9] a timer that was refreshed after it fired does nothing once its session has ended', async () => {
  const { run, session: running } = startSession('a')
  let fired = 0
  const timer = run(() => setTimeout(() => fired++, 1))
  await passed(10)
  timer.refresh()
  await running.close()
  await passed(10)
  expect(fired).toBe(1)
})

test('timers keep their arguments, results and ways to be cleared', async () => {
  await startSession('a').run(async () => {
    const seen: unknown[] = []
    setTimeout((...values: unknown[]) => seen.push(values), 1, 'a', 2)
    clearTimeout(setTimeout(() => seen.push('cleared'), 1))
    clearTimeout(undefined)
    const timer = setTimeout(() => {}, 1000)
    expect(timer.hasRef()).toBe(true)
    expect(timer.unref().hasRef()).toBe(false)
    clearTimeout(timer)
    clearTimeout(Number(setTimeout(() => seen.push('cleared by number'), 1)))
    expect(await wait(1, 'value')).toBe('value')
    expect(await wait(1, { ref: 'a value that looks like options' })).toEqual({
      ref: 'a value that looks like options',
    })
    expect(await immediatePromise('soon')).toBe('soon')
    expect(await promisify(setTimeout)(1, 'promised')).toBe('promised')
    await expect(wait(1000, null, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
    await wait(5)
    expect(seen).toEqual([['a', 2]])
  })
})

test('cleared and fired timers are forgotten, so that a session may set millions', async () => {
  const { run, session: running } = startSession('a')
  run(() => {
    for (let i = 0; i < 1000; i++) clearTimeout(setTimeout(() => {}, 10_000))
    for (let i = 0; i < 1000; i++) setTimeout(() => {}, 0)
  })
  await passed(20)
  expect(running.timers.size).toBe(0)
})
