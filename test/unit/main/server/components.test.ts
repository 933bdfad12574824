import { request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, test, vi, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { ComponentKeys } from '../../../../src/main/engine/component-keys.ts'
import { silentLog } from '../../../../src/main/log.ts'
import { admitByKey } from '../../../../src/main/server/component-key-admission.ts'
import { createServer } from '../../../../src/main/server/index.ts'
import type { PageServer } from '../../../../src/main/server/index.ts'
import { Component, IsAuthenticated, StreamingComponent, registry, wsManager } from '../../../../src/sdk/components.ts'
import { session } from '../../../../src/sdk/index.ts'
import { ComponentStage } from '../../../support/component-stage.ts'

class Counter extends Component<{ count: number }> {
  static override permissionClasses = [IsAuthenticated]
  static seen: unknown[] = []

  override mount() {
    void super.mount()
    this.state.count = 0
  }
  onAdd({ by = 1 }: { by?: number }) {
    Counter.seen.push(session.get('clientId'))
    this.state.count += by
  }
  onFail() {
    throw new Error('secret')
  }
  override render() {
    return `<b>${this.state.count}</b>`
  }
}

let cleanedUp = 0
class Words extends StreamingComponent<{ n: number }> {
  override mount() {
    void super.mount()
    this.state.n = 0
  }
  async *onAsk({ words }: { words: number }) {
    try {
      for (let i = 0; i < words; i++) {
        this.state.n++
        yield
        await new Promise((resolve) => setImmediate(resolve))
      }
    } finally {
      cleanedUp++
    }
  }
  override render() {
    return `<p>${'word '.repeat(this.state.n)}</p>`
  }
}

registry.register('routes-counter', Counter)
registry.register('routes-words', Words)

let stage: ComponentStage
async function startComponents(): Promise<ComponentStage> {
  const started = await ComponentStage.start()
  onTestFinished(() => started.end())
  return started
}
let server: PageServer
let key: string
const sockets: WebSocket[] = []

beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  Counter.seen = []
  stage = await startComponents()
  const keys = new ComponentKeys()
  key = keys.issue(stage.gate)
  server = await createServer({
    pages: async () => new Response('page'),
    attach: () => {},
    log: silentLog,
    admitToComponents: admitByKey((given) => keys.find(given)),
  })
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await server.close()
})

const ask = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.origin}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

async function open(headers: Record<string, string> = { authorization: `Bearer ${key}` }, path = '/components/ws') {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${path}`, { headers })
  sockets.push(socket)
  const heard: Record<string, unknown>[] = []
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as Record<string, unknown>))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { socket, heard, say: (message: unknown) => socket.send(JSON.stringify(message)) }
}

describe('over http', () => {
  test('a component is asked with its state in hand, in the session it belongs to [Q44]', async () => {
    const first = await ask('/components/routes-counter', { event: 'add', payload: { by: 2 } })
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    const one = (await first.json()) as { html: string; state: string; component_id: string }
    expect(one).toMatchObject({ html: '<b>2</b>', state: '{"count":2}', slots: {} })
    const second = await ask('/components/routes-counter', { event: 'add', state: one.state, component_id: 'mine' })
    expect(await second.json()).toMatchObject({ html: '<b>3</b>', component_id: 'mine' })
    expect(new Set(Counter.seen)).toEqual(new Set([stage.session.link.clientId]))
  })

  test('a stream comes frame by frame, and ends when nobody reads it [Q43, Q44]', async () => {
    const response = await ask('/components/routes-words/stream', { event: 'ask', payload: { words: 3 } })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const frames = (await response.text()).trim().split('\n\n')
    const data = frames.map(
      (frame) => JSON.parse(frame.replace(/^data: /, '')) as { html: string; stream_done: boolean },
    )
    expect(data.map(({ stream_done }) => stream_done)).toEqual([false, false, false, true])
    expect(data[2]!.html).toBe('<p>word word word </p>')
    const before = cleanedUp
    const stop = new AbortController()
    const endless = await fetch(`${server.origin}/components/routes-words/stream`, {
      method: 'POST',
      signal: stop.signal,
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ event: 'ask', payload: { words: 1e9 } }),
    })
    await endless.body!.getReader().read()
    stop.abort()
    await expect.poll(() => cleanedUp).toBe(before + 1)
  })

  test.each([
    ['an unknown component', '/components/nothing', {}, 404],
    ['an unknown event', '/components/routes-counter', { event: 'nothing' }, 400],
    ['what is no JSON', '/components/routes-counter', '{', 400],
    ['state that is none', '/components/routes-counter', { state: '[1]' }, 400],
    ['a stream of what does not stream', '/components/routes-counter/stream', {}, 400],
    ['a failing handler', '/components/routes-counter', { event: 'fail' }, 500],
    ['too much', '/components/routes-counter', `"${'x'.repeat(2 * 1024 * 1024)}"`, 413],
  ])('%s is refused with its status and no detail [Q44]', async (_what, path, body, status) => {
    const response = await ask(path, body)
    const text = await response.text()
    expect([response.status, Object.keys(JSON.parse(text) as object)]).toEqual([status, ['error']])
    expect(text).not.toMatch(/secret|\.ts:|at /)
  })

  test('a script that is not there is said so', async () => {
    stage.stopScript()
    expect((await ask('/components/routes-counter', {})).status).toBe(503)
  })
})

describe('over a socket', () => {
  test('events are answered with their reference, updates reach who follows, and what cannot be read is said [Q47, Q49]', async () => {
    const { socket, heard, say } = await open()
    await expect.poll(() => heard.length).toBe(1)
    expect(heard[0]).toMatchObject({ type: 'connected', connection_id: expect.any(String) as string })
    say({ type: 'component_event', component: 'routes-counter', event: 'add', component_id: 'c', ref: 7 })
    await expect.poll(() => heard.at(-1)).toMatchObject({ type: 'component_update', html: '<b>1</b>', ref: 7 })
    socket.send('no json')
    await expect.poll(() => heard.at(-1)).toMatchObject({ type: 'error' })
    say({ type: 'subscribe', component_id: 'c' })
    await expect.poll(() => heard.at(-1)).toMatchObject({ type: 'subscribed' })
    await wsManager.pushUpdate('c', '<i>pushed</i>', { count: 5 })
    await expect.poll(() => heard.at(-1)).toMatchObject({ html: '<i>pushed</i>' })
  })

  test('it is closed when the script has ended', async () => {
    const { socket } = await open()
    const closed = new Promise((resolve) => socket.once('close', resolve))
    stage.stopScript()
    expect(await closed).toBe(1001)
  })
})

describe('who may ask on this computer', () => {
  const refused: [string, Record<string, string>, number][] = [
    ['no key', { authorization: '' }, 401],
    ['a wrong key', { authorization: `Bearer ${'A'.repeat(32)}` }, 401],
    ['another way of saying it', { authorization: 'Basic abc' }, 401],
    ['a page of another origin', { origin: 'https://example.org' }, 403],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['a page of another site without an origin', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a foreign name', { host: 'example.org' }, 403],
  ]
  const routes = ['/components/routes-counter', '/components/routes-words/stream', '/components/ws'] as const
  const table = refused.flatMap(([who, headers, status]) => routes.map((path) => [who, path, headers, status] as const))

  test.each(table)('%s is refused at %s, before anything is read [A2, Q49]', async (_who, path, headers, status) => {
    const all = { authorization: `Bearer ${key}`, ...headers }
    if (path === '/components/ws') {
      await expect(open(all)).rejects.toThrow(String(status))
    } else {
      // By hand, as fetch sets the host itself.
      const answered = await new Promise<number>((resolve, reject) => {
        const request = httpRequest(`${server.origin}${path}`, { method: 'POST', headers: all }, (response) => {
          response.resume()
          resolve(response.statusCode!)
        })
        request.on('error', reject).end('{"event":"add"}')
      })
      expect(answered).toBe(status)
    }
    expect(Counter.seen).toEqual([])
  })

  test('only POST asks, and a key of a session that has ended is worth nothing', async () => {
    const response = await fetch(`${server.origin}/components/routes-counter`, {
      headers: { authorization: `Bearer ${key}` },
    })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    const keys = new ComponentKeys()
    const other = keys.issue(stage.gate)
    expect(keys.find(other)).toBe(stage.gate)
    keys.forget(stage.gate)
    expect(keys.find(other)).toBeNull()
  })
})
