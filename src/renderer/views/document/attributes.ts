import type { Value } from '../../../shared/value.ts'
import { safeStyle } from './style.ts'

type Props = { readonly [key: string]: Value }
type Kind = 'text' | 'number' | 'flag'

/** Attributes of every element: name in lower case → the name that React knows and what it holds. */
const COMMON: Attributes = table({
  id: 'text',
  class: ['className', 'text'],
  classname: ['className', 'text'],
  title: 'text',
  lang: 'text',
  dir: 'text',
  role: 'text',
  hidden: 'flag',
  tabindex: ['tabIndex', 'number'],
})

const ENTERED: Record<string, Kind | [string, Kind]> = {
  name: 'text',
  disabled: 'flag',
  required: 'flag',
  autofocus: ['autoFocus', 'flag'],
}
const TYPED: Record<string, Kind | [string, Kind]> = {
  ...ENTERED,
  placeholder: 'text',
  readonly: ['readOnly', 'flag'],
  minlength: ['minLength', 'number'],
  maxlength: ['maxLength', 'number'],
  autocomplete: ['autoComplete', 'text'],
  spellcheck: ['spellCheck', 'flag'],
}

/** Attributes of certain elements. `value` and `checked` of fields are not here: they are followed, not set. */
const OF_TAG: { readonly [tag: string]: Attributes } = {
  a: table({ href: 'text' }),
  button: table({ ...ENTERED, type: 'text', value: 'text' }),
  col: table({ span: 'number' }),
  colgroup: table({ span: 'number' }),
  data: table({ value: 'text' }),
  details: table({ open: 'flag' }),
  fieldset: table({ disabled: 'flag' }),
  form: table({ autocomplete: ['autoComplete', 'text'], novalidate: ['noValidate', 'flag'] }),
  img: table({ alt: 'text', width: 'number', height: 'number' }),
  input: table({
    ...TYPED,
    type: 'text',
    min: 'text',
    max: 'text',
    step: 'text',
    pattern: 'text',
    size: 'number',
    inputmode: ['inputMode', 'text'],
    list: 'text',
    multiple: 'flag',
    accept: 'text',
  }),
  label: table({ for: ['htmlFor', 'text'], htmlfor: ['htmlFor', 'text'] }),
  li: table({ value: 'number' }),
  meter: table({ value: 'number', min: 'number', max: 'number', low: 'number', high: 'number', optimum: 'number' }),
  ol: table({ start: 'number', reversed: 'flag' }),
  optgroup: table({ label: 'text', disabled: 'flag' }),
  option: table({ value: 'text', label: 'text', disabled: 'flag' }),
  output: table({ for: ['htmlFor', 'text'], htmlfor: ['htmlFor', 'text'] }),
  progress: table({ value: 'number', max: 'number' }),
  select: table({ ...ENTERED, multiple: 'flag', size: 'number' }),
  td: table({ colspan: ['colSpan', 'number'], rowspan: ['rowSpan', 'number'] }),
  textarea: table({ ...TYPED, rows: 'number', cols: 'number', wrap: 'text' }),
  th: table({ colspan: ['colSpan', 'number'], rowspan: ['rowSpan', 'number'], scope: 'text' }),
  time: table({ datetime: ['dateTime', 'text'] }),
}

/** Kinds of <input>; `image` would load something, and any other is a text field. */
const INPUT_TYPES: ReadonlySet<string> = new Set([
  ...['text', 'search', 'email', 'url', 'tel', 'password', 'number', 'range', 'color', 'checkbox', 'radio', 'file'],
  ...['date', 'time', 'datetime-local', 'month', 'week', 'hidden', 'button', 'submit', 'reset'],
])

/** What a record's props say beside attributes. */
const CONTENT: ReadonlySet<string> = new Set(['text', 'on', 'style', 'value', 'checked', 'src', 'mime', 'payload'])

/**
 * The attributes, as React takes them, that an element of this tag may have of a record's props. `onRefused` hears of what
 * is left out.
 */
export function safeAttributes(tag: string, props: Props, onRefused: (name: string) => void): Record<string, unknown> {
  const attributes: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(props)) {
    const name = key.toLowerCase()
    if (/^(aria|data)-[a-z0-9-]+$/.test(name)) {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        attributes[name] = String(value)
      continue
    }
    const known = OF_TAG[tag]?.get(name) ?? COMMON.get(name)
    if (known) {
      const read = readValue(tag, name, value, known.kind)
      if (read !== undefined) attributes[known.name] = read
      else if (value !== null) onRefused(key)
    } else if (!CONTENT.has(name)) onRefused(key)
  }
  const style = safeStyle(props.style)
  if (Object.keys(style).length > 0) attributes.style = style
  return attributes
}

function readValue(tag: string, name: string, value: Value, kind: Kind): string | number | boolean | undefined {
  if (kind === 'flag') return typeof value === 'boolean' ? value : undefined
  if (kind === 'number') return typeof value === 'number' && Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value)
  // Ours are found by their ids, and the window's own properties by name.
  if (name === 'id') return /^oriel/i.test(text) ? undefined : text
  if (name === 'href') return isOpenable(text) ? text : undefined
  if (name === 'type' && tag === 'input') return INPUT_TYPES.has(text.toLowerCase()) ? text.toLowerCase() : undefined
  if (name === 'type' && tag === 'button') return ['button', 'submit', 'reset'].includes(text) ? text : undefined
  return text
}

/** What the person's browser or mail program opens, or a place in this page. */
function isOpenable(address: string): boolean {
  if (address.startsWith('#')) return true
  return ['http:', 'https:', 'mailto:'].includes(URL.parse(address)?.protocol ?? '')
}

type Attributes = ReadonlyMap<string, { name: string; kind: Kind }>

function table(entries: Record<string, Kind | [string, Kind]>): Attributes {
  return new Map(
    Object.entries(entries).map(([key, entry]) => {
      const [name, kind] = typeof entry === 'string' ? [key, entry] : entry
      return [key, { name, kind }]
    }),
  )
}
