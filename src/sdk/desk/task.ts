import { TASK_CANCEL_EVENT } from '../../shared/desk/asks.ts'
import { OrielError } from '../../shared/errors.ts'
import { isPlainObject } from '../../shared/document/kinds.ts'
import { checkFunction, checkKeys, checkText, refuse } from '../check.ts'
import { frames, requireSession } from '../runtime/frame.ts'
import type { RunningSession } from '../runtime/session.ts'
import { ShownProgress, toStep } from './progress.ts'
import type { Progress, ProgressStep } from './progress.ts'
import { toast } from './toast.ts'

export interface TaskOptions<T> {
  /** What is being done, beside the bar. Default 'Working…'. */
  label?: string
  /** What is said once it is done: a text, or made of the result; null says nothing. Default: the label and how long it took, if it took over a second. */
  done?: string | ((result: T) => string) | null
  /** The person may cancel it. Default true. */
  canCancel?: boolean
  /** Cancels it too. */
  signal?: AbortSignal
}

/** Work that is quicker shows no bar, in ms. */
const SHOW_AFTER_MS = 300
/** Work that took longer says that it is done, in ms. */
const SAY_AFTER_MS = 1000

/** The tasks of a session that the person may cancel, by the id of their bar. */
const running = new WeakMap<RunningSession, Map<string, () => void>>()

/**
 * Does long work and shows it in the window whose event is being handled, or else in the newest: a bar with what `report`
 * says of it (0 to 1, a text, or both), a button that aborts `signal`, and what came of it. Resolves to what `work` gives.
 * Rejects with what it throws, which is shown as well, or, as soon as it was cancelled, with OrielError cancelled; with
 * no_session, session_closed, bad_value. Without a window the work is done all the same.
 */
export async function task<T>(
  work: (signal: AbortSignal, report: Progress['report']) => T | Promise<T>,
  options: TaskOptions<T> = {},
): Promise<T> {
  checkFunction(work, 'task: work')
  checkKeys(options, ['label', 'done', 'canCancel', 'signal'], 'task: options')
  const { label = 'Working…', canCancel = true, signal, done } = options
  checkText(label, 'task: label')
  if (typeof canCancel !== 'boolean') refuse('task: canCancel', 'true or false', canCancel)
  if (done !== undefined && done !== null && typeof done !== 'string') checkFunction(done, 'task: done')
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse('task: signal', 'an AbortSignal', signal)
  const session = requireSession('task()')

  const stop = new AbortController()
  const cancelled = Promise.withResolvers<never>()
  cancelled.promise.catch(() => {})
  const cancel = () => {
    const error = new OrielError('cancelled', `${nameOf(label)} was cancelled.`)
    stop.abort(error)
    cancelled.reject(error)
  }
  if (signal?.aborted) cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  const bar = new Bar(session, label, canCancel, cancel)
  const begun = performance.now()
  try {
    const result = await session.holding(
      Promise.race([cancelled.promise, (async () => work(stop.signal, bar.report))()]),
    )
    bar.end()
    const said = toSay(done, result, label, performance.now() - begun)
    if (said !== null) say(said, 'success')
    return result
  } catch (error) {
    bar.end()
    if (stop.signal.aborted) say(`${nameOf(label)} was cancelled.`, 'info')
    else say(`${nameOf(label)} failed: ${error instanceof Error ? error.message : String(error)}`, 'error')
    throw error
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}

/** The bar of one task, which comes once it has taken a moment. */
class Bar {
  readonly #session: RunningSession
  readonly #make: () => ShownProgress
  readonly #begun = performance.now()
  readonly #timer: ReturnType<typeof setTimeout>
  #shown: ShownProgress | null = null
  #last: ProgressStep = {}
  #isOver = false

  constructor(session: RunningSession, label: string, canCancel: boolean, cancel: () => void) {
    this.#session = session
    const frame = frames.getStore()!
    this.#make = () => {
      // In the context that the task was begun in, whoever reports.
      const shown = frames.run(frame, () => new ShownProgress(session, label, { canCancel }))
      if (canCancel) cancellable(session).set(shown.id, cancel)
      return shown
    }
    this.#timer = setTimeout(() => this.#show(), SHOW_AFTER_MS)
  }

  readonly report: Progress['report'] = (step) => {
    if (this.#isOver) return
    this.#last = { ...this.#last, ...toStep(step) }
    // Work that never lets go of the thread has no timers.
    if (!this.#shown && performance.now() - this.#begun > SHOW_AFTER_MS) return this.#show()
    this.#shown?.report(this.#last)
  }

  end(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    if (!this.#shown) return
    running.get(this.#session)?.delete(this.#shown.id)
    this.#shown.done()
  }

  #show(): void {
    clearTimeout(this.#timer)
    if (this.#isOver || this.#shown || this.#session.widgets.size === 0) return
    this.#shown = this.#make()
    this.#shown.report(this.#last)
  }
}

function cancellable(session: RunningSession): Map<string, () => void> {
  const known = running.get(session)
  if (known) return known
  const tasks = new Map<string, () => void>()
  running.set(session, tasks)
  session.system.set(TASK_CANCEL_EVENT, ({ data }) => {
    if (isPlainObject(data) && typeof data.id === 'string') tasks.get(data.id)?.()
    return null
  })
  return tasks
}

function toSay<T>(done: TaskOptions<T>['done'], result: T, label: string, tookMs: number): string | null {
  if (done === null) return null
  if (typeof done === 'string') return done
  if (done) return done(result)
  return tookMs < SAY_AFTER_MS ? null : `${nameOf(label)}: done in ${(tookMs / 1000).toFixed(1)} s`
}

/** In a sentence. */
const nameOf = (label: string): string => label.replace(/…$/, '')

/** Nobody may be left to hear it. */
function say(text: string, level: 'success' | 'info' | 'error'): void {
  toast(text, { level }).catch(() => {})
}
