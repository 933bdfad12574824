import { inBackground } from '../shared/background.ts'

/** How long a receipt may wait for more to be told with it, in ms. */
const DELAY_MS = 20
/** Messages after which it is told at once. */
const MANY = 200

/** When to tell the room how far this client has taken what it sent: soon, and not for each message. */
export class Receipts {
  readonly #tell: () => void
  #timer: ReturnType<typeof setTimeout> | null = null
  #count = 0

  constructor(tell: () => void) {
    this.#tell = tell
  }

  /** One more message was taken. */
  note(): void {
    if (++this.#count >= MANY) return this.#send()
    this.#timer ??= inBackground(setTimeout(() => this.#send(), DELAY_MS))
  }

  /** The link is gone; what was taken is told with the next hello. */
  pause(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#count = 0
  }

  #send(): void {
    this.pause()
    this.#tell()
  }
}
