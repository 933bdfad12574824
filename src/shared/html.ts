/** Elements without an end tag, in lower case. */
export const VOID_TAGS: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta source track wbr'.split(' '),
)

/**
 * Whether `html` is a document of its own (its first tag is `<!doctype>`, `<html>`, `<head>` or `<body>`) and not a piece
 * to be put into a page. Linear in the length of what stands before that tag.
 */
export function isWholeDocument(html: string): boolean {
  let at = 0
  for (;;) {
    while (isSpace(html.charCodeAt(at))) at++
    if (!html.startsWith('<!--', at)) break
    const end = html.indexOf('-->', at + 4)
    if (end < 0) return false
    at = end + 3
  }
  return /^<(!doctype|html|head|body)[\s/>]/i.test(html.slice(at, at + 10))
}

/** White space of HTML, and the byte order mark. */
function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xfeff
}
