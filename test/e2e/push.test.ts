import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { EXAMPLES, expect, test } from './support/oriel.ts'
import type { Oriel, OrielProcess } from './support/oriel.ts'

const PUSH = path.join(EXAMPLES, 'push.mjs')

interface Pusher {
  child: ChildProcess
  printed: () => string
  exited: Promise<unknown[]>
}

/** Runs the example with the address and the ticket that a command printed. */
async function push(command: OrielProcess): Promise<Pusher> {
  const [, url] = await command.output(/^url +(\S+)/m)
  const [, ticket] = await command.output(/^ticket +(\S+)/m)
  const child = spawn(process.execPath, [PUSH, url!, ticket!], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  return { child, printed: () => printed, exited: once(child, 'exit') }
}

async function listed(oriel: Oriel): Promise<{ sessionId: string; state: string; title: string }[]> {
  const { stdout } = await oriel.command(['sessions', 'list', '--json'])
  return JSON.parse(stdout) as { sessionId: string; state: string; title: string }[]
}

test('[N1] [N7] [L2] a pushed document opens a window, is used with the keyboard, and ends with it', async ({
  oriel,
}) => {
  const attached = oriel.run(['attach', '--new', '--title', 'Before', 'year=2026'])
  await attached.output(/The session runs here until its window is closed/)
  const pusher = await push(attached)
  const page = await oriel.window('Shopping list')
  expect(await listed(oriel)).toMatchObject([{ state: 'live', title: 'Shopping list' }])

  await page.getByLabel('What else?').focus()
  await page.keyboard.type('Milk')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('listitem')).toHaveText(['Bread', 'Milk'])
  await expect(page.getByLabel('What else?')).toHaveValue('')
  await expect(page.getByLabel('What else?')).toBeFocused()
  expect(pusher.printed()).toContain('Added Milk')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Space')
  await expect(page.getByLabel('Milk')).toBeChecked()
  await expect(page.getByText('Milk')).toHaveCSS('text-decoration-line', 'line-through')
  expect(pusher.printed()).toContain('item1.done is done')

  await page.close()
  expect(await pusher.exited).toEqual([0, null])
  expect(await attached.exited).toMatchObject({ code: 0 })
  expect(await listed(oriel)).toMatchObject([{ state: 'closed', title: 'Shopping list' }])
})

test('[N4] a program that left is missed, its session is taken up again, and the Oriel that runs makes others', async ({
  oriel,
}) => {
  const first = oriel.run(['attach', '--new'])
  const pusher = await push(first)
  const page = await oriel.window('Shopping list')
  pusher.child.kill('SIGINT')
  await pusher.exited
  await expect(page.getByText('No program is attached')).toBeVisible()

  const { sessionId } = (await listed(oriel))[0]!
  const second = oriel.run(['attach', '--new'])
  expect((await second.exited).code).toBe(0)
  expect(await listed(oriel)).toHaveLength(2)
  const other = await push(second)
  await expect.poll(() => other.printed()).toContain('Shown')
  const again = oriel.run(['attach', sessionId])
  expect((await again.exited).code).toBe(0)
  await first.stop()
  await other.exited

  // Nobody runs it now: it runs where it is asked for, with what was pushed.
  const resumed = oriel.run(['attach', sessionId.slice(0, 12)])
  await resumed.output(/^ticket/m)
  const shown = await oriel.window('Shopping list')
  await expect(shown.getByRole('listitem')).toHaveText(['Bread'])
})

test('[N5] what it shows is fit to be seen in light and dark, wide and narrow', async ({ oriel }) => {
  const attached = oriel.run(['attach', '--new', '--host', 'headless'])
  await push(attached)
  const [, url] = await attached.output(/^Shopping list: (http\S+)/m)
  const page = await oriel.visit(url!)
  await expect(page.getByRole('heading', { name: 'Shopping list' })).toBeVisible()
  for (const [scheme, width] of [
    ['light', 960],
    ['dark', 960],
    ['dark', 380],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.setViewportSize({ width, height: 640 })
    await page.screenshot({ path: test.info().outputPath(`${scheme}-${width}.png`) })
    const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    expect(scrolls).toBe(false)
  }
})
