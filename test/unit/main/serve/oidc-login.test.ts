import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { oidcSettings, openOidcLogin } from '../../../../src/main/serve/oidc-login.ts'
import { OidcProvider } from '../../../support/oidc-provider.ts'
import type { Fault } from '../../../support/oidc-provider.ts'
import { RecordedLog } from '../../../support/recorded-log.ts'
import { COUNTER, ServeBench } from '../../../support/serve-bench.ts'
import type { TestBrowser } from '../../../support/serve-bench.ts'

vi.setConfig({ testTimeout: 60_000 })

const ROLE_MAP = 'App Editors=editor; CN=readers,OU=apps = viewer; team=viewer,analyst'

let bench: ServeBench
let log: RecordedLog
let provider: OidcProvider
beforeEach(async () => {
  provider = await new OidcProvider().start()
  bench = new ServeBench()
  log = new RecordedLog()
  await bench.start(COUNTER, {
    login: ({ origin, onOutcome }) =>
      openOidcLogin({
        settings: oidcSettings({ ...provider.env, ORIEL_OIDC_ROLE_MAP: ROLE_MAP }),
        key: bench.key,
        origin,
        secure: false,
        log,
        now: Date.now,
        onOutcome,
      }),
  })
})
afterEach(async () => {
  await bench[Symbol.asyncDispose]()
  await provider.close()
})

/** Goes to the provider; gives the address that it sends the browser back to. */
async function atProvider(browser: TestBrowser, to = '/'): Promise<URL> {
  const start = await browser.ask(`/login/start?to=${encodeURIComponent(to)}`)
  const target = new URL(start.headers.get('location')!)
  expect(target.origin).toBe(provider.issuer)
  expect(target.searchParams.get('code_challenge_method')).toBe('S256')
  const sent = await fetch(target, { redirect: 'manual' })
  return new URL(sent.headers.get('location')!)
}

test('[A4] whoever logs in at the provider is that person here, with the roles that those of the provider are here', async () => {
  provider.person = { sub: 'u-7', claims: { roles: ['App Editors'] }, info: {} }
  const browser = bench.browser()
  expect(await (await browser.ask('/login')).text()).toContain(`Log in with ${new URL(provider.issuer).host}`)
  const back = await atProvider(browser, '/w/w1')
  const answer = await browser.ask(back.pathname + back.search)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/w/w1'])
  const { client } = await browser.visit()
  expect(await client.request('w1', 'add')).toEqual([1, client.clientId, 'u-7'])
})

test('[A4] roles that are not in the token are asked for; without any nothing may be seen', async () => {
  provider.person = { sub: 'u-8', claims: {}, info: { roles: 'team other' } }
  const viewer = bench.browser()
  const back = await atProvider(viewer)
  await viewer.ask(back.pathname + back.search)
  const { client } = await viewer.visit()
  await expect(client.request('w1', 'add')).rejects.toMatchObject({ code: 'not_allowed' })

  provider.person = { sub: 'u-9', claims: {}, info: {} }
  const nobody = bench.browser()
  const again = await atProvider(nobody)
  await nobody.ask(again.pathname + again.search)
  expect((await nobody.ask('/')).status).toBe(403)
})

test.each<Fault>(['nonce', 'issuer', 'audience', 'signature', 'expired', 'no-token'])(
  '[A4] a provider that is wrong about the %s lets nobody in',
  async (fault) => {
    provider.person = { sub: 'u-1', claims: { roles: ['admin'] }, info: {} }
    provider.fault = fault
    const browser = bench.browser()
    const back = await atProvider(browser)
    const answer = await browser.ask(back.pathname + back.search)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('The login did not succeed')
    expect((await browser.ask('/')).status).toBe(303)
  },
)

test('[A4] what the provider sent is good once, in the browser that went there, and with its state', async () => {
  provider.person = { sub: 'u-1', claims: { roles: ['editor'] }, info: {} }
  const [browser, other] = [bench.browser(), bench.browser()]
  const back = await atProvider(browser)
  expect((await other.ask(back.pathname + back.search)).status).toBe(403)
  const forged = new URL(back)
  forged.searchParams.set('state', 'another')
  expect((await browser.ask(forged.pathname + forged.search)).status).toBe(403)

  const third = bench.browser()
  const good = await atProvider(third)
  const cookie = third.cookieHeader
  expect((await third.ask(good.pathname + good.search)).status).toBe(303)
  expect((await third.ask(good.pathname + good.search, { cookie })).status).toBe(403)
})

test('[A1] what a login at a provider needs is asked for by name', () => {
  expect(() => oidcSettings({})).toThrow('--auth oidc needs ORIEL_OIDC_ISSUER.')
  expect(() => oidcSettings({ ...provider.env, ORIEL_OIDC_ISSUER: 'http://login.example' })).toThrow('https')
})

test('[A4] a role of the provider is none of ours unless it is said which, whatever it is called', async () => {
  for (const roles of [['admin', 'editor', 'owner'], 'admin editor', ['app editors'], ['__proto__', 'CN=readers']]) {
    provider.person = { sub: 'u-1', claims: { roles }, info: {} }
    const browser = bench.browser()
    const back = await atProvider(browser)
    expect((await browser.ask(back.pathname + back.search)).status).toBe(303)
    expect([roles, (await browser.ask('/')).status]).toEqual([roles, 403])
    expect(await (await browser.ask('/account')).text()).toContain('Roles: none')
  }
})

test('[A4] names of roles at the provider may hold blanks, commas and equals signs, and stand for several of ours', async () => {
  for (const [given, ours] of [
    [['CN=readers,OU=apps'], 'viewer'],
    ['App Editors', 'editor'],
    [['team', 'App Editors', 'team'], 'viewer, analyst, editor'],
  ] as const) {
    provider.person = { sub: 'u-1', claims: { roles: given }, info: {} }
    const browser = bench.browser()
    const back = await atProvider(browser)
    await browser.ask(back.pathname + back.search)
    expect(await (await browser.ask('/account')).text()).toContain(`Roles: ${ours}<`)
  }
})

test('[A1] what is wrong in the settings of roles is said', () => {
  const settings = (more: object) => () => oidcSettings({ ...provider.env, ...more })
  expect(settings({ ORIEL_OIDC_ROLE_MAP: 'staff' })).toThrow('"staff"')
  expect(settings({ ORIEL_OIDC_ROLE_MAP: 'staff=ed!tor' })).toThrow('ORIEL_OIDC_ROLE_MAP: "ed!tor"')
  expect(settings({ ORIEL_OIDC_DEFAULT_ROLES: 'a/b' })).toThrow('ORIEL_OIDC_DEFAULT_ROLES: "a/b"')
})

test('[A5] who fails again and again at the provider is not taken there for a while, which is written once', async () => {
  const browser = bench.browser()
  for (let n = 0; n < 30; n++) {
    const back = await atProvider(browser)
    back.searchParams.set('code', 'wrong')
    expect((await browser.ask(back.pathname + back.search)).status).toBe(403)
  }
  for (let n = 0; n < 3; n++) {
    const back = await atProvider(browser)
    expect((await browser.ask(back.pathname + back.search)).status).toBe(429)
  }
  expect(log.lines.filter((line) => line.startsWith('login limited'))).toHaveLength(1)
})
