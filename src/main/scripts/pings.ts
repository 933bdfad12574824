import { OrielError } from '../../shared/errors.ts'

/** Asks a thread for a sign of life, and waits for the answers. */
export class Pings {
  readonly #send: (id: number) => void
  readonly #waiting = new Map<number, (error?: OrielError) => void>()
  #last = 0

  constructor(send: (id: number) => void) {
    this.#send = send
  }

  /** Milliseconds until the thread answers. Rejects with timeout, and with what `end` is given. */
  ask(timeoutMs: number): Promise<number> {
    const id = ++this.#last
    const sentAt = performance.now()
    return new Promise((resolve, reject) => {
      const settle = (error?: OrielError) => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        if (error) reject(error)
        else resolve(performance.now() - sentAt)
      }
      const late = () => settle(new OrielError('timeout', `The script did not answer within ${timeoutMs} ms.`))
      const timer = setTimeout(late, timeoutMs)
      this.#waiting.set(id, settle)
      this.#send(id)
    })
  }

  onPong(id: number): void {
    this.#waiting.get(id)?.()
  }

  /** The thread is gone: no answer comes any more. */
  end(error: OrielError): void {
    for (const settle of [...this.#waiting.values()]) settle(error)
  }
}
