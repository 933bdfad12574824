import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { callChannel } from '../../../../../src/main/stores/state/call-messages.ts'
import { CallbackRegistry } from '../../../../../src/main/stores/state/callback-registry.ts'
import { openMemoryStores } from '../../../../../src/main/stores/state/memory.ts'
import { MemoryTables } from '../../../../../src/main/stores/state/memory/tables.ts'
import { ServerStateManager } from '../../../../../src/main/stores/state/server-state.ts'
import type { JsonObject, StateStores } from '../../../../../src/main/stores/state/types.ts'
import { OrielError } from '../../../../../src/shared/errors.ts'
import { RecordedLog } from '../../../../support/recorded-log.ts'

/** Heartbeats come every 3 s, and silence is noticed after 10 s, as long as a record lives. */
describe('callbacks of other processes', () => {
  let log: RecordedLog
  let tables: MemoryTables
  let made: { state: ServerStateManager; stores: StateStores; callbacks: CallbackRegistry }[]
  const make = (workerId: string) => {
    const stores = openMemoryStores(tables, { workerId, log })
    const callbacks = new CallbackRegistry({ log })
    const state = new ServerStateManager({ stores, callbacks, workerId, deployMode: true, log })
    const one = { state, stores, callbacks }
    made.push(one)
    return one
  }
  const call = (from: { state: ServerStateManager }, eventType: string, data: JsonObject = {}) =>
    from.state.invokeCallback('w', eventType, data)
  /** As if its process had been killed: it says nothing more, and hears nothing. */
  const kill = async (one: { stores: StateStores }): Promise<void> => await one.stores.close()

  beforeEach(() => {
    vi.useFakeTimers()
    log = new RecordedLog()
    tables = new MemoryTables(() => Date.now())
    made = []
  })
  afterEach(async () => {
    for (const { state, stores } of made) {
      await state.cleanup()
      await stores.close()
    }
    expect(vi.getTimerCount()).toBe(0)
    expect(tables.listeners.size).toBe(0)
    vi.useRealTimers()
  })

  it('[X1] a callback of another process runs there and its value comes back', async () => {
    const [a, b] = [make('a'), make('b')]
    const seen: unknown[] = []
    await b.state.registerCallback('w', 'add', async (...args) => {
      seen.push(args)
      return { sum: Number(args[0]['by']) + 1, deep: [null, { ü: '🙂' }] }
    })
    await b.state.registerCallback('w', 'nothing', () => undefined)
    expect(await call(a, 'add', { by: 2 })).toEqual({ ok: true, result: { sum: 3, deep: [null, { ü: '🙂' }] } })
    expect(seen).toEqual([[{ by: 2 }, 'w', 'add']])
    expect(await call(a, 'nothing')).toEqual({ ok: true, result: undefined })
    expect(await call(a, 'other')).toEqual({ ok: false, reason: 'missing' })
    expect((await b.state.getCallback('w', 'add'))!.invokeCount).toBe(1)
    expect(await a.state.getCallback('w', 'add')).toBeNull()
    expect(a.state.callCounts).toEqual({ sent: 3, answered: 3, timedOut: 0, noOwner: 0, unsent: 0, unanswered: 0 })
  })

  it('[X1] its error comes back as a public one, without stack or cause', async () => {
    const [a, b] = [make('a'), make('b')]
    await b.state.registerCallback('w', 'plain', () => {
      throw new Error('no rain', { cause: new Error('secret') })
    })
    await b.state.registerCallback('w', 'own', () => {
      throw new OrielError('overloaded', 'Try later.', { cause: new Error('secret') })
    })
    for (const [event, code, message] of [
      ['plain', 'handler_failed', 'The callback for "plain" failed: no rain'],
      ['own', 'overloaded', 'Try later.'],
    ] as const) {
      const result = await call(a, event)
      expect(result).toMatchObject({ ok: false, reason: 'error', error: { code, message } })
      if (result.ok || result.reason !== 'error') throw new Error('unreachable')
      expect(result.error).toBeInstanceOf(OrielError)
      expect(result.error.cause).toBeUndefined()
      expect(result.error.stack).not.toContain('registerCallback')
    }
    expect(log.lines.filter((line) => line.includes('secret'))).toHaveLength(2)
  })

  it('[X1] what is not JSON is refused on both ways, and says so', async () => {
    const [a, b] = [make('a'), make('b')]
    let calls = 0
    await b.state.registerCallback('w', 'date', () => {
      calls++
      return { at: new Date() }
    })
    await b.state.registerCallback('w', 'large', () => 'x'.repeat(2_000_000))
    expect(await call(a, 'date')).toMatchObject({ reason: 'error', error: { code: 'bad_value' } })
    expect(await call(a, 'large')).toMatchObject({ reason: 'error', error: { code: 'too_large' } })
    expect(calls).toBe(1)
    const bad = { when: new Date() } as unknown as JsonObject
    expect(await call(a, 'date', bad)).toMatchObject({ reason: 'error', error: { code: 'bad_value' } })
    expect(await a.state.invokeCallback('', 'date', {})).toMatchObject({ error: { code: 'bad_value' } })
    expect(calls).toBe(1)
    expect(a.state.callCounts).toMatchObject({ unsent: 2 })
  })

  it('[C6] [X1] events of one widget are handled in the order of calling, others do not wait for them', async () => {
    const [a, b] = [make('a'), make('b')]
    const order: unknown[] = []
    const first = Promise.withResolvers<void>()
    await b.state.registerCallback('w', 'add', async ({ n }) => {
      if (n === 0) await first.promise
      order.push(n)
    })
    await b.state.registerCallback('v', 'add', ({ n }) => void order.push(n))
    const calls = Array.from({ length: 20 }, (_, n) => call(a, 'add', { n }))
    expect(await a.state.invokeCallback('v', 'add', { n: 'v' })).toMatchObject({ ok: true })
    expect(order).toEqual(['v'])
    first.resolve()
    expect((await Promise.all(calls)).every(({ ok }) => ok)).toBe(true)
    expect(order).toEqual(['v', ...Array.from({ length: 20 }, (_, n) => n)])
  })

  it('[C6] a process that began to listen within a callback still keeps others waiting for it', async () => {
    const [a, b] = [make('a'), make('b')]
    const order: string[] = []
    const release = Promise.withResolvers<void>()
    await b.callbacks.register('w', 'setup', async () => {
      await b.state.registerCallback('w', 'add', () => void order.push('add'))
      await release.promise
      order.push('set up')
    })
    const setup = b.state.invokeCallback('w', 'setup', {})
    await vi.waitFor(async () => expect(await b.stores.callbacks.getOwner('w')).toBe('b'))
    const add = call(a, 'add')
    await vi.advanceTimersByTimeAsync(100)
    expect(order).toEqual([])
    release.resolve()
    await Promise.all([setup, add])
    expect(order).toEqual(['set up', 'add'])
  })

  it('[X1] a callback of this process is called here; one of another widget calls back and forth', async () => {
    const [a, b] = [make('a'), make('b')]
    await a.state.registerCallback('here', 'where', () => 'a')
    await b.state.registerCallback('w', 'where', async () => [await b.state.invokeCallback('here', 'where', {}), 'b'])
    expect(await a.state.invokeCallback('here', 'where', {})).toEqual({ ok: true, result: 'a' })
    expect(a.state.callCounts.sent).toBe(0)
    expect(await call(a, 'where')).toEqual({ ok: true, result: [{ ok: true, result: 'a' }, 'b'] })
  })

  it('[X2] nobody has the callback: no_owner at once, and it can be tried again', async () => {
    const [a, b] = [make('a'), make('b')]
    const result = await call(a, 'add')
    expect(result).toMatchObject({ ok: false, reason: 'error', error: { code: 'no_owner', retryable: true } })
    expect(a.state.callCounts).toMatchObject({ noOwner: 1, sent: 0 })
    await b.state.registerCallback('w', 'add', () => 1)
    expect(await call(a, 'add')).toEqual({ ok: true, result: 1 })
    await b.state.cleanup()
    expect(await call(a, 'add')).toMatchObject({ error: { code: 'no_owner' } })
  })

  it('[X2] the owner does not answer in time: owner_timeout; one that works on it has all the time there is', async () => {
    const [a, b] = [make('a'), make('b')]
    const done = Promise.withResolvers<string>()
    await b.state.registerCallback('w', 'slow', () => done.promise)
    const short = a.state.invokeCallback('w', 'slow', {}, { timeoutMs: 20 })
    const long = a.state.invokeCallback('w', 'slow', {}, { timeoutMs: 120_000 })
    await vi.advanceTimersByTimeAsync(20)
    expect(await short).toMatchObject({ ok: false, reason: 'error', error: { code: 'owner_timeout', retryable: true } })
    await vi.advanceTimersByTimeAsync(60_000)
    done.resolve('at last')
    expect(await long).toEqual({ ok: true, result: 'at last' })
    // The answer to the one that was given up comes too late for anyone.
    expect(a.state.callCounts).toMatchObject({ sent: 2, answered: 1, timedOut: 1 })

    await b.state.registerCallback('w', 'slow', () => new Promise(() => {}))
    const never = call(a, 'slow')
    await vi.advanceTimersByTimeAsync(29_999)
    expect(a.state.callCounts.timedOut).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await never).toMatchObject({ error: { code: 'owner_timeout' } })
  })

  it('[X2] [X3] a dead owner: who waits is told within 10 s, then there is none, then the next one', async () => {
    const [a, b, c] = [make('a'), make('b'), make('c')]
    await b.state.registerCallback('w', 'add', () => new Promise(() => {}))
    const waiting = call(a, 'add')
    await vi.advanceTimersByTimeAsync(5_000)
    await kill(b)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await waiting).toMatchObject({ error: { code: 'owner_timeout' } })
    expect(await call(a, 'add')).toMatchObject({ error: { code: 'no_owner' } })
    await c.state.registerCallback('w', 'add', () => 'c')
    expect(await call(a, 'add')).toEqual({ ok: true, result: 'c' })
  })

  it('[X3] who registers last has the widget; when that one is gone it comes back to who has callbacks still', async () => {
    const [a, b, c] = [make('a'), make('b'), make('c')]
    await b.state.registerCallback('w', 'who', () => 'b')
    await c.state.registerCallback('w', 'who', () => 'c')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await call(a, 'who')).toEqual({ ok: true, result: 'c' })
    await kill(c)
    await vi.advanceTimersByTimeAsync(13_000)
    expect(await call(a, 'who')).toEqual({ ok: true, result: 'b' })
  })

  it('[X4] a record that was lost is made again at the next heartbeat', async () => {
    const [a, b] = [make('a'), make('b')]
    await b.state.registerCallback('w', 'add', () => 1)
    for (const key of await a.stores.callbacks.listWorkerConnections('b'))
      await a.stores.callbacks.unregisterConnection(key)
    expect(await call(a, 'add')).toMatchObject({ error: { code: 'no_owner' } })
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await call(a, 'add')).toEqual({ ok: true, result: 1 })
  })

  it('[M4] removing a widget removes its callbacks in every process', async () => {
    const [a, b] = [make('a'), make('b')]
    await a.state.registerWidget('w', '')
    await b.state.registerCallback('w', 'add', () => 1)
    expect(await a.state.removeWidget('w')).toBe(true)
    await vi.waitFor(async () => expect(await b.callbacks.hasWidget('w')).toBe(false))
    expect(await call(a, 'add')).toMatchObject({ error: { code: 'no_owner' } })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await a.stores.callbacks.getOwner('w')).toBeNull()
  })

  it('[X2] callbacks that were taken out of the registry itself are missing, and then have no owner', async () => {
    const [a, b] = [make('a'), make('b')]
    await b.state.registerCallback('w', 'add', () => 1)
    await b.callbacks.unregister('w', 'add')
    expect(await call(a, 'add')).toEqual({ ok: false, reason: 'missing' })
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await call(a, 'add')).toMatchObject({ error: { code: 'no_owner' } })
  })

  it('[M6] cleanup settles calls that wait', async () => {
    const [a, b] = [make('a'), make('b')]
    await b.state.registerCallback('w', 'add', () => new Promise(() => {}))
    const waiting = call(a, 'add')
    await vi.advanceTimersByTimeAsync(1)
    await a.state.cleanup()
    expect(await waiting).toMatchObject({ ok: false, reason: 'error', error: { code: 'closed' } })
  })

  it('[X2] an answer that does not get through is counted by the owner, and a timeout for who waits', async () => {
    const [a, b] = [make('a'), make('b')]
    const done = Promise.withResolvers<void>()
    await b.state.registerCallback('w', 'add', () => done.promise)
    const waiting = call(a, 'add')
    await vi.advanceTimersByTimeAsync(1)
    await kill(b)
    done.resolve()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await waiting).toMatchObject({ error: { code: 'owner_timeout' } })
    expect(b.state.callCounts.unanswered).toBe(1)
    expect(log.lines.filter((line) => line.includes('answer of a callback was lost'))).toHaveLength(1)
  })

  it('[B5] [X1] what anyone else publishes on the channels of calls harms nobody', async () => {
    const [a, b] = [make('a'), make('b')]
    await b.state.registerCallback('w', 'add', () => 1)
    await call(a, 'add')
    const junk: JsonObject[] = [
      {},
      { kind: 'call' },
      { kind: 'call', id: 7, data: {} },
      { kind: 'call', id: 'x', data: [] },
      { kind: 'answer', id: 'x' },
      { kind: 'answer', id: 'x', ok: false, reason: 'error', error: 'text' },
      { kind: 'working', ids: [7] },
      { kind: 'other', id: 'x' },
    ]
    for (const worker of ['a', 'b'])
      for (const data of junk)
        await a.stores.bus.publish(callChannel(worker), { eventType: 'junk', widgetId: 'w', data })
    await a.stores.bus.publish(callChannel('a'), {
      eventType: 'answer',
      widgetId: 'w',
      data: { kind: 'answer', id: 'nobody asked', ok: true },
    })
    expect(await call(a, 'add')).toEqual({ ok: true, result: 1 })
    expect(a.state.callCounts.answered).toBe(2)
    expect(log.lines.filter((line) => line.includes('cannot be read'))).toHaveLength(16)
  })

  it('[X1] ids may be as long as ids may be', async () => {
    const [a, b] = [make('a'.repeat(1_024)), make('b'.repeat(1_024))]
    await b.state.registerCallback('w'.repeat(1_024), 'e'.repeat(1_024), () => 1)
    expect(await a.state.invokeCallback('w'.repeat(1_024), 'e'.repeat(1_024), {})).toEqual({ ok: true, result: 1 })
  })
})
