import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { SCRIPTS, expect, test } from './support/oriel.ts'
import type { Oriel } from './support/oriel.ts'

const ADDRESS = /: (http:\/\/127\.0\.0\.1:\d+\/w\/\S+)/
const COUNTER = path.join(SCRIPTS, 'counter.oriel.ts')

interface Shown {
  session: { sessionId: string; state: string; scriptPath: string }
  widgets: { widgetId: string; bounds: { x: number; y: number; width: number; height: number } | null }[]
  document: { records: { type: string; props: Record<string, unknown> }[] }
}

async function shown(oriel: Oriel): Promise<Shown> {
  const [entry] = JSON.parse((await oriel.command(['sessions', 'list', '--json'])).stdout) as { sessionId: string }[]
  return JSON.parse((await oriel.command(['sessions', 'show', entry!.sessionId])).stdout) as Shown
}

const storedCount = (session: Shown) => session.document.records.find(({ type }) => type === 'state')?.props.count

test('[J8] after SIGKILL the home window offers the session; resuming brings back count and window bounds', async ({
  oriel,
}) => {
  const first = oriel.run([COUNTER, '--host', 'chromium'])
  const [page] = await oriel.windows(1)
  for (let n = 1; n <= 3; n++) {
    await page!.getByRole('button', { name: 'Add' }).click()
    await expect(page!.locator('#n')).toHaveText(String(n))
  }
  const cdp = await page!.context().newCDPSession(page!)
  const { windowId } = await cdp.send('Browser.getWindowForTarget')
  await cdp.send('Browser.setWindowBounds', { windowId, bounds: { left: 140, top: 90, width: 640, height: 480 } })
  const placed = { x: 140, y: 90, width: 640, height: 480 }
  await expect.poll(async () => (await shown(oriel)).widgets[0]?.bounds).toEqual(placed)
  await expect.poll(async () => storedCount(await shown(oriel))).toBe(3)
  await first.kill()
  await expect.poll(async () => (await shown(oriel)).session.state).toBe('crashed')

  oriel.run(['--host', 'chromium'])
  const [home] = await oriel.windows(1)
  await expect(home!.getByText('Ended unexpectedly')).toBeVisible()
  await home!
    .getByRole('button', { name: /counter/i })
    .first()
    .click()
  const windows = await oriel.windows(2)
  const resumed = windows.find((candidate) => candidate !== home)!
  await expect(resumed.locator('#n')).toHaveText('3')
  await resumed.getByRole('button', { name: 'Add' }).click()
  await expect(resumed.locator('#n')).toHaveText('4')
  const after = await resumed.context().newCDPSession(resumed)
  const { bounds } = await after.send('Browser.getWindowForTarget')
  expect(bounds).toMatchObject({ left: 140, top: 90, width: 640, height: 480 })
})

test('[F13] a script opened again goes on with its last session; --new begins another', async ({ oriel }) => {
  const count = async (args: string[], clicks: number) => {
    const app = oriel.run([COUNTER, '--host', 'headless', ...args])
    const [, url] = await app.output(ADDRESS)
    const page = await oriel.visit(url!)
    for (let n = 0; n < clicks; n++) await page.getByRole('button', { name: 'Add' }).click()
    await page.evaluate(() => window.oriel!.request('whoami'))
    const text = await page.locator('#n').textContent()
    await app.stop()
    await page.close()
    return text
  }
  expect(await count([], 2)).toBe('2')
  expect(await count([], 1)).toBe('3')
  expect(await count(['--new'], 1)).toBe('1')
  const list = JSON.parse((await oriel.command(['sessions', 'list', '--json'])).stdout) as unknown[]
  expect(list).toHaveLength(2)
})

test('[J9] sessions are listed, shown, exported and removed on the command line', async ({ oriel }) => {
  const app = oriel.run([COUNTER, '--host', 'headless', 'name=Ada'])
  await app.output(ADDRESS)
  await app.stop()
  const session = await shown(oriel)
  expect(session.session).toMatchObject({ state: 'closed', scriptPath: COUNTER, arguments: { name: 'Ada' } })
  const file = path.join(oriel.home, 'export.json')
  expect((await oriel.command(['sessions', 'export', session.session.sessionId.slice(0, 10), file])).code).toBe(0)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ session: { sessionId: session.session.sessionId } })
  expect((await oriel.command(['sessions', 'remove', session.session.sessionId])).code).toBe(0)
  expect((await oriel.command(['sessions', 'show', session.session.sessionId])).code).toBe(2)
})

test('[E8] a window that loses its connection says so, comes back by itself and gets what it missed', async ({
  oriel,
}) => {
  const app = oriel.run([COUNTER, '--host', 'headless'])
  const [, url] = await app.output(ADDRESS)
  const page = await oriel.visit(url!)
  await expect(page.locator('#n')).toHaveText('0')
  await page.routeWebSocket(/\/ws$/, (route) => {
    sockets.push(route)
    if (blocked) void route.close({ code: 1006 })
    else route.connectToServer()
  })
  const sockets: { close(options?: { code?: number }): Promise<void> }[] = []
  let blocked = false
  await page.reload()
  await expect(page.locator('#n')).toHaveText('0')
  await page.evaluate(() => window.oriel!.ready)
  blocked = true
  await sockets.at(-1)!.close({ code: 4999 })
  await expect(page.getByText(/connection lost/i)).toBeVisible()
  await page.getByRole('button', { name: 'Add' }).click()
  blocked = false
  await expect(page.locator('#n')).toHaveText('1')
  await expect(page.getByText(/connection lost/i)).toBeHidden()
})

test('[F10] with --watch a syntax error is shown and saving the mended file recovers, with its state', async ({
  oriel,
}) => {
  const file = path.join(oriel.home, 'watched.oriel.ts')
  const source = readFileSync(COUNTER, 'utf8')
  writeFileSync(file, source)
  const app = oriel.run([file, '--host', 'headless', '--watch'])
  const [, url] = await app.output(ADDRESS)
  const page = await oriel.visit(url!)
  await page.getByRole('button', { name: 'Add' }).click()
  await expect(page.locator('#n')).toHaveText('1')
  writeFileSync(file, source.replace('const counter', 'const const counter'))
  await expect(page.getByText('watched.oriel.ts:6', { exact: false }).first()).toBeVisible()
  writeFileSync(file, source.replace('>Add<', '>Add one<'))
  await page.getByRole('button', { name: 'Add one' }).click()
  await expect(page.locator('#n')).toHaveText('2')
})
