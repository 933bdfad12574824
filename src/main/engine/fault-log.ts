import { inBackground } from '../../shared/background.ts'
import { CLOSE } from '../../shared/protocol.ts'
import type { Log } from '../log.ts'

/** In one period so many are written as they come; the rest are counted. */
const MAX_LINES = 20
/** ms */
const PERIOD_MS = 60_000

/** Whether a connection that ended with this code ended for what was said over it (rule V2). */
export function isFault(code: number): boolean {
  return code === CLOSE.badMessage || code === CLOSE.tooLarge
}

/**
 * Warnings about what came over connections: one line each, but for whoever sends bad ones without end only a count of
 * each kind once a minute, so that the log stays readable and small.
 */
export class FaultLog {
  readonly #log: Log
  /** What was not written in this period: how often each was said. */
  readonly #more = new Map<string, number>()
  #lines = 0
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(log: Log) {
    this.#log = log
  }

  /** `message`: one of a few fixed texts; what differs stands in `fields`. */
  note(message: string, fields: object): void {
    this.#timer ??= inBackground(setTimeout(() => this.flush(), PERIOD_MS))
    if (this.#lines < MAX_LINES) {
      this.#lines++
      this.#log.warn(message, fields)
    } else this.#more.set(message, (this.#more.get(message) ?? 0) + 1)
  }

  /** Writes what was only counted, and begins a new period. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#lines = 0
    for (const [message, times] of this.#more) this.#log.warn(`${message}, again and again`, { times })
    this.#more.clear()
  }
}
