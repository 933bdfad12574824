import { isField } from '../html/fields.ts'
import type { Field } from '../html/fields.ts'

/** On a field, or around some: what is typed there is never kept. */
export const RECOVER_ATTRIBUTE = 'data-recover'

const NOT_TYPED = new Set(['password', 'hidden', 'file', 'button', 'submit', 'reset', 'image'])
const SECRET = /password|one-time-code|^cc-| cc-/

/** Whether what is typed there may be kept: never in passwords, codes and card numbers, nor where the page says `data-recover="never"`. */
export function mayKeep(node: EventTarget | null): node is Field {
  if (!(node instanceof Element) || !isField(node)) return false
  if (node instanceof HTMLInputElement && NOT_TYPED.has(node.type)) return false
  if (SECRET.test(node.getAttribute('autocomplete') ?? '')) return false
  // A field for passwords that shows what is in it is none for its type.
  return node.closest(`[${RECOVER_ATTRIBUTE}="never"], .mantine-PasswordInput-root`) === null
}

/** What finds a field again when its page was drawn anew: its form and its name, id or label, and which of several it is. */
export function keyOf(field: Field, root: ParentNode): string {
  const own = ownKey(field)
  let count = 0
  for (const other of root.querySelectorAll('input, select, textarea')) {
    if (other === field) break
    if (isField(other) && ownKey(other) === own) count++
  }
  return count === 0 ? own : `${own}#${count}`
}

function ownKey(field: Field): string {
  const { form } = field
  const place = form ? (form.getAttribute('id') ?? form.getAttribute('name') ?? form.dataset.event ?? 'form') : ''
  const choice = field instanceof HTMLInputElement && field.type === 'radio' ? `=${field.value}` : ''
  return `${place}/${field.name || field.getAttribute('aria-label') || labelOf(field) || stableId(field) || field.type}${choice}`
}

/** Made by React: another one each time. */
const stableId = (field: Field): string => (/^(mantine-|[«_:])|^r\d/.test(field.id) ? '' : field.id)

function labelOf(field: Field): string {
  return field.labels?.[0]?.textContent?.trim().slice(0, 100) ?? ''
}

/** What the field holds, as text. */
export function read(field: Field): string {
  if (isToggle(field)) return String(field.checked)
  if (field instanceof HTMLSelectElement && field.multiple)
    return JSON.stringify([...field.selectedOptions].map((option) => option.value))
  return field.value
}

/** Puts `value` into the field as if it had been typed: whoever listens, or draws it, hears of it. */
export function write(field: Field, value: string): void {
  if (isToggle(field)) {
    if (String(field.checked) !== value) field.click()
    return
  }
  if (field instanceof HTMLSelectElement && field.multiple) {
    const chosen = new Set(JSON.parse(value) as string[])
    for (const option of field.options) option.selected = chosen.has(option.value)
  } else setValue(field, value)
  field.dispatchEvent(new Event('input', { bubbles: true }))
  if (field instanceof HTMLSelectElement) field.dispatchEvent(new Event('change', { bubbles: true }))
}

/** Past what React puts over the property, which would keep it from hearing of the change. */
function setValue(field: Field, value: string): void {
  const property = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field) as object, 'value')
  if (property?.set) property.set.call(field, value)
  else field.value = value
}

const isToggle = (field: Field): field is HTMLInputElement =>
  field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio')
