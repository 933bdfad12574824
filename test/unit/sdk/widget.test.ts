import { beforeEach, expect, test } from 'vitest'
import { OrielError, html, session, show } from '../../../src/sdk/index.ts'
import type { Value, Widget, WidgetEvent } from '../../../src/sdk/index.ts'
import { startSession } from './support/sessions.ts'
import type { TestSession } from './support/sessions.ts'

let one: TestSession
let widget: Widget
beforeEach(async () => {
  one = startSession('1')
  widget = await one.run(() => show('<p>'))
  one.link.commits.length = 0
  one.link.calls.length = 0
})

test('[K2] a handler gets data and event, and runs in the context of the window that sent it', async () => {
  let got: { data: Value; event: WidgetEvent; context: object } | null = null
  one.run(() => widget.on('save', (data, event) => void (got = { data, event, context: session.current() })))
  await one.link.event('w1', 'save', { n: 1 }, { connectionId: 'window-7' })
  expect(got).toMatchObject({
    data: { n: 1 },
    event: { type: 'save', widgetId: 'w1', clientId: 'client-1', connectionId: 'window-7' },
    context: { clientId: 'client-1', connectionId: 'window-7', widgetId: 'w1' },
  })
  expect(got!.event.signal).toBeInstanceOf(AbortSignal)
  expect(one.run(() => session.get('widgetId'))).toBe(null)
})

test('[K3] a handler runs in the context that registered it, whoever sends; registered from outside, in that of the widget', async () => {
  const seen: unknown[] = []
  const look = () => void seen.push([session.get('clientId'), session.get('step')])
  one.run(() => session.run({ step: 'two' }, () => widget.on('a', look)))
  startSession('other').run(() => widget.on('a', look))
  widget.on('a', look)
  await startSession('another').run(() => one.link.event('w1', 'a'))
  expect(seen).toEqual([
    ['client-1', 'two'],
    ['client-1', null],
    ['client-1', null],
  ])
})

test('[E2] all handlers of an event run, in order; * hears every event; removed ones do not', async () => {
  const seen: string[] = []
  const remove = widget.on('a', () => void seen.push('first'))
  widget.on('*', (_data, { type }) => void seen.push(`any ${type}`))
  widget.on('a', () => void seen.push('second'))
  expect(await one.link.event('w1', 'a')).toBe(null)
  remove()
  remove()
  await one.link.event('w1', 'a')
  await one.link.event('w1', 'b')
  expect(seen).toEqual(['first', 'any a', 'second', 'any a', 'second', 'any b'])
})

test('[E3] a request is answered by the first handler, in order of registration, that has an answer', async () => {
  widget.on('ask', () => undefined)
  widget.on('ask', async () => {
    await Promise.resolve()
    return 'slow but first'
  })
  widget.on('ask', () => 'quick')
  expect(await one.link.event('w1', 'ask')).toBe('slow but first')
  widget.on('nothing', () => null)
  widget.on('nothing', () => 1)
  expect(await one.link.event('w1', 'nothing')).toBe(null)
})

test('[E4] no handler at all: no_handler, naming event and widget', async () => {
  await expect(one.link.event('w1', 'ask')).rejects.toMatchObject({
    code: 'no_handler',
    message: 'No handler for "ask" in widget "w1". Add one: widget.on("ask", …).',
  })
  await expect(one.link.event('w9', 'ask')).rejects.toMatchObject({ code: 'unknown_widget' })
})

test('a handler that throws: handler_failed for the asker, the error for the session; the other handlers run', async () => {
  const seen: string[] = []
  const boom = new TypeError('boom')
  widget.on('a', () => {
    throw boom
  })
  widget.on('a', () => void seen.push('second'))
  await expect(one.link.event('w1', 'a')).rejects.toMatchObject({
    code: 'handler_failed',
    message: 'The handler of "a" failed: boom',
    cause: boom,
  })
  expect(one.problems).toEqual([boom])
  expect(seen).toEqual(['second'])

  widget.on('late', async () => {
    await Promise.resolve()
    throw new OrielError('bad_value', 'No such city.')
  })
  await expect(one.link.event('w1', 'late')).rejects.toMatchObject({ code: 'bad_value', message: 'No such city.' })
})

test('an answer that comes first counts, whatever fails after it', async () => {
  widget.on('a', () => 'answer')
  widget.on('a', () => {
    throw new Error('later')
  })
  expect(await one.link.event('w1', 'a')).toBe('answer')
  expect(one.problems).toHaveLength(1)
})

test('[E11] an answer that cannot be sent is a failure of the handler', async () => {
  widget.on('a', () => new Map())
  widget.on('b', () => ({ at: new Date() }))
  for (const type of ['a', 'b'])
    await expect(one.link.event('w1', type)).rejects.toMatchObject({ code: 'handler_failed' })
})

test('a handler that stops because its asker left is no problem', async () => {
  const asker = new AbortController()
  widget.on(
    'a',
    (_data, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  )
  const answered = one.link.event('w1', 'a', null, { signal: asker.signal })
  asker.abort(new Error('left'))
  await expect(answered).rejects.toMatchObject({ code: 'handler_failed' })
  expect(one.problems).toEqual([])
})

test('emit and request reach the windows of the widget', async () => {
  one.link.answer = (method, params) => [method, params]
  expect(await widget.emit('tick', { n: 1 })).toBe(1)
  expect(await widget.emit('tock')).toBe(1)
  expect(one.link.emitted).toEqual([
    { widgetId: 'w1', type: 'tick', data: { n: 1 } },
    { widgetId: 'w1', type: 'tock', data: null },
  ])
  expect(await widget.request('size', 5)).toEqual(['request:w1:size', 5])
})

test.each([
  [() => widget.emit('', 1), 'widget.emit: type must be the name of an event, of 1 to 200 characters, not "".'],
  [() => widget.emit('*'), 'widget.emit: type must be the name of one event'],
  [() => widget.emit('oriel:x'), 'must not start with "oriel:"'],
  [() => widget.emit(5 as never), 'widget.emit: type must be the name of an event'],
  [() => widget.emit('a', (() => {}) as never), 'JSON values, ArrayBuffer and typed arrays can be sent.'],
  [() => widget.request('a', new Date() as never), 'JSON values, ArrayBuffer and typed arrays can be sent.'],
  [() => widget.request('a', null, { timeout: 5 } as never), 'widget.request: options does not know "timeout".'],
  [() => widget.request('a', null, { timeoutMs: Number.NaN }), 'timeoutMs must be a number of milliseconds above 0'],
  [() => widget.update(5 as never), 'widget.update: content must be an HTML string'],
  [() => widget.patch('', ''), 'widget.patch: selector must be a CSS selector, not "".'],
  [() => widget.patch('__proto__', ''), 'widget.patch: selector must be a CSS selector'],
  [() => widget.patch('#n', 5 as never), 'widget.patch: html must be text, not 5.'],
  [() => widget.setTitle(undefined as never), 'widget.setTitle: title must be text, not undefined.'],
  [() => widget.setBounds({ w: 5 } as never), 'widget.setBounds: bounds does not know "w".'],
  [() => widget.setBounds({ width: 0 }), 'widget.setBounds: width must be a number of pixels from 1'],
])('[E11] wrong arguments are refused in words: %s', async (call, message) => {
  await expect(call()).rejects.toMatchObject({ code: 'bad_value', message: expect.stringContaining(message) })
  expect(one.link.commits).toEqual([])
  expect(one.link.calls).toEqual([])
})

test('on refuses what is no event or no function', () => {
  expect(() => widget.on('', () => {})).toThrow('widget.on: type must be the name of an event')
  expect(() => widget.on('a', 'b' as never)).toThrow(`widget.on('a'): handler must be a function, not "b".`)
})

test('update sets content and a new revision and drops the patches, in one commit', async () => {
  await widget.patch('#n', '1')
  const before = one.link.widget('w1')!['revision']
  await widget.update(html`<b>${'<'}</b>`)
  expect(one.link.commits).toHaveLength(2)
  expect(one.link.widget('w1')).toMatchObject({ content: { kind: 'html', html: '<b>&lt;</b>' }, patches: {} })
  expect(one.link.widget('w1')!['revision']).not.toBe(before)
})

test('patches are kept in the order in which they are to be applied, each one commit', async () => {
  await widget.patch('#a', '1')
  await widget.patch('#b', html`<i>2</i>`)
  await widget.patch('#a', '3')
  expect(Object.entries(one.link.widget('w1')!['patches'] as object)).toEqual([
    ['#b', '<i>2</i>'],
    ['#a', '3'],
  ])
  expect(one.link.commits.map((ops) => ops.map(({ op }) => op))).toEqual([['set'], ['set'], ['unset', 'set']])
})

test('title, bounds, focus, minimize and capture reach the record and the window', async () => {
  const png = new Uint8Array([1])
  const bounds = { x: 1, y: 2, width: 3, height: 4 }
  one.link.answer = (method) => ({ 'window.capture': png, 'window.getBounds': bounds })[method] ?? null
  await widget.setTitle('New')
  expect(one.link.widget('w1')!['title']).toBe('New')
  await widget.setBounds({ x: 1.4, width: 500 })
  expect(await widget.getBounds()).toBe(bounds)
  await widget.focus()
  await widget.minimize()
  expect(await widget.capture()).toBe(png)
  expect(one.link.calls).toEqual([
    { method: 'window.setBounds', params: { widgetId: 'w1', bounds: { x: 1, width: 500 } } },
    { method: 'window.getBounds', params: { widgetId: 'w1' } },
    { method: 'window.focus', params: { widgetId: 'w1' } },
    { method: 'window.minimize', params: { widgetId: 'w1' } },
    { method: 'window.capture', params: { widgetId: 'w1' } },
  ])
})

test('when its window is closed a widget is over: closed resolves, its record goes, what it is asked rejects', async () => {
  const seen: string[] = []
  widget.on('*', (_data, { type }) => void seen.push(type))
  await one.link.event('w1', 'oriel:window-closed', null, { connectionId: '' })
  await widget.closed
  expect(seen).toEqual([])
  expect(one.link.records.size).toBe(0)
  expect(one.link.roots).toEqual([])
  expect(one.keepAlive).toEqual([true, false])
  for (const call of [
    () => widget.emit('a'),
    () => widget.request('a'),
    () => widget.update('<p>'),
    () => widget.patch('#a', ''),
    () => widget.setTitle(''),
    () => widget.focus(),
    () => widget.getBounds(),
    () => widget.capture(),
  ])
    await expect(call()).rejects.toMatchObject({ code: 'window_closed' })
  expect(() => widget.on('a', () => {})).toThrow(expect.objectContaining({ code: 'window_closed' }))
  await expect(widget.close()).resolves.toBeUndefined()
  expect(one.link.calls).toEqual([])
})

test('close closes the window, also when the person was faster', async () => {
  one.link.answer = () => {
    throw new OrielError('window_closed', 'gone')
  }
  await widget.close()
  await widget.closed
  await widget.close()
  expect(one.link.calls).toEqual([{ method: 'window.close', params: { widgetId: 'w1' } }])
})

test('the end of the session ends its widgets; their records stay for the next run', async () => {
  await one.session.close()
  await widget.closed
  expect(one.link.records.size).toBe(1)
  await expect(widget.emit('a')).rejects.toMatchObject({ code: 'session_closed' })
  await expect(one.link.event('w1', 'a')).rejects.toMatchObject({ code: 'session_closed' })
})

test('the closing event of the session runs the close hooks before it is answered', async () => {
  const seen: string[] = []
  one.run(() =>
    session.onClose(async () => {
      await Promise.resolve()
      seen.push('hook')
    }),
  )
  expect(await one.link.event('', 'oriel:session-closing')).toBe(null)
  expect(seen).toEqual(['hook'])
})

test('the run is kept alive while a widget is open or an answer awaited, and no longer', async () => {
  const other = startSession('2')
  const shown = await other.run(() => show('<p>'))
  expect(other.keepAlive).toEqual([true])
  await shown.close()
  expect(other.keepAlive).toEqual([true, false])
})
