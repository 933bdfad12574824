import { TYPED_LIMITS, TYPED_TYPE, typedRecordId } from '../../shared/typed.ts'
import type { TypedField, TypedProps } from '../../shared/typed.ts'
import { boundEvent } from '../html/bindings.ts'
import type { Field } from '../html/fields.ts'
import type { DocumentReader } from '../types.ts'
import type { LeftText } from './left-text.ts'
import { keyOf, mayKeep, read, write } from './field-key.ts'

/** Typing is kept when it pauses for this long, in ms, and at the latest after so many. */
const PAUSE_MS = 300
const AT_LATEST_MS = 1000
/** What is typed is looked at again this often, in ms: the script may have taken it, which no event tells. */
const LOOK_AGAIN_MS = 2000
/** How long fields that were typed in may take to be drawn again, in ms. */
const COMES_BACK_MS = 30_000

export interface TypedTextOptions {
  /** Where fields are looked for. */
  root: ParentNode & Node
  /** Keeps all that is typed and not sent now; nothing, if that is empty. */
  keep: (fields: TypedField[]) => Promise<unknown>
  /** For what had not been kept when the page was left. */
  left: Pick<LeftText, 'leave' | 'take'>
  /** Something was put back; `clear` takes it out again. */
  onBack: (clear: () => void) => void
}

/**
 * Keeps what the person types until it was sent, and puts it back when the page has been loaded anew: after a crash, say. It is
 * sent when its form is, or, outside of a form, when its `change` was taken; what the script changes itself counts as
 * taken too. Texts of the person's are all that is kept, see `mayKeep`.
 */
export class TypedText {
  readonly #options: TypedTextOptions
  /** What fields hold before somebody types in them. */
  readonly #bases = new WeakMap<Field, string>()
  /** Typed and not sent, with what was typed last. */
  readonly #typed = new Map<Field, { base: string; value: string }>()
  /** What the page before has left; null: nothing, or it is in `#before` of a page that is connected. */
  #left: TypedField[] | null
  /** Kept from before the page was loaded, and not put back yet. */
  #before: TypedField[]
  #timer: ReturnType<typeof setTimeout> | null = null
  #waitsSince = 0
  /** Something has changed that is not kept yet. */
  #isNews = false
  #kept = '[]'
  /** What has been kept for certain. */
  #confirmed = '[]'
  readonly #stop = new AbortController()

  constructor(options: TypedTextOptions) {
    this.#options = options
    const { root, left } = options
    this.#left = left.take()
    this.#before = this.#left ?? []
    const listen = (type: string, listener: (event: Event) => void) =>
      root.addEventListener(type, listener, { capture: true, signal: this.#stop.signal })
    listen('focusin', ({ target }) => mayKeep(target) && this.#bases.set(target, read(target)))
    // A toggle has changed before anybody hears of it.
    listen(
      'pointerdown',
      ({ target }) => mayKeep(target) && !this.#bases.has(target) && this.#bases.set(target, read(target)),
    )
    listen('input', ({ target }) => mayKeep(target) && this.#onTyped(target))
    listen('change', ({ target }) => mayKeep(target) && this.#onTyped(target))
    listen('submit', ({ target }) => this.#onSubmit(target as HTMLFormElement))
    listen('reset', ({ target }) => this.#forget((field) => field.form === target))
    addEventListener('pagehide', () => this.#onLeave(), { signal: this.#stop.signal })
    // It was not left for good.
    addEventListener('pageshow', ({ persisted }) => persisted && left.take(), { signal: this.#stop.signal })
  }

  /** Puts back what was kept of this widget, where its fields are, or once they are drawn. To be called once. */
  restore(document: DocumentReader, widgetId: string): void {
    const record = document.get(typedRecordId(widgetId))
    const stored = record?.type === TYPED_TYPE ? (record.props as unknown as TypedProps).fields : []
    this.#kept = this.#confirmed = JSON.stringify(stored)
    this.#before = this.#left ?? stored
    if (this.#left) this.#later()
    this.#left = null
    if (this.#before.length === 0) return
    const observer = new MutationObserver(() => this.#putBack(observer))
    observer.observe(this.#options.root, { childList: true, subtree: true })
    const timer = setTimeout(() => {
      observer.disconnect()
      this.#before = []
      this.#later()
    }, COMES_BACK_MS)
    this.#stop.signal.addEventListener('abort', () => {
      observer.disconnect()
      clearTimeout(timer)
    })
    this.#putBack(observer)
  }

  /** What `element` holds, a form or a field, was sent: it need not be kept once `answer` has come. A refusal keeps it. */
  onSent(element: Element, event: Event, answer: Promise<unknown>): void {
    const isMeant =
      element instanceof HTMLFormElement
        ? (field: Field) => event.type === 'submit' && field.form === element
        : (field: Field) => field === element && event.type === 'change' && field.form === null
    const sent = [...this.#typed].filter(([field]) => isMeant(field))
    answer.then(
      () => {
        // Typed since is not sent.
        for (const [field, { value }] of sent) if (this.#typed.get(field)?.value === value) this.#typed.delete(field)
        this.#later()
      },
      () => {},
    )
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#stop.abort()
  }

  #onTyped(field: Field): void {
    const value = read(field)
    const base = this.#typed.get(field)?.base ?? this.#bases.get(field) ?? initial(field)
    if (value === base) this.#typed.delete(field)
    else this.#typed.set(field, { base, value })
    this.#later()
  }

  /** A form that nobody has named an event for is taken by the page's own script, which does not tell what came of it. */
  #onSubmit(form: HTMLFormElement): void {
    if (!form.hasAttribute('data-event') && boundEvent(form, 'submit') === null)
      this.#forget((field) => field.form === form)
  }

  #forget(isMeant: (field: Field) => boolean): void {
    for (const field of [...this.#typed.keys()]) if (isMeant(field)) this.#typed.delete(field)
    this.#later()
  }

  #later(): void {
    const now = Date.now()
    if (this.#timer) clearTimeout(this.#timer)
    if (!this.#isNews) this.#waitsSince = now
    this.#isNews = true
    const waitMs = Math.max(0, Math.min(PAUSE_MS, this.#waitsSince + AT_LATEST_MS - now))
    this.#timer = setTimeout(() => this.#keep(), waitMs)
  }

  #keep(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#isNews = false
    const fields = this.#collect()
    if (this.#typed.size > 0) this.#timer = setTimeout(() => this.#keep(), LOOK_AGAIN_MS)
    const text = JSON.stringify(fields)
    if (text === this.#kept) return
    this.#kept = text
    // Without a connection it waits for the next one; refused, it is only not kept.
    this.#options.keep(fields).then(
      () => (this.#confirmed = text),
      () => {},
    )
  }

  /** What is on its way may not arrive any more. */
  #onLeave(): void {
    this.#keep()
    const fields = this.#collect()
    if (this.#left || JSON.stringify(fields) !== this.#confirmed) this.#options.left.leave(fields)
  }

  /** All that is typed and not sent now. */
  #collect(): TypedField[] {
    const { root } = this.#options
    const fields: TypedField[] = []
    let chars = 0
    for (const [field, { base, value }] of [...this.#typed]) {
      // It is gone, or the script has put something else there: it knows.
      if (!field.isConnected || read(field) !== value || !mayKeep(field)) {
        this.#typed.delete(field)
        continue
      }
      const key = keyOf(field, root)
      chars += key.length + base.length + value.length
      const isTooLong = Math.max(key.length, base.length, value.length) > TYPED_LIMITS.fieldChars
      if (isTooLong || chars > TYPED_LIMITS.allChars || fields.length === TYPED_LIMITS.fields) continue
      fields.push({ key, base, value })
    }
    fields.push(...this.#before.slice(0, TYPED_LIMITS.fields - fields.length))
    return fields
  }

  #putBack(observer: MutationObserver): void {
    const { root, onBack } = this.#options
    const back: { field: Field; base: string }[] = []
    const byKey = new Map(this.#before.map((kept) => [kept.key, kept]))
    for (const field of root.querySelectorAll('input, select, textarea')) {
      if (!mayKeep(field)) continue
      const kept = byKey.get(keyOf(field, root))
      if (!kept) continue
      this.#before = this.#before.filter((other) => other !== kept)
      // Where the script shows something else by now, or the person has typed already, that counts.
      if (this.#typed.has(field) || read(field) !== kept.base) continue
      this.#bases.set(field, kept.base)
      this.#typed.set(field, { base: kept.base, value: kept.value })
      write(field, kept.value)
      back.push({ field, base: kept.base })
    }
    if (this.#before.length === 0) observer.disconnect()
    if (back.length === 0) return
    this.#later()
    onBack(() => {
      for (const { field, base } of back) if (field.isConnected && this.#typed.has(field)) write(field, base)
    })
  }
}

/** What the field's HTML gives it. */
function initial(field: Field): string {
  if (field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio'))
    return String(field.defaultChecked)
  if (field instanceof HTMLSelectElement) return ''
  return field.defaultValue
}
