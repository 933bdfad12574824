import { toCanvases } from './pictures.ts'

/** Types of <script> that a browser would run; anything else is a block of data and may stay. */
const SCRIPT_TYPES = /^(|module|importmap|speculationrules|(text|application)\/(x-)?(java|ecma|live)script.*)$/i
/**
 * Cheap look at the text before every element is walked. An address may be written with entities, tabs and line breaks,
 * so whatever has one is walked: there the parser has decoded it.
 */
const MAY_RUN = /<script|\bon\w+\s*=|\b(?:href|src|action|formaction)\s*=/i
const URL_ATTRIBUTES = new Set(['href', 'src', 'action', 'formaction', 'xlink:href'])

// Has no browsing context: what is parsed in it loads nothing and runs nothing.
let inert: Document | null = null
const inertDocument = (): Document => (inert ??= document.implementation.createHTMLDocument(''))

const MAY_STREAM = /<img[^>]+data-stream/i

/** Parses `html` as the inside of `context` (so that table rows and SVG shapes come out right), without anything that runs. */
export function parseInside(context: Element, html: string): Element {
  const parent = inertDocument().importNode(context, false)
  parent.innerHTML = html
  if (MAY_RUN.test(html)) disarm(parent)
  if (MAY_STREAM.test(html)) toCanvases(parent)
  return parent
}

/** Parses a whole document, without anything that runs. */
export function parseDocument(html: string): Document {
  const parsed = new DOMParser().parseFromString(html, 'text/html')
  if (MAY_RUN.test(html)) disarm(parsed)
  if (MAY_STREAM.test(html)) toCanvases(parsed.body)
  return parsed
}

/** Takes scripts, inline handlers and `javascript:` addresses out: content that arrives later never runs. */
function disarm(root: ParentNode): void {
  for (const element of root.querySelectorAll('*')) {
    if (element.localName === 'script' && SCRIPT_TYPES.test(element.getAttribute('type') ?? '')) {
      element.remove()
      continue
    }
    for (const { name, value } of [...element.attributes]) {
      const address = URL_ATTRIBUTES.has(name) ? value.replace(/[\s\u0000-\u001f]/g, '') : ''
      if (name.startsWith('on') || /^javascript:/i.test(address)) element.removeAttribute(name)
    }
    if (element.localName === 'template') disarm((element as HTMLTemplateElement).content)
  }
}
