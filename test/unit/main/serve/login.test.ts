import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { COUNTER, ServeBench, passwordOf } from '../../../support/serve-bench.ts'

vi.setConfig({ testTimeout: 60_000 })
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 })

let bench: ServeBench
beforeEach(() => {
  bench = new ServeBench()
})
afterEach(() => bench[Symbol.asyncDispose]())

const EDDIE = { eddie: { roles: ['editor'] } }

test('[A4] who logs in is who they are wherever they do, and goes on where they wanted to', async () => {
  await bench.startForUsers(COUNTER, EDDIE)
  const browser = bench.browser()
  const sent = await browser.ask('/w/w1')
  expect(sent.headers.get('location')).toBe('/login?to=%2Fw%2Fw1')
  const answer = await browser.login('eddie', undefined, '/w/w1')
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/w/w1'])
  const { client } = await browser.visit()
  expect(await client.request('w1', 'add')).toEqual([1, client.clientId, 'eddie'])
  const elsewhere = bench.browser()
  await elsewhere.login('eddie')
  const second = await elsewhere.visit()
  expect(await second.client.request('w1', 'add')).toEqual([2, client.clientId, 'eddie'])
})

test('[A4] a login leads to an address of this server alone', async () => {
  await bench.startForUsers(COUNTER, EDDIE)
  const elsewhere = [
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/.//evil.example',
    '/w/..//evil.example',
    '/%2e//evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '',
  ]
  for (const to of elsewhere) {
    const { headers } = await bench.browser().login('eddie', undefined, to)
    expect(new URL(headers.get('location')!, bench.served.url).origin).toBe(bench.served.url)
  }
})

test('[A4] a login begins a new visit, and ends the one that the browser had', async () => {
  await bench.startForUsers(COUNTER, EDDIE)
  const browser = bench.browser()
  await browser.login('eddie')
  const before = browser.cookieHeader
  await browser.login('eddie')
  expect(browser.cookieHeader).not.toBe(before)
  expect((await browser.ask('/', { cookie: before })).status).toBe(303)
})

test('[A5] wrong passwords are counted: after five the sixth waits, right or wrong, and others do not', async () => {
  let now = 1_000_000_000_000
  await bench.startForUsers(COUNTER, { ...EDDIE, ada: { roles: ['admin'] } }, { now: () => now })
  const browser = bench.browser()
  for (let time = 0; time < 5; time++) expect((await browser.login('eddie', 'not my password')).status).toBe(401)
  const limited = await browser.login('eddie')
  expect(limited.status).toBe(429)
  expect(Number(limited.headers.get('retry-after'))).toBe(900)
  expect(await limited.text()).toContain('Too many tries. Please try again in 15 minutes.')
  expect((await bench.browser().login('ada')).status).toBe(303)
  now += 15 * 60_000
  expect((await browser.login('eddie')).status).toBe(303)
})

test('[A5] an unknown name and a wrong password are answered alike', async () => {
  await bench.startForUsers(COUNTER, EDDIE)
  const text = async (name: string) => {
    const answer = await bench.browser().login(name, 'not my password')
    return `${answer.status} ${(await answer.text()).replaceAll(name, 'NAME').replace(/value="[^"]*"/g, '')}`
  }
  expect(await text('nobody')).toBe(await text('eddie'))
})

test('[A5] the form of another browser, or none, is not taken', async () => {
  await bench.startForUsers(COUNTER, EDDIE)
  const [one, two] = [bench.browser(), bench.browser()]
  const form = /name="form" value="([^"]+)"/.exec(await (await one.ask('/login')).text())![1]!
  await two.ask('/login')
  const given = { name: 'eddie', password: passwordOf('eddie'), to: '/' }
  expect((await two.ask('/login', { form: { ...given, form } })).status).toBe(403)
  expect((await two.ask('/login', { form: given })).status).toBe(403)
  expect((await one.ask('/login', { form: { ...given, form } })).status).toBe(303)
})

test('[A6] visits are listed and ended by who looks after the server; the browser is logged out at once', async () => {
  await bench.startForUsers(COUNTER, { ...EDDIE, ada: { roles: ['admin'] } })
  const [admin, eddie] = [bench.browser(), bench.browser()]
  await admin.login('ada')
  await eddie.login('eddie')
  const { client } = await eddie.visit()
  const listed = (await (await admin.ask('/admin', { headers: { accept: 'application/json' } })).json()) as {
    id: string
    user: string
    roles: string[]
  }[]
  expect(listed.map(({ user, roles }) => `${user} ${roles.join()}`).toSorted()).toEqual(['ada admin', 'eddie editor'])
  const { id } = listed.find(({ user }) => user === 'eddie')!
  expect(eddie.cookieHeader).not.toContain(id)
  await admin.ask('/admin/revoke', { form: { form: await admin.formToken(), id } })
  await eventually(() => client.state).toBe('closed')
  expect((await eddie.ask('/')).headers.get('location')).toBe('/login?to=%2F')
})

test('[A4] passwords are kept as salted hashes, in a file for this user alone', async () => {
  await bench.startForUsers(COUNTER, { ...EDDIE, again: { roles: [] } })
  const file = path.join(bench.folder, 'users.json')
  const text = readFileSync(file, 'utf8')
  expect(text).not.toContain('horse')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const { users } = JSON.parse(text) as { users: Record<string, { hash: string }> }
  expect(users['eddie']!.hash).toMatch(/^scrypt:[\w-]{22}:[\w-]{43}$/)
  await expect(bench.users.add({ name: 'x', roles: [], permissions: {} }, 'short')).rejects.toMatchObject({
    code: 'bad_usage',
  })
  expect(await bench.users.verify('__proto__', 'anything at all')).toBeNull()
})

test('[U7] what a server does is counted, for who has the token', async () => {
  await bench.startForUsers(COUNTER, EDDIE, { metricsToken: 'a token of some length' })
  const browser = bench.browser()
  await browser.login('eddie', 'not my password')
  await browser.login('eddie')
  const { client } = await browser.visit()
  await client.request('w1', 'add')
  expect((await bench.browser().ask('/metrics', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
  const answer = await bench.browser().ask('/metrics', { headers: { authorization: 'Bearer a token of some length' } })
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
  const text = await answer.text()
  for (const line of [
    'oriel_sessions 1',
    'oriel_connections 1',
    'oriel_script_threads 1',
    'oriel_messages_total{type="event"} 1',
    'oriel_drops_total 0',
    'oriel_owner_changes_total 0',
    'oriel_logins_total{outcome="refused"} 1',
    'oriel_logins_total{outcome="accepted"} 1',
  ])
    expect(text).toContain(`${line}\n`)
  expect(text).toMatch(/^oriel_queue_depth \d+$/m)
})
