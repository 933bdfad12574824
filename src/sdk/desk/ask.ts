import type { CallMethod, Calls } from '../../shared/calls.ts'
import { NO_TIMEOUT_MS } from '../../shared/patience.ts'
import { frames, requireSession } from '../runtime/frame.ts'
import type { RunningSession } from '../runtime/session.ts'

/** Calls that are about one window. */
type DeskMethod = {
  [M in CallMethod]: Calls[M]['params'] extends { widgetId: string | null } ? M : never
}[CallMethod]

/** The widget whose event the running code handles; null elsewhere, which means the newest window. */
export function widgetAtHand(): string | null {
  const widgetId = frames.getStore()?.values.widgetId
  return typeof widgetId === 'string' ? widgetId : null
}

/**
 * Asks the main process for something in the window whose event is being handled, or else in the newest, and keeps the run
 * alive until the answer is there, however long a person takes. `what`: the call as a script writes it.
 */
export function askDesk<M extends DeskMethod>(
  what: string,
  method: M,
  params: Omit<Calls[M]['params'], 'widgetId'>,
): Promise<Calls[M]['result']> {
  const session: RunningSession = requireSession(what)
  const all = { ...params, widgetId: widgetAtHand() } as unknown as Calls[M]['params']
  return session.holding(session.link.call(method, all, { timeoutMs: NO_TIMEOUT_MS }))
}
