import { TOAST_LEVELS } from '../../shared/desk/toasts.ts'
import type { ToastLevel } from '../../shared/desk/toasts.ts'
import { checkKeys, checkText, refuse } from '../check.ts'
import { askDesk } from './ask.ts'

export interface ToastOptions {
  /** Default 'info'. */
  level?: ToastLevel
  /** What stands on its button: 'Undo', say. Default: it has none. */
  action?: string
  /** How long it stays, in ms; default 5,000, with a button or of level 'error' 10,000. */
  durationMs?: number
}

/**
 * Says something in passing, in a corner of the window whose event is being handled, or else of the newest. Resolves, with a
 * button, once it was pressed (true) or the toast is gone (false); without one at once, to false. Rejects with OrielError
 * no_session, session_closed, bad_value, window_closed where no window is open.
 */
export async function toast(text: string, options: ToastOptions = {}): Promise<boolean> {
  checkText(text, 'toast: text')
  checkKeys(options, ['level', 'action', 'durationMs'], 'toast: options')
  const { level = 'info', action, durationMs } = options
  if (!TOAST_LEVELS.includes(level)) refuse('toast: level', "'info', 'success', 'warning' or 'error'", level)
  if (action !== undefined) checkText(action, 'toast: action')
  if (durationMs !== undefined && !(typeof durationMs === 'number' && durationMs > 0))
    refuse('toast: durationMs', 'a number of milliseconds above 0', durationMs)
  return askDesk('toast()', 'toast.show', {
    toast: { text, level, action: action ?? null, durationMs: durationMs ?? null },
  })
}
