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

export interface FieldSyncOptions {
  /**
   * Whether what is made of the person's own text (trimmed, in capitals) waits until they leave the field. Default false:
   * it is shown as soon as what they sent was answered.
   */
  keepsWhileInside?: boolean
}

/**
 * Keeps a field as its record has it, without taking anything from the person: what they typed stays until it was sent
 * and answered, and so does the caret. What the record had before they sent it does not count any more.
 */
export class FieldSync {
  readonly #field: Field
  readonly #keepsWhileInside: boolean
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

  constructor(field: Field, { keepsWhileInside = false }: FieldSyncOptions = {}) {
    this.#field = field
    this.#keepsWhileInside = keepsWhileInside
    field.addEventListener('input', this.#onTyped)
    field.addEventListener('change', this.#onTyped)
    field.addEventListener('blur', this.#onLeft)
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
      // An edit that the record has not taken up is taken back.
      if (this.#keepsWhileInside && this.#wanted !== undefined && !this.#isTyped) this.#isNews = true
      this.#show(this.#isInside)
    }
    answer.then(answered, answered)
  }

  stop(): void {
    this.#field.removeEventListener('input', this.#onTyped)
    this.#field.removeEventListener('change', this.#onTyped)
    this.#field.removeEventListener('blur', this.#onLeft)
    this.#observer?.disconnect()
  }

  readonly #onTyped = (): void => {
    this.#isTyped = this.#isOwn = true
  }

  /** What was kept back is shown; what the record never answered with anything else stays. */
  readonly #onLeft = (): void => {
    if (!this.#keepsWhileInside || !this.#isOwn || this.#isTyped || this.#pending > 0) return
    if (this.#wanted === undefined) return
    this.#isNews = true
    this.#show()
  }

  get #isInside(): boolean {
    return this.#keepsWhileInside && !isToggle(this.#field) && document.activeElement === this.#field
  }

  /** `isOwnEdit`: what the record says is made of what the person typed, and they are still in the field. */
  #show(isOwnEdit = false): void {
    if (!this.#isNews || this.#isTyped || this.#pending > 0) return
    if (isOwnEdit) {
      // Only what is said after this is news again.
      this.#isNews = false
      return
    }
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
