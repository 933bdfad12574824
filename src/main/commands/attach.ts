import { ClientSession } from '../../client/client-session.ts'
import { toJsonValue } from '../../shared/document/json.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Value } from '../../shared/value.ts'
import { attachProblem } from '../attach-problem.ts'
import { EXIT } from '../exit-code.ts'
import { silentLog } from '../log.ts'
import { isAlive } from '../process.ts'
import { SessionChoice } from '../session-choice.ts'
import { askFirst } from '../single-instance.ts'
import { openDesktopStores } from '../stores/index.ts'
import { attachText } from './attach-text.ts'
import type { Access } from './attach-text.ts'

export interface AttachOptions {
  /** An id, or the beginning of one. */
  session: string
  json: boolean
  homeDir: string
  /** URL of the module that programs import as `oriel/client`. */
  clientModule: string
  print: (text: string) => void
  /** Runs a session without a script in this process, as no other does. Gives the exit code. */
  open: (sessionId: string) => Promise<number>
  /** Calls back at a signal to end. */
  onSignal: (listener: () => void) => void
}

/**
 * `oriel attach`: asks the Oriel that runs for the right to attach to one of its sessions, and prints how, or with `json`
 * what the session's document holds and each change of it, until a signal or the session's end. A session without a script
 * that does not run is begun here and stays until it ends. Gives the exit code. Rejects with unknown_session, session_busy,
 * script_failed.
 */
export async function attach(options: AttachOptions): Promise<number> {
  const found = await requestAccess(options)
  if ('open' in found) {
    if (!options.json) return found.open()
    throw new OrielError('unknown_session', 'This session is not running. Open it first, without --json.')
  }
  if (options.json) await follow(found.access, options)
  else options.print(attachText(found.access, options.clientModule))
  return EXIT.fine
}

/** How to attach to it, or the way to run it here first. */
type Found = { access: Access } | { open: () => Promise<number> }

async function requestAccess({ homeDir, session, open }: AttachOptions): Promise<Found> {
  const reply = await askFirst(homeDir, { kind: 'attach', session })
  if (reply?.sessionId && reply.access) return { access: { sessionId: reply.sessionId, ...reply.access } }
  const stores = await openDesktopStores({ homeDir, log: silentLog, now: Date.now })
  try {
    const choice = new SessionChoice({ catalog: stores.sessions, now: Date.now, isAlive, find: () => undefined })
    const entry = await choice.programs(session)
    if (!entry) throw await attachProblem(stores, session, isAlive)
    return { open: () => open(entry.sessionId) }
  } finally {
    await stores.close()
  }
}

/** One JSON object a line: the document, then each change of it. Binary is as Document.toJSON has it. */
async function follow({ url, ticket, sessionId }: Access, { print, onSignal }: AttachOptions): Promise<void> {
  const session = new ClientSession({ url, ticket, sessionId })
  const ended = new Promise<void>((resolve) => {
    session.onStateChange((state) => {
      if (state === 'closed') resolve()
    })
  })
  onSignal(() => void session.close())
  await session.connect()
  const document = await session.pull()
  const line = (type: string, fields: object) => print(JSON.stringify({ type, version: document.version, ...fields }))
  const snapshot = () => line('snapshot', document.toJSON())
  snapshot()
  document.onChange((change) => {
    if (change.replaced) snapshot()
    else line('change', { ops: toJsonValue(change.ops as unknown as Value) })
  })
  await ended
  checkEnd(session)
}

/** The session's own end is no fault. */
function checkEnd(session: ClientSession): void {
  try {
    session.checkConnectionErrors()
  } catch (error) {
    if (!(error instanceof OrielError) || error.code !== 'session_gone') throw error
  }
}
