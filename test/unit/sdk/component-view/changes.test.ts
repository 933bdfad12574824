import { expect, test } from 'vitest'
import { Document } from '../../../../src/client/document.ts'
import { splitHtml } from '../../../../src/sdk/component-view/html-parts.ts'
import { diffLists } from '../../../../src/sdk/component-view/list-diff.ts'
import { markRoot } from '../../../../src/sdk/components/mark-root.ts'
import { writeChange } from '../../../../src/sdk/component-view/value-diff.ts'
import type { Op } from '../../../../src/shared/document/types.ts'
import type { Value } from '../../../../src/shared/value.ts'
import { randomFrom, testSeed } from '../../../support/random.ts'

const next = randomFrom(testSeed())
const random = (n: number) => Math.floor(next() * n)
const rows = (count: number, change: (i: number) => string = String) =>
  `<h1>Rows</h1><ul>${Array.from({ length: count }, (_, i) => `<li data-key="${i}"><b>${change(i)}</b></li>`).join('')}</ul>`

test('splices make one list into the other, whatever they hold', () => {
  const list = () => Array.from({ length: random(40) }, () => random(8))
  for (let i = 0; i < 500; i++) {
    const [before, after] = [list(), list()]
    const made = [...before]
    for (const { index, remove, insert } of diffLists(before, after)) made.splice(index, remove, ...insert)
    expect(made).toEqual(after)
  }
})

test('the parts of HTML are it again, and a change in a row is a splice of one part', () => {
  for (const html of [
    '',
    'text',
    '<p>a</p>',
    rows(3),
    '<li',
    '<custom-row data-key=1>x</custom-row> <custom-row data-key=2>',
  ])
    expect(splitHtml(html).join('')).toBe(html)
  const changed = splitHtml(rows(1000, (i) => (i === 500 ? 'changed' : String(i))))
  expect(diffLists(splitHtml(rows(1000)), changed)).toEqual([
    { index: 502, remove: 1, insert: ['<li data-key="500"><b>changed</b></li>'] },
  ])
  // Two changes far apart do not send what is between them.
  const both = splitHtml(rows(1000, (i) => (i === 1 || i === 900 ? 'x' : String(i))))
  expect(diffLists(splitHtml(rows(1000)), both)).toHaveLength(2)
})

test('ops lead from one state to the other, and are as large as what differs', () => {
  const value = (depth: number): Value => {
    if (depth === 0 || random(3) === 0) return random(5)
    if (random(2) === 0) return Array.from({ length: random(5) }, () => value(depth - 1))
    return Object.fromEntries('abcd'.split('').flatMap((key) => (random(2) === 0 ? [] : [[key, value(depth - 1)]])))
  }
  for (let i = 0; i < 300; i++) {
    const [before, after] = [{ state: value(4) }, { state: value(4) }]
    const document = new Document()
    document.transact((tx) => tx.put({ id: 'c', type: 'component', props: before }))
    document.transact((tx) => writeChange(tx, 'c', ['state'], before.state, after.state))
    expect(document.get('c')?.props).toEqual(after)
  }
  const list = Array.from({ length: 1000 }, (_, id) => ({ id, title: `row ${id}`, done: false }))
  const changed = list.map((row) => (row.id === 7 ? { ...row, done: true } : row))
  const document = new Document()
  document.transact((tx) => tx.put({ id: 'c', type: 'component', props: { list } }))
  const ops: Op[] = []
  document.onChange((change) => ops.push(...change.ops))
  document.transact((tx) => writeChange(tx, 'c', ['list'], list, changed))
  document.transact((tx) =>
    writeChange(tx, 'c', ['list'], changed, [{ id: -1, title: 'new', done: false }, ...changed]),
  )
  expect(ops).toEqual([
    { op: 'set', id: 'c', path: ['list', 7, 'done'], value: true },
    { op: 'splice', id: 'c', path: ['list'], index: 0, remove: 0, insert: [{ id: -1, title: 'new', done: false }] },
  ])
})

test.each([
  ['<ul class="a">\n<li>1</li></ul>', '<ul data-component="x" class="a">\n<li>1</li></ul>'],
  [' <!-- > --><p>a > b<br>c</p>\n', ' <!-- > --><p data-component="x">a > b<br>c</p>\n'],
  ['<img alt=">">', '<img data-component="x" alt=">">'],
  [
    '<section><script>"</section>"</script></section>',
    '<section data-component="x"><script>"</section>"</script></section>',
  ],
  ['<p>a</p><p>b</p>', '<div data-component="x" style="display:contents"><p>a</p><p>b</p></div>'],
  ['<p>a</p>b', '<div data-component="x" style="display:contents"><p>a</p>b</div>'],
  ['<ul><li>1<li>2</ul>', '<div data-component="x" style="display:contents"><ul><li>1<li>2</ul></div>'],
  ['just text', '<div data-component="x" style="display:contents">just text</div>'],
  ['', '<div data-component="x" style="display:contents"></div>'],
])('the root of %j is marked as its component’s [Q51]', (html, marked) => {
  expect(markRoot(html, 'x')).toBe(marked)
})
