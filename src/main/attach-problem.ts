import { OrielError } from '../shared/errors.ts'
import type { DesktopStores } from './stores/types.ts'

/** Why no program can attach to a session, when none of those running here is meant. `id` may be shortened. */
export async function attachProblem(
  stores: DesktopStores,
  id: string,
  isAlive: (pid: number) => boolean,
): Promise<OrielError> {
  const found = (await stores.sessions.list()).filter((entry) => entry.sessionId.startsWith(id))
  const [entry] = found
  if (!entry)
    return new OrielError('unknown_session', `There is no session "${id}". "oriel sessions list" shows all of them.`)
  if (found.length > 1)
    return new OrielError('unknown_session', `${found.length} sessions begin with "${id}". Give more of the id.`)
  if (entry.state !== 'closed' && entry.pid !== null && entry.pid !== process.pid && isAlive(entry.pid)) {
    return new OrielError(
      'session_busy',
      `Session ${entry.sessionId} runs in a process of its own (${entry.pid}) that takes no requests, as with --host headless. Open it without that.`,
    )
  }
  const command = entry.scriptPath === null ? 'attach' : `${entry.scriptPath} --session`
  return new OrielError(
    'unknown_session',
    `Session ${entry.sessionId} is not running. Open it first: oriel ${command} ${entry.sessionId}`,
  )
}
