/** How many may fail in a row, and for how long that counts. */
export interface AttemptLimit {
  failures: number
  /** ms */
  periodMs: number
}

/** Keys that are remembered at once; the oldest go first. */
const MAX_KEYS = 10_000

/** Counts what failed, by key, so that nobody can try without end. */
export class Attempts {
  readonly #failures = new Map<string, number[]>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** How long this key has to wait, in ms; 0: not at all. */
  waitMs(key: string, { failures, periodMs }: AttemptLimit): number {
    const times = this.#recent(key, periodMs)
    return times.length < failures ? 0 : times[times.length - failures]! + periodMs - this.#now()
  }

  fail(key: string, { failures, periodMs }: AttemptLimit): void {
    const times = [...this.#recent(key, periodMs), this.#now()].slice(-failures)
    this.#failures.delete(key)
    this.#failures.set(key, times)
    if (this.#failures.size > MAX_KEYS) this.#failures.delete(this.#failures.keys().next().value!)
  }

  /** The last one did not fail after all. */
  forgive(key: string): void {
    this.#failures.get(key)?.pop()
  }

  clear(key: string): void {
    this.#failures.delete(key)
  }

  #recent(key: string, periodMs: number): number[] {
    const since = this.#now() - periodMs
    return (this.#failures.get(key) ?? []).filter((time) => time > since)
  }
}
