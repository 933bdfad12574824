/** How a queue tells of what it had to throw away: `dropped` events so far. */
export interface EventQueueOptions {
  /** Events that wait; past it the oldest goes. */
  limit: number
  /** Called when an event is thrown away. */
  onDrop?: (dropped: number) => void
  /** Called once, when no more will be given. */
  onEnd?: () => void
}

/** Events between one who pushes without waiting and one who takes them by `for await`. */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #options: EventQueueOptions
  #waiting: T[] = []
  /** Index of the oldest in `#waiting`: moving all of them at each `shift` would cost what waits. */
  #head = 0
  readonly #takers: PromiseWithResolvers<IteratorResult<T>>[] = []
  #dropped = 0
  #state: { kind: 'open' } | { kind: 'failed'; error: unknown } | { kind: 'ended' } = { kind: 'open' }

  constructor(options: EventQueueOptions) {
    this.#options = options
  }

  /** Events that wait. */
  get length(): number {
    return this.#waiting.length - this.#head
  }

  /** Events that were thrown away so far. */
  get dropped(): number {
    return this.#dropped
  }

  get isOpen(): boolean {
    return this.#state.kind === 'open'
  }

  /** Never blocks and never throws. False after the end. */
  push(event: T): boolean {
    if (this.#state.kind !== 'open') return false
    const taker = this.#takers.shift()
    if (taker) {
      taker.resolve({ done: false, value: event })
      return true
    }
    this.#waiting.push(event)
    if (this.length > this.#options.limit) {
      this.shift()
      this.#options.onDrop?.(++this.#dropped)
    }
    return true
  }

  /** The oldest that waits, taken out; undefined where none does. */
  shift(): T | undefined {
    if (this.length === 0) return undefined
    const event = this.#waiting[this.#head]
    this.#waiting[this.#head++] = undefined as T
    if (this.#head > 1_000 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return event
  }

  next(): Promise<IteratorResult<T>> {
    if (this.length > 0) return Promise.resolve({ done: false, value: this.shift() as T })
    if (this.#state.kind === 'failed') {
      const { error } = this.#state
      this.#state = { kind: 'ended' }
      return Promise.reject(error)
    }
    if (this.#state.kind === 'ended') return Promise.resolve({ done: true, value: undefined })
    const taker = Promise.withResolvers<IteratorResult<T>>()
    this.#takers.push(taker)
    return taker.promise
  }

  /** What `break` in a `for await` calls. */
  return(): Promise<IteratorResult<T>> {
    this.end()
    return Promise.resolve({ done: true, value: undefined })
  }

  /** Ends; what waits is thrown away and whoever waits learns of the end. Idempotent. */
  end(): void {
    if (this.#state.kind === 'ended') return
    const wasOpen = this.#state.kind === 'open'
    this.#state = { kind: 'ended' }
    this.#waiting = []
    this.#head = 0
    for (const taker of this.#takers.splice(0)) taker.resolve({ done: true, value: undefined })
    if (wasOpen) this.#options.onEnd?.()
  }

  /** Ends with an error, which the next (or whoever waits first) gets after what waits. */
  fail(error: unknown): void {
    if (this.#state.kind !== 'open') return
    const [first, ...others] = this.#takers.splice(0)
    this.#state = first ? { kind: 'ended' } : { kind: 'failed', error }
    first?.reject(error)
    for (const taker of others) taker.resolve({ done: true, value: undefined })
    this.#options.onEnd?.()
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
