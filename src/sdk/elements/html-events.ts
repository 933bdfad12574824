import { isPlainObject } from '../../shared/document/kinds.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Value } from '../../shared/value.ts'
import type { GivenProps } from './instance.ts'

/** Event props of HTML tags → DOM event, where that is not the name in lower case. */
const RENAMED: Readonly<Record<string, string>> = { onDoubleClick: 'dblclick' }
/** DOM events that a page listens for. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['click', 'dblclick', 'contextmenu', 'submit', 'reset', 'input', 'change', 'focus', 'blur', 'keydown', 'keyup'],
  ...['pointerdown', 'pointerup', 'mouseenter', 'mouseleave', 'toggle'],
])
/** Kinds of <input> that are chosen rather than typed. */
const CHOSEN: ReadonlySet<unknown> = new Set(['checkbox', 'radio', 'file', 'color', 'date', 'time', 'range'])

/** The DOM event behind an event prop. As React has it, `onChange` of what is typed is each change of it. Throws OrielError bad_value. */
export function domEventOf(tag: string, prop: string, { type }: GivenProps): string {
  const isTyped = tag === 'textarea' || (tag === 'input' && !CHOSEN.has(type))
  if (prop === 'onChange' && isTyped) return 'input'
  const event = RENAMED[prop] ?? prop.slice(2).toLowerCase()
  if (KNOWN.has(event)) return event
  throw new OrielError(
    'bad_value',
    `<${tag}> ${prop}: there is no such event here. There are ${[...KNOWN].join(', ')}.`,
  )
}

/** What a handler of an HTML tag is given: as much of React's event as a script in another thread can have. */
export interface HtmlEvent {
  /** DOM event, such as `click`. */
  readonly type: string
  /** The element, as far as the person can have changed it. */
  readonly target: HtmlEventTarget
  readonly currentTarget: HtmlEventTarget
  /** What was entered: of a form its fields by name, of a key which it was. */
  readonly data: { readonly [name: string]: Value }
  /** Of a key. */
  readonly key: string
  readonly code: string
  readonly altKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  /** Does nothing: by the time the script hears of an event it has happened. A page leaves no form and follows no link by itself. */
  preventDefault(): void
  /** Does nothing: an event goes to the nearest element that listens, and no further. */
  stopPropagation(): void
}

export interface HtmlEventTarget {
  readonly value: string
  readonly checked: boolean
  readonly name: string
}

/** From what a page sends, which may be anything. Throws OrielError bad_value. */
export function htmlEvent(data: Value, type: string): HtmlEvent {
  if (!isPlainObject(data)) throw new OrielError('bad_value', 'The data of an element’s event must be an object.')
  const { value, checked, name, key, code } = data
  const target = {
    value: typeof value === 'string' ? value : '',
    checked: checked === true,
    name: typeof name === 'string' ? name : '',
  }
  return {
    type,
    target,
    currentTarget: target,
    data: data,
    key: typeof key === 'string' ? key : '',
    code: typeof code === 'string' ? code : '',
    altKey: data['alt'] === true,
    ctrlKey: data['ctrl'] === true,
    metaKey: data['meta'] === true,
    shiftKey: data['shift'] === true,
    preventDefault() {},
    stopPropagation() {},
  }
}
