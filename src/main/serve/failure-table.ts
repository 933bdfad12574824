import type { AttemptLimit } from './attempts.ts'

/** Keys that are remembered at once. */
const MAX_KEYS = 20_000
/** When there are more, this part of them goes together. */
const ROOM = 0.1

/**
 * Failures of one kind by key. Where more keys fail than are remembered those go that have failed least, the oldest first:
 * whoever fills the table with new keys gets none out of it that is near its limit.
 */
export class FailureTable {
  /** Oldest first, by the last failure. */
  readonly #failures = new Map<string, number[]>()
  readonly #limit: AttemptLimit
  readonly #now: () => number

  constructor(limit: AttemptLimit, now: () => number) {
    this.#limit = limit
    this.#now = now
  }

  /** How long this key has to wait, in ms; 0: not at all. */
  waitMs(key: string): number {
    const { failures, periodMs } = this.#limit
    const times = this.#recent(this.#failures.get(key) ?? [])
    return times.length < failures ? 0 : times[times.length - failures]! + periodMs - this.#now()
  }

  add(key: string): void {
    const times = [...this.#recent(this.#failures.get(key) ?? []), this.#now()].slice(-this.#limit.failures)
    this.#failures.delete(key)
    if (this.#failures.size >= MAX_KEYS) this.#makeRoom()
    this.#failures.set(key, times)
  }

  /** The last one did not fail after all. */
  forgive(key: string): void {
    const times = this.#failures.get(key)
    times?.pop()
    if (times?.length === 0) this.#failures.delete(key)
  }

  clear(key: string): void {
    this.#failures.delete(key)
  }

  #makeRoom(): void {
    for (const [key, times] of this.#failures) if (this.#recent(times).length === 0) this.#failures.delete(key)
    const over = this.#failures.size - Math.floor(MAX_KEYS * (1 - ROOM))
    if (over <= 0) return
    const least = [...this.#failures].sort(([, a], [, b]) => a.length - b.length).slice(0, over)
    for (const [key] of least) this.#failures.delete(key)
  }

  #recent(times: readonly number[]): number[] {
    const since = this.#now() - this.#limit.periodMs
    return times.filter((time) => time > since)
  }
}
