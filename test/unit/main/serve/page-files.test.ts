import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { RecordedLog } from '../../../support/recorded-log.ts'
import { ServeBench } from '../../../support/serve-bench.ts'
import type { TestBrowser } from '../../../support/serve-bench.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const SCRIPT = `
  import { show } from 'oriel'
  import { secret } from './rules.js'
  export default async function () {
    await show({ file: 'page.html' }, { id: 'page', title: secret.slice(0, 0) + 'Page' })
    await show({ file: 'public/about.html' }, { id: 'about', title: 'About' })
    await show({ file: 'gone.html' }, { id: 'gone', title: 'Gone' })
    await show({ file: 'latin.html' }, { id: 'latin', title: 'Latin' })
  }
`
const log = new RecordedLog()
let bench: ServeBench
let browser: TestBrowser

beforeAll(async () => {
  bench = new ServeBench()
  const write = (name: string, text: string | Buffer = `content of ${name}`) => {
    mkdirSync(path.dirname(path.join(bench.folder, name)), { recursive: true })
    writeFileSync(path.join(bench.folder, name), text)
  }
  write('rules.js', 'export const secret = "s3cr3t"')
  write('package.json', '{}')
  write('page.html', '<p>the page</p>')
  write('gone.html', '<p>going</p>')
  write('latin.html', '<p>fine</p>')
  for (const name of [...GIVEN, ...KEPT])
    if (!['app.ts', 'rules.js', 'page.html', 'package.json', 'users.json'].includes(name)) write(name)
  symlinkSync(path.join(bench.folder, 'visits.db'), path.join(bench.folder, 'link.css'))
  symlinkSync(path.join(bench.folder, '.env'), path.join(bench.folder, 'public', 'env.txt'))
  symlinkSync('/etc/hosts', path.join(bench.folder, 'public', 'hosts.txt'))
  await bench.startForUsers(SCRIPT, { eddie: { roles: ['editor'] } }, { log })
  browser = bench.browser()
  await browser.login('eddie')
  await browser.page('/w/page')
})
afterAll(() => bench[Symbol.asyncDispose]())

const GIVEN = [
  'page.css',
  'page.js',
  'lib/more.mjs',
  'fonts/one.woff2',
  'PICTURE.PNG',
  'logo.svg',
  'public/data.json',
  'public/about.html',
  'public/table.csv',
  'public/deep/er/manual.pdf',
  'public/anything.xyz',
]
const KEPT = [
  'app.ts',
  'rules.js',
  'page.html',
  'users.json',
  'visits.db',
  'customers.csv',
  'notes.txt',
  'report.html',
  'package.json',
  '.env',
  '.git/config',
  'other.oriel.ts',
  'other.oriel.js',
  'vite.config.js',
  'page.js.map',
  'lib/part.tsx',
  'no-ending',
  'public/.env',
  'public/source.ts',
  'public/kept.sqlite3',
  'public/kept.db-wal',
  'public/server.pem',
  'not/public/data.json',
]
const address = (name: string) => `/w/page/files/${name.split('/').map(encodeURIComponent).join('/')}`

test.each(GIVEN)('[U11] a page has %s beside it', async (name) => {
  const answer = await browser.ask(address(name))
  expect(answer.status).toBe(200)
})

test.each(KEPT)('[U11] no visitor has %s', async (name) => {
  const answer = await browser.ask(address(name))
  expect(answer.status).toBe(404)
  expect(await answer.text()).not.toMatch(/content of|s3cr3t/)
})

test.each([
  'link.css',
  'public/env.txt',
  'public/hosts.txt',
  '../app.ts',
  '%2e%2e/app.ts',
  'public/..%2fapp.ts',
  'app.ts%00.css',
])('[U11] %s leads to nothing that may not be had', async (name) => {
  expect((await browser.ask(`/w/page/files/${name}`)).status).toBe(404)
})

test('[U11] beside a page that is in the folder "public" itself all of that folder may be had', async () => {
  expect((await browser.ask('/w/about/files/data.json')).status).toBe(200)
  expect((await browser.ask('/w/about/files/source.ts')).status).toBe(404)
})

test('[U11] what was asked for and not given is written once, with what to do', async () => {
  for (let n = 0; n < 3; n++) await browser.ask(address('customers.csv'))
  const lines = log.lines.filter((line) => line.includes('customers.csv'))
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('public')
})

test('[U5] a page that cannot be read is named without its folder', async () => {
  rmSync(path.join(bench.folder, 'gone.html'))
  writeFileSync(path.join(bench.folder, 'latin.html'), Buffer.from([0x3c, 0xe9, 0x3e]))
  for (const [id, status] of [
    ['gone', 404],
    ['latin', 500],
  ] as const) {
    const answer = await browser.ask(`/w/${id}`)
    const text = await answer.text()
    expect([answer.status, text.includes(`${id}.html`), text.includes(bench.folder)]).toEqual([status, true, false])
  }
})
