import { boundEvent } from './bindings.ts'
import { isField } from './fields.ts'

/** What `data-on` may name, beside the default: `submit` for forms, `change` for fields (`input` with `data-debounce`), `click` elsewhere. */
export const TRIGGER_EVENTS = [
  'click',
  'dblclick',
  'contextmenu',
  'submit',
  'reset',
  'input',
  'change',
  'focus',
  'blur',
  'keydown',
  'keyup',
  'pointerdown',
  'pointerup',
  'mouseenter',
  'mouseleave',
  'toggle',
] as const

/** Keys that go by another name in `data-on` than in the event. */
const KEY_NAMES: ReadonlyMap<string, string> = new Map([
  ['esc', 'escape'],
  ['space', ' '],
  ['dot', '.'],
  ['up', 'arrowup'],
  ['down', 'arrowdown'],
  ['left', 'arrowleft'],
  ['right', 'arrowright'],
])
const MODIFIERS = ['ctrl', 'alt', 'shift', 'meta'] as const

/** The element that a DOM event sets off, and whether the event named its key, which nobody else is to have then. */
export interface FoundTrigger {
  element: Element
  isKey: boolean
}

/** The element whose `data-event` this DOM event sets off: the nearest one that listens for it. Null: there is none, or it is disabled. */
export function findTrigger(start: Element, event: Event): FoundTrigger | null {
  for (let element: Element | null = start; element; element = element.parentElement) {
    const heard = boundEvent(element, event.type) !== null ? 'plain' : hears(element, event)
    if (heard) return element.matches(':disabled') ? null : { element, isKey: heard === 'key' }
    // Such events happen to one element only, though a capturing listener sees them on the way.
    if (!event.bubbles) return null
  }
  return null
}

function hears(element: Element, event: Event): 'plain' | 'key' | null {
  if (!element.hasAttribute('data-event')) return null
  const named = element.getAttribute('data-on')
  if (named === null) return event.type === defaultEvent(element) ? 'plain' : null
  for (const name of named.split(/\s+/)) {
    const [type, ...keys] = name.split('.')
    if (type !== event.type) continue
    if (keys.length === 0) return 'plain'
    if (event instanceof KeyboardEvent && isPressed(keys, event)) return 'key'
  }
  return null
}

/** `keys` such as `ctrl`, `enter`: exactly these modifiers, and that key. */
function isPressed(keys: readonly string[], event: KeyboardEvent): boolean {
  // It belongs to what is being composed, as Enter does to the choice of a character.
  if (event.isComposing) return false
  const names = keys.map((key) => key.toLowerCase())
  const key = names.find((name) => !(MODIFIERS as readonly string[]).includes(name))
  if (key !== undefined && (KEY_NAMES.get(key) ?? key) !== event.key.toLowerCase()) return false
  const down = { ctrl: event.ctrlKey, alt: event.altKey, shift: event.shiftKey, meta: event.metaKey }
  // Shift is how some characters are typed at all.
  const isSymbol = event.key.length === 1 && event.key.toLowerCase() === event.key.toUpperCase()
  return MODIFIERS.every((name) => down[name] === names.includes(name) || (name === 'shift' && isSymbol))
}

function defaultEvent(element: Element): string {
  if (element instanceof HTMLFormElement) return 'submit'
  if (
    !isField(element) ||
    (element instanceof HTMLInputElement && /^(button|submit|reset|image)$/.test(element.type))
  ) {
    return 'click'
  }
  return element.hasAttribute('data-debounce') ? 'input' : 'change'
}
