import { CLOSE } from '../protocol.ts'

/**
 * The receiving half that all carriers share: keeps messages until someone listens, and tells of the end exactly once.
 * A new message listener replaces the one before; close listeners add up.
 */
export class Receiver {
  #listener: ((message: unknown) => void) | null = null
  #kept: unknown[] = []
  #closed: { code: number; reason: string } | null = null
  #closeListeners: ((code: number, reason: string) => void)[] = []

  get closed(): boolean {
    return this.#closed !== null
  }

  /** Hands one message on, or keeps it. What comes after the end is dropped. */
  deliver(message: unknown): void {
    if (this.#closed) return
    if (this.#listener) this.#listener(message)
    else this.#kept.push(message)
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener
    const kept = this.#kept
    this.#kept = []
    // What arrived before the end is still handed over after it, and to the newest listener: one may set the next.
    for (const message of kept) this.#listener(message)
  }

  onClose(listener: (code: number, reason: string) => void): void {
    if (this.#closed) listener(this.#closed.code, this.#closed.reason)
    else this.#closeListeners.push(listener)
  }

  /** False if it had ended already. */
  end(code: number = CLOSE.cut, reason = ''): boolean {
    if (this.#closed) return false
    this.#closed = { code, reason }
    const listeners = this.#closeListeners
    this.#closeListeners = []
    for (const listener of listeners) listener(code, reason)
    return true
  }
}
