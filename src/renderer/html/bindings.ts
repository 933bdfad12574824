import type { Value } from '../../shared/value.ts'

/** What an element that was drawn from a record sends, and when: beside `data-event`, for what has no HTML of its own. */
export interface Binding {
  /** DOM event → the name it is sent under. */
  events: Readonly<Record<string, string>>
  /** Sent along with what was entered. */
  payload: { readonly [key: string]: Value }
  /** Makes of what a DOM event sends what is sent in its place. */
  wrap?: (domEvent: string, data: Value) => Value
  /** What the element holds now was sent; `answer` settles when the other side has answered. */
  onSent?: (answer: Promise<unknown>) => void
}

const bindings = new WeakMap<Element, Binding>()

/** Null takes it away. */
export function bindElement(element: Element, binding: Binding | null): void {
  if (binding) bindings.set(element, binding)
  else bindings.delete(element)
}

export function bindingOf(element: Element): Binding | undefined {
  return bindings.get(element)
}

/** Under which name the element sends this DOM event; null if it does not. */
export function boundEvent(element: Element, type: string): string | null {
  const events = bindings.get(element)?.events
  return events && Object.hasOwn(events, type) ? events[type]! : null
}

/** Tells the element, and the fields of a form, that what they hold was sent. */
export function noteSent(element: Element, answer: Promise<unknown>): void {
  bindings.get(element)?.onSent?.(answer)
  if (!(element instanceof HTMLFormElement)) return
  // Not `elements`, which a field of that name would hide.
  for (const field of element.querySelectorAll('input, select, textarea')) bindings.get(field)?.onSent?.(answer)
}
