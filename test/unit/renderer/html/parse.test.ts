// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import { parseDocument, parseInside } from '../../../../src/renderer/html/parse.ts'

const inside = (html: string, tag = 'main') => parseInside(document.createElement(tag), html)

describe('content that arrives later', () => {
  it('[E15] has no scripts and no inline handlers', () => {
    const html =
      '<p onclick="a()">x</p><script>b()</script><script type="module">c()</script><template><img onerror="d()"></template>'
    expect(inside(html).innerHTML).toBe('<p>x</p><template><img></template>')
  })

  it('has no javascript: addresses, however they are written', () => {
    for (const address of [
      'javascript:a()',
      ' JavaScript:a()',
      'java\nscript:a()',
      'java&#10;script:a()',
      'java&Tab;script&colon;a()',
      '&#106;avascript:a()',
      '&#x6A;&#x61;vascript&#58;a()',
      '&#1;javascript:a()',
    ]) {
      const html = `<a href="${address}">x</a><form action='${address}'><button formaction = ${address.replace(/\s/g, '')}></form>`
      expect(inside(html).innerHTML).toBe('<a>x</a><form><button></button></form>')
      expect(parseDocument(html).body.innerHTML).toBe('<a>x</a><form><button></button></form>')
      expect(inside(`<svg><a xlink:href="${address}"></a></svg>`).innerHTML).toBe('<svg><a></a></svg>')
    }
  })

  it('keeps every other address as it is written', () => {
    const html = '<a href="https://example.org/?q=javascript:a&amp;b=1">x</a><img src="data:,">'
    expect(inside(html).innerHTML).toBe(html)
  })

  it('keeps blocks of data', () => {
    const html = '<script type="application/json">{"a":1}</script>'
    expect(inside(html).innerHTML).toBe(html)
  })

  it('is parsed for its place', () => {
    expect(inside('<tr><td>1</td></tr>', 'tbody').innerHTML).toBe('<tr><td>1</td></tr>')
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'g')
    expect(parseInside(svg, '<circle r="1"/>').firstElementChild?.namespaceURI).toBe('http://www.w3.org/2000/svg')
  })

  it('is disarmed as a whole document, too', () => {
    const parsed = parseDocument('<html><head><script>a()</script></head><body onload="b()"><p>x</p></body></html>')
    expect(parsed.documentElement.outerHTML).toBe('<html><head></head><body><p>x</p></body></html>')
  })
})
