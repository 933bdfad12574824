import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { LANE_HEADER, LANE_PATH } from '../../../../src/shared/lane.ts'
import { PROTOCOL_VERSION } from '../../../../src/shared/protocol.ts'
import type { ClientMessage } from '../../../../src/shared/protocol.ts'
import { ServeBench } from '../../../support/serve-bench.ts'
import type { Asked, TestBrowser } from '../../../support/serve-bench.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 })

/** Writes down in its document whatever reaches it. */
const SCRIPT = `
  import { mkdirSync, writeFileSync } from 'node:fs'
  import { session, SessionState, show } from 'oriel'
  import { z } from 'zod'
  class Heard extends SessionState.define({ events: z.array(z.string()).default([]), answers: z.array(z.string()).default([]) }) {}
  writeFileSync('page.html', '<p>a file</p>')
  writeFileSync('beside.css', 'p {}')
  export default async function () {
    const heard = Heard.get()
    const w = await show('<p>', { title: 'One' })
    const file = await show({ file: 'page.html' }, { id: 'file', title: 'File' })
    for (const widget of [w, file]) widget.on('*', (data, { type }) => void heard.events.push(type))
    session.on('*', (data, { type }) => void heard.events.push(type))
    const ask = async () => {
      const answer = await w.request('question', null, { timeoutMs: 60_000 }).catch((error) => error.code)
      if (answer === 'window_closed') setTimeout(ask, 20)
      else heard.answers.push(String(answer))
    }
    void ask()
  }
`
const PEOPLE = {
  vera: { roles: ['viewer'] },
  quinn: { roles: ['viewer'] },
  eddie: { roles: ['editor'] },
  ada: { roles: ['admin'] },
  // In the table, but with no right at all.
  norma: { roles: [] },
  // May look, and use one widget.
  grant: { roles: ['viewer'], permissions: { 'widget:file': ['write'] } },
}

let bench: ServeBench
const people: Record<string, TestBrowser> = {}
beforeAll(async () => {
  bench = await new ServeBench().startForUsers(SCRIPT, PEOPLE)
  for (const name of Object.keys(PEOPLE)) {
    people[name] = bench.browser()
    expect((await people[name].login(name)).status).toBe(303)
  }
  people['nobody'] = bench.browser()
  // Signed by somebody else, one whose visit was ended, and one of an earlier login.
  const forged = (people['forged'] = bench.browser())
  const [[name, value]] = [...people['eddie']!.cookies].filter(([key]) => key !== 'oriel-form') as [[string, string]]
  forged.cookies.set(name, `${value.slice(0, value.lastIndexOf('.'))}.${'A'.repeat(43)}`)
  const gone = (people['gone'] = bench.browser())
  await gone.login('eddie')
  const kept = new Map(gone.cookies)
  await gone.ask('/logout', { form: { form: await gone.formToken() } })
  for (const [key, cookie] of kept) gone.cookies.set(key, cookie)
})
afterAll(() => bench[Symbol.asyncDispose]())

const PAGE = ['/', '/w/w1', '/w/file', '/w/file/files/beside.css', '/assets/page.js'] as const
const STRANGERS = ['nobody', 'forged', 'gone'] as const

describe('pages and files', () => {
  test.each(STRANGERS)('[A2] %s sees no page, no file and nothing of who is here', async (who) => {
    for (const target of [...PAGE, '/account', '/admin', '/metrics', '/frames', '/nothing-here']) {
      const { status, headers } = await people[who]!.ask(target)
      const isSentToLogin = status === 303 && headers.get('location')!.startsWith('/login?to=')
      expect([target, isSentToLogin || status === 401]).toEqual([target, true])
    }
  })

  test('[A3] who may do nothing sees nothing; who may look does', async () => {
    for (const target of PAGE) {
      expect([target, (await people['norma']!.ask(target)).status]).toEqual([target, 403])
      for (const who of ['vera', 'eddie', 'ada'])
        expect([who, target, (await people[who]!.ask(target)).status]).toEqual([who, target, 200])
    }
    expect((await people['norma']!.ask('/account')).status).toBe(200)
  })

  test('[A3] who is here and what is counted is for who looks after the server', async () => {
    for (const target of ['/admin', '/metrics']) {
      for (const who of ['norma', 'vera', 'eddie', 'grant'])
        expect([who, target, (await people[who]!.ask(target)).status]).toEqual([who, target, 403])
      expect((await people['ada']!.ask(target)).status).toBe(200)
    }
  })

  const POSTS: Record<string, Record<string, string>> = {
    '/login': {},
    '/logout': {},
    '/admin/revoke': { id: 'x' },
    '/': {},
  }
  test.each(Object.entries(POSTS))(
    '[A2] nothing is taken at %s from another site, nor without its form',
    async (target, form) => {
      for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
        const asked: Asked = { form, headers: { origin } }
        expect([origin, (await people['ada']!.ask(target, asked)).status]).toEqual([origin, 403])
      }
      const status = (await people['ada']!.ask(target, { form: { ...form, form: 'wrong' } })).status
      expect(status).toBe(target === '/' ? 404 : 403)
      expect((await people['ada']!.ask('/account')).status).toBe(200)
    },
  )

  test('[A2] a foreign host is refused everywhere, but for probes', async () => {
    const { cookieHeader } = people['eddie']!
    for (const target of [...PAGE, '/login', '/account', '/admin', '/metrics'])
      expect([target, await statusAt(target, { host: 'evil.example', cookie: cookieHeader })]).toEqual([target, 403])
    for (const target of ['/healthz', '/readyz']) expect(await statusAt(target, { host: '10.0.0.7' })).toBe(200)
  })

  test('[A2] no page is a part of another site’s page', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }
    for (const target of ['/', '/w/w1', '/w/file/files/beside.css'])
      expect([target, (await people['eddie']!.ask(target, { headers })).status]).toEqual([target, 403])
    const { headers: sent } = await people['eddie']!.ask('/')
    expect(sent.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(sent.get('x-content-type-options')).toBe('nosniff')
    expect(sent.get('cache-control')).toBe('no-store')
  })

  /** fetch sets its own Host. */
  function statusAt(target: string, headers: Record<string, string>): Promise<number | undefined> {
    return new Promise((resolve, reject) =>
      httpRequest(new URL(target, bench.served.url), { headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end(),
    )
  }
})

describe('sockets', () => {
  test.each(STRANGERS)('[A2] %s is told at once that nobody of theirs is known', async (who) => {
    const { boot } = await people['eddie']!.page()
    const raw = await people[who]!.raw()
    raw.carrier.send(hello({ ticket: boot.ticket }))
    expect(await raw.end).toMatchObject({ code: 4002 })
    expect(raw.heard).toEqual([])
  })

  test('[A2] another origin, none, another host and another path are refused before anything is said', async () => {
    const eddie = people['eddie']!
    await expect(eddie.raw({ origin: 'https://evil.example' })).rejects.toThrow('403')
    await expect(eddie.raw({ origin: 'null' })).rejects.toThrow('403')
    await expect(eddie.raw({ host: 'evil.example' })).rejects.toThrow('403')
    await expect(eddie.raw({}, '/other')).rejects.toThrow('404')
    const { port } = new URL(bench.served.url)
    const status = await new Promise((resolve) =>
      httpRequest({
        port,
        host: '127.0.0.1',
        path: '/ws',
        headers: {
          cookie: eddie.cookieHeader,
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        },
      })
        .on('response', ({ statusCode }) => resolve(statusCode))
        .on('upgrade', () => resolve('let in'))
        .end(),
    )
    expect(status).toBe(403)
  })

  test('[A2] a ticket or a secret of somebody else’s session lets nobody in, whatever they may do', async () => {
    const { boot } = await people['eddie']!.page()
    const owner = await people['eddie']!.raw()
    owner.carrier.send(hello({ ticket: boot.ticket }))
    const { resume } = await owner.next('welcome')
    for (const who of ['vera', 'ada']) {
      const { boot: fresh } = await people['eddie']!.page()
      for (const way of [{ ticket: fresh.ticket }, { resume }]) {
        const raw = await people[who]!.raw()
        raw.carrier.send(hello(way))
        expect((await raw.next('gone')).error.code).toBe('ticket_refused')
        expect((await raw.end).code).toBe(4002)
      }
    }
    expect(owner.heard.some(({ type }) => type === 'gone')).toBe(false)
  })

  test('[A2] whose visit is ended is sent away, and cannot come back', async () => {
    const browser = bench.browser()
    await browser.login('eddie')
    const { client } = await browser.visit()
    await browser.ask('/logout', { form: { form: await browser.formToken() } })
    await eventually(() => client.state).toBe('closed')
    expect(client.error?.code).toBe('ticket_refused')
  })

  test('[A2] frames over http are for who asked for them over the socket, and for visitors alone', async () => {
    const eddie = people['eddie']!
    /** Another lane, and its secret. */
    const promised = async (): Promise<string> => {
      const { boot } = await eddie.page()
      const raw = await eddie.raw()
      raw.carrier.send(hello({ ticket: boot.ticket }))
      await raw.next('snapshot')
      const told = new Promise<string>((resolve) =>
        raw.carrier.onMessage((message) => {
          const { type, secret } = message as { type: string; secret: string }
          if (type === 'lane') resolve(secret)
        }),
      )
      raw.carrier.send({ type: 'lane', secret: '' })
      lanes.push(() => raw.carrier.close(1000, 'done'))
      return await told
    }
    const lanes: (() => void)[] = []
    const secret = await promised()
    for (const who of STRANGERS) {
      const { status } = await people[who]!.ask(LANE_PATH, { headers: { [LANE_HEADER]: secret } })
      expect([who, status]).toEqual([who, 401])
    }
    const norma = await people['norma']!.ask(LANE_PATH, { headers: { [LANE_HEADER]: secret } })
    expect(norma.status).toBe(403)
    for (const wrong of ['', 'x', `${secret.slice(0, -1)}?`]) {
      const { status } = await eddie.ask(LANE_PATH, { headers: { [LANE_HEADER]: wrong } })
      expect([wrong, status]).toEqual([wrong, 404])
    }
    const posted = await eddie.ask(LANE_PATH, { form: {}, headers: { [LANE_HEADER]: secret } })
    expect(posted.status).toBe(404)
    const given = await eddie.ask(LANE_PATH, { headers: { [LANE_HEADER]: await promised() } })
    expect(given.status).toBe(200)
    await given.body!.cancel()
    for (const close of lanes) close()
  })

  /** What a hostile viewer says: one message of each type. */
  const MESSAGES: { [T in ClientMessage['type']]: (ClientMessage & { type: T }) | null } = {
    // Ends the connection, as a second greeting: said of every client elsewhere.
    hello: null,
    event: { type: 'event', seq: 1, widgetId: 'w1', event: 'click', data: 1, requestId: 'r1' },
    call: { type: 'call', seq: 2, requestId: 'r2', method: 'script.restart', params: null },
    cancel: { type: 'cancel', seq: 3, requestId: 'r1' },
    // Answers what the script asks.
    reply: null,
    edit: { type: 'edit', mutationId: 'm1', ops: [{ op: 'title', title: 'mine' }] as never },
    bulk: { type: 'bulk', transfer: 't1', sizes: [100_000] },
    chunk: { type: 'chunk', transfer: 't1', bytes: new Uint8Array(10) },
    frame: { type: 'frame', stream: 's1', number: 1, kind: 'bytes', width: 0, height: 0, bytes: new Uint8Array(1) },
    end: { type: 'end', stream: 's1' },
    credit: { type: 'credit', transfer: 't1', taken: 1 },
    flush: { type: 'flush', id: 1 },
    pull: { type: 'pull' },
    received: { type: 'received', seq: 0 },
    watch: { type: 'watch', stream: 's1' },
    unwatch: { type: 'unwatch', stream: 's1' },
    shown: { type: 'shown', stream: 's1', number: 1, ok: true },
    ping: { type: 'ping', id: 1 },
    pong: { type: 'pong', id: 1 },
  }

  test('[A3] no message of who may only look changes anything or reaches the script', async () => {
    const vera = people['vera']!
    const { boot } = await vera.page()
    const room = bench.served.registry.sessions.find(({ id }) => id === boot.sessionId)!.room
    const heard = () => room.journal.state.get('state:Heard')?.props ?? { events: [], answers: [] }
    const before = [...room.journal.state.records()].length
    for (const message of Object.values(MESSAGES)) {
      if (!message) continue
      const { boot: page } = await vera.page()
      const raw = await vera.raw()
      raw.carrier.send(hello({ ticket: page.ticket }))
      await raw.next('snapshot')
      raw.carrier.send(message)
      // Answered in order; some messages end the connection instead, which is fine too.
      raw.carrier.send({ type: 'ping', id: 99 })
      await raw.next('pong').catch(() => {})
      const refusals = raw.heard.filter(({ type }) => type === 'reply' || type === 'reject')
      for (const { error } of refusals as { error?: { code: string } }[]) expect(error?.code).toBe('not_allowed')
      if (message.type === 'event' || message.type === 'call' || message.type === 'edit')
        expect([message.type, refusals.length]).toEqual([message.type, 1])
      raw.carrier.close(1000, 'done')
    }
    expect(heard().events ?? []).toEqual([])
    expect([...room.journal.state.records()]).toHaveLength(before)
    expect(room.journal.state.title).toBe('')
  })

  test('[A3] the answer of who may only look is not taken', async () => {
    // A visitor whose pages have all been connected: the script's question waits for nobody else.
    const quinn = people['quinn']!
    const { boot } = await quinn.page()
    const room = bench.served.registry.sessions.find(({ id }) => id === boot.sessionId)!.room
    const raw = await quinn.raw()
    raw.carrier.send(hello({ ticket: boot.ticket }))
    let asked = await raw.next('event')
    while (asked.event !== 'question') asked = await raw.next('event')
    raw.carrier.send({ type: 'reply', seq: 1, requestId: asked.requestId, ok: true, value: 'mine' })
    await eventually(() => room.journal.state.get('state:Heard')?.props['answers']).toEqual(['not_allowed'])
    raw.carrier.close(1000, 'done')
  })

  test('[A3] who may write is heard; a grant is for its widget alone', async () => {
    const eddie = await people['eddie']!.visit()
    expect(await eddie.client.emit('w1', 'click')).toBe(1)
    const grant = people['grant']!
    const [one, file] = [await grant.visit('/w/w1'), await grant.visit('/w/file')]
    await expect(one.client.request('w1', 'click')).rejects.toMatchObject({ code: 'not_allowed' })
    expect(await file.client.emit('file', 'click')).toBe(1)
    await expect(file.client.request('w1', 'click')).rejects.toMatchObject({ code: 'not_allowed' })
  })

  test('[A3] a right that is taken away is gone for who is connected too', async () => {
    const browser = bench.browser()
    await browser.login('ada')
    const { client } = await browser.visit()
    expect(await client.emit('w1', 'click')).toBe(1)
    const { sessions } = bench.state
    await sessions.setRolePermissions('admin', ['read', 'admin'])
    await expect
      .poll(() => client.request('w1', 'click').catch((error: { code: string }) => error.code), { timeout: 20_000 })
      .toBe('not_allowed')
    await sessions.setRolePermissions('admin', ['read', 'write', 'admin'])
  })

  function hello(way: object): object {
    return { type: 'hello', protocol: PROTOCOL_VERSION, limits: { maxMessageBytes: 1024 * 1024 }, ...way }
  }
})
