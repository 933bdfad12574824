import { OrielError } from '../../../shared/errors.ts'
import type { Log } from '../../log.ts'
import { consoleLog } from './console-log.ts'

/** Work that can be given up: `signal` is aborted then. */
export type Task<T> = (signal: AbortSignal) => T | PromiseLike<T>

export interface RunOptions {
  /** Default 5,000. */
  timeoutMs?: number
  /** Gives the task up from outside. */
  signal?: AbortSignal
}

/** The task took longer than it was given. */
export class TimeoutError extends OrielError {
  constructor(timeoutMs: number) {
    super('timeout', `The task did not end within ${timeoutMs} ms.`)
    this.name = 'TimeoutError'
  }
}

/**
 * What `task` gives or throws. After `timeoutMs` it rejects with a `TimeoutError`, and when `signal` is aborted with
 * `cancelled`; the task's own signal is aborted in both cases, with that error as its reason.
 */
export function runAsync<T>(task: Task<T>, { timeoutMs = 5_000, signal }: RunOptions = {}): Promise<T> {
  if (!(timeoutMs > 0)) return Promise.reject(new RangeError(`timeoutMs must be more than 0; it is ${timeoutMs}.`))
  const controller = new AbortController()
  const outcome = Promise.withResolvers<T>()
  const giveUp = (error: OrielError): void => {
    outcome.reject(error)
    controller.abort(error)
  }
  const onAbort = (): void => giveUp(new OrielError('cancelled', 'The task was given up.', { cause: signal?.reason }))
  if (signal?.aborted) {
    onAbort()
    return outcome.promise
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => giveUp(new TimeoutError(timeoutMs)), Math.min(timeoutMs, 2 ** 31 - 1))
  const settled = (): void => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
  // Within a promise, so that a throw at once is a rejection like any other.
  new Promise<T>((resolve) => resolve(task(controller.signal))).then(outcome.resolve, outcome.reject)
  return outcome.promise.finally(settled)
}

/** Starts `task` and goes on; an error goes to the log, never to the process. */
export function runAsyncFireAndForget(task: Task<unknown>, { log = consoleLog }: { log?: Log } = {}): void {
  const { signal } = new AbortController()
  new Promise((resolve) => resolve(task(signal))).catch((error: unknown) =>
    log.error('a task in the background failed', { error }),
  )
}
