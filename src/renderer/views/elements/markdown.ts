import createDOMPurify from 'dompurify'
import { Marked } from 'marked'

const marked = new Marked({ gfm: true })
const purify = createDOMPurify(window)

/** What a text may consist of: it formats. Nothing that loads, restyles the page, is filled in, or is found by the page's own code. */
const ALLOWED = {
  ALLOWED_TAGS: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'br', 'hr', 'blockquote', 'pre', 'code', 'div', 'span'],
    ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'a', 'abbr', 'b', 'strong', 'i', 'em', 'u', 's', 'del', 'ins', 'mark'],
    ...['kbd', 'samp', 'var', 'q', 'cite', 'small', 'sub', 'sup', 'time', 'details', 'summary', 'figure', 'figcaption'],
    ...['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'img', 'input'],
  ],
  ALLOWED_ATTR: [
    ...['href', 'title', 'alt', 'src', 'width', 'height', 'align', 'colspan', 'rowspan', 'scope', 'start', 'open'],
    ...['lang', 'dir', 'datetime', 'class', 'type', 'checked', 'disabled'],
  ],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
} as const

/** A language of a block of code, as Markdown names it; every other class would be one of the page's own. */
const LANGUAGE_CLASS = /^language-[\w+#-]{1,40}$/

purify.addHook('afterSanitizeAttributes', (node) => {
  const className = node.getAttribute('class')
  if (className !== null && !LANGUAGE_CLASS.test(className)) node.removeAttribute('class')
  if (node.localName !== 'input') return
  // The boxes of a list of tasks; no other field belongs to a text.
  if (node.getAttribute('type') !== 'checkbox') return node.remove()
  node.setAttribute('disabled', '')
  node.setAttribute('aria-label', node.hasAttribute('checked') ? 'done' : 'to do')
})

/** `text` as an element that holds it, sanitised. `breaks`: a line break in it is one on the page. */
export function markdownToElement(text: string, breaks: boolean): HTMLElement {
  const html = marked.parse(text, { async: false, breaks })
  const holder = document.createElement('div')
  holder.append(purify.sanitize(html, { ...ALLOWED, RETURN_DOM_FRAGMENT: true } as never) as unknown as Node)
  // Wide ones scroll by themselves, and by the keyboard too.
  for (const wide of holder.querySelectorAll('pre, table')) {
    wide.setAttribute('tabindex', '0')
  }
  return holder
}
