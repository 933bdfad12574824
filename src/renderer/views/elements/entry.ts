import { equal } from '../../../shared/document/equal.ts'
import type { Value } from '../../../shared/value.ts'

/** How long an answer may take before its field is marked, in ms. */
const BUSY_AFTER_MS = 20

/** What a field holds beside what the script wants it to hold. */
export interface EntryState<T> {
  /** What the person has entered and is to be shown; null: the script's value is. */
  readonly entered: { readonly value: T } | null
  /** An edit has waited for its answer for some time. */
  readonly busy: boolean
}

/**
 * What a person enters in one field is theirs until the script has answered that very edit. Then the script's value is
 * shown; while they are in the field, not what the script has made of their own edit (trimmed, in capitals): that waits
 * until they leave it.
 */
export class Entry<T extends Value> {
  #state: EntryState<T> = { entered: null, busy: false }
  #listener: (() => void) | null = null
  /** The script's; undefined: the field is the person's alone. */
  #wanted: T | undefined
  /** What the script wanted when it had answered the last edit, while the person is still in the field. */
  #answer: { value: T } | null = null
  #pending = 0
  #isInside = false
  #timer: ReturnType<typeof setTimeout> | undefined

  readonly state = (): EntryState<T> => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listener = listener
    return () => {
      this.#listener = null
      clearTimeout(this.#timer)
    }
  }

  /** The script wants this. */
  want(value: T | undefined): void {
    this.#wanted = value
    // Something else than what it made of the last edit is news.
    if (this.#answer && this.#pending === 0 && !equal(value, this.#answer.value)) this.#giveBack()
  }

  /** The person has entered this; `send` tells the script. */
  readonly enter = (value: T, send: ((value: T) => Promise<Value>) | undefined): void => {
    this.#set({ entered: { value } })
    if (!send) return
    this.#answer = null
    if (this.#pending++ === 0) this.#timer = setTimeout(() => this.#set({ busy: true }), BUSY_AFTER_MS)
    void send(value).finally(() => this.#answered())
  }

  readonly focus = (): void => {
    this.#isInside = true
  }

  readonly leave = (): void => {
    this.#isInside = false
    if (this.#pending === 0 && this.#wanted !== undefined) this.#giveBack()
  }

  #answered(): void {
    if (--this.#pending > 0) return
    clearTimeout(this.#timer)
    if (this.#state.busy) this.#set({ busy: false })
    if (this.#wanted === undefined) return
    if (this.#isInside) this.#answer = { value: this.#wanted }
    else this.#giveBack()
  }

  #giveBack(): void {
    this.#answer = null
    if (this.#state.entered) this.#set({ entered: null })
  }

  #set(change: Partial<EntryState<T>>): void {
    this.#state = { ...this.#state, ...change }
    this.#listener?.()
  }
}
