// @vitest-environment jsdom
import { expect, it } from 'vitest'
import { markdownToElement } from '../../../../../src/renderer/views/elements/markdown.ts'

const html = (text: string, breaks = false): string => markdownToElement(text, breaks).innerHTML

it('Markdown becomes HTML, with tables, lists of tasks and line breaks where they are asked for [I34]', () => {
  expect(html('# A *b*')).toContain('<h1>A <em>b</em></h1>')
  expect(html('| a |\n|---|\n| 1 |')).toContain('<td>1</td>')
  expect(html('- [x] done')).toMatch(/<input[^>]*type="checkbox"/)
  expect(html('a\nb')).not.toContain('<br>')
  expect(html('a\nb', true)).toContain('<br>')
})

it('HTML in it formats and does nothing else: it runs, loads, restyles and imitates nothing [I34]', () => {
  expect(html('<b>bold</b> <kbd>K</kbd>')).toContain('<b>bold</b> <kbd>K</kbd>')
  for (const hostile of [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '<a href="java\tscript:alert(1)">x</a>',
    '<iframe src="https://example.org"></iframe>',
    '<style>body{display:none}</style>',
    '<p style="position:fixed">x</p>',
    '<form action="/x"><button name="a">b</button></form>',
    '<button data-event="add">Add</button>',
    '<p data-event="add" id="oriel-boot" class="ui-card" name="x" aria-label="y">x</p>',
    '<input type="text" value="x">',
    '<svg onload=alert(1)><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<math><mtext><table><mglyph><style><img src onerror=alert(1)>',
    '<template><script>alert(1)</script></template>',
  ]) {
    const text = html(hostile)
    expect(text, hostile).not.toMatch(
      /<(script|iframe|style|form|button|svg|math|template)|on\w+=|javascript:|style=|data-event|id=|ui-card|name=|aria-label="y"|type="text"/i,
    )
  }
})

it('a link keeps its address if the person’s own browser can open it [I34]', () => {
  const links = markdownToElement('[a](https://example.org) [b](mailto:a@b.c) [c](file:///etc/passwd)', false)
  expect([...links.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual([
    'https://example.org',
    'mailto:a@b.c',
    null,
  ])
})
