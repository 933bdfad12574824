import { VOID_TAGS } from '../../shared/html.ts'

/** Elements in which there are no others. */
const TEXT_ONLY = /^(?:script|style|textarea|title)$/i
const TAG = /<!--[\s\S]*?-->|<(\/?)([a-z][^\s>/]*)(?:"[^"]*"|'[^']*'|[^'">])*>/gi

/**
 * `html` with `data-component="id"` on its root, so that events in it find their component. What has several roots, or
 * leaves out end tags, gets one around it that takes no part in the layout.
 */
export function markRoot(html: string, id: string): string {
  const mark = ` data-component="${id.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`
  const at = endOfRootName(html)
  return at === null ? `<div${mark} style="display:contents">${html}</div>` : html.slice(0, at) + mark + html.slice(at)
}

/** Where the name of the only root's tag ends; null if there is not exactly one. */
function endOfRootName(html: string): number | null {
  let at: number | null = null
  const open: string[] = []
  let textFrom = 0
  let closed = false
  for (let tag = nextTag(html, 0); tag; tag = nextTag(html, tag.end)) {
    if (open.length === 0 && html.slice(textFrom, tag.start).trim() !== '') return null
    textFrom = tag.end
    if (tag.name === '') continue
    if (tag.closes) {
      if (open.pop() !== tag.name) return null
      closed = open.length === 0
      continue
    }
    if (open.length === 0) {
      if (closed) return null
      at = tag.start + 1 + tag.name.length
    }
    if (VOID_TAGS.has(tag.name)) closed ||= open.length === 0
    else open.push(tag.name)
    if (TEXT_ONLY.test(tag.name)) {
      const end = html.toLowerCase().indexOf(`</${tag.name}`, tag.end)
      if (end < 0) return null
      tag.end = end
    }
  }
  return closed && open.length === 0 && html.slice(textFrom).trim() === '' ? at : null
}

interface Tag {
  start: number
  end: number
  /** Lower case; '' for a comment. */
  name: string
  closes: boolean
}

function nextTag(html: string, from: number): Tag | null {
  TAG.lastIndex = from
  const found = TAG.exec(html)
  if (!found) return null
  const [text, slash, name] = found
  return { start: found.index, end: found.index + text.length, name: name?.toLowerCase() ?? '', closes: slash === '/' }
}
