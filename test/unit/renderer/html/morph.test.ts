// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest'
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

  it('leaves elements with data-keep to the page’s own scripts', () => {
    draw('<div id="chart" data-keep></div>')
    find('#chart').innerHTML = '<canvas></canvas>'
    draw('<p>x</p><div id="chart" data-keep></div>')
    expect(find('#chart').innerHTML).toBe('<canvas></canvas>')
  })
})
