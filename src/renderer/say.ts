import { OrielError } from '../shared/errors.ts'

/** Codes that come of the connection ending; the banner says it already. */
const SAID_ELSEWHERE = new Set([
  'closed',
  'cancelled',
  'not_connected',
  'window_closed',
  'session_closed',
  'session_gone',
])

/** What to tell the person of an error an event met; null if they are told in another way. */
export function sayError(error: unknown): string | null {
  if (!(error instanceof OrielError)) return error instanceof Error ? error.message : String(error)
  return SAID_ELSEWHERE.has(error.code) ? null : error.message
}
