import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { EXAMPLES, SCRIPTS, expect, test } from './support/oriel.ts'

const ADDRESS = /: (http:\/\/127\.0\.0\.1:\d+\/w\/\S+)/

test('[F1] a missing script ends with exit 2 and one line that names it', async ({ oriel }) => {
  const exit = await oriel.command(['missing.ts'])
  expect(exit.code).toBe(2)
  expect(exit.stderr.trim().split('\n')).toHaveLength(1)
  expect(exit.stderr).toContain('missing.ts')
})

test('[F1] a folder, text that is not UTF-8 and another type are each refused with exit 2', async ({ oriel }) => {
  const folder = path.join(oriel.home, 'folder.ts')
  mkdirSync(folder)
  const binary = path.join(oriel.home, 'binary.ts')
  writeFileSync(binary, Buffer.from([0x66, 0xff, 0xfe, 0x00, 0x80]))
  const picture = path.join(oriel.home, 'picture.png')
  writeFileSync(picture, 'x')
  for (const file of [folder, binary, picture]) {
    const exit = await oriel.command([file])
    expect([file, exit.code]).toEqual([file, 2])
    expect(exit.stderr.trim().split('\n')).toHaveLength(1)
    expect(exit.stderr).toContain(file)
  }
})

test('[F2] a syntax error without a window ends with exit 1 and file:line:column', async ({ oriel }) => {
  const file = path.join(oriel.home, 'broken.oriel.ts')
  writeFileSync(file, "import { show } from 'oriel'\n\nconst x: number = = 1\n")
  const exit = await oriel.command([file, '--host', 'headless'])
  expect(exit.code).toBe(1)
  expect(exit.stderr).toMatch(/broken\.oriel\.ts:3:19: /)
  expect(exit.stderr).toContain('const x: number = = 1')
})

test('[F4] an error thrown while loading is told at its place in the source, through local imports', async ({
  oriel,
}) => {
  writeFileSync(
    path.join(oriel.home, 'lib.ts'),
    'export function fail(): never {\n  throw new Error("no such file")\n}\n',
  )
  const file = path.join(oriel.home, 'throws.oriel.ts')
  writeFileSync(file, "import { fail } from './lib'\nfail()\n")
  const exit = await oriel.command([file, '--host', 'headless'])
  expect(exit.code).toBe(1)
  expect(exit.stderr).toMatch(/lib\.ts:2:9: .*no such file/)
})

test('[H11] a host that is not here ends with exit 3 and says what to do', async ({ oriel }) => {
  const exit = await oriel.command([path.join(EXAMPLES, 'hello.oriel.ts'), '--host', 'electron'])
  expect(exit.code).toBe(3)
  expect(exit.stderr).toMatch(/electron/i)
})

test('[F14] bad usage ends with exit 2', async ({ oriel }) => {
  expect((await oriel.command(['--host', 'netscape'])).code).toBe(2)
  expect((await oriel.command([path.join(EXAMPLES, 'hello.oriel.ts'), 'not-a-pair'])).code).toBe(2)
  expect((await oriel.command([path.join(EXAMPLES, 'hello.oriel.ts'), '--port', '70000'])).code).toBe(2)
})

test('[H4] the weather example gives a picture of its filled table and chart', async ({ oriel }) => {
  const picture = path.join(oriel.home, 'weather.png')
  const exit = await oriel.command([
    path.join(EXAMPLES, 'weather.oriel.ts'),
    '--host',
    'headless',
    '--screenshot',
    picture,
  ])
  expect(exit).toMatchObject({ code: 0, stderr: expect.not.stringContaining('Error') })
  const png = readFileSync(picture)
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([expect.any(Number), expect.any(Number)])
  expect(png.length).toBeGreaterThan(30_000)
})

test('[H16] pictures of a window leave its printed address, and the page of whoever opened it, as they are', async ({
  oriel,
}) => {
  const app = oriel.run([path.join(SCRIPTS, 'picture.oriel.ts'), '--host', 'headless'])
  const [, url] = await app.output(ADDRESS)
  await app.output(/^picture at the start: 960 x 640$/m)
  const page = await oriel.visit(url!)
  await page.getByRole('button', { name: 'Picture' }).click()
  await expect(page.locator('#last')).toHaveText('picture 1: 960 x 640')
  await page.getByRole('button', { name: 'Picture' }).click()
  await expect(page.locator('#last')).toHaveText('picture 2: 960 x 640')
})

test('[E12] a click in the page runs the callback in the script and the page shows it', async ({ oriel }) => {
  const app = oriel.run([path.join(SCRIPTS, 'counter.oriel.ts'), '--host', 'headless'])
  const [, url] = await app.output(ADDRESS)
  const page = await oriel.visit(url!)
  await expect(page.locator('#n')).toHaveText('0')
  for (let n = 1; n <= 3; n++) {
    await page.getByRole('button', { name: 'Add' }).click()
    await expect(page.locator('#n')).toHaveText(String(n))
  }
  expect(await page.evaluate(() => window.oriel!.request('whoami'))).toEqual(
    await page.evaluate(() => [window.oriel!.session.clientId, window.oriel!.session.id]),
  )
})

test('[D6] the address of a page works once; reloading the page goes on working', async ({ oriel }) => {
  const app = oriel.run([path.join(SCRIPTS, 'counter.oriel.ts'), '--host', 'headless'])
  const [, url] = await app.output(ADDRESS)
  const page = await oriel.visit(url!)
  expect(page.url()).not.toContain('ticket')
  await page.getByRole('button', { name: 'Add' }).click()
  await expect(page.locator('#n')).toHaveText('1')
  await page.reload()
  await expect(page.locator('#n')).toHaveText('1')
  await page.getByRole('button', { name: 'Add' }).click()
  await expect(page.locator('#n')).toHaveText('2')
  const again = await fetch(url!, { redirect: 'manual' })
  expect(again.status).toBe(403)
})

test('[F3] a handler that throws is told in the page, and the session goes on', async ({ oriel }) => {
  const app = oriel.run([path.join(SCRIPTS, 'counter.oriel.ts'), '--host', 'headless'])
  const [, url] = await app.output(ADDRESS)
  const page = await oriel.visit(url!)
  await page.getByRole('button', { name: 'Fail' }).click()
  await expect(page.getByText('the handler failed on purpose').first()).toBeVisible()
  await page.getByRole('button', { name: 'Add' }).click()
  await expect(page.locator('#n')).toHaveText('1')
})
