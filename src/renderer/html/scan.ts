import { VOID_TAGS } from '../../shared/html.ts'

/** A tag in a part of HTML, with where it begins and ends there. */
export interface Tag {
  readonly name: string
  readonly closes: boolean
  /** Its `data-key`, as it is written; null: it has none. */
  readonly key: string | null
  readonly start: number
  readonly end: number
}

/** What may be in them is no HTML. */
const TEXT_ONLY = /^(?:textarea|title|script|style)$/
/** What changes how a parser goes on, beside being an element. */
const STRANGE =
  /^(?:html|head|body|frameset|frame|plaintext|xmp|iframe|noembed|noframes|noscript|template|select|svg|math|image|isindex|listing|pre|marquee|applet|object)$/
const ATTRIBUTE = /\s+([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/y
const OPEN = /<([a-z][a-z0-9-]*)/iy
const END = /\s*(\/?)>/y
const CLOSE = /<\/([a-z][a-z0-9-]*)\s*>/iy

/**
 * The tags of a part of HTML, void elements left out; null where a parser might see others, or not go on after it as it
 * went in: tags that are cut, odd attributes, raw text, elements with rules of their own.
 */
export function scanTags(html: string): readonly Tag[] | null {
  const tags: Tag[] = []
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    const next = html[at + 1] ?? '<'
    if (next === '!' && html.startsWith('<!--', at)) {
      const end = html.indexOf('-->', at + 4)
      // Comments may end in other ways too.
      if (end < 0 || /^-?>|--!>|<!--/.test(html.slice(at + 4, end + 3))) return null
      at = end + 3
      continue
    }
    const tag = next === '/' ? closing(html, at) : /[a-z]/i.test(next) ? opening(html, at) : null
    if (!tag) return null
    if (STRANGE.test(tag.name)) return null
    if (tag.closes || !VOID_TAGS.has(tag.name)) tags.push(tag)
    at = tag.end
    if (tag.closes || !TEXT_ONLY.test(tag.name)) continue
    const end = html.indexOf(`</${tag.name}>`, at)
    if (end < 0 || html.slice(at, end).includes('<')) return null
    at = end
  }
  return tags
}

function closing(html: string, at: number): Tag | null {
  CLOSE.lastIndex = at
  const found = CLOSE.exec(html)
  return found && { name: found[1]!.toLowerCase(), closes: true, key: null, start: at, end: CLOSE.lastIndex }
}

function opening(html: string, at: number): Tag | null {
  OPEN.lastIndex = at
  const name = OPEN.exec(html)![1]!.toLowerCase()
  let key: string | null = null
  let end = OPEN.lastIndex
  for (let found = attribute(html, end); found; found = attribute(html, end)) {
    end = ATTRIBUTE.lastIndex
    // The first of two of one name counts.
    if (found[1]!.toLowerCase() === 'data-key') key ??= found[2] ?? found[3] ?? found[4] ?? ''
  }
  END.lastIndex = end
  const [, slash] = END.exec(html) ?? []
  // `<br/>` is no other than `<br>`, while `<div/>` closes nothing.
  if (slash === undefined || (slash !== '' && !VOID_TAGS.has(name))) return null
  return { name, closes: false, key, start: at, end: END.lastIndex }
}

function attribute(html: string, at: number): RegExpExecArray | null {
  ATTRIBUTE.lastIndex = at
  return ATTRIBUTE.exec(html)
}
