import module from 'node:module'
import path from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import type { SessionLink } from '../../client/types.ts'
import { loadReact } from '../../sdk/elements/load-react.ts'
import { separateConsoles } from '../../sdk/runtime/console.ts'
import { frames } from '../../sdk/runtime/frame.ts'
import { RunningSession } from '../../sdk/runtime/session.ts'
import { trackTimers } from '../../sdk/runtime/timers.ts'
import { OrielError } from '../../shared/errors.ts'
import type { FromSharedThread, SharedSession, SharedStart, ToSharedThread } from './control.ts'
import { entryOf } from './entry.ts'
import type { Entry } from './entry.ts'
import { STACK_FRAMES } from './run-script.ts'
import { describeThrown } from './thrown.ts'
import { followWorkingDirectory } from './working-directory.ts'

/**
 * Runs a script in this thread for many sessions: its body once, outside of any session, and the function that it exports
 * as its default once for each session, in the session's own context. `connect` makes a session's link to its room. The
 * thread lives until it is ended.
 */
export function runShared(
  start: SharedStart,
  port: MessagePort,
  connect: (session: SharedSession) => Promise<SessionLink>,
): void {
  const send = (message: FromSharedThread) => port.postMessage(message)
  const slots = new Map<number, Slot>()
  let body: Promise<Entry> | null = null

  Error.stackTraceLimit = STACK_FRAMES
  module.setSourceMapsSupport(true)
  process.argv = [process.argv[0]!, start.scriptPath]
  process.on('uncaughtException', report)
  process.on('unhandledRejection', report)
  trackTimers()
  separateConsoles()
  followWorkingDirectory(path.dirname(start.scriptPath))

  port.on('message', (message: ToSharedThread) => {
    switch (message.kind) {
      case 'ping':
        return send({ kind: 'pong', id: message.id })
      case 'begin':
        return void begin(message.session)
      case 'end':
        return void end(message.run, slots.get(message.run))
    }
  })

  /** The code that failed knows whose it is; what belongs to no session is the script's own. */
  function report(error: unknown): void {
    const session = frames.getStore()?.session
    if (!session) send({ kind: 'problem', run: null, thrown: describeThrown(error) })
    else session.report(error)
  }

  async function load(): Promise<Entry> {
    if (start.usesReact) loadReact()
    const exports = await import(start.bundleUrl).catch((error: unknown) => {
      // No module is loaded twice: another try needs another thread.
      send({ kind: 'broken' })
      throw error
    })
    const entry = entryOf(exports as object)
    if (entry) return entry
    throw new OrielError(
      'script_failed',
      'The default export of the script is not a function. Export the function that is to be called for each visitor.',
    )
  }

  async function begin(given: SharedSession): Promise<void> {
    const { run } = given
    const slot: Slot = { session: null, isEnding: false }
    slots.set(run, slot)
    try {
      const link = await connect(given)
      const session = new RunningSession({
        link,
        workerId: given.workerId,
        scriptPath: start.scriptPath,
        arguments: given.arguments,
        isNew: given.isNew,
        userId: given.userId,
        roles: given.roles,
        bodyRuns: true,
        onProblem: (error) => send({ kind: 'problem', run, thrown: describeThrown(error) }),
        onOutput: ({ stream, text }) => send({ kind: 'output', run, stream, text }),
      })
      slot.session = session
      // Nobody awaits an edit: one that the room refused has been taken back, and the script's author has to know.
      link.onReject(({ error }) => error && session.report(error))
      link.onStateChange((state) => {
        // The room is gone: the session ended there first.
        if (state === 'closed') void end(run, slot)
      })
      const entry = await (body ??= load())
      if (slot.isEnding) return await link.close('the script ended')
      await session.enter(entry)
      session.bodyDone()
      send({ kind: 'loaded', run })
    } catch (error) {
      if (!slot.isEnding) send({ kind: 'failed', run, thrown: describeThrown(error) })
      await end(run, slot)
    }
  }

  async function end(run: number, slot: Slot | undefined): Promise<void> {
    if (!slot || slot.isEnding) return
    slot.isEnding = true
    slots.delete(run)
    const { session } = slot
    // Its hooks may go on for as long as they like; who waits for them has a limit of its own.
    await session?.close()
    send({ kind: 'ended', run })
    await session?.link.close('the script ended')
  }
}

/** The place of one session in the thread, from its beginning on. */
interface Slot {
  /** Null: not connected yet. */
  session: RunningSession | null
  isEnding: boolean
}
