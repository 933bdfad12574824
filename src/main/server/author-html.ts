import { type DefaultTreeAdapterMap, defaultTreeAdapter, parse, parseFragment, type Token } from 'parse5'

/*
 * What we add to the HTML that a script's author wrote. The text itself stays as it is, byte for byte: the parser only
 * says where our additions go, so that nothing depends on how the author writes tags, attributes or comments.
 */

type Node = DefaultTreeAdapterMap['node']
type Element = DefaultTreeAdapterMap['element']
type Location = Token.Location

interface Insertion {
  at: number
  text: string
}

/** A piece of HTML with the nonce on each of its scripts. Not parsed unless it may have one. */
export function withNonce(html: string, nonce: string): string {
  if (!/<script/i.test(html)) return html
  const insertions: Insertion[] = []
  collectScripts(parseFragment(html, { sourceCodeLocationInfo: true }), nonce, insertions)
  return insert(html, insertions)
}

export interface DocumentAdditions {
  nonce: string
  /** First in the head. */
  head: string
  /** A `<title>` element, used if the document has none. */
  title: string
  /** Attributes of `<html>`, with a space before each. */
  attributes: string
}

/** A whole document with our additions, and the nonce on each of its scripts. */
export function withAdditions(html: string, { nonce, head, title, attributes }: DocumentAdditions): string {
  const document = parse(html, { sourceCodeLocationInfo: true })
  const insertions: Insertion[] = []
  const root = document.childNodes.find((node) => node.nodeName === 'html') as Element
  const headElement = root.childNodes.find((node) => node.nodeName === 'head') as Element
  const ours = headElement.childNodes.some((node) => node.nodeName === 'title') ? head : head + title

  const rootTag = startTag(root)
  const headTag = startTag(headElement)
  if (rootTag) insertions.push({ at: afterName(rootTag, 'html'), text: attributes })
  if (headTag) insertions.push({ at: headTag.endOffset, text: ours })
  if (!rootTag || !headTag) {
    // tags that the author left out: ours go where the parser would have thought of them
    const doctype = document.childNodes.find((node) => node.nodeName === '#documentType')
    const at = rootTag?.endOffset ?? doctype?.sourceCodeLocation?.endOffset ?? 0
    insertions.push({ at, text: (rootTag ? '' : `<html${attributes}>`) + (headTag ? '' : ours) })
  }
  collectScripts(document, nonce, insertions)
  return insert(html, insertions)
}

function collectScripts(node: Node, nonce: string, insertions: Insertion[]): void {
  // a list of what is still to be seen, as hostile nesting would overflow a recursion
  const open: Node[] = [node]
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.nodeName === 'script') {
      const tag = startTag(next)
      // before the author's attributes: of two with one name the first counts
      if (tag) insertions.push({ at: afterName(tag, 'script'), text: ` nonce="${nonce}"` })
    }
    if (next.nodeName === 'template' && 'content' in next) open.push(defaultTreeAdapter.getTemplateContent(next))
    if ('childNodes' in next) for (const child of next.childNodes) open.push(child)
  }
}

/** Null for an element whose tag the parser made up. */
function startTag(element: Element): Location | null {
  const location = element.sourceCodeLocation
  return location ? (location.startTag ?? location) : null
}

const afterName = (tag: Location, name: string): number => tag.startOffset + 1 + name.length

function insert(html: string, insertions: Insertion[]): string {
  // stable: what was asked for first at one place comes first
  const ordered = insertions.toSorted((a, b) => a.at - b.at)
  let result = ''
  let from = 0
  for (const { at, text } of ordered) {
    result += html.slice(from, at) + text
    from = at
  }
  return result + html.slice(from)
}
