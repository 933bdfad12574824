import { beforeEach, describe, expect, it } from 'vitest'
import { CallbackRegistry } from '../../../../../src/main/stores/state/callback-registry.ts'
import type { InvokeResult } from '../../../../../src/main/stores/state/callback-registry.ts'
import { RecordedLog } from '../../../../support/recorded-log.ts'

describe('callback registry', () => {
  let log: RecordedLog
  let time: number
  let registry: CallbackRegistry
  beforeEach(() => {
    log = new RecordedLog()
    time = 1_000
    registry = new CallbackRegistry({ log, now: () => time })
  })

  it('[C1] [C2] calls with data, widget and event, and gives what comes of it, async or not', async () => {
    await registry.register('w', 'plain', (data, widgetId, eventType) => [data, widgetId, eventType])
    await registry.register('w', 'declared', async () => 'later')
    await registry.register('w', 'returned', () => Promise.resolve('later too'))
    const isAsync = async (type: string): Promise<boolean> => (await registry.get('w', type))!.isAsync
    expect([await isAsync('plain'), await isAsync('declared'), await isAsync('returned')]).toEqual([false, true, false])
    expect(await registry.invoke('w', 'plain', { a: 1 })).toEqual({ ok: true, result: [{ a: 1 }, 'w', 'plain'] })
    expect(await registry.invoke('w', 'declared', {})).toEqual({ ok: true, result: 'later' })
    expect(await registry.invoke('w', 'returned', {})).toEqual({ ok: true, result: 'later too' })
    expect([await isAsync('plain'), await isAsync('declared'), await isAsync('returned')]).toEqual([false, true, true])
  })

  it('[C2] missing and failing are results, and what failed is logged with its cause', async () => {
    const error = new Error('no', { cause: new Error('the disk') })
    await registry.register('w', 'throws', () => {
      throw error
    })
    await registry.register('w', 'rejects', () => Promise.reject(error))
    await registry.register('w', 'text', () => {
      throw 'just text' // oxlint-disable-line no-throw-literal, only-throw-error
    })
    expect(await registry.invoke('w', 'nothing', {})).toEqual({ ok: false, reason: 'missing' })
    expect(await registry.invoke('nobody', 'throws', {})).toEqual({ ok: false, reason: 'missing' })
    expect(await registry.invoke('__proto__', 'constructor', {})).toEqual({ ok: false, reason: 'missing' })
    expect(await registry.invoke('w', 'throws', {})).toEqual({ ok: false, reason: 'error', error })
    expect(await registry.invoke('w', 'rejects', {})).toEqual({ ok: false, reason: 'error', error })
    expect(await registry.invoke('w', 'text', {})).toMatchObject({ reason: 'error', error: { message: 'just text' } })
    expect(log.lines.filter((line) => line.includes('the disk'))).toHaveLength(2)
    expect(log.lines).toHaveLength(3)
  })

  it('[C3] counts what succeeded and when it ended', async () => {
    let fail = false
    await registry.register('w', 'e', async () => {
      time += 5
      if (fail) throw new Error('no')
    })
    expect(await registry.get('w', 'e')).toMatchObject({ createdAt: 1_000, invokeCount: 0, lastInvoked: null })
    await registry.invoke('w', 'e', {})
    await registry.invoke('w', 'e', {})
    expect(await registry.get('w', 'e')).toMatchObject({ invokeCount: 2, lastInvoked: 1_010 })
    fail = true
    await registry.invoke('w', 'e', {})
    expect(await registry.get('w', 'e')).toMatchObject({ invokeCount: 2, lastInvoked: 1_010 })
  })

  it('[C3] a registration that is given out is a copy', async () => {
    await registry.register('w', 'e', () => 1)
    ;(await registry.get('w', 'e'))!.invokeCount = 99
    expect((await registry.get('w', 'e'))!.invokeCount).toBe(0)
  })

  it('[C4] registering again replaces it, and one that is still running does not count for the new', async () => {
    const gate = Promise.withResolvers<void>()
    await registry.register('w', 'e', () => gate.promise)
    const running = registry.invoke('w', 'e', {})
    await registry.register('w', 'e', () => 'new')
    gate.resolve()
    await running
    expect(await registry.get('w', 'e')).toMatchObject({ invokeCount: 0, lastInvoked: null })
    expect(await registry.invoke('w', 'e', {})).toEqual({ ok: true, result: 'new' })
  })

  it('[C5] lists, statistics and what is left after unregistering agree', async () => {
    expect(await registry.getStats()).toEqual({ widgetCount: 0, totalCallbacks: 0, widgets: {} })
    for (const type of ['a', 'b', 'c']) await registry.register('w', type, () => 1)
    await registry.register('v', 'a', () => 1)
    expect(await registry.getStats()).toEqual({
      widgetCount: 2,
      totalCallbacks: 4,
      widgets: { w: ['a', 'b', 'c'], v: ['a'] },
    })
    expect(await registry.listWidgets()).toEqual(['w', 'v'])
    expect(await registry.listWidgetEvents('w')).toEqual(['a', 'b', 'c'])
    expect(await registry.listWidgetEvents('nobody')).toEqual([])
    expect(await registry.unregister('v', 'a')).toBe(true)
    expect(await registry.unregister('v', 'a')).toBe(false)
    expect(await registry.hasWidget('v')).toBe(false)
    expect(await registry.hasCallback('w', 'a')).toBe(true)
    expect(await registry.unregisterWidget('w')).toBe(3)
    expect(await registry.unregisterWidget('w')).toBe(0)
    expect(await registry.getStats()).toEqual({ widgetCount: 0, totalCallbacks: 0, widgets: {} })
  })

  it('[C6] events of one widget wait for one another, those of another widget do not', async () => {
    const gate = Promise.withResolvers<void>()
    const order: string[] = []
    await registry.register('slow', 'first', async () => {
      await gate.promise
      order.push('first')
    })
    await registry.register('slow', 'second', () => order.push('second'))
    await registry.register('quick', 'e', () => order.push('quick'))
    const all = [registry.invoke('slow', 'first', {}), registry.invoke('slow', 'second', {})]
    await registry.invoke('quick', 'e', {})
    expect(order).toEqual(['quick'])
    gate.resolve()
    await Promise.all(all)
    expect(order).toEqual(['quick', 'first', 'second'])
  })

  it('[C6] a callback that fails does not hold up the next', async () => {
    await registry.register('w', 'fails', () => Promise.reject(new Error('no')))
    await registry.register('w', 'works', () => 1)
    const results = await Promise.all([registry.invoke('w', 'fails', {}), registry.invoke('w', 'works', {})])
    expect(results.map((result) => result.ok)).toEqual([false, true])
  })

  it('[C6] a callback that invokes its own widget, over another one too, does not wait for itself', async () => {
    const order: string[] = []
    await registry.register('w', 'outer', async () => {
      await registry.invoke('w', 'inner', {})
      await registry.invoke('v', 'through', {})
      order.push('outer')
    })
    await registry.register('w', 'inner', () => order.push('inner'))
    await registry.register('v', 'through', () => registry.invoke('w', 'inner', {}))
    await registry.invoke('w', 'outer', {})
    expect(order).toEqual(['inner', 'inner', 'outer'])
  })

  it('[C6] what a callback leaves behind waits its turn like everyone', async () => {
    const [left, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const order: string[] = []
    let behind: Promise<InvokeResult> | undefined
    await registry.register('w', 'leaves', () => {
      void left.promise.then(() => {
        behind = registry.invoke('w', 'late', {})
      })
    })
    await registry.register('w', 'late', () => order.push('late'))
    await registry.register('w', 'slow', async () => {
      await gate.promise
      order.push('slow')
    })
    await registry.invoke('w', 'leaves', {})
    const slow = registry.invoke('w', 'slow', {})
    left.resolve()
    await left.promise
    gate.resolve()
    await slow
    await behind
    expect(order).toEqual(['slow', 'late'])
  })

  it('refuses what is no callback and no id', async () => {
    await expect(registry.register('', 'e', () => 1)).rejects.toMatchObject({ code: 'bad_value' })
    await expect(registry.register('w', 'e', 'text' as never)).rejects.toThrow(TypeError)
  })
})
