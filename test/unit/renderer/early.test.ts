// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EarlyHook, OrielPage } from '../../../src/renderer/types.ts'
import { FakeLink } from '../../support/fake-link.ts'

const BOOT = JSON.stringify({ sessionId: 'session-1', clientId: 'client-1' })

let oriel: OrielPage
let hook: EarlyHook
let link: FakeLink
let watched: string[]
const sender = () => ({
  emit: (type: string, data?: null) => link.emit('main', type, data),
  request: (type: string, data?: null) => link.request('main', type, data),
  watch: (stream: string) => {
    watched.push(stream)
    return () => void watched.push(`no more ${stream}`)
  },
})
const event = (type: string, data: string | null = null) => ({
  type,
  data,
  widgetId: 'main',
  connectionId: '',
  signal: new AbortController().signal,
})

beforeEach(async () => {
  link = new FakeLink()
  watched = []
  document.body.innerHTML = `<script type="application/json" id="oriel-boot">${BOOT}</script>`
  vi.resetModules()
  await import('../../../src/renderer/early.ts')
  oriel = window.oriel!
  hook = window.orielEarly!
})
afterEach(() => {
  Reflect.deleteProperty(window, 'oriel')
  Reflect.deleteProperty(window, 'orielEarly')
})

describe('window.oriel', () => {
  it('keeps what is sent before the connection and sends it in order', async () => {
    const first = oriel.emit('a', 1)
    const second = oriel.request('b', { x: 2 })
    expect(link.sent).toEqual([])
    link.answer = ({ type }) => `answer to ${type}`
    hook.attach(sender())
    expect(await first).toBe(1)
    expect(await second).toBe('answer to b')
    expect(link.sent.map(({ type, data }) => [type, data])).toEqual([
      ['a', 1],
      ['b', { x: 2 }],
    ])
  })

  it('sends at once when it is connected', async () => {
    hook.attach(sender())
    await oriel.ready
    void oriel.emit('now')
    expect(link.sent).toEqual([{ widgetId: 'main', type: 'now', data: null }])
  })

  it('watches streams from the connection on, and no longer than it was asked to', async () => {
    const stop = oriel.onFrame('camera', () => {})
    oriel.onFrame('never', () => {})()
    expect(watched).toEqual([])
    hook.attach(sender())
    await oriel.ready
    expect(watched).toEqual(['camera'])
    stop()
    stop()
    expect(watched).toEqual(['camera', 'no more camera'])
  })

  it('rejects what waits when there will be no connection', async () => {
    const waiting = oriel.emit('a')
    hook.fail(new Error('refused'))
    await expect(waiting).rejects.toThrow('refused')
    await expect(oriel.ready).rejects.toThrow('refused')
  })

  it('passes events to the handlers of their type and to those of "*"', async () => {
    const heard: string[] = []
    oriel.on('tick', (data, { type }) => void heard.push(`tick ${JSON.stringify(data)} ${type}`))
    oriel.on('*', (_data, { type }) => void heard.push(`* ${type}`))
    await hook.dispatch(event('tick', 'x'))
    await hook.dispatch(event('tock'))
    expect(heard).toEqual(['tick "x" tick', '* tick', '* tock'])
  })

  it('answers a request with the first value that a handler gives', async () => {
    oriel.on('ask', () => undefined)
    oriel.on('ask', async () => 42)
    oriel.on('ask', () => 43)
    expect(await hook.dispatch(event('ask'))).toBe(42)
  })

  it('throws a handler’s error only after the others have run', async () => {
    const other = vi.fn()
    oriel.on('ask', () => {
      throw new Error('broken')
    })
    oriel.on('ask', other)
    await expect(hook.dispatch(event('ask'))).rejects.toThrow('broken')
    expect(other).toHaveBeenCalledOnce()
  })

  it('takes handlers off by the returned call and by off()', async () => {
    const [one, two, three] = [vi.fn(), vi.fn(), vi.fn()]
    const stop = oriel.on('x', one)
    oriel.on('x', two)
    oriel.on('x', three)
    stop()
    oriel.off('x', two)
    await hook.dispatch(event('x'))
    expect([one, two, three].map((handler) => handler.mock.calls.length)).toEqual([0, 0, 1])
    oriel.off('x')
    expect(hook.hears('x')).toBe(false)
  })

  it('tells the session and client', () => {
    expect(oriel.session).toEqual({ id: 'session-1', clientId: 'client-1' })
  })

  it('refuses an event without a name and a handler that is no function', async () => {
    await expect(oriel.emit('')).rejects.toThrow(TypeError)
    expect(() => oriel.on('x', 'nonsense' as never)).toThrow(TypeError)
  })
})
