import type { Value } from '../../shared/value.ts'
import { isField } from './fields.ts'

type Fields = { [name: string]: Value }

/** What a trigger sends: its `data-payload`, with what the person entered. `submitter` is the button that sent a form. */
export async function readPayload(trigger: Element, event: Event): Promise<Value> {
  const own = ownPayload(trigger)
  const entered = await readEntered(trigger, event)
  if (entered === null) return own ?? {}
  if (own === undefined) return entered
  return isObject(own) ? { ...own, ...entered } : { payload: own, ...entered }
}

/** The fields of `form` by name: text as text, files with their bytes; a list where several can have one name, true or false for a lone checkbox without a value. */
export async function readForm(form: HTMLFormElement, submitter: HTMLElement | null): Promise<Fields> {
  const entered = new FormData(form, submitter)
  const fields = new Map<string, Value>()
  for (const name of new Set(entered.keys())) {
    const values = await Promise.all(entered.getAll(name).map(readEntry))
    fields.set(name, values.length > 1 || isMultiple(form, name) ? values : (values[0] ?? null))
  }
  for (const [name, elements] of byName(form)) {
    const [only] = elements
    if (isMultiple(form, name)) {
      if (!fields.has(name) && elements.some((element) => !element.matches(':disabled'))) fields.set(name, [])
    } else if (
      only instanceof HTMLInputElement &&
      only.type === 'checkbox' &&
      !only.hasAttribute('value') &&
      !only.matches(':disabled')
    ) {
      fields.set(name, only.checked)
    }
  }
  return Object.fromEntries(fields)
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

function readField(field: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement): Fields {
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
  return { name, size, type, lastModified, bytes: new Uint8Array(await entry.arrayBuffer()) }
}

/** By how the form is made, not by how much is chosen now: a list stays a list when one item or none is chosen. */
function isMultiple(form: HTMLFormElement, name: string): boolean {
  const elements = byName(form).get(name) ?? []
  const [first] = elements
  if (first instanceof HTMLSelectElement) return first.multiple
  if (first instanceof HTMLInputElement && first.type === 'file') return first.multiple
  const listed = elements.filter((element) => !(element instanceof HTMLInputElement && element.type === 'radio'))
  return listed.length > 1 && listed.every((element) => element instanceof HTMLInputElement)
}

function byName(form: HTMLFormElement): Map<string, Element[]> {
  const fields = [...form.elements].filter((element) => isField(element) && element.name !== '')
  return Map.groupBy(fields, (element) => (element as HTMLInputElement).name)
}

function ownPayload(trigger: Element): Value | undefined {
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
