// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { widgetRecordId } from '../../../../src/shared/records.ts'
import type { WidgetProps } from '../../../../src/shared/records.ts'
import type { Boot } from '../../../../src/renderer/boot.ts'
import { Content } from '../../../../src/renderer/html/content.ts'
import { Predictions } from '../../../../src/renderer/html/predictions.ts'
import { FakeDocument } from '../../../support/fake-link.ts'

const ID = widgetRecordId('main')
const widget = (html: string, change: Partial<WidgetProps> = {}): WidgetProps => ({
  widgetId: 'main',
  title: 'Title',
  content: { kind: 'html', html },
  revision: 'r1',
  patches: {},
  theme: 'light',
  resizable: true,
  width: 1,
  height: 1,
  x: null,
  y: null,
  ...change,
})
const boot: Boot = {
  protocol: 1,
  ticket: '',
  sessionId: 's',
  clientId: 'c',
  widgetId: 'main',
  revision: 'r1',
  socket: '/ws',
  theme: 'light',
  view: null,
  frame: null,
}

let records: FakeDocument
const reload = vi.fn()
const page = (html: string) => {
  document.body.innerHTML = `<main id="oriel-content">${html}</main>`
}
const main = () => document.getElementById('oriel-content')!

beforeEach(() => {
  reload.mockReset()
  vi.restoreAllMocks()
  document.head.innerHTML = ''
  records = new FakeDocument()
})

describe('the page of a widget', () => {
  it('leaves HTML that it shows already as it is', () => {
    page('<h1>server</h1>')
    records.put(ID, 'widget', widget('<h1>record</h1>'))
    new Content(boot, reload, new Predictions()).follow(records)
    expect(main().innerHTML).toBe('<h1>server</h1>')
  })

  it('draws another revision, title and theme', () => {
    page('<h1>old</h1>')
    records.put(ID, 'widget', widget('<h1>old</h1>'))
    new Content(boot, reload, new Predictions()).follow(records)
    const heading = main().firstElementChild
    records.put(ID, 'widget', widget('<h1>new</h1>', { revision: 'r2', title: 'Other', theme: 'dark' }))
    expect(main().innerHTML).toBe('<h1>new</h1>')
    expect(main().firstElementChild).toBe(heading)
    expect(document.title).toBe('Other')
    expect(document.documentElement.dataset.theme).toBe('dark')
  })

  it('[E16] draws patches over the content, those made before the page came included', () => {
    page('<b id="n">0</b><ul></ul>')
    records.put(ID, 'widget', widget('', { patches: { '#n': '1' } }))
    new Content(boot, reload, new Predictions()).follow(records)
    expect(main().innerHTML).toBe('<b id="n">1</b><ul></ul>')
    const text = document.getElementById('n')!.firstChild
    records.set(ID, ['patches', '#n'], '2')
    records.set(ID, ['patches', 'ul'], '<li>a &amp; b</li>')
    expect(main().innerHTML).toBe('<b id="n">2</b><ul><li>a &amp; b</li></ul>')
    expect(document.getElementById('n')!.firstChild).toBe(text)
  })

  it('[E15] draws a patch in every element that matches', () => {
    page('<i class="x"></i><i class="x"></i>')
    records.put(ID, 'widget', widget('', { patches: { '.x': 'same' } }))
    new Content(boot, reload, new Predictions()).follow(records)
    expect(main().textContent).toBe('samesame')
  })

  it('draws an inner patch again when the one around it was redrawn', () => {
    page('<div id="box"><b id="n">0</b></div>')
    records.put(ID, 'widget', widget('', { patches: { '#box': '<b id="n">1</b>', '#n': '9' } }))
    new Content(boot, reload, new Predictions()).follow(records)
    records.set(ID, ['patches', '#box'], '<p>two</p><b id="n">2</b>')
    expect(main().textContent).toBe('two9')
  })

  it('draws the same text again where the script put it anew', () => {
    page('<div id="box"></div>')
    records.put(ID, 'widget', widget('', { patches: { '#box': '<b id="n">1</b>' } }))
    new Content(boot, reload, new Predictions()).follow(records)
    records.set(ID, ['patches', '#n'], '9')
    expect(main().textContent).toBe('9')
    records.renew(ID, ['patches', '#box'], '<b id="n">1</b>')
    expect(main().textContent).toBe('1')
  })

  it('does not touch what other patches drew before', () => {
    page('<b id="n">0</b><i id="log"></i>')
    records.put(ID, 'widget', widget('', { patches: { '#log': 'start', '#n': '1' } }))
    new Content(boot, reload, new Predictions()).follow(records)
    document.getElementById('log')!.append(' and what the page added')
    records.set(ID, ['patches', '#n'], '2')
    expect(document.getElementById('log')!.textContent).toBe('start and what the page added')
  })

  it('warns of a bad selector and of one without a match, once, and goes on', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    page('<b id="n">0</b>')
    records.put(ID, 'widget', widget('', { patches: { '#[': 'x', '#gone': 'x', '#n': '1' } }))
    new Content(boot, reload, new Predictions()).follow(records)
    records.set(ID, ['patches', '#n'], '2')
    expect(warn).toHaveBeenCalledTimes(2)
    expect(main().textContent).toBe('2')
  })

  it('draws a whole document into the body, with its styles', () => {
    document.head.innerHTML = '<link rel="stylesheet" href="/assets/page.css"><style>a{}</style>'
    document.body.innerHTML = '<p>old</p>'
    records.put(ID, 'widget', widget(''))
    new Content(boot, reload, new Predictions()).follow(records)
    const html = '<!doctype html><html><head><style>b{}</style></head><body class="dense"><p>new</p></body></html>'
    records.put(ID, 'widget', widget(html, { revision: 'r2' }))
    expect(document.body.outerHTML).toBe('<body class="dense"><p>new</p></body>')
    expect(
      [...document.head.children].filter((element) => element.localName !== 'title').map((e) => e.outerHTML),
    ).toEqual(['<link rel="stylesheet" href="/assets/page.css">', '<style>b{}</style>'])
  })

  it('loads the page again for content that it cannot draw', () => {
    page('')
    records.put(ID, 'widget', widget(''))
    new Content(boot, reload, new Predictions()).follow(records)
    records.put(ID, 'widget', widget('', { revision: 'r2', content: { kind: 'file', file: '/a.html' } }))
    expect(reload).toHaveBeenCalledOnce()
  })

  it('does nothing for changes of other records, nor after it was stopped', () => {
    page('<h1>a</h1>')
    records.put(ID, 'widget', widget(''))
    const stop = new Content(boot, reload, new Predictions()).follow(records)
    const get = vi.spyOn(records, 'get')
    records.put('state:x', 'state', {})
    expect(get).not.toHaveBeenCalled()
    stop()
    expect(records.listenerCount).toBe(0)
  })

  it('draws the frames of a component, and none that is older than what it shows [Q52]', () => {
    page('<b>1</b>')
    const frame = (parts: string[], number: number, revision = 'r1') =>
      records.put(ID, 'widget', widget('', { content: { kind: 'component', parts, frame: number }, revision }))
    frame(['<b>', '1</b>'], 1)
    new Content(boot, reload, new Predictions()).follow(records)
    frame(['<b>', '3</b>'], 3)
    expect(main().innerHTML).toBe('<b>3</b>')
    frame(['<b>', '2</b>'], 2)
    expect(main().innerHTML).toBe('<b>3</b>')
    // Another component, or another run of the script, counts anew.
    frame(['<i>', '0</i>'], 0, 'r2')
    expect(main().innerHTML).toBe('<i>0</i>')
    expect(reload).not.toHaveBeenCalled()
  })
})
