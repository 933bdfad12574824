import path from 'node:path'
import type { Page } from '@playwright/test'
import { SCRIPTS, expect, test } from './support/oriel.ts'

const SCRIPT = path.join(SCRIPTS, 'served.oriel.ts')

test('[U1] [U4] visitors count for themselves, find their count again, and go from one page of the app to another', async ({
  oriel,
}) => {
  const served = oriel.run(['serve', SCRIPT, '--auth', 'none'])
  const [, url] = await served.output(/served at (http\S+)/)
  const [one, two] = [await oriel.visit(url!), await oriel.visit(url!)]
  const count = (page: Page) => page.locator('#n')
  for (let click = 1; click <= 3; click++) {
    await one.getByRole('button', { name: 'Add' }).click()
    await expect(count(one)).toHaveText(String(click))
  }
  await two.getByRole('button', { name: 'Add' }).click()
  await expect(count(two)).toHaveText('1')
  await expect(count(one)).toHaveText('3')

  const bar = one.getByRole('navigation', { name: 'Pages of this app' })
  await expect(bar.getByRole('link')).toHaveText(['Counter', 'Notes'])
  await expect(bar.getByRole('link', { name: 'Counter' })).toHaveAttribute('aria-current', 'page')
  await one.screenshot({ path: 'test-results/serve-counter.png' })
  await bar.getByRole('link', { name: 'Notes' }).click()
  await expect(one.getByRole('heading')).toHaveText('Notes of nobody in particular')
  await one.goBack()
  await expect(count(one)).toHaveText('3')
})

test('[U6] after the server was started again a page comes back by itself, with its visitor’s state', async ({
  oriel,
}) => {
  oriel.allowPageErrors = true // the browser says that it could not connect
  const first = oriel.run(['serve', SCRIPT, '--auth', 'none'])
  const [, url] = await first.output(/served at (http\S+)/)
  const page = await oriel.visit(url!)
  await page.getByRole('button', { name: 'Add' }).click()
  await expect(page.locator('#n')).toHaveText('1')
  const exit = await first.stop()
  expect(exit.code).toBe(0)
  await expect(page.getByText('Connection lost. Reconnecting…')).toBeVisible()
  const { port } = new URL(url!)
  const loadedAgain = page.waitForEvent('load', { timeout: 30_000 })
  const second = oriel.run(['serve', SCRIPT, '--auth', 'none', '--port', port])
  await second.output(/served at/)
  await loadedAgain
  await page.getByRole('button', { name: 'Add' }).click()
  await expect(page.locator('#n')).toHaveText('2')
})

test('[A1] without a word about who may come nothing is served, and nobody else with --auth none', async ({
  oriel,
}) => {
  const none = await oriel.command(['serve', SCRIPT])
  expect(none.code).toBe(2)
  expect(none.stderr).toContain('Say who may come')
  for (const more of [
    ['--listen', '0.0.0.0'],
    ['--public-url', 'https://apps.example.org'],
  ]) {
    const open = await oriel.command(['serve', SCRIPT, '--auth', 'none', ...more])
    expect(open.code).toBe(2)
    expect(open.stderr).toContain('this computer alone')
  }
})
