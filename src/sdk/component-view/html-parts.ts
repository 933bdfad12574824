/** Elements that a frame is cut before: what lists and pages are made of. Any element with `data-key` is one, too. */
const CUT_BEFORE =
  /<(?=(?:article|aside|caption|dd|details|div|dl|dt|fieldset|figure|footer|form|h[1-6]|header|label|li|main|nav|ol|option|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)[\s>/]|[a-z][\w-]*\s[^<>]*data-key)/gi

/**
 * `html` in parts that, one after the other, are it again. A change inside of a row changes the parts of that row alone, so
 * that only they have to be sent. Where the cuts are does not matter to what is shown.
 */
export function splitHtml(html: string): string[] {
  const parts: string[] = []
  let from = 0
  for (const { index } of html.matchAll(CUT_BEFORE)) {
    if (index > from) parts.push(html.slice(from, index))
    from = index
  }
  if (from < html.length) parts.push(html.slice(from))
  return parts
}
