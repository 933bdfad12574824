import { inBackground } from '../../shared/background.ts'
import type { Log } from '../log.ts'

/** What is told apart at once; beyond that all counts as one. */
const MAX_KEYS = 1_000
const MORE = ''
/** How often it is looked which periods are over, in ms. */
const LOOK_EVERY_MS = 60_000

interface Repeat {
  since: number
  times: number
  message: string
  fields: object
}

/** What would fill the log: of each key the first is written, and at the end of a period how often it came after that. */
export class Repeats {
  readonly #log: Log
  readonly #periodMs: number
  readonly #now: () => number
  /** Oldest first. */
  readonly #open = new Map<string, Repeat>()
  #timer: ReturnType<typeof setInterval> | undefined

  /** `periodMs`: in ms. */
  constructor(log: Log, periodMs: number, now: () => number) {
    this.#log = log
    this.#periodMs = periodMs
    this.#now = now
  }

  /** Warns of it with these fields. `key`: what it is the same as; to be noted with the same message each time. */
  note(key: string, message: string, fields: object): void {
    this.#settle()
    const kept = this.#open.has(key) || this.#open.size < MAX_KEYS ? key : MORE
    const open = this.#open.get(kept)
    if (open) return void open.times++
    this.#open.set(kept, { since: this.#now(), times: 0, message, fields })
    this.#timer ??= inBackground(setInterval(() => this.#settle(), LOOK_EVERY_MS))
    this.#log.warn(message, fields)
  }

  #settle(): void {
    for (const [key, { since, times, message, fields }] of this.#open) {
      if (this.#now() - since < this.#periodMs) break
      this.#open.delete(key)
      if (times > 0) this.#log.warn(`${message}, again and again`, { ...fields, times })
    }
    if (this.#open.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
