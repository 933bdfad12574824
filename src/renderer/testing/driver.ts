import type { ActionOutcome, PageAction, PageQuery, WantedText } from '../../shared/testing.ts'
import { write } from '../recovery/field-key.ts'
import { clean, isThere, labelOf, nameOf, roleOf, textOf } from './accessible.ts'
import { isField } from '../html/fields.ts'

/** How many elements a query finds now. */
export function count(query: PageQuery): number {
  return find(query).length
}

/** Does something to the one element that a query finds, as a person would; or says why it cannot be done yet. */
export function act(query: PageQuery, action: PageAction): ActionOutcome {
  const found = find(query)
  const [element] = found
  if (!element) return { ok: false, wait: 'there is none' }
  if (found.length > 1)
    return { ok: false, wait: `there are ${found.length}: ${found.slice(0, 5).map(describe).join(', ')}` }
  if (action.do === 'read') return { ok: true, value: read(element, action.what) }
  if (element.matches(':disabled, [aria-disabled=true]')) return { ok: false, wait: `${describe(element)} is disabled` }
  const wait = perform(element as HTMLElement, action)
  return wait === null ? { ok: true, value: null } : { ok: false, wait }
}

/** The page, and what Oriel draws over it. */
export function roots(): (Document | ShadowRoot)[] {
  const shell = document.querySelector('oriel-shell')?.shadowRoot
  return shell ? [document, shell] : [document]
}

function find(query: PageQuery): Element[] {
  const all = roots().flatMap((root) => [...root.querySelectorAll('*')])
  const found = all.filter((element) => fits(element, query) && isThere(element))
  // Of texts the innermost: what is around it says the same.
  return query.by === 'text'
    ? found.filter((element) => !found.some((other) => other !== element && element.contains(other)))
    : found
}

function fits(element: Element, query: PageQuery): boolean {
  switch (query.by) {
    case 'role':
      return roleOf(element) === query.role && (query.name === null || isMeant(nameOf(element), query.name))
    case 'text':
      return (
        element !== document.documentElement && element.localName !== 'head' && isMeant(textOf(element), query.text)
      )
    case 'label': {
      if (!isField(element) && !element.hasAttribute('aria-label') && !element.hasAttribute('aria-labelledby'))
        return false
      return isMeant(nameOf(element) || labelOf(element) || '', query.text)
    }
  }
}

function isMeant(text: string, wanted: WantedText): boolean {
  if ('source' in wanted) return new RegExp(wanted.source, wanted.flags).test(text)
  const looked = clean(wanted.text)
  return wanted.isExact ? text === looked : text.toLowerCase().includes(looked.toLowerCase())
}

function describe(element: Element): string {
  return `${roleOf(element) ?? element.localName} “${nameOf(element) || textOf(element).slice(0, 40)}”`
}

function read(element: Element, what: Extract<PageAction, { do: 'read' }>['what']): string | boolean | null {
  switch (what) {
    case 'text':
      return textOf(element)
    case 'value':
      return isField(element) ? element.value : null
    case 'isChecked':
      return element instanceof HTMLInputElement ? element.checked : element.getAttribute('aria-checked') === 'true'
    case 'isDisabled':
      return element.matches(':disabled, [aria-disabled=true]')
  }
}

/** Why it could not be done; null: it was. */
function perform(element: HTMLElement, action: Exclude<PageAction, { do: 'read' }>): string | null {
  switch (action.do) {
    case 'focus':
      element.focus()
      return null
    case 'blur':
      leave(element)
      return null
    case 'click':
      click(element)
      return null
    case 'check': {
      const isChecked = read(element, 'isChecked')
      if (isChecked !== action.isChecked) click(element)
      return null
    }
    case 'press':
      press(element, action.text)
      return null
    case 'select':
      return select(element, action.text)
    case 'fill':
    case 'type': {
      if (!isField(element)) return `nothing can be typed into ${describe(element)}`
      element.focus()
      if (action.do === 'type') for (const letter of action.text) typeLetter(element, letter)
      else {
        write(element, action.text)
        leave(element)
      }
      return null
    }
  }
}

function click(element: HTMLElement): void {
  const at = { bubbles: true, composed: true, cancelable: true }
  element.dispatchEvent(new MouseEvent('pointerdown', at))
  if (element.dispatchEvent(new MouseEvent('mousedown', at))) element.focus()
  element.dispatchEvent(new MouseEvent('pointerup', at))
  element.dispatchEvent(new MouseEvent('mouseup', at))
  // What the browser does at a click, it does.
  element.click()
}

function typeLetter(field: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, letter: string): void {
  if (!key(field, 'keydown', letter)) return
  write(field, field.value + letter)
  key(field, 'keyup', letter)
}

/** 'Enter', 'Escape', 'Control+s'. */
function press(element: HTMLElement, keys: string): void {
  element.focus()
  const parts = keys.split(/\+(?=.)/)
  const name = parts.pop()!
  const held = new Set(parts.map((part) => part.toLowerCase()))
  const goesOn = key(element, 'keydown', name, held)
  // What a browser does by itself.
  if (goesOn && name === 'Enter' && held.size === 0) {
    if (element instanceof HTMLInputElement) {
      leave(element, false)
      element.form?.requestSubmit()
    } else if (/^(button|a|summary)$/.test(element.localName)) element.click()
  }
  if (goesOn && name === ' ' && element.localName === 'button') element.click()
  if (goesOn && name === 'Escape') {
    const dialog = element.closest('dialog') ?? element.querySelector('dialog[open]')
    dialog?.dispatchEvent(new Event('cancel', { cancelable: true }))
  }
  key(element, 'keyup', name, held)
}

function key(element: Element, type: string, name: string, held: ReadonlySet<string> = new Set()): boolean {
  const modifiers = {
    ctrlKey: held.has('control') || held.has('ctrl') || held.has('mod'),
    shiftKey: held.has('shift'),
    altKey: held.has('alt'),
    metaKey: held.has('meta'),
  }
  const event = { key: name, bubbles: true, composed: true, cancelable: true, ...modifiers }
  return element.dispatchEvent(new KeyboardEvent(type, event))
}

/** Tells of the change, as a browser does when a field is left. */
function leave(element: HTMLElement, isLeft = true): void {
  if (isField(element)) element.dispatchEvent(new Event('change', { bubbles: true }))
  if (isLeft) element.blur()
}

/** By value or by what stands there. */
function select(element: HTMLElement, wanted: string): string | null {
  if (!(element instanceof HTMLSelectElement)) return `${describe(element)} is no list to choose from`
  const option = [...element.options].find((each) => each.value === wanted || clean(each.text) === wanted)
  if (!option) return `it has no “${wanted}”: ${[...element.options].map((each) => clean(each.text)).join(', ')}`
  element.focus()
  write(element, option.value)
  return null
}
