import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { createPageHandler } from '../../../../src/main/server/pages.ts'
import type { PageHandler } from '../../../../src/main/server/types.ts'
import { FakeDirectory, keptLog, pageOf, tempFolder } from './support.ts'

const ORIGIN = 'http://127.0.0.1:5007'
let root: string
let pages: PageHandler
let log: ReturnType<typeof keptLog>

beforeEach(() => {
  root = tempFolder()
  const folder = path.join(root, 'app')
  mkdirSync(path.join(folder, 'img'), { recursive: true })
  mkdirSync(path.join(folder, '.git'))
  mkdirSync(path.join(root, 'assets'))
  writeFileSync(path.join(root, 'secret.txt'), 'secret')
  writeFileSync(
    path.join(folder, 'index.html'),
    '<!doctype html><head><script src="app.js"></script></head><p>Hällo</p>',
  )
  writeFileSync(path.join(folder, 'app.js'), 'hello()')
  writeFileSync(path.join(folder, 'other.html'), '<script>x()</script>')
  writeFileSync(path.join(folder, 'img', 'a b.PNG'), 'png')
  writeFileSync(path.join(folder, '.env'), 'KEY=1')
  writeFileSync(path.join(folder, '.git', 'config'), 'x')
  writeFileSync(path.join(folder, 'latin1.html'), Buffer.from([0x3c, 0xe9, 0x3e]))
  writeFileSync(path.join(folder, 'large.bin'), new Uint8Array(5_000_000).fill(7))
  symlinkSync(path.join(root, 'secret.txt'), path.join(folder, 'link-out.txt'))
  symlinkSync(root, path.join(folder, 'folder-out'))
  symlinkSync(path.join(folder, 'app.js'), path.join(folder, 'link-in.js'))
  writeFileSync(path.join(root, 'assets', 'page.js'), 'page()')
  writeFileSync(path.join(root, 'assets', 'table-D4kf_9Qz.js'), 'table()')
  log = keptLog()
  const directory = new FakeDirectory({
    one: pageOf({ content: { kind: 'html', html: '<p>One</p><script>a()</script>' } }),
    two: pageOf({ content: { kind: 'html', html: '<p>Two</p>' } }),
    file: pageOf({ content: { kind: 'file', file: path.join(folder, 'index.html') } }),
    gone: pageOf({ content: { kind: 'file', file: path.join(folder, 'missing.html') } }),
    latin1: pageOf({ content: { kind: 'file', file: path.join(folder, 'latin1.html') } }),
    url: pageOf({ content: { kind: 'url', url: 'https://example.org/chart?a=1' } }),
  })
  pages = createPageHandler({ directory, assetsDir: path.join(root, 'assets'), log })
})

const get = (target: string, headers: Record<string, string> = {}, method = 'GET') =>
  pages(new Request(ORIGIN + target, { method, headers }), { trusted: false })
const as = (key: string) => ({ cookie: `oriel=secret-${key}` })

describe('the ticket in an address', () => {
  test('[D6] is changed for a cookie of this window alone, and the address without it', async () => {
    const response = await get('/w/one?ticket=ticket-one')
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/w/one')
    expect(response.headers.get('set-cookie')).toBe('oriel=secret-one; Path=/w/one; HttpOnly; SameSite=Strict')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('[D6] opens nothing the second time, and the page says what to do', async () => {
    await get('/w/one?ticket=ticket-one')
    const response = await get('/w/one?ticket=ticket-one')
    expect(response.status).toBe(403)
    expect(response.headers.get('set-cookie')).toBeNull()
    const text = await response.text()
    expect(text).toContain('This link was already used or has expired. Open the app again.')
    expect(text).toContain('color-scheme')
  })

  test('that was used leads on to the page for a window that holds the cookie: it was reloaded', async () => {
    await get('/w/one?ticket=ticket-one')
    const response = await get('/w/one?ticket=ticket-one', as('one'))
    expect([response.status, response.headers.get('location')]).toEqual([303, '/w/one'])
  })

  test.each(['/w/one?ticket=wrong', '/w/one?ticket=', '/w/two?ticket=ticket-one', '/w/none?ticket=ticket-none'])(
    'of another kind is refused: %s',
    async (target) => {
      expect((await get(target)).status).toBe(403)
    },
  )

  test('is not used up by a HEAD request', async () => {
    expect((await get('/w/one?ticket=ticket-one', {}, 'HEAD')).status).toBe(403)
    expect((await get('/w/one?ticket=ticket-one')).status).toBe(303)
  })

  test('never gets into the log', async () => {
    const broken = createPageHandler({
      directory: {
        admit() {
          throw new Error('broken')
        },
        page: () => null,
      },
      assetsDir: root,
      log,
    })
    const response = await broken(new Request(`${ORIGIN}/w/one?ticket=t1cket`), { trusted: false })
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('broken')
    expect(log.lines).toHaveLength(1)
    expect(JSON.stringify(log.lines)).not.toContain('t1cket')
  })
})

describe('a page', () => {
  test('is given to its cookie, also among others', async () => {
    const response = await get('/w/one', { cookie: 'a=b; oriel=foreign; oriel=secret-one; c' })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('<p>One</p>')
  })

  test.each<[string, Record<string, string>]>([
    ['no cookie', {}],
    ['the cookie of another window', as('two')],
    ['a cookie of another name', { cookie: 'xoriel=secret-one; oriel2=secret-one' }],
    ['the word for the trusted way', { cookie: 'oriel=trusted' }],
    ['a cookie that cannot be decoded', { cookie: 'oriel=%E0%A4%A' }],
  ])('is refused to %s', async (_name, headers) => {
    const response = await get('/w/one', headers)
    expect(response.status).toBe(403)
    expect(await response.text()).not.toContain('<p>One</p>')
  })

  test('has a strict policy: its own scripts by nonce, its own socket, and nothing else', async () => {
    const response = await get('/w/one', as('one'))
    const policy = Object.fromEntries(
      response.headers
        .get('content-security-policy')!
        .split('; ')
        .map((part) => {
          const [name, ...values] = part.split(' ')
          return [name!, values.join(' ')]
        }),
    )
    const nonce = /<script nonce="([\w-]{22})">a\(\)/.exec(await response.text())![1]!
    expect(policy).toEqual({
      'default-src': "'none'",
      'script-src': `'self' 'nonce-${nonce}'`,
      'style-src': "'self' 'unsafe-inline'",
      'img-src': "'self' data: blob:",
      'font-src': "'self' data:",
      'media-src': "'self' data: blob:",
      'connect-src': "'self' ws://127.0.0.1:5007",
      'frame-src': "'none'",
      'worker-src': "'self' blob:",
      'base-uri': "'self'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'object-src': "'none'",
    })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
    })
  })

  test('has a new nonce each time', async () => {
    const policies = await Promise.all(
      Array.from({ length: 20 }, async () => (await get('/w/one', as('one'))).headers.get('content-security-policy')),
    )
    expect(new Set(policies).size).toBe(20)
  })

  test('with url content may frame the origin of that address only', async () => {
    const response = await get('/w/url', as('url'))
    expect(response.headers.get('content-security-policy')).toContain('frame-src https://example.org;')
  })

  test('over the app’s own protocol needs no cookie and has no socket', async () => {
    const response = await pages(new Request('oriel://app/w/one'), { trusted: true })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toContain("connect-src 'self';")
    expect(await response.text()).toContain('"socket":null')
  })

  test('is not given to a page of another port that wants it as a part of itself', async () => {
    const embed = { ...as('one'), 'sec-fetch-site': 'same-site' }
    expect((await get('/w/one', { ...embed, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' })).status).toBe(403)
    expect((await get('/w/one', { ...embed, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })).status).toBe(
      403,
    )
    expect((await get('/w/one', { ...embed, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })).status).toBe(
      200,
    )
  })

  test('of a file is that file, with its relative addresses made to work', async () => {
    const text = await (await get('/w/file', as('file'))).text()
    expect(text).toMatch(/<head><base href="\/w\/file\/files\/"><script type="application\/json" id="oriel-boot">/)
    expect(text).toContain('<p>Hällo</p>')
    expect(text).toMatch(/<script nonce="[\w-]+" src="app.js">/)
  })

  test('of a file that is missing or not UTF-8 says so in plain words', async () => {
    const missing = await get('/w/gone', as('gone'))
    expect([missing.status, await missing.text()]).toEqual([
      404,
      expect.stringContaining('missing.html does not exist'),
    ])
    const latin1 = await get('/w/latin1', as('latin1'))
    expect([latin1.status, await latin1.text()]).toEqual([500, expect.stringContaining('is not UTF-8 text')])
  })
})

describe('what stands beside a file', () => {
  const file = (name: string, headers: Record<string, string> = as('file')) => get(`/w/file/files/${name}`, headers)

  test.each([
    ['app.js', 'text/javascript; charset=utf-8', 'hello()'],
    ['img/a%20b.PNG', 'image/png', 'png'],
    ['link-in.js', 'text/javascript; charset=utf-8', 'hello()'],
  ])('is served with its type: %s', async (name, type, text) => {
    const response = await file(name)
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, type, text])
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  })

  test('needs the cookie of that window', async () => {
    expect((await file('app.js', {})).status).toBe(403)
    expect((await file('app.js', as('one'))).status).toBe(403)
  })

  test.each([
    '../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    '%2e%2e%2fsecret.txt',
    '..%5csecret.txt',
    '%252e%252e%252fsecret.txt',
    'img/../../secret.txt',
    'img/%2e%2e/%2e%2e/secret.txt',
    'link-out.txt',
    'folder-out/secret.txt',
    '/etc/passwd',
    '%2fetc%2fpasswd',
    'app.js%00.png',
    '.env',
    '.git/config',
    'img',
    'img/',
    'app.js/',
    'app.js/x',
    'missing.js',
    '%E0%A4%A',
    'x'.repeat(300),
  ])('is never what lies outside, is hidden or is no file: %s', async (name) => {
    const response = await file(name)
    expect(response.status).toBe(404)
    expect(await response.text()).not.toMatch(/secret|KEY=1|root:/)
  })

  test('runs nothing when it is opened as a document of its own', async () => {
    const policy = (await file('other.html')).headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain('sandbox')
    expect(policy).not.toContain('script-src')
  })

  test('is only there for a page made of a file', async () => {
    expect((await get('/w/one/files/app.js', as('one'))).status).toBe(404)
  })

  test('is streamed where it is large', async () => {
    const response = await file('large.bin')
    expect(response.headers.get('content-length')).toBe('5000000')
    expect((await response.arrayBuffer()).byteLength).toBe(5_000_000)
  })

  test('is not sent again while it is the same', async () => {
    const etag = (await file('app.js')).headers.get('etag')!
    expect((await file('app.js', { ...as('file'), 'if-none-match': etag })).status).toBe(304)
    writeFileSync(path.join(root, 'app', 'app.js'), 'changed()')
    expect(await (await file('app.js', { ...as('file'), 'if-none-match': etag })).text()).toBe('changed()')
  })
})

describe('the renderer’s files', () => {
  test('are kept for a year where their name changes with their content, and checked otherwise', async () => {
    const hashed = await get('/assets/table-D4kf_9Qz.js')
    expect([hashed.status, hashed.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
    const fixed = await get('/assets/page.js')
    expect([fixed.status, fixed.headers.get('cache-control')]).toEqual([200, 'no-cache'])
    expect(await fixed.text()).toBe('page()')
  })

  test.each(['/assets/', '/assets/../secret.txt', '/assets/..%2fsecret.txt', '/assets/none.js', '/assets'])(
    'are all there is below /assets: %s',
    async (target) => {
      expect((await get(target)).status).toBe(404)
    },
  )
})

test.each(['/', '/w', '/w/', '/w/one/', '/w/one/other', '/w/a%20b', '/favicon.ico', '/ws', `/w/${'k'.repeat(201)}`])(
  'there is nothing else: %s',
  async (target) => {
    const response = await get(target, as('one'))
    expect(response.status).toBe(404)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  },
)
