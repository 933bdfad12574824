/** HTML elements that a record may be, by its type. What loads, runs or frames something is not among them. */
const CONTENT_TAGS = [
  ...['article', 'aside', 'div', 'footer', 'header', 'hgroup', 'main', 'nav', 'section'],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'blockquote', 'pre', 'figure', 'figcaption'],
  ...['ul', 'ol', 'li', 'dl', 'dt', 'dd'],
  ...['a', 'abbr', 'b', 'bdi', 'cite', 'code', 'data', 'del', 'em', 'i', 'ins', 'kbd', 'mark', 'q', 's', 'samp'],
  ...['small', 'span', 'strong', 'sub', 'sup', 'time', 'u', 'var'],
  ...['table', 'caption', 'colgroup', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
  ...['details', 'summary', 'progress', 'meter', 'output'],
  ...['form', 'fieldset', 'legend', 'label', 'button', 'datalist', 'optgroup', 'option'],
] as const

/** Elements that hold nothing. */
const EMPTY_TAGS = ['br', 'col', 'hr', 'wbr'] as const

/** What a person fills in; drawn with what is typed in mind. */
export const FIELD_TAGS = ['input', 'select', 'textarea'] as const

export const ELEMENT_TAGS = [...CONTENT_TAGS, ...EMPTY_TAGS] as const

const HOLDS_NOTHING: ReadonlySet<string> = new Set([...EMPTY_TAGS, 'input', 'img', 'textarea'])

/** Whether an element of this tag may have text and children. */
export function mayHold(tag: string): boolean {
  return !HOLDS_NOTHING.has(tag)
}
