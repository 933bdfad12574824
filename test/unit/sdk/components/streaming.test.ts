import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import {
  Component,
  StreamingComponent,
  formatSseFrame,
  handleComponentRequest,
} from '../../../../src/sdk/components.ts'
import type { ComponentClass, StreamFrame } from '../../../../src/sdk/components.ts'
import { eventsOf, oneName, post } from './support/paths.ts'
import { Counter, useComponents } from './support/stage.ts'

const stage = useComponents()

const collect = async (
  component: StreamingComponent<object>,
  request: object,
): Promise<{ frames: StreamFrame[]; error: unknown }> => {
  const frames: StreamFrame[] = []
  try {
    for await (const frame of component.asyncStreamDispatch(request)) frames.push(frame)
  } catch (error) {
    return { frames, error }
  }
  return { frames, error: null }
}

class Steps extends Counter {
  static cleaned = 0
  static override events = { ...Counter.events, break: z.object({ after: z.number() }) } as never

  async *onBreak({ after }: { after: number }): AsyncGenerator<void> {
    try {
      for (;;) {
        if (this.state.count === after) throw new Error('the secret reason')
        this.state.count++
        yield
      }
    } finally {
      Steps.cleaned++
    }
  }

  async *onForever(): AsyncGenerator<void> {
    try {
      for (;;) {
        this.state.count++
        yield
      }
    } finally {
      await Promise.resolve()
      Steps.cleaned++
    }
  }
}

test.each([0, 1, 5])('%s yields give one frame more, and only the last is marked [Q41]', async (to) => {
  const { frames } = await collect(new Counter({ componentId: 'c' }), {
    event: 'run',
    payload: { to },
    state: { count: 10 },
  })
  expect(frames.map(({ streamDone }) => streamDone)).toEqual([...Array.from({ length: to }, () => false), true])
  expect(frames.map(({ state }) => state['count'])).toEqual([...Array.from({ length: to }, (_, n) => 11 + n), 10 + to])
  expect(frames[0]).toEqual({
    html: expect.stringMatching(/^<b>/),
    state: expect.any(Object),
    componentId: 'c',
    slots: {},
    streamDone: to === 0,
  })
  const sse = eventsOf(
    await (await post(Counter, { event: 'run', payload: { to } }, { path: '/components/it/stream' })).text(),
  )
  expect(sse.map((frame) => frame['stream_done'])).toEqual(frames.map(({ streamDone }) => streamDone))
})

test('hooks run once for each frame [Q7] [Q41]', async () => {
  let renders = 0
  class Seen extends Counter {
    override beforeRender(): void {
      renders++
    }
  }
  await collect(new Seen(), { event: 'run', payload: { to: 3 } })
  expect(renders).toBe(4)
})

test.each([
  ['no event', {}],
  ['a handler that is no generator', { event: 'increment' }],
  ['an async one', { event: 'increment_later' }],
])('%s gives one frame, a last one [Q42]', async (_, request) => {
  const { frames } = await collect(new Counter(), request)
  expect(frames.map(({ streamDone }) => streamDone)).toEqual([true])
})

test.each([
  ['an unknown event', { event: 'nope' }, 'unknown_event'],
  ['a wrong payload', { event: 'increment', payload: { amount: 'x' } }, 'bad_payload'],
  ['no object', { event: 'run', payload: 5 }, 'bad_payload'],
  ['bad state', { event: 'run', state: [1] }, 'corrupt_state'],
])('%s fails before any frame [Q42]', async (_, request, code) => {
  expect(await collect(new Counter(), request)).toMatchObject({ frames: [], error: { code } })
  const response = await post(Counter, request, { path: '/components/it/stream' })
  expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/json; charset=utf-8'])
  expect(await response.json()).toMatchObject({ error: { code } })
})

describe('a failure midway', () => {
  test('leaves the frames before it, and its state; no last frame comes [Q43]', async () => {
    const component = new Steps()
    const { frames, error } = await collect(component, { event: 'break', payload: { after: 2 } })
    expect(frames.map(({ state, streamDone }) => [state['count'], streamDone])).toEqual([
      [1, false],
      [2, false],
    ])
    expect(error).toMatchObject({ code: 'handler_failed', message: 'error handling break' })
    expect(component.state).toEqual({ count: 2 })
    expect(stage.log.errors).toHaveLength(1)
  })

  test('is a frame of its own on the wire, without details [Q43]', async () => {
    const text = await (
      await post(Steps, { event: 'break', payload: { after: 2 } }, { path: '/components/it/stream' })
    ).text()
    const frames = eventsOf(text)
    expect(frames).toHaveLength(3)
    expect(frames[2]).toEqual({
      error: { code: 'handler_failed', message: 'error handling break', retryable: false },
      component_id: expect.any(String),
    })
    expect(text).not.toContain('secret')
    expect(text).not.toContain('"stream_done":true')
  })
})

describe('who stops early', () => {
  test('runs the cleanup of the generator, and frees the component [Q43]', async () => {
    Steps.cleaned = 0
    const component = new Steps()
    for await (const { state } of component.asyncStreamDispatch({ event: 'forever' })) if (state['count'] === 3) break
    expect(Steps.cleaned).toBe(1)
    expect((await component.asyncDispatch({ event: 'increment', state: {}, restored: true })).state).toEqual({
      count: 4,
    })
  })

  test('over HTTP too [Q43]', async () => {
    Steps.cleaned = 0
    const response = await post(Steps, { event: 'forever' }, { path: '/components/it/stream' })
    const reader = response.body!.getReader()
    await reader.read()
    await reader.cancel()
    await vi.waitFor(() => expect(Steps.cleaned).toBe(1))
  })

  test('nothing is computed ahead of who reads slowly [Q43]', async () => {
    const seen: number[] = []
    class Eager extends Steps {
      override beforeRender(): void {
        seen.push(this.state.count)
      }
    }
    const response = await post(Eager, { event: 'forever' }, { path: '/components/it/stream' })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(seen.length).toBeLessThan(5)
    await response.body!.cancel()
  })
})

test('a later event waits for the stream before it [Q17]', async () => {
  const component = new Counter()
  component.dispatch()
  const stream = component.asyncStreamDispatch({ event: 'run', state: {}, restored: true })
  await stream.next()
  let done = false
  const later = component
    .asyncDispatch({ event: 'increment', state: {}, restored: true })
    .then((result) => ((done = true), result))
  await stream.next()
  expect(done).toBe(false)
  for await (const _ of stream);
  expect((await later).state).toEqual({ count: 4 })
})

test('a server-sent event is one data line, whatever the HTML holds [Q44]', () => {
  const html = '<pre>a\nb\r\nc\u2028data: x\n\n</pre>'
  const text = formatSseFrame({ html, state: { a: 'x\ny' }, componentId: 'c', slots: { s: '\n' }, streamDone: false })
  expect(text).toMatch(/^data: [^\r\n]+\n\n$/)
  expect(eventsOf(text)).toEqual([
    { html, state: '{"a":"x\\ny"}', component_id: 'c', slots: { s: '\n' }, stream_done: false },
  ])
})

describe('HTTP', () => {
  class Secret extends Counter {
    override beforeRender(): void {
      if (this.state.count > 100) throw new Error('the secret reason at /home/me/x.ts')
    }
  }
  class Plain extends Component {
    static override templateName = 'text'
  }

  test.each([
    ['bad JSON', '{', 400, 'bad_message'],
    ['text', '"text"', 400, 'bad_message'],
    ['a list', '[]', 400, 'bad_message'],
    ['broken UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400, 'bad_message'],
    ['an event that is no text', { event: 5 }, 400, 'bad_message'],
    ['bad state', { state: '{' }, 400, 'corrupt_state'],
    ['state that is no object', { state: [1] }, 400, 'corrupt_state'],
    ['an unknown event', { event: 'nope' }, 400, 'unknown_event'],
    ['a wrong payload', { event: 'increment', payload: 1 }, 400, 'bad_payload'],
    ['too large a body', { payload: { text: 'x'.repeat(3_000_000) } }, 413, 'too_large'],
    ['a failure', { event: 'fail' }, 500, 'internal'],
    ['a failure while rendering', { event: 'increment', state: { count: 200 } }, 500, 'internal'],
  ])('%s [Q44]', async (_, body, status, code) => {
    for (const url of ['/components/it', '/components/it/stream']) {
      const response = await post(Secret, body, { path: url })
      const text = await response.text()
      expect([response.status, (JSON.parse(text) as { error: { code: string } }).error.code]).toEqual([status, code])
      expect(text).not.toMatch(/secret|\.ts|at /)
    }
  })

  test('unknown, not streaming, other methods, other addresses [Q44]', async () => {
    const status = async (url: string, method = 'POST', componentClass: ComponentClass = Plain) =>
      (
        await handleComponentRequest(
          new Request(`http://app.test${url}`, { method, ...(method === 'POST' && { body: '{}' }) }),
          { registry: oneName(componentClass), basePath: '/c' },
        )
      ).status
    expect(await status('/c/it')).toBe(200)
    expect(await status('/c/it/stream')).toBe(400)
    expect(await status('/c/none')).toBe(404)
    expect(await status('/c/none', 'GET')).toBe(404)
    expect(await status('/c/it', 'GET')).toBe(405)
    for (const url of ['/', '/c', '/c/', '/c/it/x', '/c/it/stream/x', '/components/it', '/c/%ff', '/c/__proto__'])
      expect(await status(url)).toBe(404)
  })

  test('an empty body is a first look, and an answer is not kept by anybody in between [Q44]', async () => {
    const response = await post(Counter, '')
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await response.json()).toEqual({
      html: '<b>0</b>',
      state: '{"count":0}',
      component_id: expect.stringMatching(/^component-/),
      slots: {},
    })
  })

  test('a prediction comes as the first event of a stream, before the handler is through [Q25]', async () => {
    const gate = Promise.withResolvers<void>()
    class Eager extends Counter {
      override getOptimisticPatch(): { count: number } {
        return { count: this.state.count + 1 }
      }

      async onSlow(): Promise<void> {
        await gate.promise
        this.state.count++
      }
    }
    const response = await post(Eager, { event: 'slow', component_id: 'c' }, { path: '/components/it/stream' })
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect(eventsOf((await reader.read()).value!)).toEqual([{ optimistic: { count: 1 }, component_id: 'c' }])
    gate.resolve()
    expect(eventsOf((await reader.read()).value!)).toMatchObject([{ state: '{"count":1}', stream_done: true }])
  })
})
