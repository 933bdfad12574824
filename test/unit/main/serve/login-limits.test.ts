import { expect, test, vi } from 'vitest'
import type { Log } from '../../../../src/main/log.ts'
import { silentLog } from '../../../../src/main/log.ts'
import { Attempts } from '../../../../src/main/serve/attempts.ts'
import { FairQueue } from '../../../../src/main/serve/fair-queue.ts'
import { ServingKey } from '../../../../src/main/serve/key.ts'
import { PasswordLogin } from '../../../../src/main/serve/password-login.ts'
import type { PasswordLoginOptions } from '../../../../src/main/serve/password-login.ts'
import { createMemoryStores } from '../../../../src/main/stores/state/memory.ts'
import { RecordedLog } from '../../../support/recorded-log.ts'

vi.setConfig({ testTimeout: 60_000 })
const MINUTE = 60_000
const RIGHT = 'the right password'
const NOW = 1_000_000_000_000

/** A login where every name has the same password; gives the status of a try. */
async function loginOf(options: Partial<PasswordLoginOptions> & { log?: Log } = {}) {
  const login = new PasswordLogin({
    users: {
      verify: async (name, password) => (password === RIGHT ? { name, roles: ['editor'], permissions: {} } : null),
    },
    key: new ServingKey(Buffer.alloc(32, 1)),
    secure: false,
    log: silentLog,
    now: () => NOW,
    onOutcome: () => {},
    ...options,
  })
  const url = new URL('http://127.0.0.1:4000/login')
  const empty = new URLSearchParams()
  const page = (await login.answer({ request: new Request(url), url, remote: '', form: empty })) as Response
  const cookie = page.headers.get('set-cookie')!.split(';', 1)[0]!
  const secret = /name="form" value="([^"]+)"/.exec(await page.text())![1]!
  return async (name: string, remote: string, password = 'wrong'): Promise<number> => {
    const request = new Request(url, { method: 'POST', headers: { cookie } })
    const form = new URLSearchParams({ form: secret, name, password, to: '/' })
    const answer = await login.answer({ request, url, remote, form })
    return answer instanceof Response ? answer.status : 303
  }
}

test('[A5] whoever fails with many names from many places makes no count forgotten', async () => {
  const attempt = await loginOf()
  for (let n = 0; n < 4; n++) expect(await attempt('eddie', '192.0.2.1')).toBe(401)
  for (let n = 0; n < 4_000; n++) await attempt(`nobody${n}`, `10.0.${n >> 8}.${n & 255}`)
  expect(await attempt('eddie', '192.0.2.1')).toBe(401)
  expect(await attempt('eddie', '192.0.2.1', RIGHT)).toBe(429)
})

test('[A5] the addresses of one network of IPv6 count as one place, however they are written', async () => {
  const attempt = await loginOf()
  const addresses = ['::1', ':a:b:c:d', '::ffff', ':0:0:0:9', '::5%eth0']
  for (const end of addresses) expect(await attempt('eddie', `2001:db8:1:2${end}`)).toBe(401)
  expect(await attempt('eddie', '2001:0DB8:0001:0002::77', RIGHT)).toBe(429)
  expect(await attempt('eddie', '2001:db8:1:3::1', RIGHT)).toBe(303)
})

test('[A5] an address of IPv4 is the same place over a socket for both', async () => {
  const attempt = await loginOf()
  for (let n = 0; n < 5; n++) await attempt('eddie', '::ffff:192.0.2.1')
  expect(await attempt('eddie', '192.0.2.1', RIGHT)).toBe(429)
  expect(await attempt('eddie', '192.0.2.2', RIGHT)).toBe(303)
})

test('[A5] what is remembered of a name, and told to other processes, is short whatever was sent', async () => {
  const { bus } = createMemoryStores()
  const events = bus.subscribe('oriel:attempts')
  const attempt = await loginOf({ shared: { bus, workerId: 'one', log: silentLog } })
  await attempt('x'.repeat(10_000), '192.0.2.1')
  const { value } = await events.next()
  expect(JSON.stringify(value).length).toBeLessThan(500)
  await events.return()
})

test('[A5] failures at one process count at the other', async () => {
  const { bus } = createMemoryStores()
  const of = (workerId: string) => ({ bus: asWorker(bus, workerId), workerId, log: silentLog })
  const [one, two] = [await loginOf({ shared: of('one') }), await loginOf({ shared: of('two') })]
  for (let n = 0; n < 3; n++) await one('eddie', '192.0.2.1')
  for (let n = 0; n < 2; n++) await two('eddie', '192.0.2.1')
  await vi.waitFor(async () => expect(await one('eddie', '192.0.2.1', RIGHT)).toBe(429))
  await vi.waitFor(async () => expect(await two('eddie', '192.0.2.1', RIGHT)).toBe(429))
})

test('[A5] who tries a name from many places locks nobody out who has logged in with it from theirs', async () => {
  const attempt = await loginOf()
  expect(await attempt('eddie', '192.0.2.1', RIGHT)).toBe(303)
  for (let n = 0; n < 120; n++) await attempt('eddie', `10.0.0.${n}`)
  expect(await attempt('eddie', '10.0.1.1', RIGHT)).toBe(429)
  expect(await attempt('eddie', '192.0.2.1', RIGHT)).toBe(303)
  // There, too, five wrong ones are enough.
  for (let n = 0; n < 5; n++) expect(await attempt('eddie', '192.0.2.1')).toBe(401)
  expect(await attempt('eddie', '192.0.2.1', RIGHT)).toBe(429)
})

test('[A5] slow logins from one place hold up nobody else', async () => {
  const begun: string[] = []
  const waiting: (() => void)[] = []
  const attempt = await loginOf({
    users: {
      verify: async (name) => {
        begun.push(name)
        await new Promise<void>((resolve) => waiting.push(resolve))
        return { name, roles: [], permissions: {} }
      },
    },
  })
  const slow = Array.from({ length: 12 }, (_, n) => attempt(`slow${n}`, '192.0.2.66'))
  const other = attempt('ada', '192.0.2.1')
  await vi.waitFor(() => expect(begun).toHaveLength(4))
  // The next turn but one is that of whoever came last.
  waiting.shift()!()
  waiting.shift()!()
  await vi.waitFor(() => expect(begun).toHaveLength(6))
  expect(begun).toContain('ada')
  const done = Promise.all([...slow, other])
  for (let n = 2; n < 13; n++) {
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(0))
    waiting.shift()!()
  }
  expect(await done).toEqual(Array(13).fill(303))
})

test('[A5] however many keys fail, those near their limit are remembered', () => {
  const limit = { failures: 5, periodMs: 15 * MINUTE }
  const attempts = new Attempts({ name: limit }, () => NOW)
  for (let n = 0; n < 4; n++) attempts.fail({ name: 'eddie' })
  for (let n = 0; n < 100_000; n++) attempts.fail({ name: `nobody${n}` })
  expect(attempts.wait({ name: 'eddie' }).ms).toBe(0)
  attempts.fail({ name: 'eddie' })
  expect(attempts.wait({ name: 'eddie' })).toEqual({ kind: 'name', ms: 15 * MINUTE })
})

test('[A5] so much may wait of one place and in all, and who has most waiting makes room for others', async () => {
  const queue = new FairQueue({ atOnce: 1, waitingOfOne: 3, waiting: 4 })
  const done: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = queue.run('first', () => gate.promise)
  const run = async (place: string, name: string) =>
    (await queue.run(place, async () => done.push(name))) === null ? `${name} refused` : name
  const crowd = ['a1', 'a2', 'a3', 'a4'].map((name) => run('a', name))
  expect(await crowd[3]).toBe('a4 refused')
  const others = [run('b', 'b1'), run('c', 'c1'), run('d', 'd1'), run('e', 'e1')]
  expect(await crowd[2]).toBe('a3 refused')
  expect(await crowd[1]).toBe('a2 refused')
  expect(await others[3]).toBe('e1 refused')
  gate.resolve()
  await Promise.all([first, ...crowd, ...others])
  expect(done).toEqual(['a1', 'b1', 'c1', 'd1'])
})

test('[A5] that somebody was limited is written once in a period for each limit, and then how often', async () => {
  let now = NOW
  const log = new RecordedLog()
  const attempt = await loginOf({ log, now: () => now })
  for (let n = 0; n < 5; n++) await attempt('eddie', '192.0.2.1')
  for (let n = 0; n < 50; n++) expect(await attempt('eddie', '192.0.2.1')).toBe(429)
  const limited = () => log.lines.filter((line) => line.startsWith('login limited'))
  expect(limited()).toEqual(['login limited {"limit":"pair","userId":"eddie","remote":"192.0.2.1"}'])
  now += 16 * MINUTE
  for (let n = 0; n < 6; n++) await attempt('ada', '192.0.2.2')
  expect(limited().slice(1)).toEqual([
    'login limited, again and again {"limit":"pair","userId":"eddie","remote":"192.0.2.1","times":49}',
    'login limited {"limit":"pair","userId":"ada","remote":"192.0.2.2"}',
  ])
})

/** The bus as another process has it. */
function asWorker(
  bus: ReturnType<typeof createMemoryStores>['bus'],
  workerId: string,
): ReturnType<typeof createMemoryStores>['bus'] {
  return {
    publish: (channel, event) => bus.publish(channel, { ...event, sourceWorkerId: workerId }),
    subscribe: (channel, options) => bus.subscribe(channel, options),
    unsubscribe: (channel) => bus.unsubscribe(channel),
  }
}
