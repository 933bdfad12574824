import path from 'node:path'
import { SCRIPTS, expect, test } from './support/oriel.ts'

const SCRIPT = path.join(SCRIPTS, 'request.oriel.ts')

test('[L3] [L5] [K2] a script is told of who comes, and with what, in the order of its session’s life', async ({
  oriel,
}) => {
  const env = { ORIEL_COOKIES: 'theme' }
  const events = async (): Promise<unknown> => {
    const { stdout } = await oriel.command(['sessions', 'list', '--json'])
    const [{ sessionId }] = JSON.parse(stdout) as [{ sessionId: string }]
    const shown = JSON.parse((await oriel.command(['sessions', 'show', sessionId])).stdout) as {
      document: { records: { id: string; props: { events: string[] } }[] }
    }
    return shown.document.records.find(({ id }) => id === 'state:Life')?.props.events
  }
  const first = oriel.run([SCRIPT, '--host', 'headless'], { env })
  const [, url] = await first.output(/^Request: (http\S+)/m)
  const page = await oriel.visit(`${url}&year=2026`)
  await page.evaluate(() => window.oriel!.ready)
  await page.context().addCookies([
    { name: 'theme', value: 'sea', url: new URL('/ws', url).href },
    { name: 'other', value: 'secret', url: new URL('/ws', url).href },
  ])
  // The connection of the first load had no cookies yet.
  await page.reload()
  await page.getByRole('button').click()
  await expect(page.locator('#who')).toHaveText(/^2026 Mozilla\/.* \{"theme":"sea"\}$/)
  await first.stop()
  expect(await events()).toEqual(['created', 'body', 'attached window', 'attached window', 'closing'])

  const second = oriel.run([SCRIPT, '--host', 'headless'], { env })
  await second.output(/^Request: http/m)
  await second.stop()
  expect(await events()).toEqual([
    'created',
    'body',
    'attached window',
    'attached window',
    'closing',
    'body',
    'closing',
  ])
})
