import path from 'node:path'
import type { Page } from '@playwright/test'
import { EXAMPLES, SCRIPTS, expect, test } from './support/oriel.ts'
import type { Oriel } from './support/oriel.ts'

const ADDRESS = /: (http:\/\/127\.0\.0\.1:\d+\/w\/\S+)/

async function open(oriel: Oriel, script: string): Promise<Page> {
  const app = oriel.run([script, '--host', 'headless'])
  const [, url] = await app.output(ADDRESS)
  const page = await oriel.visit(url!)
  await page.evaluate(() => window.oriel!.ready)
  return page
}

test('a component in a window: clicks, typing, order, focus and what was expected [Q17, Q25, Q50, Q52]', async ({
  oriel,
}) => {
  oriel.run([path.join(SCRIPTS, 'components.oriel.ts'), '--host', 'chromium'])
  const page = await oriel.window('Stage')
  /** Lets the handler that waits go on, and answers once it could. */
  const go = () => page.evaluate(() => window.oriel!.request('go'))

  await test.step('two fast clicks while the first is pending both count', async () => {
    const add = page.getByRole('button', { name: 'Add' })
    await add.click()
    await add.click()
    await expect(add).toHaveAttribute('data-loading', '')
    await go()
    await go()
    await expect(page.locator('#count')).toHaveText('2')
    await expect(add).not.toHaveAttribute('data-loading', '')
  })

  await test.step('what is expected is shown at once, and taken back on a failure', async () => {
    const likes = page.locator('#likes')
    await page.getByRole('button', { name: 'Like', exact: true }).click()
    await expect(likes).toHaveText('1 likes')
    await go()
    await page.getByRole('button', { name: 'Like too much' }).click()
    await expect(likes).toHaveText('2 likes')
    await go()
    await expect(likes).toHaveText('1 likes')
    await expect(page.getByText('error handling like')).toBeVisible()
  })

  await test.step('drawing anew while the person types keeps text, caret and focus', async () => {
    const note = page.getByLabel('Note')
    await page.getByRole('button', { name: 'Add' }).click()
    await note.pressSequentially('one two')
    await note.press('ArrowLeft')
    await note.press('ArrowLeft')
    await note.press('ArrowLeft')
    await go()
    await expect(page.locator('#count')).toHaveText('3')
    await note.pressSequentially('and ')
    await expect(note).toBeFocused()
    await expect(note).toHaveValue('one and two')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.locator('#note')).toHaveText('one and two')
  })

  await test.step('a list that is put in another order keeps the row with the focus', async () => {
    const row = page.getByLabel('Row b')
    await row.focus()
    await row.fill('being typed')
    await row.evaluate((field: HTMLInputElement) => field.setSelectionRange(2, 5))
    await row.press('Control+Enter')
    await expect(page.locator('li').first()).toHaveAttribute('data-key', '3')
    await expect(row).toBeFocused()
    await expect(row).toHaveValue('being typed')
    expect(await row.evaluate((field: HTMLInputElement) => [field.selectionStart, field.selectionEnd])).toEqual([2, 5])
  })
})

test('state and frames of a component are there after SIGKILL, and for a program that attaches [Q53, Q54]', async ({
  oriel,
}) => {
  const script = path.join(EXAMPLES, 'component-counter.oriel.ts')
  const first = oriel.run([script, '--host', 'chromium'])
  const page = await oriel.window('Counter')
  await page.getByRole('button', { name: 'Add ten' }).click()
  await page.getByRole('button', { name: 'Add one' }).click()
  await expect(page.getByRole('heading')).toHaveText('11')
  const [{ sessionId }] = JSON.parse((await oriel.command(['sessions', 'list', '--json'])).stdout) as [
    { sessionId: string },
  ]
  const { stdout } = await oriel.command(['attach', sessionId])
  const [, address, key] = /curl -X POST (http:\S+)NAME .*Bearer ([\w-]+)/.exec(stdout)!
  const asked = await fetch(`${address}counter`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ event: 'add', payload: { by: 5 }, state: '{"count":1}' }),
  })
  expect(await asked.json()).toMatchObject({ state: '{"count":6}' })
  // What was asked from outside had a state of its own.
  await expect(page.getByRole('heading')).toHaveText('11')
  const stored = async () => (await oriel.command(['sessions', 'show', sessionId])).stdout
  await expect.poll(stored).toContain('"count": 11')
  await first.kill()

  const resumed = await open(oriel, script)
  await expect(resumed.getByRole('heading')).toHaveText('11')
  await resumed.getByRole('button', { name: 'Reset' }).click()
  await resumed.getByRole('alertdialog').getByRole('button', { name: 'OK' }).click()
  await expect(resumed.getByRole('heading')).toHaveText('0')
})

test('every example of a component does what it says [Q51]', async ({ oriel }) => {
  const todo = await open(oriel, path.join(EXAMPLES, 'component-todo.oriel.ts'))
  await todo.getByLabel('Task', { exact: true }).fill('Write a test')
  await todo.getByRole('button', { name: 'Add' }).click()
  await expect(todo.getByText('3 of 4 left')).toBeVisible()
  await expect(todo.getByLabel('Task', { exact: true })).toHaveValue('')
  await todo.getByRole('checkbox', { name: 'Write a test' }).check()
  await expect(todo.getByText('2 of 4 left')).toBeVisible()
  await todo.getByRole('button', { name: 'Remove: Write a test' }).click()
  await todo.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
  await expect(todo.getByRole('listitem')).toHaveCount(4)

  const signup = await open(oriel, path.join(EXAMPLES, 'component-signup.oriel.ts'))
  await signup.getByLabel('E-mail').fill('nobody')
  await signup.getByRole('checkbox', { name: 'Tips' }).check()
  await signup.getByRole('button', { name: 'Sign up' }).click()
  await expect(signup.getByText('This does not look like an e-mail address.')).toBeVisible()
  await expect(signup.getByLabel('E-mail')).toHaveValue('nobody')
  await signup.getByLabel('Name').fill('Ada')
  await signup.getByLabel('E-mail').fill('ada@example.org')
  await signup.getByLabel('Password').fill('correct horse')
  await signup.getByRole('button', { name: 'Sign up' }).click()
  await expect(signup.getByText('Welcome, Ada.')).toBeVisible()
  await expect(signup.getByRole('checkbox', { name: 'Tips' })).toBeChecked()

  const answer = await open(oriel, path.join(EXAMPLES, 'component-answer.oriel.ts'))
  await answer.getByLabel('Question').fill('Why?')
  await answer.getByRole('button', { name: 'Ask' }).click()
  await expect(answer.locator('article')).toHaveAttribute('aria-busy', 'true')
  await expect(answer.locator('article')).toHaveAttribute('aria-busy', 'false', { timeout: 20_000 })
  await expect(answer.locator('article')).toContainText('one server-sent event.')

  const dashboard = await open(oriel, path.join(EXAMPLES, 'component-dashboard.oriel.ts'))
  await expect(dashboard.getByText('Not available just now.')).toBeVisible()
  await dashboard.getByRole('button', { name: 'Refresh: Times refreshed' }).click()
  await expect(dashboard.getByRole('heading', { name: '1', exact: true })).toBeVisible()
})

test('a large file reaches the script whole, with its progress [Q51]', async ({ oriel }) => {
  const page = await open(oriel, path.join(SCRIPTS, 'upload.oriel.ts'))
  const file = { name: 'big.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(9_000_001, 7) }
  await page
    .getByLabel('Files')
    .setInputFiles([file, { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') }])
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.locator('#got')).toHaveText('big.bin 9000001 63000007, a.txt 1 120')
})
