// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ComponentFrames } from '../../../../src/renderer/html/component-frames.ts'
import { morphInside } from '../../../../src/renderer/html/morph.ts'
import { parseInside } from '../../../../src/renderer/html/parse.ts'
import { splitHtml } from '../../../../src/sdk/component-view/html-parts.ts'
import { randomFrom, testSeed } from '../../../support/random.ts'

const seed = testSeed()

/** A page that shows frames of a component. */
class Page {
  readonly place = document.createElement('main')
  readonly #frames = new ComponentFrames()
  /** How many frames were drawn as one row. */
  rows = 0

  constructor() {
    document.body.append(this.place)
  }

  draw(html: string): void {
    if (this.#frames.draw(this.place, splitHtml(html))) this.rows++
    else whole(this.place, html)
  }
}

function whole(place: Element, html: string): void {
  morphInside(place, parseInside(place, html))
}

beforeEach(() => document.body.replaceChildren())

const list = (rows: readonly string[], before = '<h1>Rows</h1>') =>
  `<section data-component="w1">${before}<ul>${rows.map((text, i) => `<li data-key="${i}"><span>${text}</span><button data-event="x">x</button></li>`).join('')}</ul></section>`

describe('a frame that differs in one element with a key', () => {
  it('is drawn as that element alone, with what was typed elsewhere [Q50]', () => {
    const page = new Page()
    const input = '<li data-key="in"><input></li>'
    page.draw(list(['a', 'b', 'c']).replace('</ul>', `${input}</ul>`))
    page.place.querySelector('input')!.value = 'typed'
    const [first, , third] = page.place.querySelectorAll('li')
    page.draw(list(['a', 'changed', 'c']).replace('</ul>', `${input}</ul>`))
    expect([page.rows, page.place.querySelectorAll('span')[1]!.textContent]).toEqual([1, 'changed'])
    expect([...page.place.querySelectorAll('li')].filter((_, i) => i !== 1).slice(0, 2)).toEqual([first, third])
    expect(page.place.querySelector('input')!.value).toBe('typed')
    // The last one, whose HTML ends with that of what is around it, and one of several parts.
    page.draw(list(['a', 'changed', '<p>c</p><p>d</p>']).replace('</ul>', `${input}</ul>`))
    page.draw(list(['a', 'changed', '<p>c</p><p>e</p>']).replace('</ul>', `${input}</ul>`))
    expect([page.rows, page.place.textContent]).toEqual([3, expect.stringContaining('ce')])
  })

  it('does not parse the other rows [Q50]', () => {
    const page = new Page()
    const rows = Array.from({ length: 500 }, (_, i) => `Row ${i}`)
    page.draw(list(rows))
    const set = vi.spyOn(Element.prototype, 'innerHTML', 'set')
    page.draw(list(rows.with(250, 'changed')))
    expect(page.rows).toBe(1)
    for (const [text] of set.mock.calls) expect(text.length).toBeLessThan(200)
    set.mockRestore()
  })

  it.each<[string, string, string]>([
    ['two rows', list(['a', 'b', 'c']), list(['x', 'b', 'y'])],
    ['something beside the list', list(['a']), list(['a'], '<h1>Other</h1>')],
    ['a row more', list(['a', 'b']), list(['a', 'b', 'c'])],
    [
      'the same key twice',
      '<ul><li data-key="1">a<li data-key="1">b</ul>',
      '<ul><li data-key="1">a<li data-key="1">c</ul>',
    ],
    ['a key with entities', '<ul><li data-key="&amp;">a</li></ul>', '<ul><li data-key="&amp;">b</li></ul>'],
    ['inside of a link', '<a><b data-key="1">a</b></a>', '<a><b data-key="1"><a>b</a></b></a>'],
    ['what closes what is around it', '<p><b data-key="1">a</b></p>', '<p><b data-key="1"><div>b</div></b></p>'],
    [
      'a form in a form',
      '<form><div data-key="1">a</div></form>',
      '<form><div data-key="1"><form>b</form></div></form>',
    ],
    ['an end tag too many', '<ul><li data-key="1">a</li></ul>', '<ul><li data-key="1">a</ul></li></ul>'],
    [
      'a table without a body',
      '<table><tr data-key="1"><td>a</td></tr></table>',
      '<table><tr data-key="1"><td>b</td></tr></table>',
    ],
    ['a script', '<div data-key="1">a</div>', '<div data-key="1"><script>1</script>b</div>'],
  ])('but not where it differs in %s: then all of it is [Q50]', (_, before, after) => {
    const page = new Page()
    page.draw(before)
    page.draw(after)
    const other = document.createElement('main')
    whole(other, before)
    whole(other, after)
    expect([page.place.innerHTML, page.rows]).toEqual([other.innerHTML, 0])
  })

  it('is drawn whole where the page has something else there by now, or is to leave it alone [Q50]', () => {
    for (const change of [
      (row: Element) => row.append(document.createElement('i')),
      (row: Element) => row.cloneNode(true) && row.after(row.cloneNode(true)),
      (row: Element) => row.parentElement!.setAttribute('data-no-morph', ''),
    ]) {
      const page = new Page()
      page.draw(list(['a', 'b']))
      change(page.place.querySelector('li')!)
      page.draw(list(['x', 'b']))
      expect(page.rows).toBe(0)
    }
  })
})

it(`whatever a frame holds, it ends as drawing all of it would (seed ${seed}) [Q50]`, () => {
  const random = randomFrom(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const names = [
    'div',
    'ul',
    'li',
    'p',
    'span',
    'b',
    'a',
    'section',
    'table',
    'tbody',
    'tr',
    'td',
    'form',
    'button',
    'select',
    'option',
    'h2',
  ]
  const words = [
    'one',
    'two',
    'a & b',
    '<',
    '>',
    '"',
    '&lt;',
    "it's",
    '',
    ' ',
    '<br>',
    '<input value="x">',
    '<!-- c -->',
    '<!-->',
    '</p>',
    '</li>',
    '</b>',
  ]
  let nextKey = 0
  type Tree = { name: string; key: string | null; odd: number; children: (Tree | string)[] }
  const tree = (depth: number): Tree => ({
    name: pick(names),
    key: random() < 0.5 ? String(nextKey++ % 30) : null,
    odd: random() < 0.04 ? Math.ceil(random() * 3) : 0,
    children: Array.from({ length: Math.floor(random() * 4) }, () =>
      depth > 0 && random() < 0.6 ? tree(depth - 1) : random() < 0.7 ? pick(['one', 'two', 'three']) : pick(words),
    ),
  })
  const plainRow = (i: number): Tree => ({
    name: 'li',
    key: `r${i}`,
    odd: 0,
    children: [random() < 0.5 ? tree(2) : `row ${i}`],
  })
  const write = ({ name, key, odd, children }: Tree): string =>
    `<${name}${key === null ? '' : ` data-key=${odd === 1 ? key : `"${key}"`}`}>${children.map((child) => (typeof child === 'string' ? child : write(child))).join('')}${odd === 2 ? '' : `</${odd === 3 ? 'div' : name}>`}`
  const all = (at: Tree): Tree[] => [
    at,
    ...at.children.flatMap((child) => (typeof child === 'string' ? [] : all(child))),
  ]
  const change = (at: Tree): void => {
    const one = pick(all(at))
    const index = Math.floor(random() * (one.children.length + 1))
    const what = random()
    const next = what < 0.6 ? pick(['one', 'two', 'three']) : what < 0.8 ? pick(words) : tree(1)
    one.children.splice(index, random() < 0.5 ? 1 : 0, next)
  }
  let rows = 0
  for (let run = 0; run < 50; run++) {
    const page = new Page()
    const other = document.createElement('main')
    const root: Tree = {
      name: 'section',
      key: null,
      odd: 0,
      children: [
        random() < 0.5 ? tree(2) : 'text',
        { name: 'ul', key: null, odd: 0, children: Array.from({ length: 6 }, (_, i) => plainRow(i)) },
      ],
    }
    for (let frame = 0; frame < 6; frame++) {
      const html = write(root)
      page.draw(html)
      other.replaceChildren(...parseInside(other, html).childNodes)
      // In which order attributes are is nothing to see.
      if (!page.place.isEqualNode(other))
        expect({ html, drawn: page.place.innerHTML }).toEqual({ html, drawn: other.innerHTML })
      change(random() < 0.7 ? (pick(all(root).filter(({ key }) => key?.startsWith('r'))) ?? root) : root)
    }
    rows += page.rows
    page.place.remove()
  }
  // Many are, or nothing is proved.
  expect(rows).toBeGreaterThan(25)
})
