import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RecordedLog } from '../../../support/recorded-log.ts'
import { COUNTER, ServeBench } from '../../../support/serve-bench.ts'

vi.setConfig({ testTimeout: 60_000 })
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 })

/** Takes its time for each click. */
const SLOW_COUNTER = COUNTER.replace(
  "w.on('add', async () => {",
  "w.on('add', async () => {\n      await new Promise((done) => setTimeout(done, 1000))",
)

let bench: ServeBench
beforeEach(() => {
  bench = new ServeBench()
})
afterEach(() => bench[Symbol.asyncDispose]())

test('[U1] a visitor gets a signed cookie that scripts cannot read, and is the same client after each reload', async () => {
  await bench.start(COUNTER)
  const browser = bench.browser()
  const first = await browser.page()
  const [cookie] = first.response.headers.getSetCookie()
  expect(cookie).toMatch(/^oriel-\d+=ey[\w-]+\.[\w-]+\.[\w-]+; Max-Age=86400; Path=\/; HttpOnly; SameSite=Lax$/)
  const again = await browser.page()
  expect(again.boot.clientId).toBe(first.boot.clientId)
  expect(again.boot.sessionId).toBe(first.boot.sessionId)
  expect(again.boot.ticket).not.toBe(first.boot.ticket)
  const other = await bench.browser().page()
  expect(other.boot.clientId).not.toBe(first.boot.clientId)
  // One that was tampered with is nobody's.
  const forged = bench.browser()
  const [[name, value]] = [...browser.cookies] as [[string, string]]
  forged.cookies.set(name, `${value.slice(0, -2)}AA`)
  expect((await forged.page()).boot.clientId).not.toBe(first.boot.clientId)
})

test('[U1] [K7] a hundred visitors of one counter each see their own count alone', async () => {
  await bench.start(COUNTER)
  const visits = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => ({ index, ...(await bench.browser().visit()) })),
  )
  await Promise.all(
    visits.map(async ({ client, index }) => {
      for (let click = 0; click <= index % 5; click++) await client.request('w1', 'add')
    }),
  )
  for (const { client, boot, index } of visits) {
    const [widget] = [...client.document.records()].filter(({ type }) => type === 'widget')
    expect(widget!.props['patches']).toEqual({ '#n': String((index % 5) + 1) })
    expect(client.clientId).toBe(boot.clientId)
  }
  expect(new Set(visits.map(({ boot }) => boot.clientId)).size).toBe(100)
  expect(new Set(visits.map(({ boot }) => boot.sessionId)).size).toBe(100)
  expect(bench.served.registry.sessions).toHaveLength(100)
}, 120_000)

test('[U2] a session that nobody looks at ends after its grace, and comes back with its state', async () => {
  await bench.start(COUNTER, { graceMs: 200 })
  const browser = bench.browser()
  const { boot, client } = await browser.visit()
  await client.request('w1', 'add')
  await client.request('w1', 'add')
  await client.flush()
  await client.close()
  await eventually(() => bench.served.registry.sessions.length).toBe(0)
  const again = await browser.visit()
  expect(again.boot.sessionId).toBe(boot.sessionId)
  expect(again.html).toContain('<h1 id="n">2</h1>')
  expect(await again.client.request('w1', 'add')).toEqual([3, boot.clientId, null])
})

test('[U2] a session goes on while one of its tabs is open, each with a place of its own', async () => {
  await bench.start(COUNTER, { graceMs: 300 })
  const browser = bench.browser()
  const [one, two] = [await browser.visit(), await browser.visit()]
  expect(one.boot.sessionId).toBe(two.boot.sessionId)
  await one.client.request('w1', 'add')
  expect(await two.client.request('w1', 'add')).toEqual([2, one.boot.clientId, null])
  expect([one.client.state, two.client.state]).toEqual(['open', 'open'])
  await one.client.close()
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect(await two.client.request('w1', 'add')).toEqual([3, one.boot.clientId, null])
})

test('[U3] who comes when there is no room is told so, and has room once somebody has gone', async () => {
  await bench.start(COUNTER, { limits: { sessions: 2, threads: 8, sharedThreads: 1, connections: 1000 }, graceMs: 200 })
  const [one] = [await bench.browser().visit(), await bench.browser().visit()]
  const third = bench.browser()
  const busy = await third.ask('/')
  expect(busy.status).toBe(503)
  expect(busy.headers.get('retry-after')).toBe('30')
  expect(await busy.text()).toMatch(/<h1>Busy<\/h1>.*tries again by itself/s)
  await one.client.close()
  await eventually(() => bench.served.registry.sessions.length).toBe(1)
  await third.page()
})

test('[U3] a script without a default export runs in a thread for each visitor, as many as there may be', async () => {
  const script = `import { session, show } from 'oriel'\nawait show('<p>' + session.get('clientId') + '</p>')`
  await bench.start(script, { limits: { sessions: 100, threads: 2, sharedThreads: 1, connections: 1000 } })
  const pages = [await bench.browser().page(), await bench.browser().page()]
  for (const { html, boot } of pages) expect(html).toContain(`<p>${boot.clientId}</p>`)
  expect((await bench.browser().ask('/')).status).toBe(503)
})

test('[U4] the first widget is at /, the others at their own addresses; what is not shown is not there', async () => {
  await bench.start(`
    import { show } from 'oriel'
    export default async function () {
      const first = await show('<p>one</p>', { title: 'One' })
      await show('<p>two</p>', { id: 'second', title: 'Two' })
      first.on('close', () => first.close())
    }
  `)
  const browser = bench.browser()
  const first = await browser.visit()
  expect(first.html).toContain('<p>one</p>')
  expect(first.boot.tab).toEqual({ user: null })
  expect((await browser.page('/w/second')).html).toContain('<p>two</p>')
  expect((await browser.ask('/w/third')).status).toBe(404)
  await first.client.emit('w1', 'close')
  await eventually(() => first.client.state).toBe('closed')
  expect((await browser.page()).html).toContain('<p>two</p>')
})

test('[U5] what a visitor hears of a script that fails says nothing about it', async () => {
  await bench.start(`
    import { show } from 'oriel'
    export default async function () {
      const w = await show('<p>')
      w.on('bad', () => { setTimeout(() => { throw new Error('password hunter2') }, 1) })
      throw new Error('the database at db.internal is gone')
    }
  `)
  const { client, html } = await bench.browser().visit()
  await eventually(() => client.document.get('script')?.props['state']).toBe('failed')
  const told = JSON.stringify([...client.document.records()]) + html
  expect(told).not.toContain('db.internal')
  expect(told).not.toContain(bench.folder)
  expect(told).toContain('Something in the app went wrong')
})

test('[U5] nor does the answer to what a visitor asked, unless the script means it for them; the log has it', async () => {
  const log = new RecordedLog()
  await bench.start(
    `
    import { readFileSync } from 'node:fs'
    import { OrielError, show } from 'oriel'
    import { readTable } from 'oriel/data'
    export default async function () {
      const w = await show('<p>')
      w.on('thrown', () => { throw new Error('the database at db.internal is gone') })
      w.on('later', async () => { await null; return readFileSync('/srv/private/none') })
      w.on('data', () => readTable('/srv/private/none.csv'))
      w.on('told', () => { throw new OrielError('bad_value', 'Choose another day.') })
    }
  `,
    { log },
  )
  const { client } = await bench.browser().visit()
  for (const [event, code] of [
    ['thrown', 'handler_failed'],
    ['later', 'handler_failed'],
    ['data', 'file_missing'],
  ] as const) {
    const error = await client.request('w1', event).then(
      () => null,
      (thrown: unknown) => thrown as Error & { code: string },
    )
    expect([event, error?.code]).toEqual([event, code])
    expect(error?.message).toMatch(/^Something in the app went wrong/)
  }
  await expect(client.request('w1', 'told')).rejects.toMatchObject({ message: 'Choose another day.' })
  const text = log.lines.join('\n')
  expect(text).toContain('db.internal')
  expect(text).toContain('/srv/private/none.csv')
})

test('[U6] what came before the server was to stop has been handled and is stored when it has', async () => {
  await bench.start(SLOW_COUNTER)
  const browser = bench.browser()
  const { client } = await browser.visit()
  for (let n = 0; n < 20; n++) void client.emit('w1', 'add').catch(() => {})
  const asked = client.request('w1', 'add')
  await eventually(() => bench.served.registry.sessions[0]?.room.exchange.underWay).toBe(21)
  const stopped = bench.stop()
  expect(await asked).toMatchObject({ 0: 21 })
  await stopped
  await client.close()
  await bench.start(COUNTER, { port: Number(new URL(bench.served.url).port) })
  expect((await browser.visit()).html).toContain('<h1 id="n">21</h1>')
})

test('[U6] nor is an event lost whose handler is still at work, though nobody waits for its answer', async () => {
  await bench.start(SLOW_COUNTER)
  const browser = bench.browser()
  const { client } = await browser.visit()
  await client.emit('w1', 'add')
  await bench.stop()
  await client.close()
  await bench.start(COUNTER, { port: Number(new URL(bench.served.url).port) })
  expect((await browser.visit()).html).toContain('<h1 id="n">1</h1>')
})

test('[U6] stopping stores every session; the next server goes on with it, and with the same visitors', async () => {
  await bench.start(COUNTER)
  const browser = bench.browser()
  const { boot, client } = await browser.visit()
  await client.request('w1', 'add')
  await bench.stop()
  await eventually(() => client.state).toBe('reconnecting')
  await client.close()
  const { port } = new URL(bench.served.url)
  await bench.start(COUNTER, { port: Number(port) })
  const again = await browser.visit()
  expect(again.boot.clientId).toBe(boot.clientId)
  expect(again.html).toContain('<h1 id="n">1</h1>')
})

test('[U2] what a visitor left is removed once they have stayed away for long', async () => {
  let now = Date.now()
  await bench.start(COUNTER, { graceMs: 100, now: () => now })
  const [away, back] = [bench.browser(), bench.browser()]
  for (const browser of [away, back]) {
    const { client } = await browser.visit()
    await client.request('w1', 'add')
    await client.close()
  }
  await eventually(() => bench.served.registry.sessions.length).toBe(0)
  const left = now
  now += 3_600_000
  const { client } = await back.visit()
  await client.close()
  await eventually(() => bench.served.registry.sessions.length).toBe(0)
  expect(await bench.served.registry.forget(left + 1)).toBe(1)
  expect((await back.page()).html).toContain('<h1 id="n">1</h1>')
  expect((await away.page()).html).toContain('<h1 id="n">0</h1>')
})

test('[U7] probes are answered: the process lives, and takes visitors until it is to stop', async () => {
  let release = (): void => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  await bench.start(
    `import { show } from 'oriel'
     export default async function () {
       const w = await show('<p>')
       w.on('slow', () => new Promise((resolve) => setTimeout(() => resolve('done'), 1500)))
     }`,
  )
  const browser = bench.browser()
  expect([(await browser.ask('/healthz')).status, (await browser.ask('/readyz')).status]).toEqual([200, 200])
  const { client } = await browser.visit()
  const slow = client.request('w1', 'slow').finally(release)
  await eventually(() => bench.served.registry.sessions[0]!.room.exchange.openRequests).toBe(1)
  const stopped = bench.stop()
  const ready = await browser.ask('/readyz')
  expect([ready.status, await ready.text()]).toEqual([503, 'draining\n'])
  expect((await browser.ask('/healthz')).status).toBe(200)
  expect((await bench.browser().ask('/')).status).toBe(503)
  // What was asked before is answered.
  expect(await slow).toBe('done')
  await held
  await stopped
})
