import { FORBIDDEN_KEYS } from '../../shared/value.ts'
import type { Value } from '../../shared/value.ts'
import { bindingOf } from './bindings.ts'
import { isField } from './fields.ts'
import type { Field } from './fields.ts'

/** What a trigger sends, before its files are read. */
export type Entered = Value | File | readonly Entered[] | { readonly [name: string]: Entered }
type Fields = { [name: string]: Entered }

/**
 * What a trigger sends as it is now: its own payload (`data-payload`, or what it is bound to), with what the person entered.
 * Files are there as files. `submitter` is the button that sent a form.
 */
export function readPayload(trigger: Element, event: Event): Entered {
  const own = ownPayload(trigger)
  const entered = readEntered(trigger, event)
  if (entered === null) return own ?? {}
  if (own === undefined) return entered
  return isObject(own) ? { ...own, ...entered } : { payload: own, ...entered }
}

/** The files in what a trigger sends, in their order. */
export function filesOf(entered: Entered): File[] {
  if (entered instanceof File) return [entered]
  if (Array.isArray(entered)) return (entered as readonly Entered[]).flatMap(filesOf)
  return isObject(entered) ? Object.values(entered).flatMap(filesOf) : []
}

/** `entered` with each file replaced by what `read` makes of it. */
export async function withFiles(entered: Entered, read: (file: File) => Promise<Value>): Promise<Value> {
  const files = filesOf(entered)
  if (files.length === 0) return entered as Value
  const values = new Map<File, Value>()
  for (const file of files) values.set(file, await read(file))
  const replace = (value: Entered): Value => {
    if (value instanceof File) return values.get(value)!
    if (Array.isArray(value)) return (value as readonly Entered[]).map(replace)
    return isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replace(inner)]))
      : (value as Value)
  }
  return replace(entered)
}

/**
 * The fields of `form` by name, as they are now: text as text, files as files; a list where several can have one name; true
 * or false for a lone checkbox without a value. Disabled fields are left out.
 */
function readForm(form: HTMLFormElement, submitter: HTMLElement | null): Fields {
  const entered = new FormData(form, submitter)
  const fields = Map.groupBy([...elementsOf(form)].filter(isNamedField), (field) => field.name)
  const names = [...new Set([...entered.keys(), ...fields.keys()])].filter((name) => !FORBIDDEN_KEYS.has(name))
  const result: Fields = {}
  for (const name of names) {
    const value = readNamed(entered.getAll(name), fields.get(name) ?? [])
    if (value !== undefined) result[name] = value
  }
  return result
}

/** Not `form.elements`, which a field of that name would hide. */
function elementsOf(form: HTMLFormElement): HTMLFormControlsCollection {
  return Reflect.get<HTMLFormElement, 'elements'>(HTMLFormElement.prototype, 'elements', form)
}

/** Undefined where there is nothing to tell: disabled fields, and choices without a choice. */
function readNamed(entries: FormDataEntryValue[], fields: Field[]): Entered | undefined {
  const enabled = fields.some((field) => !field.matches(':disabled'))
  const [only] = fields
  if (isList(fields)) return enabled ? entries.map(readEntry).filter((entry) => entry !== null) : undefined
  if (only instanceof HTMLInputElement && only.type === 'checkbox' && !only.hasAttribute('value')) {
    return enabled ? only.checked : undefined
  }
  const [entry] = entries
  if (entry === undefined) return undefined
  return entries.length > 1 ? entries.map(readEntry) : readEntry(entry)
}

/** Null where there is nothing to enter. */
function readEntered(trigger: Element, event: Event): Fields | null {
  if (trigger instanceof HTMLFormElement) {
    // The fields of a form count when it is sent; on input or change, too, since they are what changed.
    return readForm(trigger, event instanceof SubmitEvent ? event.submitter : null)
  }
  const key = event instanceof KeyboardEvent ? readKey(event) : null
  if (!isField(trigger) || (event.type === 'click' && !isToggle(trigger))) return key
  return { ...key, ...readField(trigger) }
}

function readField(field: Field): Fields {
  return {
    value: readValue(field),
    ...(isToggle(field) && { checked: (field as HTMLInputElement).checked }),
    ...(field.name && { name: field.name }),
  }
}

function readValue(field: Field): Entered {
  if (field instanceof HTMLSelectElement && field.multiple)
    return [...field.selectedOptions].map((option) => option.value)
  if (!(field instanceof HTMLInputElement && field.type === 'file')) return field.value
  const files = [...(field.files ?? [])]
  return field.multiple ? files : (files[0] ?? null)
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

/** A file field left empty gives a file without a name. */
const readEntry = (entry: FormDataEntryValue): Entered =>
  entry instanceof File && entry.name === '' && entry.size === 0 ? null : entry

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

const isObject = (value: Entered): value is { readonly [key: string]: Entered } =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
