/** Entries between two looks at all of them for what has expired. */
const SWEEP_EVERY = 1_000

/** A map whose entries end at a time of their own: from then on they are not there. */
export class ExpiringMap<T> {
  readonly #entries = new Map<string, { value: T; expiresAt: number }>()
  readonly #now: () => number
  readonly #onExpire: (key: string, value: T) => void
  #sets = 0

  /** `onExpire` is called when an expired entry is taken out, which is some time after it expired. */
  constructor(now: () => number, onExpire: (key: string, value: T) => void = () => {}) {
    this.#now = now
    this.#onExpire = onExpire
  }

  get(key: string): T | undefined {
    return this.#live(key)?.value
  }

  /** Unix ms; Infinity: never. Undefined for what is not there. */
  expiresAt(key: string): number | undefined {
    return this.#live(key)?.expiresAt
  }

  has(key: string): boolean {
    return this.#live(key) !== undefined
  }

  /** `expiresAt`: Unix ms, Infinity for never. */
  set(key: string, value: T, expiresAt: number): void {
    if (++this.#sets % SWEEP_EVERY === 0) this.#sweep()
    this.#entries.set(key, { value, expiresAt })
  }

  /** True if it was there and had not expired. */
  delete(key: string): boolean {
    return this.#live(key) !== undefined && this.#entries.delete(key)
  }

  keys(): string[] {
    this.#sweep()
    return [...this.#entries.keys()]
  }

  get size(): number {
    this.#sweep()
    return this.#entries.size
  }

  #live(key: string): { value: T; expiresAt: number } | undefined {
    const entry = this.#entries.get(key)
    if (!entry || entry.expiresAt > this.#now()) return entry
    this.#expire(key, entry.value)
    return undefined
  }

  #sweep(): void {
    const now = this.#now()
    for (const [key, { value, expiresAt }] of this.#entries) if (expiresAt <= now) this.#expire(key, value)
  }

  #expire(key: string, value: T): void {
    this.#entries.delete(key)
    this.#onExpire(key, value)
  }
}
