import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { silentLog } from '../../../../src/main/log.ts'
import { PasswordLogin } from '../../../../src/main/serve/password-login.ts'
import { openOidcLogin, oidcSettings } from '../../../../src/main/serve/oidc-login.ts'
import type { ServeOptions } from '../../../../src/main/serve/serve.ts'
import { OidcProvider } from '../../../support/oidc-provider.ts'
import { COUNTER, ServeBench } from '../../../support/serve-bench.ts'

vi.setConfig({ testTimeout: 60_000 })
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 })

let bench: ServeBench
let port: number
beforeEach(() => {
  bench = new ServeBench()
})
afterEach(() => bench[Symbol.asyncDispose]())

async function start(publicUrl: string, options: Partial<ServeOptions> = {}): Promise<void> {
  const { key, users } = bench
  const secure = publicUrl.startsWith('https:')
  const login: ServeOptions['login'] = ({ onOutcome }) =>
    new PasswordLogin({ users, key, secure, log: silentLog, now: Date.now, onOutcome })
  port = await freePort()
  await bench.start(COUNTER, { publicUrl: new URL(publicUrl), login, port, ...options })
}

/** Behind a proxy the server says its own port to nobody. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return free
}

/** As a proxy asks that keeps the name: fetch sets its own Host. */
function ask(target: string, host: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) =>
    httpRequest({ host: '127.0.0.1', port, path: target, headers: { host } }, (response) => {
      response.resume()
      resolve(response)
    })
      .on('error', reject)
      .end(),
  )
}

test('[A2] where the address is https browsers are told to keep to it, by every answer', async () => {
  await start('https://apps.example.org')
  for (const target of ['/login', '/', '/healthz', '/nothing', '/assets/none.js', '/components/none']) {
    const { headers } = await ask(target, 'apps.example.org')
    expect([target, headers['strict-transport-security']]).toEqual([target, 'max-age=31536000'])
  }
  expect((await ask('/', 'evil.example')).headers['strict-transport-security']).toBe('max-age=31536000')
})

test('[A2] where it is http they are not', async () => {
  await start('http://apps.example.org')
  const { headers } = await ask('/login', 'apps.example.org')
  expect(headers['strict-transport-security']).toBeUndefined()
  expect(headers['set-cookie']![0]).toMatch(/^oriel-form=[\w-]+; Path=\/login; HttpOnly; SameSite=Strict$/)
})

test('[A2] where it is https the cookie of the login form goes to this host alone', async () => {
  await start('https://apps.example.org')
  const { headers } = await ask('/login', 'apps.example.org')
  expect(headers['set-cookie']![0]).toMatch(/^__Host-oriel-form=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Strict$/)
})

test('[A2] so does the cookie of a login at a provider', async () => {
  const provider = await new OidcProvider().start()
  try {
    await start('https://apps.example.org', {
      login: ({ origin, onOutcome }) =>
        openOidcLogin({
          settings: oidcSettings(provider.env),
          key: bench.key,
          origin,
          secure: true,
          log: silentLog,
          now: Date.now,
          onOutcome,
        }),
    })
    const { headers } = await ask('/login/start', 'apps.example.org')
    expect(headers['set-cookie']![0]).toMatch(
      /^__Host-oriel-oidc=[\w.-]+; Max-Age=600; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    )
  } finally {
    await provider.close()
  }
})

test('[A7] sockets that say nothing are so many of one visitor, and keep no other visitor out', async () => {
  await bench.start(COUNTER)
  const [mute, other] = [bench.browser(), bench.browser()]
  await mute.page()
  for (let n = 0; n < 32; n++) await mute.raw()
  await expect(mute.raw()).rejects.toThrow('503')
  const { client } = await other.visit()
  expect(await client.request('w1', 'add')).toMatchObject({ 0: 1 })
})

test('[A7] of one place there are so many that say nothing, whoever the visitors are', async () => {
  await bench.start(COUNTER)
  const opened = []
  for (let visitor = 0; visitor < 8; visitor++) {
    const browser = bench.browser()
    await browser.page()
    for (let n = 0; n < 32; n++) opened.push(await browser.raw())
  }
  const late = bench.browser()
  await late.page()
  await expect(late.raw()).rejects.toThrow('503')
  // There is room again once one has gone.
  opened[0]!.carrier.close()
  await eventually(() => late.raw().then(() => 'open', String)).toBe('open')
})

test('[A7] a server has so many connections at once and no more', async () => {
  await bench.start(COUNTER, { limits: { sessions: 500, threads: 8, sharedThreads: 1, connections: 3 } })
  const { hostname, port: at } = new URL(bench.served.url)
  const sockets = Array.from({ length: 3 }, () => connect(Number(at), hostname))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  const late = connect(Number(at), hostname)
  // Taken by the system, and closed by the server.
  await once(late, 'close')
  sockets[0]!.destroy()
  await eventually(() =>
    fetch(`${bench.served.url}/healthz`).then(
      (answer) => answer.status,
      () => 0,
    ),
  ).toBe(200)
  for (const socket of sockets) socket.destroy()
})
