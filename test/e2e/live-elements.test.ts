import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page, WebSocketRoute } from '@playwright/test'
import { SCRIPTS, expect, test } from './support/oriel.ts'
import type { Oriel } from './support/oriel.ts'

/*
 * Mounted elements through all that a session lives through: a page that is loaded again, a connection that is lost, a
 * script that is saved, a process that is killed, several windows, several visitors.
 */

const LIVE = path.join(SCRIPTS, 'live.oriel.tsx')
const ADDRESS = /: (http:\/\/127\.0\.0\.1:\d+\/w\/\S+)/

async function open(oriel: Oriel, file = LIVE, args: readonly string[] = []): Promise<Page> {
  const [, url] = await oriel.run([file, '--host', 'headless', ...args]).output(ADDRESS)
  return oriel.visit(url!)
}

/** The same of a visitor in a tab of its own. */
async function twin(page: Page): Promise<Page> {
  const opened = page.waitForEvent('popup')
  await page.evaluate(() => void window.open(location.href))
  return opened
}

const add = (page: Page) => page.getByRole('button', { name: 'Add' }).click()
const grow = (page: Page) => page.getByRole('button', { name: 'Grow' }).click()
async function write(page: Page, line: string): Promise<void> {
  await page.getByLabel('Line').fill(line)
  await page.getByLabel('Line').press('Enter')
}

interface Seen {
  count: number
  size: number
  lines: string[]
}

async function sees(page: Page, { count, size, lines }: Seen): Promise<void> {
  await expect(page.getByText(`Size ${size}`, { exact: true })).toBeVisible()
  await expect(page.getByRole('group', { name: 'Count' })).toHaveText(`Count${count}`)
  await expect(page.getByRole('listitem')).toHaveText(lines)
}

/** Who the script says the last event in this window's tree was from. */
const sender = async (page: Page) => page.getByText(/^Last of /).textContent()

/** What the elements look like, without what a page keeps to itself. */
const drawn = (page: Page) => page.getByRole('main').ariaSnapshot()

test('[I3] [I11] [I12] a page that is loaded again shows the same elements, and their events work', async ({
  oriel,
}) => {
  const page = await open(oriel)
  // By an effect, which ran before there was a window.
  await expect(page.getByLabel('Line')).toBeFocused()
  await add(page)
  await grow(page)
  await write(page, 'one')
  await sees(page, { count: 1, size: 11, lines: ['one'] })
  await page.getByLabel('Line').fill('')
  const before = await drawn(page)
  await page.reload()
  await sees(page, { count: 1, size: 11, lines: ['one'] })
  expect(await drawn(page)).toBe(before)
  await add(page)
  await grow(page)
  await write(page, 'two')
  await sees(page, { count: 2, size: 12, lines: ['one', 'two'] })
})

test('[E8] [I12] a window without its connection gets what was changed meanwhile, and what was done in it arrives once', async ({
  oriel,
}) => {
  const app = oriel.run([LIVE, '--host', 'headless', 'windows=2'])
  const [, url] = await app.output(ADDRESS)
  const [, otherUrl] = await app
    .output(new RegExp(`${ADDRESS.source}[^]*?${ADDRESS.source}`))
    .then(([, , last]) => ['', last])
  const [page, other] = [await oriel.visit(url!), await oriel.visit(otherUrl!)]
  const sockets: WebSocketRoute[] = []
  let blocked = false
  await page.routeWebSocket(/\/ws$/, (route) => {
    sockets.push(route)
    if (blocked) void route.close({ code: 1006 })
    else route.connectToServer()
  })
  await page.reload()
  await sees(page, { count: 0, size: 10, lines: [] })
  await page.evaluate(() => window.oriel!.ready)
  blocked = true
  await sockets.at(-1)!.close({ code: 4999 })
  await expect(page.getByText(/connection lost/i)).toBeVisible()
  await add(other)
  await write(other, 'meanwhile')
  await sees(other, { count: 1, size: 10, lines: ['meanwhile'] })
  await sees(page, { count: 0, size: 10, lines: [] })
  for (let n = 0; n < 3; n++) await add(page)
  await grow(page)
  await write(page, 'offline')
  blocked = false
  const both = { count: 4, size: 11, lines: ['meanwhile', 'offline'] }
  await sees(page, both)
  await sees(other, both)
  await expect(page.getByText(/connection lost/i)).toBeHidden()
  // What was just on its way as the connection broke comes once, too.
  blocked = true
  await Promise.all([add(page), sockets.at(-1)!.close({ code: 4999 })])
  await expect(page.getByText(/connection lost/i)).toBeVisible()
  blocked = false
  await sees(page, { ...both, count: 5 })
  // Whatever had come twice would be counted by now.
  await add(page)
  await sees(page, { ...both, count: 6 })
  await expect(page.getByText('From 1', { exact: true })).toBeVisible()
})

test('[F10] [I12] [T12] a script that is saved shows its new elements in the same window, and keeps its state', async ({
  oriel,
}) => {
  const file = path.join(oriel.home, 'live.oriel.tsx')
  const source = readFileSync(LIVE, 'utf8')
  writeFileSync(file, source)
  const page = await open(oriel, file, ['--watch'])
  await add(page)
  await grow(page)
  await write(page, 'kept')
  await sees(page, { count: 1, size: 11, lines: ['kept'] })
  await page.evaluate(() => {
    const seen = Object.assign(window, { blank: 0 })
    const main = document.querySelector('main')!
    new MutationObserver(() => {
      if (!main.querySelector('[role=group]')) seen.blank++
    }).observe(main, { childList: true, subtree: true })
  })
  writeFileSync(
    file,
    source.replace('        Add\n', '        Add one\n').replace('<ul>', '<ol>').replace('</ul>', '</ol>'),
  )
  await expect(page.getByRole('button', { name: 'Add one' })).toBeVisible()
  await sees(page, { count: 1, size: 11, lines: ['kept'] })
  await page.getByRole('button', { name: 'Add one' }).click()
  await write(page, 'new')
  await sees(page, { count: 2, size: 11, lines: ['kept', 'new'] })
  expect(await page.locator('ol > li').count()).toBe(2)
  // The same page all the time, and never an empty one.
  expect(await page.evaluate(() => (window as unknown as { blank: number }).blank)).toBe(0)
})

test('[I12] [J8] [T12] [T15] after SIGKILL elements and state are back, and their events work', async ({ oriel }) => {
  const first = oriel.run([LIVE, '--host', 'chromium'])
  const page = await oriel.window('Live')
  await add(page)
  await add(page)
  await grow(page)
  await write(page, 'stored')
  await sees(page, { count: 2, size: 11, lines: ['stored'] })
  const stored = async () => {
    const [entry] = JSON.parse((await oriel.command(['sessions', 'list', '--json'])).stdout) as { sessionId: string }[]
    return (await oriel.command(['sessions', 'show', entry!.sessionId])).stdout
  }
  await expect.poll(stored, { timeout: 30_000 }).toContain('"stored"')
  const gone = page.waitForEvent('close')
  await first.kill()
  await gone

  oriel.run([LIVE, '--host', 'chromium'])
  const again = await oriel.window('Live')
  await sees(again, { count: 2, size: 11, lines: ['stored'] })
  await add(again)
  await grow(again)
  await write(again, 'again')
  await sees(again, { count: 3, size: 12, lines: ['stored', 'again'] })
})

test('[I3] two windows of a session share its state, and an event of each tells its own connection', async ({
  oriel,
}) => {
  oriel.run([LIVE, '--host', 'chromium', 'windows=2'])
  const [page, other] = [await oriel.window('Live'), await oriel.window('Live too')]
  await add(page)
  await add(other)
  await write(other, 'of the other')
  const both = { count: 2, size: 10, lines: ['of the other'] }
  await sees(page, both)
  await sees(other, both)
  await expect(page.getByText('From 1', { exact: true })).toBeVisible()
  await other.getByLabel('Line').fill('')
  expect(new Set([await sender(page), await sender(other)]).size).toBe(2)
})

test('[I3] [U1] two tabs of one visitor show the same elements, and an event of each tells its own connection', async ({
  oriel,
}) => {
  const served = oriel.run(['serve', LIVE, '--auth', 'none'])
  const [, url] = await served.output(/served at (http\S+)/)
  const page = await oriel.visit(url!)
  const other = await twin(page)
  await sees(other, { count: 0, size: 10, lines: [] })
  await add(page)
  await expect(other.getByText('From 1', { exact: true })).toBeVisible()
  await add(other)
  await write(other, 'of the other')
  const both = { count: 2, size: 10, lines: ['of the other'] }
  await sees(page, both)
  await sees(other, both)
  await expect(page.getByText('From 2', { exact: true })).toBeVisible()
  // The same connection again.
  await add(page)
  await sees(other, { ...both, count: 3 })
  await expect(other.getByText('From 2', { exact: true })).toBeVisible()
  await other.getByLabel('Line').fill('')
  expect(await drawn(page)).toBe(await drawn(other))
})

test('[T3] [T11] [U1] visitors of one app have each their own state, and what a visitor mounted is cleaned up when they have gone', async ({
  oriel,
}) => {
  const told = path.join(oriel.home, 'told.txt')
  const lines = () => (existsSync(told) ? readFileSync(told, 'utf8').trim().split('\n') : [])
  const served = oriel.run(['serve', LIVE, '--auth', 'none', '--grace', '1'], { env: { ORIEL_TEST_TOLD: told } })
  const [, url] = await served.output(/served at (http\S+)/)
  const [one, two] = [await oriel.visit(url!), await oriel.visit(url!)]
  await sees(one, { count: 0, size: 10, lines: [] })
  await sees(two, { count: 0, size: 10, lines: [] })
  await add(one)
  await add(one)
  await grow(one)
  await write(one, 'of one')
  await write(two, 'of two')
  await sees(one, { count: 2, size: 11, lines: ['of one'] })
  await sees(two, { count: 0, size: 10, lines: ['of two'] })
  await expect.poll(lines).toEqual([expect.stringMatching(/ mounted$/), expect.stringMatching(/ mounted$/)])
  const [first] = lines()
  await one.close()
  await expect.poll(lines).toEqual([first, expect.anything(), first!.replace('mounted', 'gone, count 2')])
  await add(two)
  await sees(two, { count: 1, size: 10, lines: ['of two'] })
})
