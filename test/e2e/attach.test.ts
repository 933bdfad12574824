import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { EXAMPLES, expect, test } from './support/oriel.ts'
import type { Oriel } from './support/oriel.ts'

const WEATHER = path.join(EXAMPLES, 'weather.oriel.ts')

/** The weather example in a window, and its session's id. */
async function openWeather(oriel: Oriel): Promise<{ page: Page; id: string }> {
  oriel.run([WEATHER])
  const page = await oriel.window('Seattle weather')
  await expect(page.getByText('1–50 of 1,461 days')).toBeVisible()
  const { stdout } = await oriel.command(['sessions', 'list', '--json'])
  const [{ sessionId }] = JSON.parse(stdout) as [{ sessionId: string }]
  return { page, id: sessionId }
}

test('[Y1] [D7] a program from outside changes the filter, and the window follows', async ({ oriel }) => {
  const { page, id } = await openWeather(oriel)
  const { code, stdout } = await oriel.command(['attach', id.slice(0, 10)])
  expect(code).toBe(0)
  const url = /^url +(\S+)/m.exec(stdout)![1]!
  const ticket = /^ticket +(\S+)/m.exec(stdout)![1]!
  expect(stdout).toContain(`pullSession({ url: '${url}', ticket: '${ticket}' })`)

  const program = spawn(process.execPath, [path.join(EXAMPLES, 'attach.mjs'), url, ticket, '2014'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  program.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  await expect(page.getByText('1–50 of 365 days')).toBeVisible()
  await expect(page.getByLabel('Year')).toHaveValue('2014')
  await expect.poll(() => printed).toContain('The year was all\nThe year is 2014\n')
  // And the other way: what the person chooses is told to the program.
  await page.getByLabel('Year').selectOption('2013')
  await expect.poll(() => printed).toContain('"year":"2013"')
  const exited = once(program, 'exit')
  program.kill('SIGINT')
  expect(await exited).toEqual([0, null])
  await expect(page.getByText('1–50 of 365 days')).toBeVisible()
})

test('[Y1] attach --json prints the document and each change, until Ctrl+C', async ({ oriel }) => {
  const { page, id } = await openWeather(oriel)
  const attached = oriel.run(['attach', id, '--json'])
  await attached.output(/\n/)
  await page.getByLabel('Year').selectOption('2015')
  await attached.output(/"2015"/)
  const { code, stdout, stderr } = await attached.stop()
  expect([code, stderr]).toEqual([0, ''])
  const [first, ...changes] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; version: number; records: { id: string }[]; ops: unknown[] })
  expect(first!.type).toBe('snapshot')
  expect(first!.records.map((record) => record.id)).toContain('state:Choice')
  expect(changes.every(({ type }) => type === 'change')).toBe(true)
  expect(changes.flatMap(({ ops }) => ops)).toContainEqual({
    op: 'set',
    id: 'state:Choice',
    path: ['year'],
    value: '2015',
  })
})

test('[D2] [F14] a session that is unknown, not running or in a process of its own is exit 2, and says so', async ({
  oriel,
}) => {
  const nothing = await oriel.command(['attach', 'nobody'])
  expect([nothing.code, nothing.stdout]).toEqual([2, ''])
  expect(nothing.stderr).toContain('There is no session "nobody"')

  const headless = oriel.run([WEATHER, '--host', 'headless'])
  await headless.output(/http:/)
  const { stdout } = await oriel.command(['sessions', 'list', '--json'])
  const [{ sessionId }] = JSON.parse(stdout) as [{ sessionId: string }]
  const alone = await oriel.command(['attach', sessionId])
  expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('--host headless')])
  await headless.stop()
  const closed = await oriel.command(['attach', sessionId, '--json'])
  expect([closed.code, closed.stderr]).toEqual([2, expect.stringContaining('is not running. Open it first')])
})
