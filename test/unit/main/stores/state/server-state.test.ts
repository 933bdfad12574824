import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CallbackRegistry } from '../../../../../src/main/stores/state/callback-registry.ts'
import type { EventQueue } from '../../../../../src/main/stores/state/event-queue.ts'
import { openMemoryStores } from '../../../../../src/main/stores/state/memory.ts'
import { MemoryTables } from '../../../../../src/main/stores/state/memory/tables.ts'
import { ServerStateManager } from '../../../../../src/main/stores/state/server-state.ts'
import type { StateStores } from '../../../../../src/main/stores/state/types.ts'
import type { WidgetEvent } from '../../../../../src/main/stores/state/widget-connections.ts'
import { RecordedLog } from '../../../../support/recorded-log.ts'

/** Everything that waits, without waiting for more. */
function waiting(queue: EventQueue<WidgetEvent> | null): WidgetEvent[] {
  return Array.from({ length: queue!.length }, () => queue!.shift()!)
}

const event = (n: number): WidgetEvent => ({ type: 'tick', data: { n } })

describe('server state', () => {
  let log: RecordedLog
  let tables: MemoryTables
  let made: { state: ServerStateManager; stores: StateStores; callbacks: CallbackRegistry }[]
  const make = (workerId = 'a', deployMode = true) => {
    const stores = openMemoryStores(tables, { workerId, log, connectionTtl: 100 })
    const callbacks = new CallbackRegistry({ log })
    const state = new ServerStateManager({ stores, callbacks, workerId, deployMode, log, heartbeatMs: 30_000 })
    const one = { state, stores, callbacks }
    made.push(one)
    return one
  }
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
    vi.useRealTimers()
  })

  it('[M1] widgets are those of the store, and callbacks may come first', async () => {
    const { state, stores } = make('a', false)
    await state.registerCallback('w', 'add', ({ by }) => Number(by) + 1)
    expect(await state.widgetExists('w')).toBe(false)
    await state.registerWidget('w', '<p>1', { token: 't', metadata: { a: 1 } })
    expect(await state.getWidget('w')).toEqual(await stores.widgets.get('w'))
    expect(await state.updateWidgetHtml('w', '<p>2')).toBe(true)
    expect(await state.updateWidgetHtml('nobody', '')).toBe(false)
    expect(await state.getWidgetHtml('w')).toBe('<p>2')
    expect(await state.listWidgets()).toEqual(['w'])
    expect(await state.invokeCallback('w', 'add', { by: 1 })).toEqual({ ok: true, result: 2 })
    expect((await state.getCallback('w', 'add'))!.invokeCount).toBe(1)
    expect(await state.removeWidget('w')).toBe(true)
    expect(await state.removeWidget('w')).toBe(false)
    expect(await state.getWidget('w')).toBeNull()
  })

  it('[M2] broadcasting to a widget that is connected here waits in its queue and is published to nobody', async () => {
    const { state, stores } = make()
    const heard = stores.bus.subscribe('widget:w')
    await state.registerConnection('w', {})
    await state.broadcastEvent('w', 'tick', { n: 1 })
    expect(waiting(state.getEventQueue('w'))).toEqual([event(1)])
    await stores.bus.publish('widget:w', { eventType: 'marker', widgetId: 'w' })
    expect((await heard.next()).value).toMatchObject({ eventType: 'marker' })
  })

  it('[M2] to one that is not: nothing locally, one event in deploy mode', async () => {
    const [local, deployed] = [make('local', false), make('deployed', true)]
    const heard = deployed.stores.bus.subscribe('widget:w')
    await local.state.broadcastEvent('w', 'tick', { n: 1 })
    await deployed.state.broadcastEvent('w', 'tick', { n: 2 })
    await deployed.stores.bus.publish('widget:w', { eventType: 'marker', widgetId: 'w' })
    expect((await heard.next()).value).toMatchObject({ eventType: 'tick', data: { n: 2 }, targetWorkerId: null })
    expect((await heard.next()).value).toMatchObject({ eventType: 'marker' })
  })

  it('[M2] [M3] another process’s connection gets what is broadcast and sent', async () => {
    const [a, b] = [make('a'), make('b')]
    await b.state.registerConnection('w', {})
    await a.state.broadcastEvent('w', 'tick', { n: 1 })
    expect(await a.state.sendToWidget('w', event(2))).toBe(true)
    const queue = b.state.getEventQueue('w')!
    expect(await queue.next()).toEqual({ done: false, value: event(1) })
    expect(await queue.next()).toEqual({ done: false, value: event(2) })
  })

  it('[M3] sending is true only where somebody has the widget', async () => {
    const [a, b, local] = [make('a'), make('b'), make('local', false)]
    expect(await a.state.sendToWidget('w', event(1))).toBe(false)
    await b.state.registerConnection('w', {})
    expect(await a.state.sendToWidget('w', event(2))).toBe(true)
    expect(await local.state.sendToWidget('w', event(3))).toBe(false)
    await b.state.unregisterConnection('w')
    expect(await a.state.sendToWidget('w', event(4))).toBe(false)
    await local.state.registerConnection('w', {})
    expect(await local.state.sendToWidget('w', event(5))).toBe(true)
    expect(waiting(local.state.getEventQueue('w'))).toEqual([event(5)])
  })

  it('[M3] an owner without a heartbeat is none, and heartbeats keep one', async () => {
    const [a, b] = [make('a'), make('b')]
    await b.state.registerConnection('w', {})
    await b.stores.router.registerConnection('dead', 'gone')
    await vi.advanceTimersByTimeAsync(1_000_000)
    expect(await a.state.sendToWidget('w', event(1))).toBe(true)
    expect(await a.state.sendToWidget('dead', event(1))).toBe(false)
  })

  it('[M3] a record that was lost is made again, one that another worker took is left to it', async () => {
    const [a, b] = [make('a'), make('b')]
    await a.state.registerConnection('lost', {}, { userId: 'u' })
    await a.state.registerConnection('taken', {})
    await b.stores.router.unregisterConnection('lost')
    await b.stores.router.registerConnection('taken', 'b')
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await b.stores.router.getConnectionInfo('lost')).toMatchObject({ workerId: 'a', userId: 'u' })
    expect(await b.stores.router.getOwner('taken')).toBe('b')
  })

  it('[M4] removing a widget removes callbacks, connection and record', async () => {
    const { state, stores, callbacks } = make()
    await state.registerWidget('w', '')
    await state.registerCallback('w', 'e', () => 1)
    await state.registerConnection('w', {})
    const queue = state.getEventQueue('w')!
    const next = queue.next()
    expect(await state.removeWidget('w')).toBe(true)
    expect(await next).toEqual({ done: true, value: undefined })
    expect(state.getConnection('w')).toBeNull()
    expect(state.getEventQueue('w')).toBeNull()
    expect(await callbacks.hasWidget('w')).toBe(false)
    expect(await stores.router.getOwner('w')).toBeNull()
    expect(await state.sendToWidget('w', event(1))).toBe(false)
  })

  it('[M5] a socket that leaves late removes nothing of the one that came after', async () => {
    const { state, stores } = make()
    const [old, current] = [{}, {}]
    await state.registerConnection('w', old)
    await state.sendToWidget('w', event(1))
    const oldQueue = state.getEventQueue('w')!
    await state.registerConnection('w', current)
    expect(await state.unregisterConnection('w', old)).toBe(false)
    expect(state.getConnection('w')).toBe(current)
    expect(await stores.router.getOwner('w')).toBe('a')
    expect(await oldQueue.next()).toEqual({ done: true, value: undefined })
    expect(waiting(state.getEventQueue('w'))).toEqual([event(1)])
    expect(await state.unregisterConnection('w', current)).toBe(true)
    expect(await state.unregisterConnection('w', current)).toBe(false)
    expect(await stores.router.getOwner('w')).toBeNull()
  })

  it('[M5] nor of the one that came by way of another process', async () => {
    const [a, b] = [make('a'), make('b')]
    const old = {}
    await a.state.registerConnection('w', old)
    await b.state.registerConnection('w', {})
    await a.state.unregisterConnection('w', old)
    expect(await a.stores.router.getOwner('w')).toBe('b')
  })

  it('[M6] cleanup closes connections and forgets callbacks; what is stored stays', async () => {
    const { state, stores, callbacks } = make()
    const closed: string[] = []
    const sessionId = await state.createSession('u', { roles: ['viewer'], metadata: { a: 1 } })
    await state.registerWidget('w', 'x')
    await state.registerCallback('w', 'e', () => 1)
    await state.registerConnection('w', { close: () => closed.push('w') })
    await state.registerConnection('v', {
      close() {
        closed.push('v')
        throw new Error('it is gone already')
      },
    })
    await state.cleanup()
    expect(closed.sort()).toEqual(['v', 'w'])
    expect(state.getConnection('w')).toBeNull()
    expect((await callbacks.getStats()).totalCallbacks).toBe(0)
    expect(await stores.router.getOwner('w')).toBeNull()
    expect(await stores.widgets.getHtml('w')).toBe('x')
    expect(await state.getSession(sessionId)).toMatchObject({ userId: 'u', roles: ['viewer'], metadata: { a: 1 } })
    expect(sessionId).toMatch(/^[\w-]{44}$/)
    expect(log.lines.filter((line) => line.includes('gone already'))).toHaveLength(1)
  })

  it('[M3] a queue keeps the newest thousand events', async () => {
    const { state } = make('a', false)
    await state.registerConnection('w', {})
    for (let n = 0; n < 1_002; n++) await state.sendToWidget('w', event(n))
    expect(state.getEventQueue('w')!.dropped).toBe(2)
    expect(state.getEventQueue('w')!.shift()).toEqual(event(2))
    expect(log.lines.length).toBeGreaterThan(0)
  })
})
