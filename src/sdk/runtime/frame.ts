import { AsyncLocalStorage } from 'node:async_hooks'
import { OrielError } from '../../shared/errors.ts'
import type { RunningSession } from './session.ts'

/** What the code that runs now belongs to: context values, frozen, and the session behind them; null in a `session.run` outside of any script. */
export interface Frame {
  readonly values: Readonly<Record<string, unknown>>
  readonly session: RunningSession | null
}

/** The frame of the running code. The only place of the process that knows it. */
export const frames = new AsyncLocalStorage<Frame>()

/** The event that the running code handles: its number on the link it came over. */
export const causes = new AsyncLocalStorage<{ readonly link: object; readonly seq: number }>()

/**
 * The frame of the running code, for `what` (the call as the script writes it, for the message).
 * Throws OrielError no_session outside of any session, session_closed in code that outlived its session.
 */
export function requireFrame(what: string): Frame {
  const frame = frames.getStore()
  if (!frame) throw noSession(what)
  assertOpen(frame, what)
  return frame
}

/** Throws OrielError session_closed if the session behind `frame` has ended. */
export function assertOpen(frame: Frame, what: string): void {
  if (frame.session?.state === 'closed') throw sessionClosed(what)
}

/** The session of the running code. Throws OrielError no_session or session_closed. */
export function requireSession(what: string): RunningSession {
  const { session } = requireFrame(what)
  if (!session)
    throw new OrielError(
      'no_session',
      `${what} needs a script's own session, but this code runs in a context made by session.run() outside of any script.`,
    )
  return session
}

/** Why there is no session here and how to have one. */
export function noSession(what: string): OrielError {
  return new OrielError(
    'no_session',
    `${what} was called outside of any session, so it is not known which client it is for. ` +
      'Call it from the script or one of its handlers; give a listener on something shared as session.bind(listener); ' +
      'or wrap the call in session.run({ clientId }, () => …).',
  )
}

/** Why this code no longer has a session and how to avoid that. */
export function sessionClosed(what: string): OrielError {
  return new OrielError(
    'session_closed',
    `${what} was called after its session had ended. Stop such work in session.onClose(() => …).`,
  )
}
