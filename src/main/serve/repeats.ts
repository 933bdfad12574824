import { inBackground } from '../../shared/background.ts'

/** What is told apart at once; beyond that all counts as one. */
const MAX_KEYS = 1_000
const MORE = ''
/** How often it is looked which periods are over, in ms. */
const LOOK_EVERY_MS = 60_000

interface Repeat {
  since: number
  times: number
  write: (times: number) => void
}

/** What would fill the log: of each key the first is written, and at the end of a period how often it came after that. */
export class Repeats {
  readonly #periodMs: number
  readonly #now: () => number
  /** Oldest first. */
  readonly #open = new Map<string, Repeat>()
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(periodMs: number, now: () => number) {
    this.#periodMs = periodMs
    this.#now = now
  }

  /** `write`: called at once with 0, and later with how often it was noted since, if it was. */
  note(key: string, write: (times: number) => void): void {
    this.#settle()
    const kept = this.#open.has(key) || this.#open.size < MAX_KEYS ? key : MORE
    const open = this.#open.get(kept)
    if (open) return void open.times++
    this.#open.set(kept, { since: this.#now(), times: 0, write })
    this.#timer ??= inBackground(setInterval(() => this.#settle(), LOOK_EVERY_MS))
    write(0)
  }

  #settle(): void {
    for (const [key, { since, times, write }] of this.#open) {
      if (this.#now() - since < this.#periodMs) break
      this.#open.delete(key)
      if (times > 0) write(times)
    }
    if (this.#open.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
