import type { Document } from '../../client/document.ts'
import { requireSession } from '../runtime/frame.ts'
import type { RunningSession } from '../runtime/session.ts'

/** What session-scoped state needs of a session. */
export interface StateHost {
  readonly document: Document
  /** Absolute path of the script that runs. */
  readonly script: string
  /** Runs `hook` when the session closes, after all that scripts do then. */
  onClose(hook: () => unknown): void
  /** Tells of an error that does not end the run. */
  report: (error: unknown) => void
}

const hosts = new WeakMap<RunningSession, StateHost>()

/** The session of the running code, for `what` (the call as the script writes it). Throws OrielError no_session or session_closed. */
export function currentHost(what: string): StateHost {
  const session = requireSession(what)
  const known = hosts.get(session)
  if (known) return known
  const host: StateHost = {
    document: session.link.document,
    script: session.options.scriptPath,
    // By the session's own method: whatever ran first must not lend its context.
    onClose: (hook) => session.onClose(() => session.enter(hook), true),
    report: (error) => session.report(error),
  }
  hosts.set(session, host)
  return host
}
