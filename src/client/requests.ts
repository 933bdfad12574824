import { fromPublicError, OrielError } from '../shared/errors.ts'
import { randomId } from '../shared/ids.ts'
import type { ReplyMessage } from '../shared/protocol.ts'
import type { Value } from '../shared/value.ts'
import type { RequestOptions } from './types.ts'

interface Waiting {
  resolve(value: Value): void
  reject(error: unknown): void
  dispose(): void
}

/** Requests of this client that wait for their reply. Ids are unique over all clients. */
export class Requests {
  readonly #prefix = randomId(12)
  readonly #waiting = new Map<string, Waiting>()
  #next = 0

  get size(): number {
    return this.#waiting.size
  }

  /**
   * Calls `send` with a new id and settles with its reply, or with `timeout` after `timeoutMs` (null: never), or
   * with `cancelled` when the signal aborts; then `abandon` is called so that the other side can stop.
   */
  start(
    what: string,
    options: { timeoutMs: number | null; signal?: RequestOptions['signal'] },
    send: (requestId: string) => void,
    abandon: (requestId: string) => void,
  ): Promise<Value> {
    const { timeoutMs, signal } = options
    if (signal?.aborted) return Promise.reject(new OrielError('cancelled', `${what} was cancelled.`))
    const requestId = `${this.#prefix}${++this.#next}`
    return new Promise<Value>((resolve, reject) => {
      const giveUp = (error: OrielError) => {
        if (this.#settle(requestId)) {
          abandon(requestId)
          reject(error)
        }
      }
      const onAbort = () => giveUp(new OrielError('cancelled', `${what} was cancelled.`, { cause: signal?.reason }))
      const timer =
        timeoutMs === null
          ? null
          : setTimeout(
              () => giveUp(new OrielError('timeout', `${what} got no answer within ${timeoutMs} ms.`)),
              timeoutMs,
            )
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.set(requestId, {
        resolve,
        reject,
        dispose: () => {
          if (timer !== null) clearTimeout(timer)
          signal?.removeEventListener('abort', onAbort)
        },
      })
      try {
        send(requestId)
      } catch (error) {
        this.#settle(requestId)
        reject(error)
      }
    })
  }

  /** A reply nobody waits for any more is ignored. */
  onReply(message: ReplyMessage): void {
    const waiting = this.#settle(message.requestId)
    if (!waiting) return
    if (message.ok) waiting.resolve(message.value)
    else waiting.reject(fromPublicError(message.error))
  }

  /** Its message could not be sent. */
  fail(requestId: string, error: unknown): void {
    this.#settle(requestId)?.reject(error)
  }

  rejectAll(error: OrielError): void {
    for (const requestId of [...this.#waiting.keys()]) this.#settle(requestId)?.reject(error)
  }

  #settle(requestId: string): Waiting | undefined {
    const waiting = this.#waiting.get(requestId)
    if (waiting) {
      this.#waiting.delete(requestId)
      waiting.dispose()
    }
    return waiting
  }
}
