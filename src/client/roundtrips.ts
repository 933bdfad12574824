import { OrielError } from '../shared/errors.ts'

/** What the room is asked, and asked again after a drop. */
export type RoundtripMessage = { type: 'flush'; id: number } | { type: 'pull' }
type Send = (message: RoundtripMessage) => void

interface Waiting {
  resolve: () => void
  reject: (error: OrielError) => void
}
interface Flush extends Waiting {
  /** Mutation ids of the edits that it is for. */
  edits: ReadonlySet<string>
  /** Those that the room has not answered. It is asked when there are none, so that a flush never overtakes an edit. */
  unanswered: Set<string>
  /** The first refusal of one of them. */
  refusal: OrielError | null
}
interface Settle extends Waiting {
  isDone: () => boolean
}

/** What one client waits for the room to say of the document: that it is stored, that it is here, that it came anew. */
export class Roundtrips {
  readonly #send: Send
  readonly #timeoutMs: number
  readonly #flushes = new Map<number, Flush>()
  readonly #settles = new Set<Settle>()
  readonly #pulls = new Set<Waiting>()
  #ids = 0

  /** `timeoutMs`: until one of them gives up with `timeout`. `send` may drop a message while there is no connection. */
  constructor(send: Send, timeoutMs: number) {
    this.#send = send
    this.#timeoutMs = timeoutMs
  }

  /** Resolves once the room has answered `edits` and stored all up to then. Rejects with the refusal of one of them, or with what storing came to. */
  flush(edits: readonly string[]): Promise<void> {
    const id = ++this.#ids
    const { promise, waiting } = this.#wait('The flush', () => this.#flushes.delete(id))
    this.#flushes.set(id, { ...waiting, edits: new Set(edits), unanswered: new Set(edits), refusal: null })
    if (edits.length === 0) this.#send({ type: 'flush', id })
    return promise
  }

  /** Resolves once `isDone`, which is asked after each message. */
  settle(isDone: () => boolean): Promise<void> {
    if (isDone()) return Promise.resolve()
    const { promise, waiting } = this.#wait('Settling', () => this.#settles.delete(entry))
    const entry: Settle = { ...waiting, isDone }
    this.#settles.add(entry)
    return promise
  }

  /** Resolves when the next snapshot is here; one is asked for unless one is under way. */
  pull(): Promise<void> {
    const isUnderWay = this.#pulls.size > 0
    const { promise, waiting } = this.#wait('The pull', () => this.#pulls.delete(waiting))
    this.#pulls.add(waiting)
    if (!isUnderWay) this.#send({ type: 'pull' })
    return promise
  }

  /** After a drop: asks again what was asked before. */
  resend(send: Send, { pulls }: { pulls: boolean }): void {
    for (const [id, { unanswered }] of this.#flushes) if (unanswered.size === 0) send({ type: 'flush', id })
    if (pulls && this.#pulls.size > 0) send({ type: 'pull' })
  }

  onRefused(mutationId: string, error: OrielError): void {
    for (const flush of this.#flushes.values()) if (flush.edits.has(mutationId)) flush.refusal ??= error
  }

  onAnswered(mutationId: string): void {
    for (const [id, { unanswered }] of this.#flushes)
      if (unanswered.delete(mutationId) && unanswered.size === 0) this.#send({ type: 'flush', id })
  }

  onFlushed(id: number, error: OrielError | null): void {
    const flush = this.#flushes.get(id)
    const problem = flush?.refusal ?? error
    if (problem) flush?.reject(problem)
    else flush?.resolve()
  }

  onSnapshot(): void {
    for (const { resolve } of [...this.#pulls]) resolve()
  }

  onWithheld(error: OrielError): void {
    for (const { reject } of [...this.#pulls]) reject(error)
  }

  /** The document may have come further. */
  onProgress(): void {
    for (const { isDone, resolve } of [...this.#settles]) if (isDone()) resolve()
  }

  rejectAll(error: OrielError): void {
    for (const { reject } of [...this.#flushes.values(), ...this.#settles, ...this.#pulls]) reject(error)
  }

  #wait(what: string, forget: () => void): { promise: Promise<void>; waiting: Waiting } {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const end = (settle: () => void) => {
      clearTimeout(timer)
      forget()
      settle()
    }
    const waiting: Waiting = { resolve: () => end(resolve), reject: (error) => end(() => reject(error)) }
    const timer = setTimeout(
      () => waiting.reject(new OrielError('timeout', `${what} got no answer within ${this.#timeoutMs} ms.`)),
      this.#timeoutMs,
    )
    return { promise, waiting }
  }
}
