/*
 * What an element is to somebody who cannot see it: its role, its name, and whether it is there at all. As much of the
 * standards (https://www.w3.org/TR/html-aam-1.0/, https://www.w3.org/TR/accname-1.2/) as pages of ours need.
 */

const INPUT_ROLES: Readonly<Record<string, string>> = {
  button: 'button',
  checkbox: 'checkbox',
  image: 'button',
  number: 'spinbutton',
  radio: 'radio',
  range: 'slider',
  reset: 'button',
  search: 'searchbox',
  submit: 'button',
}
const TAG_ROLES: Readonly<Record<string, string>> = {
  article: 'article',
  aside: 'complementary',
  button: 'button',
  dialog: 'dialog',
  details: 'group',
  fieldset: 'group',
  figure: 'figure',
  footer: 'contentinfo',
  form: 'form',
  header: 'banner',
  hr: 'separator',
  img: 'img',
  li: 'listitem',
  main: 'main',
  meter: 'meter',
  nav: 'navigation',
  ol: 'list',
  option: 'option',
  output: 'status',
  progress: 'progressbar',
  summary: 'button',
  table: 'table',
  tbody: 'rowgroup',
  td: 'cell',
  textarea: 'textbox',
  tfoot: 'rowgroup',
  th: 'columnheader',
  thead: 'rowgroup',
  tr: 'row',
  ul: 'list',
}
/** Roles whose name is what stands in them. */
const NAMED_BY_CONTENT: ReadonlySet<string> = new Set([
  'button',
  'cell',
  'checkbox',
  'columnheader',
  'heading',
  'link',
  'listitem',
  'menuitem',
  'menuitemcheckbox',
  'option',
  'radio',
  'row',
  'rowheader',
  'switch',
  'tab',
  'treeitem',
])

/** Null for what has none. */
export function roleOf(element: Element): string | null {
  const given = element.getAttribute('role')?.split(/\s+/)[0]
  if (given) return given === 'none' || given === 'presentation' ? null : given
  const tag = element.localName
  if (tag === 'a' || tag === 'area') return element.hasAttribute('href') ? 'link' : null
  if (/^h[1-6]$/.test(tag)) return 'heading'
  if (element instanceof HTMLInputElement)
    return element.type === 'hidden' ? null : (INPUT_ROLES[element.type] ?? 'textbox')
  if (element instanceof HTMLSelectElement) return element.multiple || element.size > 1 ? 'listbox' : 'combobox'
  if (tag === 'section') return element.hasAttribute('aria-label') ? 'region' : null
  if (tag === 'th' && element.getAttribute('scope') === 'row') return 'rowheader'
  return TAG_ROLES[tag] ?? null
}

/** '' for what has none. */
export function nameOf(element: Element): string {
  const by = element.getAttribute('aria-labelledby')
  if (by) {
    const root = element.getRootNode() as Document | ShadowRoot
    return clean(
      by
        .split(/\s+/)
        .map((id) => root.getElementById(id)?.textContent ?? '')
        .join(' '),
    )
  }
  const own = element.getAttribute('aria-label') ?? labelOf(element) ?? element.getAttribute('alt')
  if (own) return clean(own)
  const role = roleOf(element)
  if (element instanceof HTMLInputElement && role === 'button') return element.value || element.type
  if (role !== null && NAMED_BY_CONTENT.has(role)) {
    const content = textOf(element)
    if (content !== '') return content
  }
  const heading = element.localName === 'fieldset' ? 'legend' : element.localName === 'table' ? 'caption' : null
  const headed = heading === null ? null : element.querySelector(heading)
  if (headed) return textOf(headed)
  return clean(element.getAttribute('title') ?? element.getAttribute('placeholder') ?? '')
}

/** The text of what labels a field; null for what is none, or has no label. */
export function labelOf(element: Element): string | null {
  const labels = 'labels' in element ? (element.labels as NodeListOf<HTMLLabelElement> | null) : null
  if (!labels || labels.length === 0) return null
  return [...labels].map((label) => ownText(label, element)).join(' ')
}

/** What stands in it, for people: pictures by their text, what is hidden left out. */
export function textOf(element: Element): string {
  return clean(ownText(element, null))
}

/** Whether people can come across it. Styles of style sheets do not count, since nothing is laid out here. */
export function isThere(element: Element): boolean {
  for (let at: Element | null = element; at; at = parentOf(at)) {
    if (!isShown(at)) return false
    const folded: Element | null = at.parentElement
    if (folded instanceof HTMLDetailsElement && !folded.open && at.localName !== 'summary') return false
  }
  return true
}

/** Spaces and lines as a reader sees them. */
export function clean(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function ownText(node: Node, except: Element | null): string {
  if (node === except) return ''
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? ''
  if (!(node instanceof Element)) return ''
  if (node !== except && !isShown(node)) return ''
  if (node.localName === 'img') return node.getAttribute('alt') ?? ''
  if (/^(script|style|template|select|textarea)$/.test(node.localName)) return ''
  const inside = [...node.childNodes].map((child) => ownText(child, except)).join('')
  return BLOCK.has(node.localName) ? ` ${inside} ` : inside
}

const BLOCK: ReadonlySet<string> = new Set(
  'address article aside blockquote br dd details div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table td th tr ul'.split(
    ' ',
  ),
)

function isShown(element: Element): boolean {
  if (element.hasAttribute('hidden') || element.getAttribute('aria-hidden') === 'true') return false
  if (element instanceof HTMLDialogElement && !element.open) return false
  if (/^(script|style|template|head|noscript)$/.test(element.localName)) return false
  const { style } = element as HTMLElement
  return style?.display !== 'none' && style?.visibility !== 'hidden'
}

function parentOf(element: Element): Element | null {
  const root = element.parentElement ?? element.getRootNode()
  if (root instanceof Element) return root
  return root instanceof ShadowRoot ? root.host : null
}
