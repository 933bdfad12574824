import { OrielError } from '../shared/errors.ts'
import type { Value } from '../shared/value.ts'
import type { ClientEvent } from './types.ts'

/** Handles an event of the script. Its value, or what its promise gives, answers the script's request. */
export type EventHandler = (data: Value, event: { type: string; signal: AbortSignal }) => unknown

/** Hears every event. */
const ANY_EVENT = '*'

/** A program's handlers, in order of registration. */
export class Handlers {
  #registered: { type: string; handler: EventHandler }[] = []

  /** Adds a handler for `type`, or for all with '*'. Returns what removes it. */
  add(type: string, handler: EventHandler): () => void {
    const entry = { type, handler }
    this.#registered = [...this.#registered, entry]
    return () => {
      this.#registered = this.#registered.filter((other) => other !== entry)
    }
  }

  /** Runs every handler of the event; gives the first answer that is not undefined. Throws no_handler. */
  async dispatch({ type, data, signal }: ClientEvent): Promise<unknown> {
    const matching = this.#registered.filter((entry) => entry.type === type || entry.type === ANY_EVENT)
    if (matching.length === 0) throw new OrielError('no_handler', `The program has no handler for "${type}".`)
    const answers = await Promise.allSettled(matching.map(async ({ handler }) => handler(data, { type, signal })))
    for (const answer of answers)
      // Nobody may be waiting for the answer; the program's author is to hear of it all the same.
      if (answer.status === 'rejected') console.error(`The handler of "${type}" failed:`, answer.reason)
    const first = answers.find((answer) => answer.status === 'rejected' || answer.value !== undefined)
    if (first?.status === 'rejected') throw first.reason
    return first?.value ?? null
  }
}
