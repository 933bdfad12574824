import { FORBIDDEN_KEYS } from '../../shared/value.ts'
import type { Value } from '../../shared/value.ts'
import { bindingOf } from './bindings.ts'
import { isField } from './fields.ts'
import type { Field } from './fields.ts'

type Fields = { [name: string]: Value }

/** What a trigger sends: its own payload (`data-payload`, or what it is bound to), with what the person entered. `submitter` is the button that sent a form. */
export async function readPayload(trigger: Element, event: Event): Promise<Value> {
  const own = ownPayload(trigger)
  const entered = await readEntered(trigger, event)
  if (entered === null) return own ?? {}
  if (own === undefined) return entered
  return isObject(own) ? { ...own, ...entered } : { payload: own, ...entered }
}

/**
 * The fields of `form` by name, as they are now: text as text, files with their bytes; a list where several can have one
 * name; true or false for a lone checkbox without a value. Disabled fields are left out.
 */
export async function readForm(form: HTMLFormElement, submitter: HTMLElement | null): Promise<Fields> {
  const entered = new FormData(form, submitter)
  const fields = Map.groupBy([...form.elements].filter(isNamedField), (field) => field.name)
  const names = [...new Set([...entered.keys(), ...fields.keys()])].filter((name) => !FORBIDDEN_KEYS.has(name))
  // All is read before anything is awaited: only a file's bytes take time.
  const values = names.map((name) => readNamed(entered.getAll(name), fields.get(name) ?? []))
  const settled = await Promise.all(values)
  return Object.fromEntries(names.flatMap((name, i) => (settled[i] === undefined ? [] : [[name, settled[i]]])))
}

/** Undefined where there is nothing to tell: disabled fields, and choices without a choice. */
async function readNamed(entries: FormDataEntryValue[], fields: Field[]): Promise<Value | undefined> {
  const enabled = fields.some((field) => !field.matches(':disabled'))
  const [only] = fields
  if (isList(fields)) return enabled ? Promise.all(entries.map(readEntry)) : undefined
  if (only instanceof HTMLInputElement && only.type === 'checkbox' && !only.hasAttribute('value')) {
    return enabled ? only.checked : undefined
  }
  const [entry] = entries
  if (entry === undefined) return undefined
  return entries.length > 1 ? Promise.all(entries.map(readEntry)) : readEntry(entry)
}

/** Null where there is nothing to enter. */
async function readEntered(trigger: Element, event: Event): Promise<Fields | null> {
  if (trigger instanceof HTMLFormElement) {
    // The fields of a form count when it is sent; on input or change, too, since they are what changed.
    return readForm(trigger, event instanceof SubmitEvent ? event.submitter : null)
  }
  const key = event instanceof KeyboardEvent ? readKey(event) : null
  if (!isField(trigger) || (event.type === 'click' && !isToggle(trigger))) return key
  return { ...key, ...readField(trigger) }
}

function readField(field: Field): Fields {
  const value =
    field instanceof HTMLSelectElement && field.multiple
      ? [...field.selectedOptions].map((option) => option.value)
      : field.value
  return {
    value,
    ...(isToggle(field) && { checked: (field as HTMLInputElement).checked }),
    ...(field.name && { name: field.name }),
  }
}

const isToggle = (element: Element): boolean =>
  element instanceof HTMLInputElement && (element.type === 'checkbox' || element.type === 'radio')

const readKey = ({ key, code, altKey: alt, ctrlKey: ctrl, metaKey: meta, shiftKey: shift }: KeyboardEvent): Fields => ({
  key,
  code,
  alt,
  ctrl,
  meta,
  shift,
})

async function readEntry(entry: FormDataEntryValue): Promise<Value> {
  if (typeof entry === 'string') return entry
  const { name, size, type, lastModified } = entry
  // A file field left empty gives a file without a name.
  if (name === '' && size === 0) return null
  return entry.arrayBuffer().then((bytes) => ({ name, size, type, lastModified, bytes: new Uint8Array(bytes) }))
}

/** By how the form is made, not by how much is chosen now: a list stays a list when one item or none is chosen. */
function isList(fields: Field[]): boolean {
  const [first] = fields
  if (first instanceof HTMLSelectElement) return first.multiple
  if (first instanceof HTMLInputElement && first.type === 'file') return first.multiple
  return fields.length > 1 && fields.every((field) => field.type !== 'radio')
}

const isNamedField = (element: Element): element is Field => isField(element) && element.name !== ''

function ownPayload(trigger: Element): Value | undefined {
  const bound = bindingOf(trigger)
  if (bound) return bound.payload
  const text = trigger.getAttribute('data-payload')
  if (text === null) return undefined
  try {
    return JSON.parse(text) as Value
  } catch {
    console.warn(`oriel: data-payload is not JSON and was sent as text: ${text}`)
    return text
  }
}

const isObject = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
