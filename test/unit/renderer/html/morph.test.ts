// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest'
import { randomFrom, testSeed } from '../../../support/random.ts'
import { morphInside } from '../../../../src/renderer/html/morph.ts'
import { parseInside } from '../../../../src/renderer/html/parse.ts'

let main: HTMLElement
const draw = (html: string) => morphInside(main, parseInside(main, html))
const find = (selector: string) => main.querySelector<HTMLInputElement>(selector)!

beforeEach(() => {
  document.body.innerHTML = '<main></main>'
  main = document.querySelector('main')!
})

describe('redrawing', () => {
  it('[E15] keeps the focused field, its caret and what was typed', () => {
    draw('<p>1</p><input name="q">')
    const field = find('input')
    field.focus()
    field.value = 'hello'
    field.setSelectionRange(2, 4)
    draw('<p>2</p><input name="q" class="wide">')
    expect(find('p').textContent).toBe('2')
    expect(find('input')).toBe(field)
    expect(field.className).toBe('wide')
    expect(document.activeElement).toBe(field)
    expect([field.value, field.selectionStart, field.selectionEnd]).toEqual(['hello', 2, 4])
  })

  it('keeps the focused field when something is put before it', () => {
    draw('<input id="q">')
    const field = find('#q')
    field.focus()
    field.value = 'typed'
    draw('<p>new</p><div><input id="other"></div><input id="q">')
    expect(document.activeElement).toBe(field)
    expect(field.value).toBe('typed')
  })

  it('gives the focus to a field’s successor by name', () => {
    draw('<section><input name="q"></section>')
    find('input').focus()
    draw('<article><input name="q"></article>')
    expect(document.activeElement).toBe(find('article input'))
  })

  it('keeps what was typed in a field without focus as long as the HTML says nothing new about it', () => {
    draw('<input name="a" value="1"><textarea>x</textarea>')
    find('input').value = 'mine'
    main.querySelector<HTMLTextAreaElement>('textarea')!.value = 'mine too'
    draw('<input name="a" value="1"><textarea>x</textarea>')
    expect(find('input').value).toBe('mine')
    expect(main.querySelector<HTMLTextAreaElement>('textarea')!.value).toBe('mine too')
    draw('<input name="a" value="2"><textarea>y</textarea>')
    expect(find('input').value).toBe('2')
    expect(main.querySelector<HTMLTextAreaElement>('textarea')!.value).toBe('y')
  })

  it('does not change the field that the person is in the middle of', () => {
    draw('<input value="a">')
    const field = find('input')
    field.focus()
    field.value = 'abc'
    draw('<input value="ab">')
    expect(field.value).toBe('abc')
  })

  it('keeps ticks and choices, and takes new defaults', () => {
    const html = (checked: string, chosen: string) =>
      `<input type="checkbox" ${checked}><select><option value="1">1</option><option value="2">2</option><option value="3" ${chosen}>3</option></select>`
    draw(html('', ''))
    find('input').checked = true
    main.querySelector<HTMLSelectElement>('select')!.value = '2'
    draw(html('', ''))
    expect(find('input').checked).toBe(true)
    expect(main.querySelector<HTMLSelectElement>('select')!.value).toBe('2')
    draw(html('', 'selected'))
    expect(main.querySelector<HTMLSelectElement>('select')!.value).toBe('3')
  })

  it('keeps what is folded open, and the mark of a pending event', () => {
    draw('<details><summary>More</summary></details><button>Go</button>')
    main.querySelector<HTMLDetailsElement>('details')!.open = true
    main.querySelector<HTMLElement>('button')!.setAttribute('data-loading', '')
    draw('<details><summary>Less</summary></details><button>Went</button>')
    expect(main.querySelector<HTMLDetailsElement>('details')!.open).toBe(true)
    expect(main.querySelector<HTMLElement>('button')!.outerHTML).toBe('<button data-loading="">Went</button>')
  })

  it('leaves elements with data-no-morph to the page’s own scripts', () => {
    draw('<div id="chart" data-no-morph></div>')
    find('#chart').innerHTML = '<canvas></canvas>'
    draw('<p>x</p><div id="chart" data-no-morph></div>')
    expect(find('#chart').innerHTML).toBe('<canvas></canvas>')
  })

  it('keeps a row with a key the same element wherever it goes, with its focus, its caret and what is typed [Q50]', () => {
    const list = (keys: string, change = '') =>
      `<ul>${keys
        .split('')
        .map((key) => `<li data-key="${key}"><input name="title"><b>${key}${change}</b></li>`)
        .join('\n')}</ul>`
    draw(list('abcdef'))
    const rows = Object.fromEntries([...main.querySelectorAll('li')].map((li) => [li.dataset.key, li]))
    const field = rows.c!.querySelector('input')!
    field.focus()
    field.value = 'typing'
    field.setSelectionRange(1, 3)
    rows.e!.querySelector('input')!.value = 'typed before'
    for (const keys of ['fedcba', 'cab', 'xcyab', 'bcxae']) draw(list(keys, '!'))
    expect([...main.querySelectorAll('li')].map((li) => li.dataset.key)).toEqual('bcxae'.split(''))
    expect(main.querySelectorAll('li')[1]).toBe(rows.c)
    expect(document.activeElement).toBe(field)
    expect([field.value, field.selectionStart, field.selectionEnd]).toEqual(['typing', 1, 3])
    expect(main.querySelectorAll('b')[4]!.textContent).toBe('e!')
    // It was away in between: what comes back under its key is new.
    expect(main.querySelectorAll('li')[4]).not.toBe(rows.e)
  })

  it('ends with the rows that the HTML asks for, whatever was there, and moves few of them [Q50]', () => {
    const next = randomFrom(testSeed())
    const random = (n: number) => Math.floor(next() * n)
    const list = () => {
      const keys = 'abcdefghij'
        .split('')
        .filter(() => random(3) > 0)
        .toSorted(() => random(3) - 1)
      const rows = keys.map((key) =>
        random(6) === 0 ? `<li>plain ${random(3)}</li>` : `<li data-key="${key}">${key}</li>`,
      )
      return `<h2>List</h2><ul>${rows.join(random(2) === 0 ? '' : ' ')}</ul><p>end</p>`
    }
    for (let i = 0; i < 30; i++) {
      const html = list()
      draw(html)
      expect(main.innerHTML).toBe(html)
    }
    draw('<ul><li data-key="a">a</li><li data-key="b">b</li><li data-key="c">c</li><li data-key="d">d</li></ul>')
    const touched: Node[] = []
    const observer = new MutationObserver((records) => touched.push(...records.flatMap((r) => [...r.addedNodes])))
    observer.observe(main, { childList: true, subtree: true })
    draw('<ul><li data-key="b">b</li><li data-key="c">c</li><li data-key="d">d</li><li data-key="a">a</li></ul>')
    touched.push(...observer.takeRecords().flatMap((r) => [...r.addedNodes]))
    expect(touched.map((node) => node.textContent)).toEqual(['a'])
  })

  it('does not give the focus of a removed row to another row', () => {
    draw('<ul><li data-key="a"><input name="t"></li><li data-key="b"><input name="t"></li></ul>')
    find('[data-key=a] input').focus()
    draw('<ul><li data-key="b"><input name="t"></li></ul>')
    expect(document.activeElement).toBe(document.body)
  })
})
