import type { Log } from '../log.ts'

/** Different refusals that are written down in all; what comes after them is known by then. */
const MAX_LINES = 200
const MAX_DETAIL_LENGTH = 100

/** Writes each kind of refusal with each detail to the log once, so that who is refused over and over cannot fill it. */
export class RefusalLog {
  readonly #log: Log
  readonly #seen = new Set<string>()

  constructor(log: Log) {
    this.#log = log
  }

  /** `detail`: what the other side sent that was wrong; never a ticket or a secret. */
  note(kind: string, detail = ''): void {
    const short = detail.slice(0, MAX_DETAIL_LENGTH)
    const key = `${kind} ${short}`
    if (this.#seen.has(key) || this.#seen.size >= MAX_LINES) return
    this.#seen.add(key)
    this.#log.warn(`refused: ${kind}`, short === '' ? {} : { detail: short })
  }
}
