import { describe, expect, test } from 'vitest'
import { Component, StreamingComponent } from '../../../../src/sdk/components.ts'
import { LOCAL_PATHS, PATHS } from './support/paths.ts'
import type { Ask, Outcome } from './support/paths.ts'
import { Counter, EchoRenderer, useComponents } from './support/stage.ts'

const stage = useComponents()

const went = (outcome: Outcome): Extract<Outcome, { ok: true }> => {
  if (!outcome.ok) throw new Error(`it failed: ${outcome.code} ${outcome.message}`)
  return outcome
}

/** Notes what is called. */
class Traced extends StreamingComponent<{ n: number; list?: unknown }> {
  static override templateName = 'traced'
  static calls: string[] = []

  override mount(): void {
    Traced.calls.push('mount')
    this.state.n = 0
  }
  override hydrate(state: { n: number }): void {
    Traced.calls.push('hydrate')
    super.hydrate(state)
  }
  onTick(): void {
    Traced.calls.push('handler')
  }
  async *onRun(): AsyncGenerator<void> {
    Traced.calls.push('handler')
    yield
  }
  onTake(payload: object): void {
    Object.assign(this.state, payload)
  }
  onHold(): void {
    this.state.list = [{ x: new Map() }]
  }
  override beforeRender(): void {
    Traced.calls.push('beforeRender')
    this.state.n = (this.state.n ?? 0) + 1
  }
  override getContext(): object {
    Traced.calls.push('context')
    return super.getContext()
  }
  override dehydrate(): { n: number } {
    Traced.calls.push('dehydrate')
    return super.dehydrate()
  }
}

const FRAME = ['beforeRender', 'context', 'renderer', 'dehydrate']

/** What the class does for one call. */
async function callsOf(ask: () => Promise<Outcome>): Promise<string[]> {
  const echo = new EchoRenderer()
  Traced.renderer = { render: (...args) => (Traced.calls.push('renderer'), echo.render(...args)) }
  Traced.calls = []
  went(await ask())
  return Traced.calls
}

describe.each(PATHS)('by $name', (by) => {
  test.each<[string, Ask, string]>([
    ['no state', {}, 'mount'],
    ['null', { state: null }, 'mount'],
    ['{}', { state: {} }, 'mount'],
    ['{}, restored false', { state: {}, restored: false }, 'mount'],
    ['{}, restored', { state: {}, restored: true }, 'hydrate'],
    ['null, restored', { state: null, restored: true }, 'mount'],
    ['a state', { state: { n: 4 } }, 'hydrate'],
  ])('%s: it mounts, or takes the state up [Q5]', async (_, ask, first) => {
    // Text of a state that is null is one that is empty.
    const isText = by.remote && ask.restored === true
    expect((await callsOf(() => by.ask(Traced, ask)))[0]).toBe(isText ? 'hydrate' : first)
  })

  test('the first call may bring an event; none, null and "" only render; a payload of null is {} [Q6]', async () => {
    for (const payload of [undefined, null, {}])
      expect(went(await by.ask(Counter, { event: 'increment', payload })).state).toEqual({ count: 1 })
    for (const event of [undefined, null, ''])
      expect(went(await by.ask(Counter, { event, payload: 5 })).html).toBe('<b>0</b>')
  })

  test('each hook is called once a frame, in this order [Q7]', async () => {
    expect(await callsOf(() => by.ask(Traced, {}))).toEqual(['mount', ...FRAME])
    expect(await callsOf(() => by.ask(Traced, { event: 'tick' }))).toEqual(['mount', 'handler', ...FRAME])
    expect(await callsOf(() => by.ask(Traced, { event: 'tick', state: { n: 5 } }))).toEqual([
      'hydrate',
      'handler',
      ...FRAME,
    ])
  })

  test('what beforeRender sets is in the state; `optimistic` is there only where something is expected [Q8]', async () => {
    const outcome = went(await by.ask(Traced, { event: 'tick', state: { n: 5 } }))
    expect(outcome.state).toEqual({ n: 6 })
    expect(outcome.raw).not.toHaveProperty('optimistic')
    for (const key of by.remote
      ? ['html', 'state', 'component_id', 'slots']
      : ['html', 'state', 'componentId', 'slots'])
      expect(outcome.raw).toHaveProperty(key)
  })

  test('keys that could reach a prototype are dropped from state and payload at every depth [Q10]', async () => {
    const bad = (key: string) =>
      JSON.parse(
        `{"__proto__":{"p":1},"constructor":1,"${key}":{"prototype":{},"list":[{"__proto__":{"p":1},"ok":1}]}}`,
      ) as object
    const { state } = went(await by.ask(Traced, { event: 'take', payload: bad('b'), state: bad('a') }))
    expect(JSON.stringify(state)).toBe('{"a":{"list":[{"ok":1}]},"b":{"list":[{"ok":1}]},"n":1}')
    expect(({} as { p?: unknown }).p).toBeUndefined()
  })

  test('a child that fails shows the fallback of its slot and is reported once; the rest is shown [Q22]', async () => {
    class Broken extends Component {
      override render(): string {
        throw new Error('the secret reason')
      }
    }
    class Board extends StreamingComponent {
      static override slots = ['bad', 'good']
      static override slotFallbacks = { bad: '<i>not now</i>' }
      constructor(params?: Record<string, unknown>) {
        super(params)
        this.fillSlot('bad', new Broken())
        this.fillSlot('good', new Counter())
      }
      onLook(): void {}
      override render(): string {
        return Object.values(this.renderSlots()).join('|')
      }
    }
    expect(went(await by.ask(Board, { event: 'look' })).html).toBe('<i>not now</i>|<b>0</b>')
    expect(stage.log.errors).toEqual([
      { message: expect.stringContaining('Broken'), error: expect.objectContaining({ message: 'the secret reason' }) },
    ])
  })

  test('state that cannot be kept is an error that names the path [Q28]', async () => {
    const outcome = await by.ask(Traced, { event: 'hold', state: { n: 1 } })
    expect(outcome).toMatchObject(
      by.name.startsWith('http')
        ? { ok: false, status: 500 }
        : { ok: false, code: 'bad_state', message: expect.stringContaining('state.list[0].x') },
    )
    expect(stage.log.errors).toEqual([
      { message: expect.stringContaining('Traced'), error: expect.objectContaining({ code: 'bad_state' }) },
    ])
  })
})

test.each(LOCAL_PATHS)('a component that lives on is as it was after a failure, by $name [Q9]', async (by) => {
  const one = new Counter()
  // The same instance, whatever is asked.
  const Same = new Proxy(Counter, { construct: () => one })
  went(await by.ask(Same, { event: 'increment', payload: { amount: 2 } }))
  one.errors = { before: 'stays' }
  expect(await by.ask(Same, { event: 'fail', state: {}, restored: true })).toMatchObject({ code: 'handler_failed' })
  expect([one.state, one.errors]).toEqual([{ count: 2 }, { before: 'stays' }])
  expect(stage.log.errors).toHaveLength(1)
})
