import path from 'node:path'
import { EXAMPLES, expect, test } from './support/oriel.ts'

const POLLS = path.join(EXAMPLES, 'component-poll.oriel.tsx')

test('a component among elements counts, changes places with another, and is there after SIGKILL [Q55]', async ({
  oriel,
}) => {
  const first = oriel.run([POLLS, '--host', 'chromium'])
  const page = await oriel.window('Polls')
  const votes = (answer: string) => page.getByRole('listitem').filter({ hasText: answer }).locator('b')
  const noodles = page.getByRole('button', { name: 'Noodles' })
  await noodles.click()
  await noodles.click()
  await expect(votes('Noodles')).toHaveText('2')
  // What a component tells the session, elements show.
  await expect(page.locator('.elements')).toContainText('Last vote')
  await expect(page.locator('.elements')).toContainText('Noodles')

  // Elements around it and the component itself are drawn anew while the person types in it.
  const other = page.getByLabel('Another answer')
  await other.pressSequentially('So up')
  await other.evaluate((field: HTMLInputElement) => field.setSelectionRange(2, 3))
  await page.getByRole('button', { name: 'Canteen' }).evaluate((button: HTMLButtonElement) => button.click())
  await expect(votes('Canteen')).toHaveText('1')
  await expect(other).toBeFocused()
  await page.keyboard.press('Delete')
  await expect(other).toHaveValue('Soup')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Soup' })).toBeVisible()
  await expect(other).toHaveValue('')
  await page.screenshot({ path: 'test-results/component-poll.png' })

  await page.getByRole('combobox', { name: 'Poll' }).click()
  await page.getByRole('option', { name: 'Outing' }).click()
  await page.getByRole('button', { name: 'Lake' }).click()
  await expect(votes('Lake')).toHaveText('1')
  await expect(page.getByRole('button', { name: 'Noodles' })).toHaveCount(0)

  await page.reload()
  await expect(votes('Lake')).toHaveText('1')
  await page.getByRole('combobox', { name: 'Poll' }).click()
  await page.getByRole('option', { name: 'Lunch' }).click()
  await expect(votes('Noodles')).toHaveText('2')
  const [{ sessionId }] = JSON.parse((await oriel.command(['sessions', 'list', '--json'])).stdout) as [
    { sessionId: string },
  ]
  const stored = async () => {
    const { stdout } = await oriel.command(['sessions', 'show', sessionId])
    const { document } = JSON.parse(stdout) as { document: { records: { id: string; props: { state?: unknown } }[] } }
    return document.records.find(({ id }) => id === 'component:w1/lunch')?.props.state
  }
  await expect.poll(stored).toEqual({ votes: [1, 2, 0, 0], other: ['Soup'] })
  await first.kill()

  const second = oriel.run([POLLS, '--host', 'headless'])
  const [, url] = await second.output(/: (http:\/\/127\.0\.0\.1:\d+\/w\/\S+)/)
  const resumed = await oriel.visit(url!, { colorScheme: 'dark', width: 640, height: 640 })
  await expect(resumed.getByRole('listitem').filter({ hasText: 'Noodles' }).locator('b')).toHaveText('2')
  await resumed.getByRole('button', { name: 'Soup' }).click()
  await expect(resumed.getByRole('listitem').filter({ hasText: 'Soup' }).locator('b')).toHaveText('1')
  await resumed.screenshot({ path: 'test-results/component-poll-dark.png' })
})

test('windows of one visitor show the same component among elements, and those of others one of their own [Q55]', async ({
  oriel,
}) => {
  const served = oriel.run(['serve', POLLS, '--auth', 'none'])
  const [, url] = await served.output(/served at (http\S+)/)
  const one = await oriel.visit(url!)
  const votes = (page: typeof one) => page.getByRole('listitem').filter({ hasText: 'Falafel' }).locator('b')
  await expect(votes(one)).toHaveText('0')
  const storageState = await one.context().storageState()
  const two = await (await one.context().browser()!.newContext({ storageState })).newPage()
  await two.goto(url!)
  const other = await oriel.visit(url!)
  await expect(votes(two)).toHaveText('0')
  await one.getByRole('button', { name: 'Falafel' }).click()
  await two.getByRole('button', { name: 'Falafel' }).click()
  for (const page of [one, two]) await expect(votes(page)).toHaveText('2')
  await expect(votes(other)).toHaveText('0')
})
