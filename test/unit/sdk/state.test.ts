import { inspect } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { z } from 'zod'
import { Document } from '../../../src/client/document.ts'
import { outgoing } from '../../../src/client/outgoing.ts'
import { Replica } from '../../../src/client/replica.ts'
import { session as context } from '../../../src/sdk/context.ts'
import { RunningSession } from '../../../src/sdk/runtime/session.ts'
import { SessionState } from '../../../src/sdk/session-state.ts'
import type { DocumentRecord, Op } from '../../../src/shared/document/types.ts'
import { LinkDouble } from './support/link-double.ts'

class Counter extends SessionState.define({
  count: z.number().int().default(0),
  tags: z.array(z.string()).default([]),
  note: z.string().optional(),
}) {
  increment() {
    this.count += 1
  }
}

/** A session with a real document. */
function start(name = '1', document = new Document(), scriptPath = '/scripts/a.ts') {
  const link = Object.defineProperty(new LinkDouble(`c${name}`, `s${name}`), 'document', { value: document })
  const session = new RunningSession({ link: link.asLink(), workerId: 'w', scriptPath })
  const ops: Op[][] = []
  document.onChange((event) => ops.push(event.ops))
  const props = (type = 'Counter') => document.get(`state:${type}`)?.props
  return { session, document, ops, props, run: <T>(fn: () => T) => session.enter(fn) }
}
const fieldsOf = (state: object) => Object.fromEntries(Object.entries(state)) as object
/** The end of the turn, when what was changed is written. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
const code = (expected: string) => expect.objectContaining({ name: 'OrielError', code: expected })
/** A document as it is after a restart. */
const stored = (type: string, props: DocumentRecord['props']) =>
  Document.fromJSON({ title: '', roots: [], records: [{ id: `state:${type}`, type: 'state', scope: 'state', props }] })

const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
afterEach(() => warn.mockClear())

describe('classes and instances', () => {
  it('[T1] each class has one instance in a session, a class that extends another one has its own', () => {
    class Special extends Counter {
      override increment() {
        this.count += 10
      }
    }
    const { run } = start()
    run(() => {
      expect(Counter.get()).toBe(Counter.get())
      expect(Special.get()).not.toBe(Counter.get())
      expect(Special.get()).toBeInstanceOf(Counter)
      Special.get().increment()
      Counter.get().increment()
      expect([Special.get().count, Counter.get().count]).toEqual([10, 1])
    })
  })

  it('[T1] two classes of one name live in different sessions; in one session the second is refused by name', () => {
    const make = () => {
      class Same extends SessionState.define({ x: z.number().default(0) }) {}
      return Same
    }
    const [One, Two] = [make(), make()]
    const { run } = start('a')
    run(() => One.get())
    start('b').run(() => Two.get())
    expect(() => run(() => Two.get())).toThrow(code('bad_usage'))
    expect(() => run(() => Two.get())).toThrow(/Two state classes are named Same/)
    run(() => expect(One.get().x).toBe(0))
  })

  it('[T2] nothing is made when a class is defined; initialize makes each once and keeps what is there', () => {
    let made = 0
    class Lazy extends SessionState.define({ x: z.number().default(1) }) {
      constructor() {
        super()
        made++
      }
    }
    expect(made).toBe(0)
    const { run } = start('1', new Document(), '/scripts/lazy.ts')
    run(() => {
      const all = SessionState.initialize(Lazy)
      expect(made).toBe(1)
      const lazy = Lazy.get()
      expect(all.get(Lazy)).toBe(lazy)
      lazy.x = 5
      expect(SessionState.initialize().get(Lazy)).toBe(lazy)
      expect(lazy.x).toBe(5)
      expect(made).toBe(1)
    })
    const other = start('2', new Document(), '/scripts/lazy.ts')
    expect([...other.run(() => SessionState.initialize())]).toEqual([[Lazy, { x: 1 }]])
    expect(start('3', new Document(), '/scripts/other.ts').run(() => SessionState.initialize()).size).toBe(0)
  })

  it('[T3] 100 sessions with interleaved awaits share no value, no list and no default', async () => {
    const sessions = Array.from({ length: 100 }, (_, i) => start(String(i)))
    await Promise.all(
      sessions.map(({ run }, i) =>
        run(async () => {
          for (let step = 0; step < 5; step++) {
            await new Promise((resolve) => setTimeout(resolve, (i * 7 + step) % 5))
            Counter.get().tags.push(`${i}`)
            Counter.get().count += i
          }
        }),
      ),
    )
    await turn()
    for (const [i, { props }] of sessions.entries())
      expect(props()).toEqual({ count: i * 5, tags: Array<string>(5).fill(`${i}`) })
  })

  it('[T4] outside of a session: no_session, also for new, transact and initialize', async () => {
    expect(() => Counter.get()).toThrow(code('no_session'))
    expect(() => new Counter()).toThrow(code('no_session'))
    expect(() => SessionState.initialize()).toThrow(code('no_session'))
    await expect(Counter.transact(() => 1)).rejects.toThrow(code('no_session'))
  })

  it('[T4] a class that was not defined, or only defined and not extended, is named', () => {
    class Bare extends SessionState {}
    const base = SessionState.define({})
    const { run } = start()
    run(() => {
      expect(() => Bare.get()).toThrow(code('state_not_defined'))
      expect(() => Bare.get()).toThrow(/Bare\.get\(\): Bare is no state class/)
      expect(() => new Bare()).toThrow(code('state_not_defined'))
      expect(() => base.get()).toThrow(code('state_not_defined'))
    })
  })

  it('[T8] constructor input is validated and the instance made is that of the session', () => {
    const { run } = start()
    run(() => {
      expect(() => new Counter({ count: 1.5 })).toThrow(/Counter\.count: .*int/)
      expect(() => new Counter({ nope: 1 } as object)).toThrow(code('bad_value'))
      const counter = new Counter({ count: 3 })
      expect(Counter.get()).toBe(counter)
      expect(counter.count).toBe(3)
      expect(() => new Counter()).toThrow(code('bad_usage'))
    })
  })

  it('a constructor that throws leaves nothing behind', async () => {
    let fail = true
    class Fragile extends SessionState.define({ x: z.number().default(1) }) {
      constructor() {
        super()
        if (fail) throw new Error('not yet')
      }
    }
    const { run, props } = start()
    expect(() => run(() => Fragile.get())).toThrow('not yet')
    await turn()
    expect(props('Fragile')).toBeUndefined()
    fail = false
    expect(run(() => Fragile.get()).x).toBe(1)
  })

  it('a field without a default must be given to the constructor', () => {
    class Needy extends SessionState.define({ name: z.string() }) {}
    const { run } = start()
    expect(() => run(() => Needy.get())).toThrow(/Needy\.name has no value to start with/)
    expect(run(() => new Needy({ name: 'x' })).name).toBe('x')
  })

  it('class fields, accessors and #private members work as in any class', async () => {
    class Rich extends SessionState.define({ count: z.number().default(1) }) {
      override count = 7
      _cache = new Map<string, number>()
      double = () => this.count * 2
      #secret = 3
      get half() {
        return this.count / 2
      }
      set half(value: number) {
        this.count = value * 2
      }
      secret() {
        return this.#secret++
      }
    }
    const { run, props, document } = start()
    const rich = run(() => Rich.get())
    expect([rich.count, rich.double(), rich.half, rich.secret(), rich.secret()]).toEqual([7, 14, 3.5, 3, 4])
    rich.half = 10
    rich._cache.set('a', 1)
    expect(rich.count).toBe(20)
    await turn()
    expect(props('Rich')).toEqual({ count: 20 })
    const again = start('2', Document.fromJSON(document.toJSON())).run(() => Rich.get())
    expect(again.count).toBe(20)
  })

  it('define refuses what is no schema, by name', () => {
    for (const wrong of [null, 1, { x: 1 }, { x: String }, z.string(), { _x: z.string() }, { constructor: z.string() }])
      expect(() => SessionState.define(wrong as never)).toThrow(code('bad_usage'))
  })

  it('has the types of its schema', () => {
    expectTypeOf<Pick<Counter, 'count' | 'tags' | 'note'>>().toEqualTypeOf<{
      count: number
      tags: string[]
      note?: string | undefined
    }>()
    const typed = () => {
      expectTypeOf(Counter.get()).toEqualTypeOf<Counter>()
      expectTypeOf(Counter.transact(async (state) => state.count)).resolves.toBeNumber()
    }
    expectTypeOf(typed).toBeFunction()
  })
})

describe('changes', () => {
  it('are there at once and are written as one transaction at the end of the turn', async () => {
    const { run, ops, props, document } = start()
    const counter = run(() => Counter.get())
    await turn()
    expect(document.get('state:Counter')).toMatchObject({
      type: 'state',
      scope: 'state',
      props: { count: 0, tags: [] },
    })
    ops.length = 0
    counter.increment()
    counter.increment()
    counter.tags.push('a', 'b')
    counter.note = 'n'
    expect([counter.count, [...counter.tags], counter.note]).toEqual([2, ['a', 'b'], 'n'])
    expect(ops).toEqual([])
    await turn()
    expect(props()).toEqual({ count: 2, tags: ['a', 'b'], note: 'n' })
    expect(ops).toHaveLength(1)
    delete counter.note
    await turn()
    expect(props()).toEqual({ count: 2, tags: ['a', 'b'] })
  })

  it('[T6] [Y8] that end where they began, NaN included, write nothing', async () => {
    class Numbers extends SessionState.define({ n: z.nan().default(NaN), o: z.any().default({ a: [1] }) }) {}
    const { run, ops } = start()
    const numbers = run(() => Numbers.get())
    await turn()
    ops.length = 0
    numbers.n = NaN
    numbers.o = { a: [1] }
    numbers.o.a.push(2)
    numbers.o.a.pop()
    await turn()
    expect(ops).toEqual([])
  })

  it('[T7] in place count: push, pop, splice, sort, index and key assignment, nested objects', async () => {
    class Rows extends SessionState.define({
      rows: z.array(z.object({ name: z.string(), n: z.number().default(0) })).default([]),
      byName: z.record(z.string(), z.array(z.number())).default({}),
    }) {}
    const { run, props } = start()
    const state = run(() => Rows.get())
    const wants = async (rows: string) => {
      await turn()
      expect((props('Rows')!['rows'] as { name: string; n: number }[]).map(({ name, n }) => name + n).join(' ')).toBe(
        rows,
      )
      expect(state.rows.map(({ name, n }) => name + n).join(' ')).toBe(rows)
    }
    expect(state.rows.push({ name: 'c', n: 1 }, { name: 'a' } as never, { name: 'b', n: 2 })).toBe(3)
    await wants('c1 a0 b2')
    state.rows.sort((left, right) => left.name.localeCompare(right.name))
    await wants('a0 b2 c1')
    state.rows.reverse()
    await wants('c1 b2 a0')
    const first = state.rows[0]!
    expect(state.rows.unshift({ name: 'z', n: 9 })).toBe(4)
    first.n = 5
    await wants('z9 c5 b2 a0')
    expect(state.rows.shift()?.name).toBe('z')
    expect(state.rows.pop()?.name).toBe('a')
    expect(state.rows.splice(1, 1, { name: 'x', n: 1 }, { name: 'y', n: 1 })[0]?.name).toBe('b')
    await wants('c5 x1 y1')
    state.rows[1] = { name: 'q', n: 7 }
    state.rows[3] = { name: 'last', n: 8 }
    ;[state.rows[0], state.rows[2]] = [state.rows[2]!, state.rows[0]!]
    await wants('y1 q7 c5 last8')
    state.rows.copyWithin(0, 3)
    const filling = { name: 'f', n: 3 }
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- every place gets a copy
    state.rows.fill(filling, 1, 2)
    await wants('last8 f3 c5 last8')
    state.rows[3].n = 0
    state.rows.length = 2
    await wants('last8 f3')
    state.byName['one'] = [1]
    state.byName['one'].push(2)
    state.byName['two'] = [3]
    delete state.byName['two']
    await turn()
    expect(props('Rows')?.['byName']).toEqual({ one: [1, 2] })
  })

  it('[T7] a replaced collection no longer notifies, and what was assigned is a copy', async () => {
    const { run, ops, props } = start()
    const counter = run(() => Counter.get())
    const old = counter.tags
    const given = ['x']
    counter.tags = given
    await turn()
    ops.length = 0
    old.push('lost')
    given.push('lost')
    await turn()
    expect(ops).toEqual([])
    expect(props()?.['tags']).toEqual(['x'])
  })

  it('[Y9] are sent as small as they are', async () => {
    class Items extends SessionState.define({ items: z.array(z.object({ n: z.number() })).default([]) }) {}
    const { run, ops } = start()
    const { items } = run(() => Items.get())
    items.push(...Array.from({ length: 10_000 }, (_, n) => ({ n })))
    const sent = async (act: () => void) => {
      await turn()
      ops.length = 0
      act()
      await turn()
      return ops.flat()
    }
    const [id, path] = ['state:Items', ['items']]
    expect(await sent(() => items.splice(0, 1))).toEqual([{ op: 'splice', id, path, index: 0, remove: 1, insert: [] }])
    expect(await sent(() => items.unshift({ n: -1 }))).toEqual([
      { op: 'splice', id, path, index: 0, remove: 0, insert: [{ n: -1 }] },
    ])
    expect(await sent(() => items.push(items.shift()!))).toEqual([{ op: 'move', id, path, from: 0, to: 9999 }])
    expect(await sent(() => items.unshift(items.pop()!))).toEqual([{ op: 'move', id, path, from: 9999, to: 0 }])
    expect(await sent(() => (items[5_000]!.n = 0.5))).toEqual([
      { op: 'set', id, path: ['items', 5_000, 'n'], value: 0.5 },
    ])
  })

  it('any in-place changes end with the record as the script sees its state', async () => {
    class Any extends SessionState.define({ list: z.array(z.any()).default([]) }) {}
    const value = fc.oneof(fc.nat(9), fc.array(fc.nat(9), { maxLength: 3 }), fc.record({ k: fc.nat(9) }))
    const act = fc.oneof(
      fc.tuple(fc.constantFrom('push', 'unshift'), fc.array(value, { maxLength: 3 })),
      fc.tuple(fc.constant('splice'), fc.tuple(fc.integer({ min: -3, max: 6 }), fc.nat(3), value)),
      fc.tuple(fc.constantFrom('pop', 'shift', 'reverse', 'sort'), fc.constant([])),
      fc.tuple(fc.constant('fill'), fc.tuple(value, fc.nat(5), fc.nat(5))),
      fc.tuple(fc.constant('copyWithin'), fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5))),
      fc.tuple(fc.constant('inner'), fc.tuple(fc.nat(5), fc.nat(9))),
      fc.tuple(fc.constant('turn'), fc.constant([])),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
        const { run, props } = start()
        const { list } = run(() => Any.get())
        const model: unknown[] = []
        for (const [name, given] of acts) {
          if (name === 'turn') await turn()
          else if (name === 'inner') {
            for (const each of [list, model]) {
              const item = each[given[0] as never] as unknown
              if (Array.isArray(item)) item.push(given[1])
              else if (typeof item === 'object') (item as { k: unknown }).k = given[1]
            }
          } else {
            const copy = structuredClone(given) as never[]
            const call = (target: unknown[]) => (target[name as 'push'] as (...values: never[]) => unknown)(...copy)
            const [mine, plain] = [call(list), call(model)]
            if (name !== 'reverse' && name !== 'sort' && name !== 'fill' && name !== 'copyWithin')
              expect(mine).toEqual(plain)
            // Values that a native list would share are copies here.
            model.splice(0, model.length, ...structuredClone([...model]).map((item) => structuredClone(item)))
          }
          expect(list).toEqual(model)
        }
        await turn()
        expect(props('Any')?.['list']).toEqual(model)
      }),
      { numRuns: 200 },
    )
  })

  it('can be sent: what is sent is the plain value of the moment', () => {
    const { run } = start()
    const counter = run(() => Counter.get())
    counter.tags.push('a')
    const sent = outgoing({ all: counter, tags: counter.tags }, 'data')
    counter.tags.push('b')
    expect(structuredClone(sent)).toEqual({ all: { count: 0, tags: ['a'] }, tags: ['a'] })
  })

  it('lists and objects read like plain ones', () => {
    class Shown extends SessionState.define({ list: z.array(z.object({ n: z.number() })).default([{ n: 1 }]) }) {}
    const { run } = start()
    const shown = run(() => Shown.get())
    expect(Array.isArray(shown.list)).toBe(true)
    expect(shown.list.includes(shown.list[0]!)).toBe(true)
    expect(JSON.stringify(shown)).toBe('{"list":[{"n":1}]}')
    expect(Object.keys(shown)).toEqual(['list'])
    expect(Object.entries(shown)).toEqual([['list', shown.list]])
    expect([...shown.list.entries()]).toEqual([[0, { n: 1 }]])
    expect(inspect(shown)).toBe('Shown { list: [ { n: 1 } ] }')
  })
})

describe('validation', () => {
  class Checked extends SessionState.define({
    age: z.coerce.number().int().min(0).default(0),
    tags: z.array(z.string()).max(2).default([]),
    deep: z.object({ list: z.array(z.object({ n: z.number() })) }).default({ list: [{ n: 1 }] }),
    fixed: z.record(z.enum(['a', 'b']), z.number()).default({ a: 1, b: 2 }),
    pick: z.union([z.object({ a: z.number() }), z.object({ b: z.string() })]).default({ a: 1 }),
  }) {}

  it('[T8] an invalid assignment names the path, keeps the old value and notifies nobody', async () => {
    const { run, ops, props } = start()
    const state = run(() => Checked.get())
    await turn()
    ops.length = 0
    const wrong: [() => unknown, RegExp][] = [
      [() => (state.age = -1), /^Checked\.age: /],
      [() => (state.tags = [1] as never), /^Checked\.tags\[0\]: /],
      [() => state.tags.push('a', 2 as never), /^Checked\.tags\[1\]: /],
      [() => state.tags.push('a', 'b', 'c'), /^Checked\.tags: /],
      [() => (state.deep.list[0]!.n = 'x' as never), /^Checked\.deep\.list\[0\]\.n: /],
      [() => state.deep.list.push({} as never), /^Checked\.deep\.list\[1\]\.n: /],
      [() => ((state.deep as { more?: number }).more = 1), /no field "deep\.more"/],
      [() => delete (state.deep as { list?: unknown }).list, /^Checked\.deep\.list: /],
      [() => ((state.pick as { a: unknown }).a = 'x'), /^Checked\.pick/],
      [() => ((state as { other?: number }).other = 1), /no field "other"/],
      [() => Reflect.deleteProperty(state.deep.list, 0), /splice/],
      [() => delete (state.fixed as { a?: unknown }).a, /^Checked\.fixed/],
      [() => (state.deep.list[7] = { n: 1 }), /would leave a hole/],
      [() => (state.deep.list.length = 9), /longer/],
    ]
    for (const [act, message] of wrong) {
      expect(act, String(message)).toThrow(code('bad_value'))
      expect(act).toThrow(message)
    }
    expect(state).toEqual({ age: 0, tags: [], deep: { list: [{ n: 1 }] }, fixed: { a: 1, b: 2 }, pick: { a: 1 } })
    await turn()
    expect(ops).toEqual([])
    expect(props('Checked')).toEqual({
      age: 0,
      tags: [],
      deep: { list: [{ n: 1 }] },
      fixed: { a: 1, b: 2 },
      pick: { a: 1 },
    })
  })

  it('[T8] coercion and defaults are as the schema says', async () => {
    const { run, props } = start()
    const state = run(() => Checked.get())
    state.age = '42' as never
    expect(state.age).toBe(42)
    delete (state as { age?: number }).age
    expect(state.age).toBe(0)
    state.tags.push('a')
    ;(state.pick as { a: number }).a = 5
    await turn()
    expect(props('Checked')).toMatchObject({ age: 0, tags: ['a'], pick: { a: 5 } })
  })

  it('[T8] checks across fields hold for each assignment', () => {
    class Range extends SessionState.define(
      z
        .object({ min: z.number().default(0), max: z.number().default(10) })
        .refine(({ min, max }) => min <= max, 'min > max'),
    ) {}
    const { run } = start()
    const range = run(() => Range.get())
    expect(() => (range.min = 11)).toThrow(/Range: min > max/)
    expect(range.min).toBe(0)
    range.max = 20
    range.min = 11
    expect(fieldsOf(range)).toEqual({ min: 11, max: 20 })
  })

  it('what cannot be stored is refused although the schema takes it', () => {
    class Dates extends SessionState.define({ when: z.any().default(null) }) {}
    const { run } = start()
    const state = run(() => Dates.get())
    for (const value of [new Date(), new Map(), () => 1, 1n, { a: [undefined] }])
      expect(() => (state.when = value)).toThrow(code('bad_value'))
    expect(state.when).toBe(null)
    state.when = new Float64Array([1, NaN])
    expect(state.when).toEqual(new Float64Array([1, NaN]))
  })

  it('[T9] undeclared fields are for loose schemas; private ones are neither observed nor stored', async () => {
    class Loose extends SessionState.define(z.looseObject({ x: z.number().default(0) })) {
      _private = { n: 1 }
      method() {
        return this.x
      }
    }
    const { run, ops, props, document } = start()
    const loose = run(() => Loose.get())
    loose['extra'] = { list: [1] }
    ;(loose['extra'] as { list: number[] }).list.push(2)
    await turn()
    expect(props('Loose')).toEqual({ x: 0, extra: { list: [1, 2] } })
    ops.length = 0
    loose._private.n = 2
    loose._private = { n: 3 }
    await turn()
    expect(ops).toEqual([])
    expect(loose._private.n).toBe(3)
    expect(loose.method()).toBe(0)
    const again = start('2', Document.fromJSON(document.toJSON())).run(() => Loose.get())
    expect(again['extra']).toEqual({ list: [1, 2] })
  })
})

describe('transactions', () => {
  it('[T10] handlers that read, await and write in transact lose no update', async () => {
    const { run } = start()
    const order: number[] = []
    const add = (i: number) =>
      Counter.transact(async (counter) => {
        const before = counter.count
        await new Promise((resolve) => setTimeout(resolve, 3 - (i % 3)))
        counter.count = before + 1
        order.push(i)
        return i
      })
    const results = await run(() => Promise.all(Array.from({ length: 10 }, (_, i) => add(i))))
    expect(run(() => Counter.get()).count).toBe(10)
    expect(order).toEqual(results)
  })

  it('[T10] a failing one fails alone, one inside another does not wait for itself', async () => {
    const { run } = start()
    await run(async () => {
      const failing = Counter.transact(() => Promise.reject(new Error('mine')))
      const next = Counter.transact((counter) => Counter.transact(() => ++counter.count))
      await expect(failing).rejects.toThrow('mine')
      await expect(next).resolves.toBe(1)
    })
  })
})

describe('kept state', () => {
  it('[T12] is back when the session is opened again', async () => {
    const { run, document } = start()
    run(() => {
      Counter.get().count = 5
      Counter.get().tags.push('kept')
    })
    await turn()
    const again = start('2', Document.fromJSON(JSON.parse(JSON.stringify(document)) as object))
    expect(fieldsOf(again.run(() => Counter.get()))).toEqual({ count: 5, tags: ['kept'] })
    await turn()
    expect(again.ops).toEqual([])
    expect(warn).not.toHaveBeenCalled()
  })

  it('[T12] what no longer fits starts from the default, with one warning that names it; fields of another version stay', async () => {
    const { run, props } = start('1', stored('Counter', { count: 'many', tags: [1], note: 'ok', older: true }))
    const counter = run(() => Counter.get())
    expect(fieldsOf(counter)).toEqual({ count: 0, tags: [], note: 'ok' })
    expect(warn).toHaveBeenCalledOnce()
    expect(warn.mock.calls[0]![0]).toMatch(/State Counter: .*"count", "tags"/)
    await turn()
    expect(props()).toEqual({ count: 0, tags: [], note: 'ok', older: true })
  })
})

describe('changes of others', () => {
  function remote() {
    const replica = new Replica()
    replica.receiveSnapshot({ title: '', roots: [], records: [] }, 'e', 0)
    const session = start('1', replica.document)
    let version = 0
    const settle = () => {
      for (const { mutationId } of [...replica.pending()]) replica.receiveAck(mutationId, ++version)
    }
    const commit = (...ops: Op[]) => replica.receiveCommit({ epoch: 'e', version: ++version, origin: null, ops })
    return { ...session, replica, settle, commit }
  }

  it('are taken over, and what they do not touch stays the same object', async () => {
    const { run, settle, commit, ops } = remote()
    const counter = run(() => Counter.get())
    await turn()
    settle()
    const { tags } = counter
    commit({ op: 'set', id: 'state:Counter', path: ['count'], value: 9 })
    expect(counter.count).toBe(9)
    expect(counter.tags).toBe(tags)
    commit({ op: 'splice', id: 'state:Counter', path: ['tags'], index: 0, remove: 0, insert: ['theirs'] })
    counter.tags.push('mine')
    await turn()
    expect([...counter.tags]).toEqual(['theirs', 'mine'])
    expect(ops.at(-1)).toEqual([
      { op: 'splice', id: 'state:Counter', path: ['tags'], index: 1, remove: 0, insert: ['mine'] },
    ])
  })

  it('[T13] call the listeners of the class in their session; own changes and misfits do not', async () => {
    const { run, settle, commit, session } = remote()
    const seen: unknown[] = []
    const stop = run(() =>
      Counter.onChange((counter) => {
        seen.push([counter.count, context.get('sessionId')])
        expect(counter).toBe(Counter.get())
      }),
    )
    await turn()
    settle()
    run(() => Counter.get().increment())
    await turn()
    settle()
    expect(seen).toEqual([])
    commit({ op: 'set', id: 'state:Counter', path: ['count'], value: 9 })
    expect(seen).toEqual([[9, 's1']])
    commit({ op: 'set', id: 'state:Counter', path: ['count'], value: 'many' })
    await turn()
    settle()
    stop()
    commit({ op: 'set', id: 'state:Counter', path: ['count'], value: 3 })
    expect(seen).toHaveLength(1)
    expect(() => run(() => Counter.onChange('x' as never))).toThrow(code('bad_value'))
    expect(() => Counter.onChange(() => {})).toThrow(code('no_session'))

    const report = vi.spyOn(session, 'report')
    run(() => Counter.onChange(() => Promise.reject(new Error('not drawn'))))
    commit({ op: 'set', id: 'state:Counter', path: ['count'], value: 4 })
    await turn()
    expect(report.mock.calls).toEqual([[expect.objectContaining({ message: 'not drawn' })]])
  })

  it('that do not fit are taken back, with a warning', async () => {
    const { run, settle, commit, props } = remote()
    const counter = run(() => Counter.get())
    await turn()
    settle()
    commit({ op: 'set', id: 'state:Counter', path: ['count'], value: 'many' })
    expect(counter.count).toBe(0)
    await turn()
    expect(props()?.['count']).toBe(0)
    expect(warn).toHaveBeenCalledOnce()
  })

  it('an edit that the room refuses is rolled back in the instance', async () => {
    const { run, settle, replica } = remote()
    const counter = run(() => Counter.get())
    await turn()
    settle()
    counter.count = 5
    await turn()
    const [edit] = replica.pending()
    replica.receiveReject(edit!.mutationId, { code: 'not_allowed', message: 'No.', retryable: false })
    expect(counter.count).toBe(0)
    await turn()
    expect(replica.pending()).toEqual([])
  })
})

describe('the end of a session', () => {
  it('[T11] what was changed is written, disposers run, and code that is late finds session_closed', async () => {
    const log: string[] = []
    class First extends SessionState.define({ x: z.number().default(0) }) {
      [Symbol.dispose]() {
        log.push('first')
      }
    }
    class Second extends SessionState.define({ x: z.number().default(0) }) {
      async [Symbol.asyncDispose]() {
        await turn()
        log.push('second')
        this.x = 2
      }
    }
    const { session, run, props } = start()
    run(() => [First.get(), Second.get()])
    const first = run(() => First.get())
    first.x = 1
    await session.close()
    expect(log).toEqual(['second', 'first'])
    expect([props('First'), props('Second')]).toEqual([{ x: 1 }, { x: 2 }])
    expect(() => run(() => First.get())).toThrow(code('session_closed'))
    first.x = 9
    await turn()
    expect(props('First')).toEqual({ x: 1 })
  })

  it('[T11] instances can be collected', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    let reference: WeakRef<object> | undefined
    await (async () => {
      const { session, run } = start()
      reference = new WeakRef(run(() => Counter.get()))
      await session.close()
    })()
    for (let i = 0; i < 10 && reference?.deref(); i++) {
      await turn()
      collect()
    }
    expect(reference?.deref()).toBeUndefined()
  })
})
