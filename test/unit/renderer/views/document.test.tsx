// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Document } from '../../../../src/client/document.ts'
import { Triggers } from '../../../../src/renderer/html/triggers.ts'
import { DocumentView } from '../../../../src/renderer/views/document.tsx'
import type { DocumentRecord } from '../../../../src/shared/document/types.ts'
import type { Value } from '../../../../src/shared/value.ts'
import { triggerOptions } from '../../../support/trigger-options.ts'
import { doing, draw } from '../../../support/dom.ts'

type Props = { [key: string]: Value }

/** A document on the page, and what the page sends; answers wait until `answer`. */
class Stage {
  readonly document = new Document()
  readonly sent: [type: string, data: Value][] = []
  readonly #answers: (() => void)[] = []
  readonly place: HTMLElement
  readonly #stop: () => void

  constructor(records: DocumentRecord[], roots = records.slice(0, 1).map(({ id }) => id)) {
    this.document.transact((tx) => {
      for (const record of records) tx.put(record)
      tx.roots(roots)
    })
    this.place = draw(<DocumentView link={{ document: this.document } as never} />)
    const send = (type: string, data: Value) => {
      this.sent.push([type, data])
      return new Promise<void>((resolve) => this.#answers.push(resolve))
    }
    this.#stop = new Triggers(triggerOptions({ send })).listen(document)
  }

  edit(id: string, key: string, value: Value): Promise<void> {
    return doing(() => this.document.transact((tx) => tx.set(id, [key], value)))
  }

  answer(): Promise<void> {
    return doing(() => this.#answers.splice(0).forEach((resolve) => resolve()))
  }

  get html(): string {
    return this.place.querySelector('.document')?.innerHTML ?? ''
  }

  field(selector = 'input'): HTMLInputElement {
    return this.place.querySelector<HTMLInputElement>(selector)!
  }

  type(field: HTMLInputElement, text: string): Promise<void> {
    return doing(() => {
      field.focus()
      field.value = text
      field.dispatchEvent(new Event('input', { bubbles: true }))
    })
  }

  end(): void {
    this.#stop()
  }
}

let stage: Stage
afterEach(() => stage.end())
beforeEach(() => vi.spyOn(console, 'warn').mockImplementation(() => {}))

const record = (id: string, type: string, props: Props = {}, children?: string[]): DocumentRecord => ({
  id,
  type,
  props,
  ...(children && { children }),
})
const input = (props: Props) => record('i', 'input', { name: 'city', on: { input: 'typed', change: 'left' }, ...props })

describe('what a document shows', () => {
  it('[N5] records are elements by their type, with their text, their children in order, and their attributes', () => {
    stage = new Stage([
      record('s', 'section', { class: 'card', 'aria-label': 'Orders', 'data-n': 1 }, ['h', 't', 'none', 'b']),
      record('h', 'h2', { text: 'Orders', title: 'All' }),
      record('t', 'text', { value: '3 open' }),
      record('b', 'button', { text: 'Add', disabled: true, type: 'button' }),
    ])
    expect(stage.html).toBe(
      '<section class="card" aria-label="Orders" data-n="1"><h2 title="All">Orders</h2>3 open<button disabled="" type="button">Add</button></section>',
    )
  })

  it('[N5] roots come and go, those of windows are not drawn, and an empty document says so', async () => {
    stage = new Stage([record('a', 'p', { text: 'A' }), record('widget:w', 'widget')], ['widget:w'])
    expect(stage.place.textContent).toContain('Nothing to show yet')
    await doing(() => stage.document.transact((tx) => tx.roots(['later', 'widget:w', 'a'])))
    expect(stage.html).toBe('<p>A</p>')
    await doing(() => stage.document.transact((tx) => tx.put(record('later', 'p', { text: 'B' }))))
    expect(stage.html).toBe('<p>B</p><p>A</p>')
    await doing(() => stage.document.transact((tx) => tx.remove('a')))
    expect(stage.html).toBe('<p>B</p>')
  })

  it('[N5] a change draws the record it is of and no other', async () => {
    stage = new Stage([
      record('u', 'ul', {}, ['a', 'b']),
      record('a', 'li', { text: '1' }),
      record('b', 'li', { text: '2' }),
    ])
    const read = vi.spyOn(stage.document, 'get')
    await stage.edit('b', 'text', '3')
    // The root is read to see whether it is there.
    expect(new Set(read.mock.calls.map(([id]) => id))).toEqual(new Set(['u', 'b']))
    expect(stage.html).toBe('<ul><li>1</li><li>3</li></ul>')
  })

  it('[N5] an unknown type is named in its place; records inside themselves end', () => {
    stage = new Stage(
      [record('g', 'gauge'), record('script', 'script', { text: 'alert(1)' }), record('l', 'div', {}, ['l'])],
      ['g', 'script', 'l'],
    )
    expect(stage.place.textContent).toBe('There is no element “gauge”.There is no element “script”.')
    expect(stage.place.querySelector('script')).toBeNull()
  })

  it('[N5] html is drawn without what runs, loads, frames or could be taken for Oriel’s own', async () => {
    stage = new Stage([
      record('h', 'html', {
        html: '<b onclick="x()">Bold</b><script>x()</script><iframe src="/"></iframe><meta http-equiv="refresh" content="0"><a href="javascript:x()">a</a><form name="body"></form><i id="oriel-boot"></i>',
      }),
    ])
    expect(stage.html).toBe('<div class="document-html"><b>Bold</b><a>a</a><form></form><i></i></div>')
    await stage.edit('h', 'html', '<b>Bolder</b>')
    expect(stage.html).toBe('<div class="document-html"><b>Bolder</b></div>')
  })
})

describe('attributes of hostile records', () => {
  it.each<[string, string, Props]>([
    [
      'handlers',
      'p',
      { onclick: 'x()', onClick: 'x()', dangerouslySetInnerHTML: { __html: '<i>' }, children: 'x', ref: 'x' },
    ],
    ['addresses that run', 'a', { href: ' java\nscript:alert(1)' }],
    ['addresses of this page', 'a', { href: '/w/other' }],
    ['pictures from elsewhere', 'img', { src: 'http://example.com/a.png', srcset: 'http://example.com/a.png' }],
    ['pictures that are none', 'img', { src: 'data:text/html,<script>' }],
    ['ids of ours', 'p', { id: 'Oriel-content' }],
    [
      'places to send a form to',
      'form',
      { action: 'http://example.com', method: 'post', target: '_blank', name: 'body' },
    ],
    ['fields that load', 'input', { type: 'image', src: 'http://example.com', formaction: 'http://example.com' }],
    ['wrong values', 'p', { title: { a: 1 }, hidden: 'yes', tabindex: '3', class: ['a'], 'data-x': {} }],
    [
      'styles that fetch',
      'p',
      { style: { background: 'url(http://example.com)', content: '"x"', color: 'u\\72l(x)' } },
    ],
    ['styles that cover', 'p', { style: { position: 'fixed', 'z-index': 99, inset: 0 } }],
  ])('[N6] %s are left out', (_what, tag, props) => {
    stage = new Stage([record('x', tag, props)])
    const element = stage.place.querySelector(tag)!
    expect([...element.attributes].filter(({ name }) => name !== 'alt').map(({ name }) => name)).toEqual([])
    expect(element.innerHTML).toBe('')
  })

  it('[N6] safe styles and addresses stay', () => {
    stage = new Stage(
      [
        record('a', 'a', { href: 'https://example.com/', text: 'out', style: { color: 'red', 'font-weight': 600 } }),
        record('i', 'img', { src: 'data:image/png;base64,AA==', alt: 'dot' }),
      ],
      ['a', 'i'],
    )
    expect(stage.html).toBe(
      '<a href="https://example.com/" style="color: red; font-weight: 600;">out</a><img alt="dot" src="data:image/png;base64,AA==">',
    )
  })
})

describe('what the person does', () => {
  it('[N7] [E13] on sends the event by its name, with the record’s id and what was entered', async () => {
    stage = new Stage([
      record('f', 'form', { on: { submit: 'order' } }, ['i', 'c', 'b']),
      input({ value: 'Oslo' }),
      record('c', 'input', { type: 'checkbox', name: 'fast', checked: true, on: { change: 'fast' } }),
      record('b', 'button', { text: 'Send', on: { click: 'pressed' }, payload: { row: 7 } }),
    ])
    await doing(() => stage.field('button').click())
    await doing(() => stage.field('[type=checkbox]').click())
    expect(stage.sent).toEqual([
      ['pressed', { id: 'b', row: 7 }],
      ['order', { id: 'f', city: 'Oslo', fast: true }],
      ['fast', { id: 'c', name: 'fast', value: 'on', checked: false }],
    ])
  })

  it('[N7] a record that says nothing more sends nothing more', async () => {
    stage = new Stage([record('b', 'button', { text: 'A', on: { click: 'a' } })])
    await doing(() => stage.document.transact((tx) => tx.unset('b', ['on'])))
    await doing(() => stage.field('button').click())
    expect(stage.sent).toEqual([])
  })

  it('[N8] a field follows its record; what is typed stays, whatever else changes, until it was sent and answered', async () => {
    stage = new Stage([record('i', 'input', { name: 'city', value: 'Oslo', on: { change: 'left' } })])
    const field = stage.field()
    await stage.edit('i', 'value', 'Bergen')
    expect(field.value).toBe('Bergen')
    await stage.type(field, 'Trond')
    await stage.edit('i', 'placeholder', 'City')
    await stage.edit('i', 'value', 'Moss')
    expect([field.value, field.placeholder]).toEqual(['Trond', 'City'])
    await doing(() => field.dispatchEvent(new Event('change', { bubbles: true })))
    await stage.edit('i', 'value', 'TROND')
    expect(field.value).toBe('Trond')
    await stage.answer()
    expect(field.value).toBe('TROND')
  })

  it('[N8] answers that come late do not undo what was typed since, nor move the caret', async () => {
    stage = new Stage([input({ value: '' })])
    const field = stage.field()
    await stage.type(field, 'a')
    await stage.type(field, 'ab')
    await stage.edit('i', 'value', 'a')
    await stage.type(field, 'abc')
    field.setSelectionRange(1, 1)
    await stage.edit('i', 'value', 'abc')
    await stage.answer()
    expect([field.value, field.selectionStart]).toEqual(['abc', 1])
    expect(stage.sent.map(([, data]) => (data as { value: string }).value)).toEqual(['a', 'ab', 'abc'])
    expect(document.activeElement).toBe(field)
  })

  it('[N8] a form that was sent may be emptied by its answer', async () => {
    stage = new Stage([record('f', 'form', { on: { submit: 'add' } }, ['i']), input({ value: 'x', on: {} })])
    const field = stage.field()
    await stage.type(field, 'Milk')
    await doing(() => stage.place.querySelector('form')!.requestSubmit())
    await stage.edit('i', 'value', '')
    await stage.answer()
    expect(stage.sent).toEqual([['add', { id: 'f', city: 'Milk' }]])
    expect(field.value).toBe('')
  })

  it('[N8] a choice is the record’s, options that come later included, until the person chooses', async () => {
    stage = new Stage([record('s', 'select', { value: 'b' }, ['a']), record('a', 'option', { value: 'a', text: 'A' })])
    const select = stage.place.querySelector('select')!
    await doing(() =>
      stage.document.transact((tx) => {
        tx.put(record('b', 'option', { value: 'b', text: 'B' }))
        tx.put(record('s', 'select', { value: 'b' }, ['a', 'b']))
      }),
    )
    await expect.poll(() => select.value).toBe('b')
    await doing(() => {
      select.value = 'a'
      select.dispatchEvent(new Event('change', { bubbles: true }))
    })
    await stage.edit('s', 'title', 'Which?')
    expect(select.value).toBe('a')
  })
})
