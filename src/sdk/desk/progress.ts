import { PROGRESS_TYPE, progressRecordId } from '../../shared/desk/progress.ts'
import type { ProgressProps } from '../../shared/desk/progress.ts'
import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import { checkKeys, checkText, refuse } from '../check.ts'
import { requireSession } from '../runtime/frame.ts'
import type { RunningSession } from '../runtime/session.ts'
import { widgetAtHand } from './ask.ts'

/** How far work is: a part from 0 to 1, null where nobody knows, and what is being done just now. */
export interface ProgressStep {
  /** 0 to 1, or null. */
  fraction?: number | null
  detail?: string
}

/** A bar in a window, and in the task bar where the system has one. */
export interface Progress {
  /** A number from 0 to 1, a text for what is being done, or both. */
  report(step: number | string | ProgressStep): void
  /** Takes the bar away. Idempotent. */
  done(): void
}

/** What is shown changes no more often than this, in ms: nobody sees more, and reporting in a loop must cost nothing. */
const SHOW_EVERY_MS = 50

/**
 * Shows that work is under way, in the window whose event is being handled, or else in the newest. Throws OrielError
 * no_session, session_closed, bad_value, window_closed where no window is open.
 */
export function progress(label: string): Progress {
  checkText(label, 'progress: label')
  return new ShownProgress(requireSession('progress()'), label, { canCancel: false })
}

/** One bar as the session's document has it. */
export class ShownProgress implements Progress {
  readonly id = randomId()
  readonly #session: RunningSession
  #props: ProgressProps
  #shownAt = 0
  #timer: ReturnType<typeof setTimeout> | null = null
  #isDone = false

  constructor(session: RunningSession, label: string, { canCancel }: { canCancel: boolean }) {
    this.#session = session
    const at = widgetAtHand()
    const widgetId = at !== null && session.widgets.has(at) ? at : [...session.widgets.keys()].at(-1)
    if (widgetId === undefined)
      throw new OrielError('window_closed', 'There is no window to show progress in. Call show() first.')
    this.#props = { id: this.id, widgetId, label, detail: '', fraction: null, canCancel }
    this.#show()
  }

  report(step: number | string | ProgressStep): void {
    if (this.#isDone) return
    const { fraction, detail } = toStep(step)
    this.#props = {
      ...this.#props,
      ...(fraction !== undefined && { fraction: fraction === null ? null : Math.min(1, Math.max(0, fraction)) }),
      ...(detail !== undefined && { detail }),
    }
    const waitMs = this.#shownAt + SHOW_EVERY_MS - performance.now()
    if (waitMs <= 0) this.#show()
    else this.#timer ??= setTimeout(() => this.#show(), waitMs)
  }

  done(): void {
    if (this.#isDone) return
    this.#isDone = true
    if (this.#timer) clearTimeout(this.#timer)
    const { link } = this.#session
    if (link.state !== 'closed' && link.document.get(progressRecordId(this.id)))
      link.document.transact((tx) => tx.remove(progressRecordId(this.id)))
  }

  #show(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#shownAt = performance.now()
    if (this.#session.state === 'closed') return
    const id = progressRecordId(this.id)
    const { document } = this.#session.link
    document.transact((tx) => {
      if (!document.get(id)) return tx.put({ id, type: PROGRESS_TYPE, scope: 'view', props: { ...this.#props } })
      tx.set(id, ['fraction'], this.#props.fraction)
      tx.set(id, ['detail'], this.#props.detail)
    })
  }
}

/** What `report` was given, in one form. Throws OrielError bad_value. */
export function toStep(step: number | string | ProgressStep): ProgressStep {
  if (typeof step === 'number') return toStep({ fraction: step })
  if (typeof step === 'string') return { detail: step }
  checkKeys(step, ['fraction', 'detail'], 'report')
  const { fraction, detail } = step
  if (fraction !== undefined && fraction !== null && !Number.isFinite(fraction))
    refuse('report: fraction', 'a number from 0 to 1, or null', fraction)
  if (detail !== undefined) checkText(detail, 'report: detail')
  return step
}
