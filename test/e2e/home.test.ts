import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { clickAway, expect, test } from './support/oriel.ts'
import type { Oriel, OrielProcess } from './support/oriel.ts'

const note = (title: string) => `import { show } from 'oriel'\nawait show('<h1>${title}</h1>', { title: '${title}' })\n`

function write(oriel: Oriel, name: string, text: string): string {
  const file = path.join(oriel.home, 'scripts', name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

const openHome = (oriel: Oriel): OrielProcess => oriel.run(['--host', 'chromium'])

/** Leaves a closed session of the script behind. */
async function leaveSession(oriel: Oriel, file: string, title: string): Promise<void> {
  const app = oriel.run([file, '--host', 'chromium'])
  const window = await oriel.window(title)
  await expect(window.getByRole('heading', { name: title })).toBeVisible()
  await window.close()
  expect((await app.exited).code).toBe(0)
}

/** Title of the window that has the keyboard. */
const frontWindow = () => spawnSync('xdotool', ['getwindowfocus', 'getwindowname'], { encoding: 'utf8' }).stdout.trim()

const sessions = async (oriel: Oriel) =>
  JSON.parse((await oriel.command(['sessions', 'list', '--json'])).stdout) as { title: string; state: string }[]

test('[F11] the first start shows how to begin, and opens an example without asking', async ({ oriel }) => {
  const app = openHome(oriel)
  const home = await oriel.window('Oriel')
  await expect(home.getByRole('heading', { name: 'Open your first script' })).toBeVisible()
  await expect(home.getByText('oriel new counter')).toBeVisible()
  await home.getByRole('button', { name: /^Hello/ }).click()
  const hello = await oriel.window('Hello')
  await hello.getByRole('button', { name: 'Add one' }).click()
  await expect(hello.locator('#count')).toHaveText('1')
  await expect(home.getByRole('heading', { name: 'Recent' })).toBeVisible()
  await expect(home.getByRole('listitem').filter({ hasText: 'hello.oriel.ts' })).toContainText('Open')
  await hello.close()
  await expect(home.getByRole('listitem').filter({ hasText: 'hello.oriel.ts' })).not.toContainText('Open')
  await home.close()
  expect((await app.exited).code).toBe(0)
})

test('[J8] recent sessions are listed with how they ended; the keyboard moves, opens and removes', async ({
  oriel,
}) => {
  const [first, second, third] = ['First', 'Second', 'Third'].map((title) =>
    write(oriel, `${title.toLowerCase()}.oriel.ts`, note(title)),
  ) as [string, string, string]
  await leaveSession(oriel, first, 'First')
  await leaveSession(oriel, second, 'Second')
  const crashing = oriel.run([third, '--host', 'chromium'])
  await oriel.window('Third')
  await expect.poll(async () => (await sessions(oriel))[0]).toMatchObject({ title: 'Third' })
  await crashing.kill()
  rmSync(first)

  const app = openHome(oriel)
  const home = await oriel.window('Oriel')
  const rows = home.locator('.session-open')
  await expect(rows).toHaveCount(3)
  await expect(rows.nth(0)).toContainText(/Third.*Ended unexpectedly/)
  await expect(rows.nth(1)).toHaveText(/^Second/)
  await expect(rows.nth(2)).toContainText(/First.*File missing/)

  // One stop for Tab, after the field and its button; then arrows.
  await home.getByLabel('Path of a script').focus()
  await home.keyboard.press('Tab')
  await expect(rows.nth(0)).toBeFocused()
  await home.keyboard.press('ArrowDown')
  await expect(rows.nth(1)).toBeFocused()
  await home.keyboard.press('Enter')
  const window = await oriel.window('Second')
  await expect(window.getByRole('heading', { name: 'Second' })).toBeVisible()
  // What was used last is first now, and the focus has gone with it.
  await expect(rows.nth(0)).toContainText(/Second.*Open/)
  await home.keyboard.press('Delete')
  await expect(home.getByRole('alertdialog')).toHaveCount(0)
  await window.close()
  await expect(rows.nth(0)).not.toContainText('Open')

  // A session whose file is gone cannot be opened, only removed.
  await home.keyboard.press('End')
  await expect(rows.nth(2)).toBeFocused()
  await home.keyboard.press('Enter')
  await home.keyboard.press('Delete')
  const question = home.getByRole('alertdialog', { name: 'Remove First' })
  await expect(question.getByRole('button', { name: 'Keep' })).toBeFocused()
  await home.keyboard.press('Escape')
  await expect(rows.nth(2)).toBeFocused()
  await home.keyboard.press('Delete')
  await home.keyboard.press('Tab')
  await expect(question.getByRole('button', { name: 'Remove' })).toBeFocused()
  await home.keyboard.press('Enter')
  await expect(rows).toHaveCount(2)
  await expect(rows.nth(1)).toBeFocused()
  expect((await sessions(oriel)).map(({ title }) => title)).toEqual(['Second', 'Third'])
  expect(existsSync(second)).toBe(true)

  await rows.nth(1).click()
  const resumed = await oriel.window('Third')
  await expect(resumed.getByRole('heading', { name: 'Third' })).toBeVisible()
  await resumed.close()
  await home.close()
  expect((await app.exited).code).toBe(0)
})

test('[F11] a typed path opens the script, after a question if it was never seen; a wrong one is told', async ({
  oriel,
}) => {
  const file = write(oriel, 'my report.oriel.ts', note('Report'))
  const app = openHome(oriel)
  const home = await oriel.window('Oriel')
  const field = home.getByLabel('Path of a script')
  await expect(home.getByRole('button', { name: 'Open', exact: true })).toBeDisabled()

  const text = write(oriel, 'notes.txt', 'Only text')
  await field.fill(text)
  await field.press('Enter')
  await expect(home.getByText(`${text} is not a type of script`)).toBeVisible()
  await field.fill(file.replace('my report', 'no report'))
  await field.press('Enter')
  await expect(home.getByText(/There is no file .*no report\.oriel\.ts/)).toBeVisible()

  await field.fill(`"${file}"`)
  await field.press('Enter')
  const question = await oriel.window('Open my report.oriel.ts?')
  await expect(home.getByRole('button', { name: 'Opening…' })).toBeDisabled()
  await clickAway(question.getByRole('button', { name: 'Don’t open' }))
  await expect(home.getByRole('button', { name: 'Open', exact: true })).toBeEnabled()
  await oriel.windows(1)

  await field.press('Enter')
  const anew = await oriel.window('Open my report.oriel.ts?')
  await clickAway(anew.getByRole('button', { name: 'Open', exact: true }))
  await (await oriel.window('Report')).close()
  // It is busy until the first time has come to its end.
  await expect(home.getByRole('button', { name: 'Open', exact: true })).toBeEnabled()
  await field.press('Enter')
  const window = await oriel.window('Report')
  await expect(window.getByRole('heading', { name: 'Report' })).toBeVisible()
  await window.close()
  await home.close()
  expect((await app.exited).code).toBe(0)
})

test('[F12] a second start brings the home window to the front and ends with 0', async ({ oriel }) => {
  test.skip(Boolean(spawnSync('xdotool', ['version']).error), 'xdotool is not installed')
  const app = openHome(oriel)
  const home = await oriel.window('Oriel')
  await home.getByRole('button', { name: /^Hello/ }).click()
  const hello = await oriel.window('Hello')
  await expect(hello.getByRole('button', { name: 'Add one' })).toBeVisible()
  await expect.poll(frontWindow).toBe('Hello')
  const second = await oriel.command([])
  expect(second).toMatchObject({ code: 0, stdout: '', stderr: '' })
  await expect.poll(frontWindow).toBe('Oriel')
  await oriel.windows(2)
  await hello.close()
  await home.close()
  expect((await app.exited).code).toBe(0)
})
