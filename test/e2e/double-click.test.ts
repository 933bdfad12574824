import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { clickAway, expect, test } from './support/oriel.ts'
import type { Oriel, OrielProcess } from './support/oriel.ts'

const TYPE = 'application/x-oriel-script'
const has = (command: string) => !spawnSync(command, ['--version']).error

test.skip(process.platform !== 'linux', 'File associations are made by the installer here')
test.skip(!['xdg-open', 'mimetype', 'update-mime-database'].every(has), 'xdg-utils are not installed')

/** A person's desktop of its own: nothing of the real one is read or changed. */
class Desktop {
  readonly env: Record<string, string>
  readonly folder: string
  readonly home: string
  readonly #oriel: Oriel

  constructor(oriel: Oriel) {
    this.#oriel = oriel
    this.folder = path.join(oriel.home, 'My scripts')
    this.home = path.join(oriel.home, 'person')
    mkdirSync(this.folder)
    mkdirSync(this.home)
    this.env = {
      HOME: this.home,
      XDG_DATA_HOME: path.join(this.home, '.local/share'),
      XDG_CONFIG_HOME: path.join(this.home, '.config'),
      // No desktop environment: xdg-open goes by the desktop entries itself.
      XDG_CURRENT_DESKTOP: 'X-Generic',
      // What it would fall back to if it found none; nothing else may open the file.
      BROWSER: '/bin/false',
    }
  }

  ask(command: string, ...args: string[]): string {
    return execFileSync(command, args, { env: { ...process.env, ...this.env }, encoding: 'utf8' }).trim()
  }

  register(...args: string[]) {
    return this.#oriel.command(['register', ...args], { env: this.env })
  }

  write(name: string, text: string): string {
    const file = path.join(this.folder, name)
    writeFileSync(file, text)
    return file
  }

  /** Whether the script, which leaves a mark when it runs, has run since the last time of asking. */
  hasRun(): boolean {
    const mark = path.join(this.folder, 'mark')
    const ran = existsSync(mark)
    rmSync(mark, { force: true })
    return ran
  }

  doubleClick(file: string): OrielProcess {
    return this.#oriel.run([file], { program: 'xdg-open', cwd: '/', env: this.env })
  }
}

const script = (text: string) => `import { writeFileSync } from 'node:fs'
import { show } from 'oriel'
writeFileSync('mark', '')
await show('<h1>${text}</h1>', { title: 'Report' })
`

test('[F11] oriel register gives scripts a type of their own and a default application; --remove takes it back', async ({
  oriel,
}) => {
  const desktop = new Desktop(oriel)
  const file = desktop.write('x.oriel.ts', script('Hi'))
  const before = desktop.ask('xdg-mime', 'query', 'filetype', file)
  expect(before).not.toBe(TYPE)
  expect((await desktop.register()).code).toBe(0)
  expect(desktop.ask('xdg-mime', 'query', 'filetype', file)).toBe(TYPE)
  expect(desktop.ask('xdg-mime', 'query', 'default', TYPE)).toBe('oriel.desktop')
  expect((await desktop.register('--remove')).code).toBe(0)
  expect(desktop.ask('xdg-mime', 'query', 'filetype', file)).toBe(before)
  expect(desktop.ask('xdg-mime', 'query', 'default', TYPE)).toBe('')
  expect(readdirSync(desktop.home)).toEqual([])
})

test('[F11] a double-click asks before it opens a script; asks no more once agreed; asks again for a changed one', async ({
  oriel,
}) => {
  const desktop = new Desktop(oriel)
  await desktop.register()
  const file = desktop.write('report.oriel.ts', script('First'))

  const first = desktop.doubleClick(file)
  const question = await oriel.window('Open report.oriel.ts?')
  await expect(question.getByText(file)).toBeVisible()
  await expect(question.getByRole('button', { name: 'Don’t open' })).toBeFocused()
  expect(desktop.hasRun()).toBe(false)
  await clickAway(question.getByRole('button', { name: 'Open', exact: true }))
  const window = await oriel.window('Report')
  await expect(window.getByRole('heading', { name: 'First' })).toBeVisible()
  expect(desktop.hasRun()).toBe(true)
  await window.close()
  expect(await first.exited).toMatchObject({ code: 0, stdout: '' })

  const second = desktop.doubleClick(file)
  const again = await oriel.window('Report')
  await expect(again.getByRole('heading', { name: 'First' })).toBeVisible()
  expect(desktop.hasRun()).toBe(true)
  await again.close()
  expect((await second.exited).code).toBe(0)

  desktop.write('report.oriel.ts', script('Second'))
  const third = desktop.doubleClick(file)
  const anew = await oriel.window('Open report.oriel.ts?')
  expect(desktop.hasRun()).toBe(false)
  await clickAway(anew.getByRole('button', { name: 'Open', exact: true }))
  const changed = await oriel.window('Report')
  await expect(changed.getByRole('heading', { name: 'Second' })).toBeVisible()
  await changed.close()
  expect((await third.exited).code).toBe(0)
})

test('[F11] a script is asked about again when a file that it imports has changed', async ({ oriel }) => {
  const desktop = new Desktop(oriel)
  await desktop.register()
  desktop.write('helper.ts', `export const text = 'One'`)
  const file = desktop.write(
    'report.oriel.ts',
    script('${text}').replaceAll("'<h1>${text}</h1>'", '`<h1>${text}</h1>`') + `import { text } from './helper'\n`,
  )
  for (const text of ['One', 'Two']) {
    desktop.write('helper.ts', `export const text = '${text}'`)
    const app = desktop.doubleClick(file)
    const question = await oriel.window('Open report.oriel.ts?')
    expect(desktop.hasRun()).toBe(false)
    // What the person agrees to is what was there when the question came.
    desktop.write('helper.ts', `throw new Error('nobody agreed to this')`)
    await clickAway(question.getByRole('button', { name: 'Open', exact: true }))
    const window = await oriel.window('Report')
    await expect(window.getByRole('heading', { name: text })).toBeVisible()
    expect(desktop.hasRun()).toBe(true)
    await window.close()
    expect((await app.exited).code).toBe(0)
  }
})

const REFUSALS: Record<string, (page: Page) => Promise<void>> = {
  '"Don’t open"': (page) => clickAway(page.getByRole('button', { name: 'Don’t open' })),
  Escape: (page) => page.keyboard.press('Escape'),
  'closing the question': (page) => page.close(),
}
for (const [how, refuse] of Object.entries(REFUSALS)) {
  test(`[F11] ${how} runs nothing of the script, ends with 0 and is not remembered`, async ({ oriel }) => {
    const desktop = new Desktop(oriel)
    await desktop.register()
    const file = desktop.write('report.oriel.ts', script('Never'))
    for (let time = 0; time < 2; time++) {
      const app = desktop.doubleClick(file)
      const question = await oriel.window('Open report.oriel.ts?')
      await expect(question.getByRole('button', { name: 'Don’t open' })).toBeFocused()
      // The window may be gone before the key has come up again.
      await refuse(question).catch(() => {})
      expect(await app.exited).toMatchObject({ code: 0, stdout: '' })
      expect(desktop.hasRun()).toBe(false)
    }
    expect(JSON.parse((await oriel.command(['sessions', 'list', '--json'])).stdout)).toEqual([])
  })
}

test('[F12] a double-click while Oriel is open is handed to it; two on the same file ask once', async ({ oriel }) => {
  const desktop = new Desktop(oriel)
  await desktop.register()
  const open = oriel.run([desktop.write('open.oriel.ts', script('Open').replace('Report', 'Already open'))])
  await oriel.window('Already open')
  const file = desktop.write('report.oriel.ts', script('Hi'))
  const clicks = [desktop.doubleClick(file), desktop.doubleClick(file)]
  const question = await oriel.window('Open report.oriel.ts?')
  // Whichever comes second has been taken on once the first is answered; there are never two questions.
  await expect(question.getByRole('button', { name: 'Don’t open' })).toBeFocused()
  await oriel.windows(2)
  await clickAway(question.getByRole('button', { name: 'Open', exact: true }))
  const window = await oriel.window('Report')
  for (const click of clicks) expect((await click.exited).code).toBe(0)
  await oriel.windows(2)
  const entries = JSON.parse((await oriel.command(['sessions', 'list', '--json'])).stdout) as { scriptPath: string }[]
  expect(entries.filter(({ scriptPath }) => scriptPath === file)).toHaveLength(1)
  await window.close()
  await (await oriel.window('Already open')).close()
  expect((await open.exited).code).toBe(0)
})

test('[F11] the file manager’s way, through GIO, opens the script too', async ({ oriel }) => {
  test.skip(!has('gio'), 'gio is not installed')
  const desktop = new Desktop(oriel)
  await desktop.register()
  const file = desktop.write('report.oriel.ts', script('Hi'))
  const gio = oriel.run(['open', file], { program: 'gio', cwd: '/', env: desktop.env })
  const question = await oriel.window('Open report.oriel.ts?')
  await clickAway(question.getByRole('button', { name: 'Open', exact: true }))
  const window = await oriel.window('Report')
  await expect(window.getByRole('heading', { name: 'Hi' })).toBeVisible()
  expect(readFileSync(path.join(desktop.env.XDG_DATA_HOME!, 'applications/oriel.desktop'), 'utf8')).toContain('--ask')
  await window.close()
  expect((await gio.exited).code).toBe(0)
})
