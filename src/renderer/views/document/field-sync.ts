import type { Value } from '../../../shared/value.ts'

/** A form field that a person fills in. */
export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/** What a record wants its field to hold: whether it is checked, which options are chosen, or its text. */
export type Wanted = boolean | string | readonly string[]

/** What the props of a field say that it is to hold; undefined if nothing. */
export function wantedOf(tag: string, props: { readonly [key: string]: Value }): Wanted | undefined {
  const { value, checked } = props
  if (tag === 'input' && (props['type'] === 'checkbox' || props['type'] === 'radio'))
    return typeof checked === 'boolean' ? checked : undefined
  if (tag === 'select' && Array.isArray(value)) return value.map(String)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/**
 * Keeps a field as its record has it, without taking anything from the person: what they typed stays until it was sent
 * and answered, and so does the caret. What the record had before they sent it does not count any more.
 */
export class FieldSync {
  readonly #field: Field
  readonly #observer: MutationObserver | null
  #wanted: Wanted | undefined
  /** The record has said something that the field does not show yet. */
  #isNews = false
  /** Typed or chosen, and not sent. */
  #isTyped = false
  /** What the field shows is the person's, not the record's. */
  #isOwn = false
  /** Sent and not answered. */
  #pending = 0

  constructor(field: Field) {
    this.#field = field
    field.addEventListener('input', this.#onTyped)
    field.addEventListener('change', this.#onTyped)
    // Options may come later than the choice among them.
    this.#observer = field instanceof HTMLSelectElement ? new MutationObserver(() => this.#chooseAgain()) : null
    this.#observer?.observe(field, { childList: true, subtree: true, characterData: true, attributeFilter: ['value'] })
  }

  /** The record's, as it is now; undefined where it says nothing. */
  want(wanted: Wanted | undefined): void {
    const isSame = JSON.stringify(wanted) === JSON.stringify(this.#wanted)
    this.#wanted = wanted
    if (wanted === undefined) return
    if (!isSame) this.#isNews = true
    this.#show()
    setInitial(this.#field, wanted)
  }

  onSent(answer: Promise<unknown>): void {
    this.#isTyped = false
    this.#isNews = false
    this.#pending++
    const answered = () => {
      this.#pending--
      this.#show()
    }
    answer.then(answered, answered)
  }

  stop(): void {
    this.#field.removeEventListener('input', this.#onTyped)
    this.#field.removeEventListener('change', this.#onTyped)
    this.#observer?.disconnect()
  }

  readonly #onTyped = (): void => {
    this.#isTyped = this.#isOwn = true
  }

  #show(): void {
    if (!this.#isNews || this.#isTyped || this.#pending > 0) return
    this.#isNews = this.#isOwn = false
    setNow(this.#field, this.#wanted!)
  }

  #chooseAgain(): void {
    if (this.#wanted !== undefined && !this.#isOwn) setNow(this.#field, this.#wanted)
  }
}

function setNow(field: Field, wanted: Wanted): void {
  if (isToggle(field)) {
    field.checked = wanted === true
  } else if (field instanceof HTMLSelectElement) {
    const chosen = new Set([wanted].flat().map(String))
    for (const option of field.options) {
      const selected = chosen.has(option.value)
      if (option.selected !== selected) option.selected = selected
    }
  } else if (field.type !== 'file' && field.value !== String(wanted)) {
    const caret = caretOf(field)
    field.value = String(wanted)
    if (caret) field.setSelectionRange(...caret)
  }
}

/** What resetting the form goes back to. */
function setInitial(field: Field, wanted: Wanted): void {
  if (isToggle(field)) field.defaultChecked = wanted === true
  else if (!(field instanceof HTMLSelectElement) && field.type !== 'file' && field.defaultValue !== String(wanted))
    field.defaultValue = String(wanted)
}

const isToggle = (field: Field): field is HTMLInputElement =>
  field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio')

/** Null unless the person is in it and it tells where. */
function caretOf(field: HTMLInputElement | HTMLTextAreaElement): [number, number] | null {
  const { selectionStart: start, selectionEnd: end } = field
  return document.activeElement === field && start !== null && end !== null ? [start, end] : null
}
