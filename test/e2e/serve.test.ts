import path from 'node:path'
import type { Page } from '@playwright/test'
import { SCRIPTS, expect, test } from './support/oriel.ts'

const SCRIPT = path.join(SCRIPTS, 'served.oriel.ts')

/** The page is there, connected, and has its bar: nothing moves any more. */
async function ready(page: Page): Promise<Page> {
  await page.waitForLoadState('load')
  await expect(page.getByRole('navigation', { name: 'Pages of this app' })).toBeVisible()
  return page
}

test('[U1] [U4] visitors count for themselves, find their count again, and go from one page of the app to another', async ({
  oriel,
}) => {
  const served = oriel.run(['serve', SCRIPT, '--auth', 'none'])
  const [, url] = await served.output(/served at (http\S+)/)
  const [one, two] = [await ready(await oriel.visit(url!)), await ready(await oriel.visit(url!))]
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
  const page = await ready(await oriel.visit(url!))
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
  await ready(page)
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

test('[A4] [A3] [A6] people log in with the keyboard, look or use as they may, and are logged out', async ({
  oriel,
}) => {
  oriel.allowPageErrors = true // a browser says so when a login is refused
  for (const [name, role] of [
    ['ada', 'admin'],
    ['vera', 'viewer'],
  ] as const) {
    const added = oriel.run(['users', 'add', name, '--role', role], { input: 'a long password\n' })
    expect((await added.exited).stdout).toBe(`Added ${name} (${role}).\n`)
  }
  const served = oriel.run(['serve', SCRIPT, '--auth', 'users'])
  const [, url] = await served.output(/served at (http\S+)/)
  const ada = await oriel.visit(url!)
  await expect(ada).toHaveURL(/\/login\?to=%2F$/)
  await expect(ada.getByLabel('Name')).toBeFocused()
  await ada.screenshot({ path: 'test-results/serve-login.png' })
  await ada.keyboard.type('ada')
  await ada.keyboard.press('Tab')
  await ada.keyboard.type('not my password')
  await ada.keyboard.press('Enter')
  await expect(ada.getByRole('alert')).toHaveText('This name and password do not go together.')
  await expect(ada.getByLabel('Password')).toBeFocused()
  await ada.keyboard.type('a long password')
  await ada.keyboard.press('Enter')
  await ready(ada)
  await ada.getByRole('button', { name: 'Add' }).click()
  await expect(ada.locator('#n')).toHaveText('1')
  await ada.getByRole('link', { name: 'Notes' }).click()
  await expect(ada.getByRole('heading')).toHaveText('Notes of ada')
  await ada.screenshot({ path: 'test-results/serve-account.png' })

  const vera = await oriel.visit(`${url}/login`, { colorScheme: 'dark' })
  await vera.screenshot({ path: 'test-results/serve-login-dark.png' })
  await vera.getByLabel('Name').fill('vera')
  await vera.getByLabel('Password').fill('a long password')
  await vera.getByRole('button', { name: 'Log in' }).click()
  await ready(vera)
  await vera.getByRole('button', { name: 'Add' }).click()
  await expect(vera.getByText('You may look at this, but not change anything.')).toBeVisible()
  await expect(vera.locator('#n')).toHaveText('0')

  await ada.goto(`${url}/admin`)
  await expect(ada.getByRole('cell', { name: 'vera', exact: true })).toBeVisible()
  await ada.screenshot({ path: 'test-results/serve-admin.png' })
  await ada.getByRole('button', { name: 'End the visit of vera' }).click()
  await expect(ada.getByRole('cell', { name: 'vera', exact: true })).toHaveCount(0)
  await expect(vera.getByText('This session has ended')).toBeVisible()
  await vera.reload()
  await expect(vera).toHaveURL(/\/login/)
  const visits = await oriel.command(['users', 'visits', '--json'])
  expect(JSON.parse(visits.stdout)).toMatchObject([{ user: 'ada', roles: ['admin'] }])
  expect((await oriel.command(['users', 'end', 'ada'])).stdout).toBe('Ended the visit of ada.\n')
  await ada.goto(url!)
  await expect(ada).toHaveURL(/\/login/)
  await ada.getByLabel('Name').fill('ada')
  await ada.getByLabel('Password').fill('a long password')
  await ada.keyboard.press('Enter')
  await ada.getByRole('navigation').getByRole('link', { name: 'ada' }).click()
  await ada.getByRole('button', { name: 'Log out' }).click()
  await expect(ada).toHaveURL(/\/login/)
})
