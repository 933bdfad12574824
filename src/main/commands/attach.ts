import { ClientSession } from '../../client/client-session.ts'
import { toJsonValue } from '../../shared/document/json.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Value } from '../../shared/value.ts'
import { attachProblem } from '../attach-problem.ts'
import { silentLog } from '../log.ts'
import { isAlive } from '../process.ts'
import { askFirst } from '../single-instance.ts'
import { openDesktopStores } from '../stores/index.ts'

export interface AttachOptions {
  /** An id, or the beginning of one. */
  session: string
  json: boolean
  homeDir: string
  /** URL of the module that programs import as `oriel/client`. */
  clientModule: string
  print: (text: string) => void
  /** Calls back at a signal to end. */
  onSignal: (listener: () => void) => void
}

interface Access {
  sessionId: string
  url: string
  ticket: string
}

/**
 * `oriel attach`: asks the Oriel that runs for the right to attach to one of its sessions, and prints how, or with `json`
 * what the session's document holds and each change of it, until a signal or the session's end. Rejects with
 * unknown_session, session_busy, script_failed.
 */
export async function attach(options: AttachOptions): Promise<void> {
  const access = await requestAccess(options)
  if (options.json) await follow(access, options)
  else options.print(instructions(access, options.clientModule))
}

async function requestAccess({ homeDir, session }: AttachOptions): Promise<Access> {
  const reply = await askFirst(homeDir, { kind: 'attach', session })
  if (reply?.sessionId && reply.access) return { sessionId: reply.sessionId, ...reply.access }
  const stores = await openDesktopStores({ homeDir, log: silentLog, now: Date.now })
  try {
    throw await attachProblem(stores, session, isAlive)
  } finally {
    await stores.close()
  }
}

function instructions({ sessionId, url, ticket }: Access, clientModule: string): string {
  return `session  ${sessionId}
url      ${url}
ticket   ${ticket}   (good once, for 60 seconds)

A program to begin with; save it as attached.mjs and run it with "node attached.mjs":

import { pullSession } from '${clientModule}'

const session = await pullSession({ url: '${url}', ticket: '${ticket}' })
for (const record of session.document.records()) console.log(record.id, record.props)
session.document.onChange(({ ops }) => console.log(ops))`
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
