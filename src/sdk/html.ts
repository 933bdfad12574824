import { OrielError } from '../shared/errors.ts'

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** HTML that is safe to show as it stands. Made by `html` and `raw`. */
export class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

/** What may stand in `html` templates between `${` and `}`. */
export type HtmlValue = Html | string | number | bigint | boolean | null | undefined | readonly HtmlValue[]

/**
 * HTML from a template. Interpolated text is escaped, lists are joined, nested `html` is kept, null, undefined and false
 * give nothing. Quote attribute values. Throws OrielError bad_value for other values.
 */
export function html(parts: TemplateStringsArray, ...values: HtmlValue[]): Html {
  let text = parts[0] ?? ''
  values.forEach((value, index) => (text += markup(value) + parts[index + 1]))
  return new Html(text)
}

/** `text` as HTML, not escaped. Only for text you made yourself: a person's input could bring scripts with it. */
export function raw(text: string): Html {
  if (typeof text !== 'string') throw new OrielError('bad_value', `raw(text) takes a string, not ${nameOf(text)}.`)
  return new Html(text)
}

function markup(value: unknown): string {
  if (value instanceof Html) return value.toString()
  if (value === null || value === undefined || value === false) return ''
  if (Array.isArray(value)) return value.map(markup).join('')
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!)
  if (typeof value === 'number' || typeof value === 'bigint' || value === true) return String(value)
  throw new OrielError(
    'bad_value',
    `html\`…\` cannot show ${nameOf(value)}. Give it text, a number, a list of those or another html\`…\`.`,
  )
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'object') return `an object (${value.constructor?.name ?? 'without prototype'})`
  return `a ${typeof value}`
}
