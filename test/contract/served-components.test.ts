import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { NO_REDIS, RedisServer } from '../support/redis-server.ts'
import type { TestBrowser } from '../support/serve-bench.ts'
import { ServedProcesses } from '../support/served-processes.ts'

vi.setConfig({ testTimeout: 170_000, hookTimeout: 60_000 })

const SCRIPT = `
  import { Component, StreamingComponent, registry } from 'oriel/components'
  import { html, session, SessionState, show } from 'oriel'
  import { z } from 'zod'
  class Heard extends SessionState.define({ hits: z.number().default(0), left: z.number().default(0) }) {}
  class Hits extends Component {
    onHit() { Heard.get().hits++ }
    onSize({ text }) { this.state.size = text.length }
    onDie() { process.kill(process.pid, 'SIGKILL') }
    beforeRender() { Object.assign(this.state, { hits: Heard.get().hits, left: Heard.get().left, by: session.get('clientId') }) }
    render() { return '<p>' + this.state.hits + '</p>' }
  }
  const goes = new Map()
  class Steps extends StreamingComponent {
    async *onWalk({ steps }) {
      const by = session.get('clientId')
      try {
        for (this.state.at = 1; this.state.at <= steps; this.state.at++) {
          yield
          await new Promise((resolve) => goes.set(by, resolve))
        }
      } finally {
        Heard.get().left++
      }
    }
    onGo() { const by = session.get('clientId'); const go = goes.get(by); goes.delete(by); this.state.went = !!go; go?.() }
    render() { return '<p>' + (this.state.at ?? 0) + '</p>' }
  }
  registry.register('hits', Hits)
  registry.register('steps', Steps)
  export default async function () {
    Heard.get()
    await show('<p>', { title: 'One' })
  }
`
const WORKERS = 4

interface Answer {
  status: number
  body: string
  /** Of what the component answers. */
  state: { [name: string]: unknown }
}

/** A request on a connection of its own, so that it may come in at any of the processes. */
async function post(url: string, cookie: string, path: string, body: string): Promise<IncomingMessage> {
  const asked = request(new URL(path, url), { method: 'POST', agent: false, headers: { cookie } }).end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return response.setEncoding('utf8')
}

describe.skipIf(NO_REDIS)('components of a session that another process has', () => {
  let redis: RedisServer
  let served: ServedProcesses
  beforeAll(async () => {
    redis = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always'])
    served = await new ServedProcesses().start(SCRIPT, ['--workers', String(WORKERS), '--redis', redis.url])
  })
  afterAll(async () => {
    await served[Symbol.asyncDispose]()
    await redis.stop()
  })

  const ask = async ({ cookieHeader }: TestBrowser, path: string, data: object | string = {}): Promise<Answer> => {
    const text = typeof data === 'string' ? data : JSON.stringify(data)
    const response = await post(served.url, cookieHeader, path, text)
    let body = ''
    for await (const part of response) body += part as string
    const state = (JSON.parse(body) as { state?: string }).state ?? '{}'
    return { status: response.statusCode!, body, state: JSON.parse(state) as Answer['state'] }
  }
  const visitors = (count: number) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const browser = served.browser()
        let clientId = ''
        // Processes that have just been started may say at first that a page takes a moment.
        await served.until(async () => {
          clientId = await browser.visit().then(
            ({ boot }) => boot.clientId,
            () => '',
          )
          return clientId !== ''
        })
        return { browser, clientId }
      }),
    )
  const socketOf = async ({ cookieHeader }: TestBrowser) => {
    const address = new URL('/components/ws', served.url).href.replace(/^http/, 'ws')
    const socket = new WebSocket(address, { headers: { cookie: cookieHeader } })
    const heard: { type: string; [name: string]: unknown }[] = []
    socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as (typeof heard)[number]))
    await once(socket, 'open')
    const until = (type: string) =>
      expect.poll(() => heard.find((message) => message.type === type), { timeout: 20_000 }).toBeDefined()
    await until('connected')
    return { socket, heard, until, say: (message: object) => socket.send(JSON.stringify(message)) }
  }

  test('are asked wherever the request comes in: each event is handled once, in the asker’s own session [X7, Q54]', async () => {
    const all = await visitors(6)
    await Promise.all(
      all.map(async ({ browser, clientId }) => {
        for (let n = 1; n <= 10; n++)
          expect(await ask(browser, '/components/hits', { event: 'hit' })).toMatchObject({
            status: 200,
            state: { hits: n, by: clientId },
          })
      }),
    )
    const [{ browser }] = all as [(typeof all)[number]]
    const table = async (path: string, data: object | string, status: number, times = 6) => {
      for (let n = 0; n < times; n++) expect([path, (await ask(browser, path, data)).status]).toEqual([path, status])
    }
    await table('/components/nothing', {}, 404)
    await table('/components/hits', '{', 400)
    await table('/components/hits', { event: 'constructor' }, 400)
    await table('/components/hits', { state: 'x' }, 400)
    await table('/components/hits', 'x'.repeat(3_000_000), 413, 2)
    const large = { event: 'size', payload: { text: 'x'.repeat(400_000) } }
    for (let n = 0; n < 4; n++)
      expect(await ask(browser, '/components/hits', large)).toMatchObject({ status: 200, state: { size: 400_000 } })
    expect((await ask(served.browser(), '/components/hits')).status).toBe(401)
  })

  test('stream their frames one by one, and know when nobody reads them any more [X7, Q41]', async () => {
    for (const { browser } of await visitors(5)) {
      const walk = (steps: number) =>
        post(
          served.url,
          browser.cookieHeader,
          '/components/steps/stream',
          JSON.stringify({ event: 'walk', payload: { steps } }),
        )
      const whole = await walk(3)
      expect(whole.statusCode).toBe(200)
      const frames: string[] = []
      for await (const part of whole as AsyncIterable<string>) {
        for (const [, html] of part.matchAll(/"html":"([^"]+)"/g)) frames.push(html!)
        // The next is made only once this one has come.
        if (frames.length <= 3)
          await expect
            .poll(async () => (await ask(browser, '/components/steps', { event: 'go' })).state['went'])
            .toBe(true)
      }
      expect(frames).toEqual(['<p>1</p>', '<p>2</p>', '<p>3</p>', '<p>4</p>'])
      const given = await walk(100)
      await once(given, 'data')
      given.destroy()
      await expect
        .poll(async () => {
          await ask(browser, '/components/steps', { event: 'go' })
          return (await ask(browser, '/components/hits')).state['left']
        })
        .toBe(2)
    }
  })

  test('are on sockets wherever they come in, which hear of each other [X7, Q47, Q48]', async () => {
    for (const { browser } of await visitors(3)) {
      const sockets = await Promise.all(Array.from({ length: 6 }, () => socketOf(browser)))
      for (const { say, until } of sockets) {
        say({ type: 'subscribe', component_id: 'board' })
        await until('subscribed')
      }
      const [first, ...others] = sockets as [(typeof sockets)[number], ...typeof sockets]
      first.say({
        type: 'component_event',
        component: 'hits',
        component_id: 'board',
        event: 'hit',
        ref: 7,
        broadcast: true,
      })
      await first.until('component_update')
      expect(first.heard.at(-1)).toMatchObject({ html: '<p>1</p>', ref: 7 })
      for (const { heard, until } of others) {
        await until('component_update')
        expect(heard.filter(({ type }) => type === 'component_update')).toHaveLength(1)
      }
      for (const { socket } of sockets) {
        socket.send(Buffer.from([1, 2, 3]))
        await expect.poll(() => socket.readyState).toBe(WebSocket.OPEN)
        socket.terminate()
      }
    }
  })

  test('whose process has died are refused until another has the session, then go on from what was stored [X2, X7]', async () => {
    const [{ browser }] = (await visitors(1)) as [{ browser: TestBrowser; clientId: string }]
    expect((await ask(browser, '/components/hits', { event: 'hit' })).state).toMatchObject({ hits: 1 })
    const open = await socketOf(browser)
    const closed = once(open.socket, 'close')
    // Whoever was told nothing is told that nobody knows, not asked to wait for ever.
    const asked = await ask(browser, '/components/hits', { event: 'die' }).catch((error: unknown) => error)
    if (!(asked instanceof Error)) expect([503, 504]).toContain((asked as Answer).status)
    await closed
    const statuses: number[] = []
    await expect
      .poll(
        async () => {
          // The connection itself may have come in at the process that died.
          const answer = await ask(browser, '/components/hits', { event: 'hit' }).catch(() => null)
          if (answer) statuses.push(answer.status)
          return answer?.state['hits']
        },
        { timeout: 60_000 },
      )
      .toBe(2)
    expect(statuses.every((status) => [200, 503, 504].includes(status))).toBe(true)
  })
})
