import { randomId } from '../../shared/ids.ts'

interface Issued<Grant> {
  grant: Grant
  expiresAt: number
}

/** Between two looks for tickets that are too old, in ms. */
const SWEEP_EVERY_MS = 1000

/** Short-lived, single-use rights (rule D6). In memory only: a restart makes all of them void. */
export class Tickets<Grant> {
  readonly #issued = new Map<string, Issued<Grant>>()
  readonly #now: () => number
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(now: () => number) {
    this.#now = now
  }

  /** `ttlMs`: how long it may be redeemed. */
  issue(grant: Grant, ttlMs: number): string {
    this.#forgetExpired()
    const ticket = randomId(32)
    this.#issued.set(ticket, { grant, expiresAt: this.#now() + ttlMs })
    return ticket
  }

  /** What the ticket was for, once; null if it is unknown, used or too old. A hash map look-up of 192 random bits leaks nothing useful by its timing. */
  redeem(ticket: string): Grant | null {
    const issued = this.#issued.get(ticket)
    if (!issued) return null
    this.#issued.delete(ticket)
    return issued.expiresAt > this.#now() ? issued.grant : null
  }

  /** Makes the tickets void whose grant is one of these. */
  revoke(isVoid: (grant: Grant) => boolean): void {
    for (const [ticket, { grant }] of this.#issued) if (isVoid(grant)) this.#issued.delete(ticket)
  }

  /** Whether a ticket for such a grant may yet be redeemed. */
  isOutstanding(test: (grant: Grant) => boolean): boolean {
    this.#forgetExpired()
    return [...this.#issued.values()].some(({ grant }) => test(grant))
  }

  #forgetExpired(): void {
    const now = this.#now()
    // Not at each ticket: whoever asks for many would make each cost more than the last.
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return
    this.#sweptAt = now
    for (const [ticket, { expiresAt }] of this.#issued) if (expiresAt <= now) this.#issued.delete(ticket)
  }
}
