import module from 'node:module'
import type { MessagePort } from 'node:worker_threads'
import type { SessionLink } from '../../client/types.ts'
import { loadReact } from '../../sdk/elements/load-react.ts'
import { frames } from '../../sdk/runtime/frame.ts'
import { RunningSession } from '../../sdk/runtime/session.ts'
import { trackTimers } from '../../sdk/runtime/timers.ts'
import { OrielError } from '../../shared/errors.ts'
import { useAppDefaults } from '../stores/state/defaults.ts'
import type { FromThread, ThreadStart, ToThread } from './control.ts'
import { entryOf } from './entry.ts'
import { describeThrown } from './thrown.ts'
import { followWorkingDirectory } from './working-directory.ts'

/** Frames of a stack; the script's own may lie below many of a library's. */
export const STACK_FRAMES = 50
/** How long close hooks may take after the script has failed, in ms. */
const FAILED_GRACE_MS = 1000

/**
 * Runs a script in this thread, from connecting to its end. `connect` makes the script's link to its room. The thread
 * ends when nothing is left to do: no timer, no open widget, no call without its answer.
 */
export async function runScript(
  start: ThreadStart,
  port: MessagePort,
  connect: (start: ThreadStart) => Promise<SessionLink>,
): Promise<void> {
  const send = (message: FromThread) => port.postMessage(message)
  let session: RunningSession | null = null

  Error.stackTraceLimit = STACK_FRAMES
  module.setSourceMapsSupport(true)
  process.argv = [process.argv[0]!, start.scriptPath, ...argumentList(start.arguments)]
  port.on('message', (message: ToThread) => {
    if (message.kind === 'ping') send({ kind: 'pong', id: message.id })
    else void end(0)
  })
  port.unref()
  const report = (error: unknown) => {
    // What was still under way when the session closed fails for that reason alone.
    if (session?.state !== 'closed') send({ kind: 'problem', thrown: describeThrown(error) })
  }
  process.on('uncaughtException', report)
  process.on('unhandledRejection', report)

  try {
    const link = await connect(start)
    session = new RunningSession({
      link,
      workerId: start.workerId,
      scriptPath: start.scriptPath,
      arguments: start.arguments,
      isNew: start.isNew,
      userId: start.userId,
      roles: start.roles,
      onProblem: report,
      bodyRuns: true,
      onKeepAlive: (alive) => (alive ? start.port.ref() : start.port.unref()),
    })
    // Nobody awaits an edit: one that the room refused has been taken back, and the script's author has to know.
    link.onReject(({ error }) => error && report(error))
    link.onStateChange((state) => {
      // The room is gone: the session ended there first.
      if (state === 'closed') void session?.close()
    })
  } catch (error) {
    return fail(error)
  }
  useAppDefaults()
  trackTimers()
  followWorkingDirectory()
  // Everything of this thread from here on belongs to the session, whichever way it is called.
  frames.enterWith(session.frame)
  start.port.unref()

  let loaded = false
  process.on('beforeExit', () => {
    if (!loaded) void fail(neverLoaded())
    else if (session?.state === 'open') void leave()
  })
  try {
    if (start.usesReact) loadReact()
    const entry = entryOf((await import(start.bundleUrl)) as object)
    await entry?.()
    loaded = true
    session.bodyDone()
    send({ kind: 'loaded' })
  } catch (error) {
    loaded = true
    await fail(error)
  }

  async function fail(error: unknown): Promise<void> {
    send({ kind: 'failed', thrown: describeThrown(error) })
    await end(1, FAILED_GRACE_MS)
  }

  /** Close hooks run, then the room is told. */
  async function leave(): Promise<void> {
    await session?.close()
    await session?.link.close('the script ended')
  }

  async function end(code: number, graceMs?: number): Promise<void> {
    const timer = graceMs === undefined ? null : setTimeout(() => process.exit(code), graceMs)
    await leave()
    if (timer) clearTimeout(timer)
    process.exit(code)
  }
}

function neverLoaded(): OrielError {
  return new OrielError(
    'script_failed',
    'The script waits, at its top level, for something that can no longer happen: nothing else is left to do. Look at its last await.',
  )
}

function argumentList(values: Record<string, string>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`)
}
