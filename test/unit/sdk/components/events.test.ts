import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  Component,
  ComponentError,
  EventNotFoundError,
  SchemaIssues,
  StreamingComponent,
} from '../../../../src/sdk/components.ts'
import { ASYNC_PATHS, LOCAL_PATHS, PATHS, REMOTE_PATHS } from './support/paths.ts'
import type { Outcome } from './support/paths.ts'
import { Counter, useComponents } from './support/stage.ts'

const stage = useComponents()

const failed = (outcome: Outcome): Extract<Outcome, { ok: false }> => {
  if (outcome.ok) throw new Error(`it went well: ${JSON.stringify(outcome)}`)
  return outcome
}
const went = (outcome: Outcome): Extract<Outcome, { ok: true }> => {
  if (!outcome.ok) throw new Error(`it failed: ${outcome.code} ${outcome.message}`)
  return outcome
}

describe.each(PATHS)('events by $name', (path) => {
  test('reach the method of their name, with defaults and coercion of the schema [Q11]', async () => {
    expect(went(await path.ask(Counter, { event: 'increment', payload: { amount: 3 } })).state).toEqual({ count: 3 })
    expect(went(await path.ask(Counter, { event: 'increment', payload: { amount: '4' } })).state).toEqual({ count: 4 })
    expect(went(await path.ask(Counter, { event: 'increment', state: { count: 5 } })).html).toBe('<b>6</b>')
  })

  test('may be written add_item or addItem [Q11]', async () => {
    class Items extends StreamingComponent<{ text: string }> {
      static override templateName = 'text'
      static override events = { add_item: z.object({ name: z.string() }) }
      onAddItem({ name }: { name: string }): void {
        this.state.text = name
      }
    }
    for (const event of ['add_item', 'addItem'])
      expect(went(await path.ask(Items, { event, payload: { name: '<b>' } })).html).toBe('<p>&lt;b&gt;</p>')
    expect(failed(await path.ask(Items, { event: 'addItem', payload: { name: 1 } })).code).toBe('bad_payload')
  })

  test('that nobody handles are refused, naming them, and only methods of the class can be reached [Q12]', async () => {
    class Shy extends Counter {
      onField = (): never => {
        throw new Error('reached a field')
      }

      onValue = 'no method'
      get onGetter(): () => void {
        throw new Error('reached a getter')
      }
    }
    for (const event of [
      'nope',
      'field',
      'value',
      'getter',
      'mount',
      'constructor',
      'toString',
      '__proto__',
      'on_increment',
      'hasOwnProperty',
      'prototype',
      'a b',
      '\u0000',
      'x'.repeat(300),
    ]) {
      const outcome = failed(await path.ask(Shy, { event }))
      expect([event, outcome.code]).toEqual([event, 'unknown_event'])
      expect(outcome.message).toContain(JSON.stringify(event).slice(1, 60).replace(/"$/, ''))
      if (!path.remote) expect(outcome.error).toBeInstanceOf(EventNotFoundError)
    }
  })

  test.each([
    ['a key too many', { amount: 1, x: 1 }, 'x: '],
    ['a wrong type', { amount: 'abc' }, 'amount: '],
    ['a list', [1], 'it must be an object, not a list'],
    ['text', 'text', 'it must be an object, not a string'],
    ['a number', 5, 'it must be an object, not a number'],
  ])('with a wrong payload are refused: %s [Q13]', async (_, payload, why) => {
    const { code, message, error } = failed(await path.ask(Counter, { event: 'increment', payload }))
    expect([code, message]).toEqual(['bad_payload', expect.stringContaining(`invalid payload for increment: ${why}`)])
    if (!path.remote) expect((error as ComponentError).cause).toBeInstanceOf(Error)
  })

  test('with a key missing are refused with its path, of nested ones too [Q13]', async () => {
    class Strict extends Counter {
      static override events = { ...Counter.events, put: z.object({ at: z.object({ row: z.number() }) }) }
      onPut(): void {}
    }
    expect(failed(await path.ask(Strict, { event: 'put' })).message).toMatch(/^invalid payload for put: at: /)
    const { message, error } = failed(await path.ask(Strict, { event: 'put', payload: { at: {} } }))
    expect(message).toMatch(/^invalid payload for put: at\.row: /)
    if (!path.remote) expect(((error as ComponentError).cause as SchemaIssues).issues[0]!.path).toEqual(['at', 'row'])
  })

  test('that throw are "error handling EVENT"; the reason is the cause and is not told [Q14]', async () => {
    const { code, message, error, raw } = failed(await path.ask(Counter, { event: 'fail', state: { count: 1 } }))
    expect(JSON.stringify(raw)).not.toContain('secret')
    if (path.name.startsWith('http')) expect(code).toBe('internal')
    else expect([code, message]).toEqual(['handler_failed', 'error handling fail'])
    if (!path.remote) expect(((error as ComponentError).cause as Error).message).toBe('the secret reason')
    expect(stage.log.errors).toHaveLength(1)
  })

  test('that throw a ComponentError are told just that [Q14]', async () => {
    const own = new ComponentError('Only 3 are left.')
    class Shop extends Counter {
      override onFail(): void {
        throw own
      }
    }
    const { code, message, error } = failed(await path.ask(Shop, { event: 'fail' }))
    expect([code, message]).toEqual(['component_failed', 'Only 3 are left.'])
    if (!path.remote) expect(error).toBe(own)
  })

  test('a subclass that has schemas of its own keeps those of the class above [Q13]', async () => {
    class Sub extends Counter {
      static override events = { other: z.object({}) } as never
    }
    expect(failed(await path.ask(Sub, { event: 'increment', payload: { amount: 'abc' } })).code).toBe('bad_payload')
  })
})

test('the sync entry refuses what is async before it is entered, and names the other one [Q15]', () => {
  let entered = 0
  class Late extends Counter {
    async onGo(): Promise<void> {
      entered++
    }

    // eslint-disable-next-line require-yield -- entering it is what is looked at
    async *onFlow(): AsyncGenerator<void> {
      entered++
    }

    onHidden(): Promise<void> {
      return Promise.reject(new Error('nobody hears of this'))
    }
  }
  for (const event of ['go', 'flow', 'hidden'])
    expect(() => new Late().dispatch({ event })).toThrow(
      expect.objectContaining({ name: 'ComponentError', message: expect.stringContaining('asyncDispatch()') }),
    )
  expect(() => new Late().handleEvent('go')).toThrow('asyncDispatch()')
  expect(entered).toBe(0)
  class LateMount extends Counter {
    override async mount(): Promise<void> {
      entered++
    }
  }
  expect(() => new LateMount().dispatch()).toThrow('asyncDispatch()')
  expect(entered).toBe(0)
})

describe.each(ASYNC_PATHS)('async handlers by $name', (path) => {
  test('are waited for, and so are those that are not async [Q15]', async () => {
    expect(went(await path.ask(Counter, { event: 'increment_later', payload: { amount: 2 } })).state).toEqual({
      count: 2,
    })
    expect(went(await path.ask(Counter, { event: 'increment', payload: { amount: 2 } })).state).toEqual({ count: 2 })
  })

  test('generators run to their end [Q16]', async () => {
    const { state, html } = went(await path.ask(Counter, { event: 'run', payload: { to: 5 }, state: { count: 1 } }))
    expect([state, html]).toEqual([{ count: 6 }, '<b>6</b>'])
  })
})

test.each(LOCAL_PATHS)('generators that are not async run to their end by $name [Q16]', async (path) => {
  class Steps extends Counter {
    *onWalk(): Generator<number> {
      for (let step = 0; step < 3; step++) yield ++this.state.count
    }
  }
  expect(went(await path.ask(Steps, { event: 'walk' })).state).toEqual({ count: 3 })
})

test('handleEvent and asyncHandleEvent run the handler alone, by the same rules [Q11] [Q12] [Q14]', async () => {
  const component = new Counter()
  component.dispatch()
  component.handleEvent('increment', { amount: 2 })
  await component.asyncHandleEvent('increment_later')
  expect(component.state).toEqual({ count: 3 })
  expect(() => component.handleEvent('nope')).toThrow(EventNotFoundError)
  await expect(component.asyncHandleEvent('fail')).rejects.toThrow('error handling fail')
})

describe('order', () => {
  /** Later events are the faster ones. */
  class Slow extends Counter {
    static gates: (() => void)[] = []
    async onWait({ n }: { n: number }): Promise<void> {
      const { count } = this.state
      await new Promise<void>((resolve) => Slow.gates.push(resolve))
      this.state.count = count * 10 + n
    }
  }

  test('events of one component are handled in the order they came in, and none is lost [Q17]', async () => {
    Slow.gates = []
    const component = new Slow()
    component.dispatch()
    const calls = [1, 2, 3].map((n) =>
      component.asyncDispatch({ event: 'wait', payload: { n }, state: {}, restored: true }),
    )
    expect(() => component.dispatch()).toThrow(expect.objectContaining({ code: 'component_busy' }))
    for (let opened = 0; opened < 3; opened++) {
      while (Slow.gates.length <= opened) await new Promise((resolve) => setImmediate(resolve))
      expect(Slow.gates).toHaveLength(opened + 1)
      Slow.gates[opened]!()
    }
    const results = await Promise.all(calls)
    expect(results.map(({ state }) => state['count'])).toEqual([1, 12, 123])
    expect(component.dispatch({ state: {}, restored: true }).state).toEqual({ count: 123 })
  })

  test('one that fails holds up none of those behind it [Q17]', async () => {
    const component = new Counter()
    component.dispatch()
    const state = { count: 1 }
    const outcomes = await Promise.allSettled([
      component.asyncDispatch({ event: 'fail', state }),
      component.asyncDispatch({ event: 'increment_later', state }),
      component.asyncDispatch({ event: 'nope', state }),
      component.asyncDispatch({ event: 'increment', state: {}, restored: true }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled'])
    expect(component.state).toEqual({ count: 3 })
  })
})

test.each(REMOTE_PATHS)('what the component says by $name reaches no prototype [Q10]', async (path) => {
  class Open extends StreamingComponent<Record<string, unknown>> {
    static override templateName = 'text'
    onKeep(payload: object): void {
      Object.assign(this.state, payload)
    }
  }
  const payload = JSON.parse('{"__proto__":{"polluted":1},"a":[{"constructor":{"prototype":1},"b":1}]}') as object
  const { state } = went(
    await path.ask(Open, { event: 'keep', payload, state: JSON.parse('{"x":1,"__proto__":{"polluted":1}}') as object }),
  )
  expect(state).toEqual({ a: [{ b: 1 }], x: 1 })
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
  expect(Component.prototype).not.toHaveProperty('polluted')
})
