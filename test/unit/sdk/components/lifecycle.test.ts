import { describe, expect, test } from 'vitest'
import { Component, ComponentError } from '../../../../src/sdk/components.ts'
import { Counter, EchoRenderer, useComponents } from './support/stage.ts'

const stage = useComponents()

class Notes extends Component<{ items?: string[]; seen?: number; [key: string]: unknown }> {
  static override templateName = 'text'
}

describe('a new component', () => {
  test('without an id it has one of its own, 8 hex digits, never the same [Q1]', () => {
    const ids = Array.from(
      { length: 20_000 },
      (_, n) => new Notes([undefined, {}, { componentId: null }, { componentId: '' }][n % 4]).id,
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !/^component-[0-9a-f]{8}$/.test(id))).toEqual([])
  })

  test('with an id it has that one, and its params keep it [Q1]', () => {
    const component = new Notes({ componentId: 'a/b ü', title: 'x' })
    expect(component.id).toBe('a/b ü')
    expect(component.params).toEqual({ componentId: 'a/b ü', title: 'x' })
  })

  test('is empty, not mounted, and shares nothing with another [Q2]', () => {
    const [one, other] = [new Notes(), new Notes()]
    expect([one.state, one.errors, one.renderSlots(), one.mounted]).toEqual([{}, {}, {}, false])
    one.state.items = ['a']
    one.errors['x'] = 'y'
    one.fillSlot('a', new Counter())
    expect([other.state, other.errors, other.renderSlots(), other.mounted]).toEqual([{}, {}, {}, false])
  })
})

describe('mount, hydrate, dehydrate', () => {
  test('mount sets mounted; hydrate merges shallowly, sets it too and mounts nothing [Q3]', () => {
    let mounts = 0
    class Mounting extends Notes {
      override mount(): void {
        mounts++
        void super.mount()
      }
    }
    const mountedOne = new Mounting()
    mountedOne.mount()
    expect(mountedOne.mounted).toBe(true)
    const component = new Mounting()
    component.state = { items: ['old'], seen: 1, nested: { a: 1 } }
    component.hydrate({ items: ['new'], nested: { b: 2 } })
    expect(component.state).toEqual({ items: ['new'], seen: 1, nested: { b: 2 } })
    expect([component.mounted, mounts]).toEqual([true, 1])
  })

  test('dehydrate is a deep copy [Q4]', () => {
    const component = new Notes()
    component.state = { items: ['a'], nested: { list: [{ x: 1 }] } }
    const copy = component.dehydrate()
    expect(copy).toEqual(component.state)
    copy.items!.push('b')
    ;(copy['nested'] as { list: { x: number }[] }).list[0]!.x = 2
    expect(component.state).toEqual({ items: ['a'], nested: { list: [{ x: 1 }] } })
  })

  test.each([
    [undefined, undefined, 'mount'],
    [null, undefined, 'mount'],
    [{}, undefined, 'mount'],
    [{}, false, 'mount'],
    [{}, true, 'hydrate'],
    [null, true, 'mount'],
    [{ count: 4 }, undefined, 'hydrate'],
  ])('state %j with restored %s: %s [Q5]', async (state, restored, expected) => {
    const calls: string[] = []
    class Seen extends Notes {
      override mount(): void {
        calls.push('mount')
      }

      override hydrate(given: object): void {
        calls.push('hydrate')
        super.hydrate(given)
      }
    }
    new Seen().dispatch({ state, restored })
    await new Seen().asyncDispatch({ state, restored })
    expect(calls).toEqual([expected, expected])
  })

  test('the first call may bring an event; none, null and "" only render; a missing payload is {} [Q6]', () => {
    expect(new Counter().dispatch({ event: 'increment' }).state).toEqual({ count: 1 })
    expect(new Counter().dispatch({ event: 'increment', payload: null }).state).toEqual({ count: 1 })
    for (const event of [undefined, null, '']) expect(new Counter().dispatch({ event }).html).toBe('<b>0</b>')
  })
})

describe('one dispatch', () => {
  const calls: string[] = []
  class Traced extends Component<{ n: number }> {
    static override templateName = 'traced'
    override mount(): void {
      calls.push('mount')
      this.state.n = 0
    }

    override hydrate(state: { n: number }): void {
      calls.push('hydrate')
      super.hydrate(state)
    }

    onTick(): void {
      calls.push('handler')
    }

    override beforeRender(): void {
      calls.push('beforeRender')
      this.state.n++
    }

    override getContext(): object {
      calls.push('context')
      return { ...super.getContext(), extra: 1 }
    }

    override dehydrate(): { n: number } {
      calls.push('dehydrate')
      return super.dehydrate()
    }
  }

  test.each(['sync', 'async'] as const)('calls each hook once, in this order, on the %s entry [Q7]', async (entry) => {
    const echo = new EchoRenderer()
    Traced.renderer = { render: (...args) => (calls.push('renderer'), echo.render(...args)) }
    const run = async (request: object) => {
      calls.length = 0
      const component = new Traced()
      const result = entry === 'sync' ? component.dispatch(request) : await component.asyncDispatch(request)
      return [...calls, result.state]
    }
    const rest = ['beforeRender', 'context', 'renderer', 'dehydrate']
    expect(await run({})).toEqual(['mount', ...rest, { n: 1 }])
    expect(await run({ event: 'tick' })).toEqual(['mount', 'handler', ...rest, { n: 1 }])
    expect(await run({ event: 'tick', state: { n: 5 } })).toEqual(['hydrate', 'handler', ...rest, { n: 6 }])
    expect(echo.calls[0]!.context).toMatchObject({ extra: 1 })
  })

  test('gives html, state, id and slots, and `optimistic` only where there is one [Q8]', () => {
    const result = new Counter({ componentId: 'c' }).dispatch({ event: 'increment' })
    expect(result).toStrictEqual({ html: '<b>1</b>', state: { count: 1 }, componentId: 'c', slots: {} })
  })

  test('keys that beforeRender sets are in the state [Q8]', () => {
    class Derived extends Notes {
      override beforeRender(): void {
        this.state.seen = 7
      }
    }
    expect(new Derived().dispatch().state).toEqual({ seen: 7 })
  })

  test.each(['sync', 'async', 'stream'])(
    'a failure is logged once with the class, rethrown, and undone on the %s entry [Q9]',
    async (entry) => {
      const failure = new ComponentError('no')
      class Failing extends Counter {
        override onFail(): void {
          this.state.count = 5
          this.errors['x'] = 'y'
          throw failure
        }
      }
      const component = new Failing()
      component.dispatch({ event: 'increment' })
      const request = { event: 'fail', state: component.state }
      const attempt = async () => {
        if (entry === 'sync') component.dispatch(request)
        else if (entry === 'async') await component.asyncDispatch(request)
        else for await (const _ of component.asyncStreamDispatch(request));
      }
      await expect(attempt()).rejects.toBe(failure)
      expect(stage.log.errors).toEqual([{ message: expect.stringContaining('Failing'), error: failure }])
      expect([component.state, component.errors]).toEqual([{ count: 1 }, {}])
    },
  )

  test('keys that could reach a prototype are dropped from state, payload and params at every depth [Q10]', () => {
    const bad = '{"__proto__":{"p":1},"constructor":1,"a":{"prototype":{},"list":[{"__proto__":{"p":1},"ok":1}]}}'
    const clean = { a: { list: [{ ok: 1 }] } }
    let payload: object | null = null
    class Open extends Notes {
      onTake(given: object): void {
        payload = given
      }
    }
    const component = new Open(JSON.parse(bad) as Record<string, unknown>)
    const { state } = component.dispatch({
      event: 'take',
      payload: JSON.parse(bad) as object,
      state: JSON.parse(bad) as object,
    })
    for (const part of [component.params, payload, state]) {
      expect(JSON.stringify(part)).toBe(JSON.stringify(clean))
      expect((part as { p?: unknown }).p).toBeUndefined()
    }
  })
})
