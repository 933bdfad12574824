import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from './support/oriel.ts'
import type { Oriel } from './support/oriel.ts'

function write(oriel: Oriel, name: string, text: string): string {
  const file = path.join(oriel.home, name)
  writeFileSync(file, text)
  return file
}

const BROKEN = `import { show } from 'oriel'

const title: string = = 'Mended'
await show(\`<h1>\${title}</h1>\`, { title })
`
const MENDED = BROKEN.replace('= =', '=')
const COUNTER = `import { html, show } from 'oriel'
let n = 0
const w = await show('<h1 id="n">0</h1><button data-event="add">Add</button>', { title: 'Counter' })
w.on('add', () => w.patch('#n', html\`\${++n}\`))
`

test('[F2] a syntax error opens a window with message, place and the lines around; mended, Restart runs the script', async ({
  oriel,
}) => {
  const file = write(oriel, 'broken.oriel.ts', BROKEN)
  const app = oriel.run([file, '--host', 'chromium'])
  const window = await oriel.window('broken.oriel.ts – problem')
  await expect(window.getByRole('alert')).toHaveText('The script could not be read')
  await expect(window.getByText('Unexpected "="')).toBeVisible()
  await expect(window.locator('figcaption')).toHaveText(`${file}:3:23`)
  const failing = window.locator('[data-failing]')
  await expect(failing).toContainText("const title: string = = 'Mended'")
  await expect(failing).toHaveCount(1)
  await app.output(/broken\.oriel\.ts:3:23: Unexpected "="/, 'stderr')

  // Mended wrongly first: the window tells the new error.
  write(oriel, 'broken.oriel.ts', MENDED.replace('show(', 'shout('))
  await window.getByRole('button', { name: 'Restart' }).click()
  await expect(window.getByRole('alert')).toHaveText('The script failed')
  await expect(window.getByText('shout is not defined')).toBeVisible()
  await expect(window.locator('[data-failing]')).toContainText('await shout(')

  write(oriel, 'broken.oriel.ts', MENDED)
  await window.getByRole('button', { name: 'Restart' }).click()
  const mended = await oriel.window('Mended')
  await expect(mended.getByRole('heading', { name: 'Mended' })).toBeVisible()
  await oriel.windows(1)
  await mended.close()
  expect((await app.exited).code).toBe(0)
})

test('[F2] a throw while loading shows its stack folded; closing the window ends with 1', async ({ oriel }) => {
  const helper = write(oriel, 'helper.ts', `export function read(): never {\n  throw new Error('no such table')\n}\n`)
  const file = write(oriel, 'throws.oriel.ts', `import { read } from './helper'\n\nread()\n`)
  const app = oriel.run([file, '--host', 'chromium'])
  const window = await oriel.window('throws.oriel.ts – problem')
  await expect(window.getByText('no such table').first()).toBeVisible()
  await expect(window.locator('figcaption')).toHaveText(`${helper}:2:9`)
  const stack = window.locator('.problem-stack pre')
  await expect(stack).toBeHidden()
  await window.getByText('Stack', { exact: true }).click()
  await expect(stack).toBeVisible()
  await expect(stack).toContainText('throws.oriel.ts:3:1')
  await window.close()
  const exit = await app.exited
  expect(exit.code).toBe(1)
  expect(exit.stderr).toContain('no such table')
})

test('[F3] a throw in a timer and a rejection nobody handles are shown in a panel, and the script runs on', async ({
  oriel,
}) => {
  const file = write(
    oriel,
    'late.oriel.ts',
    `${COUNTER}
w.on('later', () => void setTimeout(() => { throw new Error('the timer failed') }))
w.on('reject', () => void Promise.reject(new Error('nobody caught this')))
await w.update('<h1 id="n">0</h1><button data-event="add">Add</button><button data-event="later">Later</button><button data-event="reject">Reject</button>')
`,
  )
  const app = oriel.run([file, '--host', 'chromium'])
  const window = await oriel.window('Counter')
  await window.getByRole('button', { name: 'Later' }).click()
  const panel = window.getByRole('alert')
  await expect(panel).toContainText('Something went wrong in late.oriel.ts')
  await expect(panel).toContainText('the timer failed')
  await expect(panel).toContainText('late.oriel.ts:6:')
  await app.output(/late\.oriel\.ts:6:\d+: .*the timer failed/, 'stderr')
  await window.getByRole('button', { name: 'Add' }).click()
  await expect(window.locator('#n')).toHaveText('1')

  await panel.getByRole('button', { name: 'Details' }).click()
  const details = window.getByRole('dialog', { name: 'Something went wrong' })
  await expect(details.getByRole('button', { name: 'Close' })).toBeFocused()
  await expect(details.locator('[data-failing]')).toContainText("throw new Error('the timer failed')")
  await window.keyboard.press('Escape')
  await expect(details).toBeHidden()
  await panel.getByRole('button', { name: 'Dismiss' }).click()
  await expect(panel).toBeHidden()

  await window.getByRole('button', { name: 'Reject' }).click()
  await expect(window.getByRole('alert')).toContainText('nobody caught this')
  await window.getByRole('button', { name: 'Add' }).click()
  await expect(window.locator('#n')).toHaveText('2')
  await window.close()
  expect((await app.exited).code).toBe(0)
})

test('[F6] a script over its memory limit is ended and says so; another script’s window goes on', async ({ oriel }) => {
  const hungry = write(
    oriel,
    'hungry.oriel.ts',
    `import { show } from 'oriel'
const w = await show('<button data-event="eat">Eat</button>', { title: 'Hungry' })
const kept: unknown[] = []
w.on('eat', () => {
  for (;;) kept.push(Array.from({ length: 100_000 }, (_, n) => ({ n })))
})
`,
  )
  const app = oriel.run([write(oriel, 'counter.oriel.ts', COUNTER), '--host', 'chromium'], {
    env: { ORIEL_MEMORY_LIMIT_MIB: '64' },
  })
  const counter = await oriel.window('Counter')
  expect((await oriel.command([hungry])).code).toBe(0)
  const window = await oriel.window('Hungry')
  await window.getByRole('button', { name: 'Eat' }).click()
  const dialog = window.getByRole('dialog')
  await expect(dialog.getByRole('heading')).toContainText('The script ran out of memory')
  await expect(dialog).toContainText('64 MiB')
  await app.output(/64 MiB/, 'stderr')

  await counter.getByRole('button', { name: 'Add' }).click()
  await expect(counter.locator('#n')).toHaveText('1')

  await dialog.getByRole('button', { name: 'Restart' }).click()
  await expect(dialog).toBeHidden()
  await expect(window.getByRole('button', { name: 'Eat' })).toBeVisible()
  await window.close()
  await counter.close()
  expect((await app.exited).code).toBe(0)
})

test('[J10] a damaged database is moved aside; the window and the terminal say so, and work goes on', async ({
  oriel,
}) => {
  const garbage = 'This is no database. '.repeat(500)
  write(oriel, 'oriel.db', garbage)
  const app = oriel.run([write(oriel, 'counter.oriel.ts', COUNTER), '--host', 'chromium'])
  const window = await oriel.window('Counter')
  const banner = window.getByText(/damaged/)
  await expect(banner).toBeVisible()
  await app.output(/^oriel: .*damaged/m, 'stderr')
  const aside = readdirSync(oriel.home).filter((name) => name.startsWith('oriel.db.damaged-'))
  expect(aside).toHaveLength(1)
  await expect(banner).toContainText(aside[0]!)
  expect(readFileSync(path.join(oriel.home, aside[0]!), 'utf8')).toBe(garbage)

  await window.getByRole('button', { name: 'Dismiss' }).click()
  await expect(banner).toBeHidden()
  await window.getByRole('button', { name: 'Add' }).click()
  await expect(window.locator('#n')).toHaveText('1')
  await window.close()
  expect((await app.exited).code).toBe(0)
  expect(JSON.parse((await oriel.command(['sessions', 'list', '--json'])).stdout)).toHaveLength(1)
})

test('[J11] a database of a newer version ends with 3 and both versions, and is left as it was', async ({ oriel }) => {
  const file = path.join(oriel.home, 'oriel.db')
  const db = new Database(file)
  db.exec('CREATE TABLE sessions (id TEXT); PRAGMA user_version = 4000')
  db.close()
  const before = { bytes: readFileSync(file), changed: statSync(file).mtimeMs, names: readdirSync(oriel.home) }
  const script = write(oriel, 'counter.oriel.ts', COUNTER)
  const exit = await oriel.command([script, '--host', 'chromium'])
  expect(exit.code).toBe(3)
  expect(exit.stderr).toMatch(/\b4000\b.*\b\d{1,3}\b/)
  expect(readFileSync(file)).toEqual(before.bytes)
  expect(statSync(file).mtimeMs).toBe(before.changed)
  expect(readdirSync(oriel.home).filter((name) => name.startsWith('oriel.db'))).toEqual(['oriel.db'])
})
