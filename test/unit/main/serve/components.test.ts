import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { ServeBench } from '../../../support/serve-bench.ts'
import type { TestBrowser } from '../../../support/serve-bench.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const SCRIPT = `
  import { Component, IsStaff, ModelPermission, StreamingComponent, registry } from 'oriel/components'
  import { session, SessionState, show } from 'oriel'
  import { z } from 'zod'
  class Heard extends SessionState.define({ events: z.number().default(0) }) {}
  class Note extends StreamingComponent {
    onSay({ text }) { Heard.get().events++; this.state.text = text + ' ' + session.get('userId') }
    render() { return '<p>' + (this.state.text ?? '') + '</p>' }
  }
  class Writers extends Component {
    static permissionClasses = [class extends ModelPermission { static permissionRequired = ['read', 'write'] }]
    render() { return '<p>writers</p>' }
  }
  class Staff extends Component {
    static permissionClasses = [IsStaff]
    render() { return '<p>staff</p>' }
  }
  registry.register('note', Note)
  registry.register('writers', Writers)
  registry.register('staff', Staff)
  export default async function () {
    Heard.get()
    await show('<p>', { title: 'One' })
  }
`
const PEOPLE = {
  vera: { roles: ['viewer'] },
  eddie: { roles: ['editor'] },
  ada: { roles: ['admin'] },
  norma: { roles: [] },
}

let bench: ServeBench
const people: Record<string, TestBrowser> = {}
beforeAll(async () => {
  bench = await new ServeBench().startForUsers(SCRIPT, PEOPLE)
  for (const name of Object.keys(PEOPLE)) {
    people[name] = bench.browser()
    await people[name].login(name)
  }
  people['nobody'] = bench.browser()
  const gone = (people['gone'] = bench.browser())
  await gone.login('eddie')
  const kept = new Map(gone.cookies)
  await gone.ask('/logout', { form: { form: await gone.formToken() } })
  for (const [key, cookie] of kept) gone.cookies.set(key, cookie)
})
afterAll(() => bench[Symbol.asyncDispose]())

const ROUTES = ['/components/note', '/components/note/stream', '/components/ws'] as const

/** The status of asking there; 101 for a socket that was let in. */
async function ask(who: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  const { cookieHeader } = people[who]!
  const all = { cookie: cookieHeader, origin: bench.served.url, ...headers }
  if (path.endsWith('/ws')) {
    const socket = new WebSocket(new URL(path, bench.served.url).href.replace(/^http/, 'ws'), { headers: all })
    return new Promise((resolve) => {
      socket.on('open', () => {
        socket.terminate()
        resolve(101)
      })
      socket.on('error', ({ message }) => resolve(Number(/\d{3}/.exec(message)?.[0] ?? 0)))
    })
  }
  const body = JSON.stringify({ event: 'say', payload: { text: 'hello' } })
  const response = await fetch(new URL(path, bench.served.url), { method: 'POST', headers: all, body })
  await response.text()
  return response.status
}

const events = async (who: string): Promise<number> => {
  const { client } = await people[who]!.visit()
  return Number(client.document.get('state:Heard')?.props['events'] ?? 0)
}

describe('components of a served script', () => {
  test.each(ROUTES)('who is not here, may do nothing or may only look is refused at %s [A2, A3]', async (path) => {
    for (const [who, status] of [
      ['nobody', 401],
      ['gone', 401],
      ['norma', 403],
      ['vera', 403],
    ] as const)
      expect([who, await ask(who, path)]).toEqual([who, status])
    expect(await events('vera')).toBe(0)
  })

  test.each(ROUTES)('another origin, site or cookie is refused at %s [A2]', async (path) => {
    const foreign: Record<string, string>[] = [
      { origin: 'https://example.org' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { host: 'example.org' },
    ]
    for (const headers of foreign)
      // fetch sets the host itself
      if (path.endsWith('/ws') || !('host' in headers))
        expect([headers, await ask('eddie', path, headers)]).toEqual([headers, 403])
    expect(await ask('eddie', path, { cookie: 'oriel=forged' })).toBe(401)
    // A key of this computer's own windows is nothing here.
    expect(await ask('nobody', path, { authorization: `Bearer ${'A'.repeat(32)}` })).toBe(401)
  })

  test('who may write asks the components of their own session, as themselves [A3, U1]', async () => {
    for (const path of ROUTES) expect(await ask('eddie', path)).toBe(path.endsWith('/ws') ? 101 : 200)
    const response = await people['eddie']!.ask('/components/note', {
      method: 'POST',
      headers: { origin: bench.served.url },
    })
    expect(response.status).toBe(200)
    expect(await events('eddie')).toBe(2)
    expect(await events('ada')).toBe(0)
  })

  test('permissions are asked of the visitor; what does not exist is said first [Q39, Q40]', async () => {
    const table = await Promise.all(
      ['eddie', 'ada'].flatMap((who) =>
        ['writers', 'staff', 'nothing'].map(
          async (name) => [who, name, await ask(who, `/components/${name}`)] as const,
        ),
      ),
    )
    expect(table.filter(([, name]) => name === 'staff')).toEqual([
      ['eddie', 'staff', 403],
      ['ada', 'staff', expect.any(Number)],
    ])
    expect(table.find(([who, name]) => who === 'ada' && name === 'staff')![2]).toBe(400)
    expect(table.filter(([, name]) => name === 'nothing').map(([, , status]) => status)).toEqual([404, 404])
    expect(table.filter(([, name]) => name === 'writers').map(([, , status]) => status)).toEqual([400, 400])
  })
})
