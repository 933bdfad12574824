import { beforeEach, describe, expect, it } from 'vitest'
import type { EventBus, EventMessage, StateStores, Subscription } from '../../../src/main/stores/state/types.ts'
import { STRANGE_IDS } from './state-context.ts'
import type { StateContext } from './state-context.ts'

/** The next `count` events. */
async function take(events: Subscription, count: number): Promise<EventMessage[]> {
  const taken: EventMessage[] = []
  while (taken.length < count) {
    const { done, value } = await events.next()
    if (done) throw new Error(`it ended after ${taken.length}`)
    taken.push(value)
  }
  return taken
}

const numbered = (n: number) => ({ eventType: 'tick', widgetId: 'w', data: { n } })
const numbers = (events: EventMessage[]): unknown[] => events.map((event) => event.data['n'])
const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

export function busContract(context: StateContext, hasProcesses: boolean): void {
  describe('bus', () => {
    const overProcesses = hasProcesses ? it : () => {}
    let stores: StateStores
    let bus: EventBus
    beforeEach(() => {
      stores = context.open({ workerId: 'me' })
      bus = stores.bus
    })

    it('[B1] every subscriber of a channel gets every event in the order of publishing', async () => {
      const subscriptions = [bus.subscribe('c'), bus.subscribe('c'), context.open().bus.subscribe('c')]
      const elsewhere = bus.subscribe('d')
      for (const n of range(100)) await bus.publish('c', numbered(n))
      for (const events of subscriptions) expect(numbers(await take(events, 100))).toEqual(range(100))
      await bus.publish('d', numbered(7))
      expect(numbers(await take(elsewhere, 1))).toEqual([7])
    })

    it('[B1] also when they are published without waiting', async () => {
      const events = bus.subscribe('c')
      await Promise.all(range(200).map((n) => bus.publish('c', numbered(n))))
      expect(numbers(await take(events, 200))).toEqual(range(200))
    })

    it('[B1] is live from the moment the call returns, and gives nothing of before', async () => {
      await bus.publish('c', numbered(1))
      const first = bus.subscribe('c')
      await bus.publish('c', numbered(2))
      const second = context.open().bus.subscribe('c')
      await bus.publish('c', numbered(3))
      expect(numbers(await take(first, 2))).toEqual([2, 3])
      expect(numbers(await take(second, 1))).toEqual([3])
    })

    it('[B2] publishing to nobody is no error, and what is missing is filled in', async () => {
      await bus.publish('nobody', { eventType: 'tick', widgetId: 'w' })
      const events = bus.subscribe('c')
      const before = await context.subject.now()
      await bus.publish('c', { eventType: 'tick', widgetId: 'w' })
      await bus.publish('c', { eventType: 'tick', widgetId: 'w' })
      const [one, two] = await take(events, 2)
      expect(one).toEqual({
        eventType: 'tick',
        widgetId: 'w',
        data: {},
        sourceWorkerId: 'me',
        targetWorkerId: null,
        timestamp: expect.any(Number),
        messageId: expect.stringMatching(/^.{10,}$/),
      })
      expect(Math.abs(one!.timestamp - before)).toBeLessThan(60_000)
      expect(one!.messageId).not.toBe(two!.messageId)
    })

    it('[B2] what is given stays, and every subscriber has a copy of its own', async () => {
      const [first, second] = [bus.subscribe('c'), bus.subscribe('c')]
      const event = {
        eventType: 'click',
        widgetId: 'ä:*',
        data: { nested: { list: [1, null, 'Grüße 👋'] } },
        sourceWorkerId: 'other',
        targetWorkerId: null,
        timestamp: 12.5,
        messageId: 'm1',
      }
      await bus.publish('c', event)
      const [got] = await take(first, 1)
      expect(got).toEqual(event)
      ;(got!.data['nested'] as { list: number[] }).list.push(2)
      expect(await take(second, 1)).toEqual([event])
    })

    it('[B2] refuses what is no event', async () => {
      const bad: object[] = [
        {},
        { eventType: 'x' },
        { eventType: '', widgetId: 'w' },
        { eventType: 'x', widgetId: 'w', data: { f() {} } },
        { eventType: 'x', widgetId: 'w', timestamp: Number.NaN },
        { eventType: 'x', widgetId: 'w', targetWorkerId: 7 },
      ]
      for (const event of bad)
        await expect(bus.publish('c', event as typeof event & EventMessage)).rejects.toMatchObject({
          code: 'bad_value',
        })
      await expect(bus.publish('', numbered(1))).rejects.toMatchObject({ code: 'bad_value' })
      expect(() => bus.subscribe('')).toThrow(expect.objectContaining({ code: 'bad_value' }))
      await expect(bus.publish('c', { ...numbered(1), data: { text: 'x'.repeat(2_000_000) } })).rejects.toMatchObject({
        code: 'too_large',
      })
    })

    it('[B3] leaving the loop ends it; others of the channel go on', async () => {
      const [left, stays] = [bus.subscribe('c'), bus.subscribe('c')]
      await bus.publish('c', numbered(1))
      for await (const event of left) {
        expect(event.data).toEqual({ n: 1 })
        break
      }
      expect(await left.next()).toEqual({ done: true, value: undefined })
      await bus.publish('c', numbered(2))
      expect(numbers(await take(stays, 2))).toEqual([1, 2])
    })

    it('[B3] aborting ends it, whoever waits learns of it, and what was not taken is gone', async () => {
      const controller = new AbortController()
      const events = bus.subscribe('c', { signal: controller.signal })
      const waiting = [events.next(), events.next()]
      controller.abort()
      expect(await Promise.all(waiting)).toEqual([
        { done: true, value: undefined },
        { done: true, value: undefined },
      ])
      const late = bus.subscribe('c', { signal: controller.signal })
      expect(await late.next()).toEqual({ done: true, value: undefined })
    })

    it('[B3] unsubscribe ends all of the channel here, and no other', async () => {
      const mine = [bus.subscribe('c'), bus.subscribe('c')]
      const other = bus.subscribe('d')
      const elsewhere = context.open().bus.subscribe('c')
      const waiting = mine.map((events) => events.next())
      await bus.unsubscribe('c')
      for (const one of waiting) expect(await one).toEqual({ done: true, value: undefined })
      await bus.unsubscribe('nobody')
      await bus.publish('c', numbered(1))
      await bus.publish('d', numbered(2))
      expect(numbers(await take(elsewhere, 1))).toEqual([1])
      expect(numbers(await take(other, 1))).toEqual([2])
    })

    it('[B3] a channel that was left can be subscribed to again', async () => {
      await bus.subscribe('c').return()
      const events = bus.subscribe('c')
      await bus.publish('c', numbered(1))
      expect(numbers(await take(events, 1))).toEqual([1])
      for (const n of range(20)) {
        const again = bus.subscribe('c')
        await bus.publish('c', numbered(n))
        expect(numbers(await take(again, 1))).toEqual([n])
        await bus.unsubscribe('c')
      }
    })

    it('[B3] closing ends it', async () => {
      const events = bus.subscribe('c')
      const waiting = events.next()
      await stores.close()
      expect(await waiting).toEqual({ done: true, value: undefined })
      await expect(bus.publish('c', numbered(1))).rejects.toMatchObject({ code: 'closed' })
      expect(() => bus.subscribe('c')).toThrow(expect.objectContaining({ code: 'closed' }))
    })

    it('[B4] who takes too slowly loses the oldest; the publisher notices nothing, the log does', async () => {
      const narrow = context.open({ queueLimit: 10 }).bus
      const [slow, marker] = [narrow.subscribe('c'), narrow.subscribe('c')]
      const seen: unknown[] = []
      const reading = (async () => {
        for await (const event of marker) if (seen.push(event.data['n']) === 25) break
      })()
      for (const n of range(25)) await bus.publish('c', numbered(n))
      await reading
      expect(numbers(await take(slow, 10))).toEqual(range(25).slice(15))
      expect(slow.dropped).toBe(15)
      expect(context.log.lines.filter((line) => line.includes('too slow')).length).toBeGreaterThan(0)
    })

    it('[B4] a thousand events wait unless it is told otherwise', async () => {
      const [slow, marker] = [bus.subscribe('c'), bus.subscribe('c')]
      const reading = (async () => {
        for await (const event of marker) if (event.data['n'] === 1_001) break
      })()
      await Promise.all(range(1_002).map((n) => bus.publish('c', numbered(n))))
      await reading
      expect(slow.dropped).toBe(2)
      expect(numbers(await take(slow, 1))).toEqual([2])
    })

    it('[B5] what cannot be read is skipped with one line, and the next good one comes', async () => {
      const events = [bus.subscribe('c'), bus.subscribe('c')]
      await bus.publish('c', numbered(1))
      const bad = ['{"eventType":', 'null', '{"eventType":"x","widgetId":"w","data":[]}']
      for (const payload of bad) await context.subject.spoil.event('c', payload)
      await bus.publish('c', numbered(2))
      for (const one of events) expect(numbers(await take(one, 2))).toEqual([1, 2])
      expect(context.log.lines.filter((line) => line.includes('cannot be read'))).toHaveLength(bad.length)
    })

    it('[B6] an event for one worker reaches that worker alone', async () => {
      const mine = bus.subscribe('c')
      const others = context.open({ workerId: 'other' }).bus.subscribe('c')
      await bus.publish('c', { ...numbered(1), targetWorkerId: 'other' })
      await bus.publish('c', { ...numbered(2), targetWorkerId: 'me' })
      await bus.publish('c', numbered(3))
      expect(numbers(await take(mine, 2))).toEqual([2, 3])
      expect(numbers(await take(others, 2))).toEqual([1, 3])
    })

    it('[B7] what one instance publishes another gets; channels do not collide', async () => {
      const other = context.open().bus
      const all = STRANGE_IDS.map((channel) => other.subscribe(channel))
      for (const [n, channel] of STRANGE_IDS.entries()) await bus.publish(channel, numbered(n))
      for (const [n, events] of all.entries()) expect(numbers(await take(events, 1))).toEqual([n])
    })

    overProcesses('[B7] what one process publishes another gets, whole and in order', async () => {
      const child = context.spawn({ workerId: 'child' })
      await child.listen('to-child')
      const events = bus.subscribe('from-child')
      const data = { text: 'Grüße 👋 \u0000', nested: { list: [1, null, true] } }
      for (const n of range(100)) await bus.publish('to-child', { ...numbered(n), data: { ...data, n } })
      for (const n of range(100)) {
        const event = await child.nextEvent()
        expect(event).toMatchObject({ data: { ...data, n }, sourceWorkerId: 'me' })
      }
      await child.call(
        range(100).map((n) => ['bus', 'publish', 'from-child', numbered(n)]),
        { inSeries: true },
      )
      const got = await take(events, 100)
      expect(numbers(got)).toEqual(range(100))
      expect(got[0]!.sourceWorkerId).toBe('child')
    })

    overProcesses('[B6] [B7] over processes, an event for one worker reaches that one alone', async () => {
      const children = [context.spawn({ workerId: 'one' }), context.spawn({ workerId: 'two' })]
      await Promise.all(children.map((child) => child.listen('c')))
      await bus.publish('c', { ...numbered(1), targetWorkerId: 'one' })
      await bus.publish('c', { ...numbered(2), targetWorkerId: 'two' })
      await bus.publish('c', numbered(3))
      for (const [n, child] of children.entries()) {
        expect((await child.nextEvent()).data).toEqual({ n: n + 1 })
        expect((await child.nextEvent()).data).toEqual({ n: 3 })
      }
    })
  })
}
