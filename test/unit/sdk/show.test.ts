import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { OrielError, html, session, show } from '../../../src/sdk/index.ts'
import type { ShowOptions } from '../../../src/sdk/index.ts'
import { startSession } from './support/sessions.ts'
import type { TestSession } from './support/sessions.ts'

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'oriel-show-')))
writeFileSync(path.join(folder, 'page.html'), '<p>page</p>')
afterAll(() => rmSync(folder, { recursive: true }))

let one: TestSession
beforeEach(() => {
  one = startSession('1', { scriptPath: path.join(folder, 'sales.oriel.tsx') })
})
const shown = (...given: unknown[]) => {
  const [content, options] = given.length === 0 ? ['<p>'] : given
  return one.run(() => show(content as string, options as ShowOptions))
}

test('show writes the record of the widget, makes it a root, then asks for its window', async () => {
  const order: string[] = []
  one.link.answer = (method) => {
    order.push(`${method} after ${one.link.commits.length} commit`)
    return null
  }
  const widget = await shown('<h1>Hi</h1>', { title: 'Sales', width: 300.4, x: -5, resizable: false, theme: 'dark' })
  expect(widget.id).toBe('w1')
  expect(order).toEqual(['window.open after 1 commit'])
  expect(one.link.calls).toEqual([{ method: 'window.open', params: { widgetId: 'w1' } }])
  expect(one.link.roots).toEqual(['widget:w1'])
  expect(one.link.records.get('widget:w1')).toEqual({
    id: 'widget:w1',
    type: 'widget',
    scope: 'view',
    props: {
      widgetId: 'w1',
      title: 'Sales',
      content: { kind: 'html', html: '<h1>Hi</h1>' },
      revision: expect.stringMatching(/^[\w-]{22}$/),
      patches: {},
      theme: 'dark',
      resizable: false,
      width: 300,
      height: 640,
      x: -5,
      y: null,
    },
  })
})

test('without options: 960 × 640, the system theme, the name of the script as title', async () => {
  await shown()
  expect(one.link.widget('w1')).toMatchObject({ title: 'sales', width: 960, height: 640, x: null, theme: 'system' })
})

test('content may be a template, a file named from the folder of the script, or a web page', async () => {
  await shown(html`<p>${'<'}</p>`)
  await shown({ file: 'page.html' })
  await shown({ url: 'https://example.org/a b' })
  expect(['w1', 'w2', 'w3'].map((id) => one.link.widget(id)!['content'])).toEqual([
    { kind: 'html', html: '<p>&lt;</p>' },
    { kind: 'file', file: path.join(folder, 'page.html') },
    { kind: 'url', url: 'https://example.org/a%20b' },
  ])
})

test('ids are counted in order of calls, around ids that were given', async () => {
  const widgets = await Promise.all([shown(), shown('<p>', { id: 'w2' }), shown(), shown('<p>', { id: 'my.chart-1' })])
  expect(widgets.map(({ id }) => id)).toEqual(['w1', 'w2', 'w3', 'my.chart-1'])
  const other = startSession('2')
  expect((await other.run(() => show('<p>'))).id).toBe('w1')
})

test.each([
  [
    [5],
    'show: content must be an HTML string, html`…`, a React element (<App />), a component, { file: … } or { url: … }, not 5.',
  ],
  [
    [undefined],
    'show: content must be an HTML string, html`…`, a React element (<App />), a component, { file: … } or { url: … }, not undefined.',
  ],
  [[Promise.resolve('<p>')], 'not a promise (await it first).'],
  [[{ $$typeof: Symbol.for('react.element') }], 'not a React element.'],
  [[{ html: '<p>' }], 'not an object with html.'],
  [[{ file: 'page.html', width: 3 }], 'show: content does not know "width". It knows file.'],
  [[{ file: 'gone.html' }], `There is no file ${path.join(folder, 'gone.html')} to show.`],
  [[{ file: '.' }], `There is no file ${folder} to show.`],
  [[{ url: 'ftp://x' }], 'show: content.url must be an address that starts with http:// or https://, not "ftp://x".'],
  [[{ url: 'example.org' }], 'not "example.org".'],
  [[{ url: 'javascript:alert(1)' }], 'show: content.url must be an address'],
  [['<p>', 'Title'], 'show: options must be an object, not "Title".'],
  [['<p>', { widht: 3 }], 'show: options does not know "widht". It knows id, title, width, height,'],
  [['<p>', { width: Number.NaN }], 'show: width must be a number of pixels from 1 to 32767, not NaN.'],
  [['<p>', { height: -1 }], 'show: height must be a number of pixels from 1 to 32767, not -1.'],
  [['<p>', { width: '300' }], 'show: width must be a number of pixels from 1 to 32767, not "300".'],
  [['<p>', { x: Infinity }], 'show: x must be a number of pixels from -32767 to 32767, not Infinity.'],
  [['<p>', { title: 5 }], 'show: title must be text, not 5.'],
  [['<p>', { id: 'a b' }], 'show: id must be at most 64 letters'],
  [['<p>', { id: 'oriel-document' }], 'show: id must be an id that does not start with "oriel-"'],
  [['<p>', { id: '' }], 'show: id must be at most 64 letters'],
  [['<p>', { id: '__proto__' }], 'show: id must be at most 64 letters'],
  [['<p>', { id: 'x'.repeat(65) }], 'show: id must be at most 64 letters'],
  [['<p>', { theme: 'blue' }], `show: theme must be 'light', 'dark' or 'system', not "blue".`],
  [['<p>', { resizable: 1 }], 'show: resizable must be true or false, not 1.'],
  [['<p>', { on: [] }], 'show: on must be an object of handlers, not a list.'],
  [['<p>', { on: { click: 5 } }], `widget.on('click'): handler must be a function, not 5.`],
  [['<p>', { on: { 'oriel:closed': () => {} } }], 'must not start with "oriel:"'],
])('wrong arguments are refused in words: %j', async ([content, options], message) => {
  const error = await shown(content, options).then(
    () => null,
    (thrown: unknown) => thrown as OrielError,
  )
  expect(error).toBeInstanceOf(OrielError)
  expect(error!.code).toBe('bad_value')
  expect(error!.message).toContain(message)
  expect(one.link.calls).toEqual([])
  expect([...one.link.records.keys()]).toEqual([])
  expect(one.session.widgets.size).toBe(0)
})

test('an id that is shown already is refused; once its window is closed it may be used again', async () => {
  const widget = await shown('<p>', { id: 'main' })
  await expect(shown('<p>', { id: 'main' })).rejects.toThrow('"main" is shown already. Use its update(), or close() it')
  await widget.close()
  await expect(shown('<p>', { id: 'main' })).resolves.toMatchObject({ id: 'main' })
})

test('a window that cannot be opened leaves nothing behind', async () => {
  one.link.answer = () => {
    throw new OrielError('host_unavailable', 'no display')
  }
  await expect(shown()).rejects.toMatchObject({ code: 'host_unavailable' })
  expect(one.link.records.size).toBe(0)
  expect(one.link.roots).toEqual([])
  expect(one.keepAlive.at(-1)).toBe(false)
})

test('[K5] show outside of any session says so', async () => {
  await expect(show('<p>')).rejects.toMatchObject({ code: 'no_session' })
  await expect(session.run({ clientId: 'x' }, () => show('<p>'))).rejects.toThrow(
    'show() needs a script’s own session'.replace('’', "'"),
  )
})

test('[K9] show after the end of the session says so', async () => {
  await one.session.close()
  await expect(shown()).rejects.toMatchObject({ code: 'session_closed' })
})
