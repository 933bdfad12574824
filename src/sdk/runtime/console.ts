import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { frames } from './frame.ts'
import type { OutputLine, RunningSession } from './session.ts'

type Method = (...values: unknown[]) => unknown

/**
 * Gives each session of this process a console of its own (rules K7 and K10): its lines go to the session's `onOutput`, and
 * groups, counters and timers are not shared. Outside of a session, and in one without `onOutput`, everything is as before.
 * Returns what undoes it.
 */
export function separateConsoles(): () => void {
  const own = new WeakMap<RunningSession, Console>()
  const home = console as unknown as Record<string, unknown>
  const undo: (() => void)[] = []
  for (const name of Object.keys(console)) {
    const original = home[name]
    // The class is not a method: replaced, it could no longer be constructed.
    if (typeof original !== 'function' || name === 'Console') continue
    home[name] = (...values: unknown[]): unknown => {
      const session = frames.getStore()?.session
      if (!session?.options.onOutput) return (original as Method)(...values)
      let target = own.get(session)
      if (!target) own.set(session, (target = consoleOf(session)))
      const method = (target as unknown as Record<string, unknown>)[name] ?? original
      return (method as Method)(...values)
    }
    undo.push(() => (home[name] = original))
  }
  return () => {
    for (const step of undo) step()
  }
}

function consoleOf(session: RunningSession): Console {
  return new Console({ stdout: lineWriter(session, 'stdout'), stderr: lineWriter(session, 'stderr') })
}

function lineWriter(session: RunningSession, stream: OutputLine['stream']): Writable {
  const { sessionId, clientId } = session.link
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split('\n')
      rest = lines.pop()!
      for (const text of lines) session.options.onOutput?.({ stream, text, sessionId, clientId })
      done()
    },
  })
}
