import { types } from 'node:util'
import type { ClientRequest } from '../shared/client-request.ts'
import { OrielError } from '../shared/errors.ts'
import type { Document } from '../client/document.ts'
import { emitToPrograms, onProgramEvent } from './program-events.ts'
import { defineRecord, onEdit, sessionDocument } from './session-document.ts'
import { onAttach, onCreate } from './session-hooks.ts'
import { assertOpen, frames, noSession, requireFrame, requireSession } from './runtime/frame.ts'
import type { Frame } from './runtime/frame.ts'
import { frozenCopy } from './runtime/frozen-copy.ts'

/** What every script's session knows of itself. */
export interface SessionContextValues {
  /** Who the session is for; the same whenever this client runs the script again. */
  readonly clientId: string
  readonly sessionId: string
  /** In a handler: the window's connection that sent the event. Elsewhere: the script's own, a new one after a reconnect. */
  readonly connectionId: string
  /** In a handler: the widget it is for. Elsewhere null. */
  readonly widgetId: string | null
  /** Who is logged in; null on a person's own machine. */
  readonly userId: string | null
  readonly roles: readonly string[]
  readonly workerId: string
  /** Absolute. */
  readonly scriptPath: string
  /** What the script was opened with. */
  readonly arguments: Readonly<Record<string, string>>
  /** In a handler: what the connection came with that the event is from. Elsewhere: the session's arguments, and nothing else. */
  readonly request: ClientRequest
}

/** The values above and whatever `session.run` added. */
export interface SessionContext extends SessionContextValues {
  readonly [key: string]: unknown
}

/**
 * Which client the running code is for. Follows the code through awaits, timers and callbacks, so that a helper that was
 * passed nothing still knows. All throw OrielError no_session outside of any session and session_closed after its end.
 */
export const session = Object.freeze({
  get,
  current,
  run,
  bind,
  /**
   * Runs `hook` if this session has never run before, for what is made once: await it, and what follows comes after it. What it
   * throws is reported and stops nothing else.
   */
  onCreate,
  /**
   * Calls `hook` for each window and program that is connected, and for each that comes or comes back, with its `request`, in
   * the context of that connection. What it throws is reported and stops nothing else. Returns what removes it.
   */
  onAttach,
  onClose,
  /**
   * Adds a handler for what programs attached to the session send, '*' for all. Its value answers a program's request. Runs
   * in the context it was registered in. Returns what removes it.
   */
  on: onProgramEvent,
  /** Sends an event to every program that is attached. Resolves to how many there are. */
  emit: emitToPrograms,
  /**
   * The session's document: what this script, its windows and attached programs share. Edits show here at once and are in
   * the session soon after; one that is refused is taken back and reported as a problem.
   */
  get document(): Document {
    return sessionDocument()
  },
  /**
   * Says what records of a type look like, by a zod schema of their props. From then on an edit that makes one unfit is
   * refused with invalid_record, whoever makes it. What JSON Schema cannot say (refine, transform, binary) is not checked.
   */
  defineRecord,
  /**
   * Adds a handler that is asked about each edit of a program before it is made. If it throws, the edit is refused with
   * vetoed and the error's message, and nobody sees it. It has 5 s. Returns what removes it.
   */
  onEdit,
})

function get<K extends keyof SessionContextValues>(key: K): SessionContextValues[K]
function get<K extends keyof SessionContextValues, F>(key: K, fallback: F): SessionContextValues[K] | F
function get(key: string, fallback?: unknown): unknown
/**
 * One value of the context; `fallback` (default null) for a key it does not have. Given a fallback, it is also the answer
 * outside of any session.
 */
function get(...given: [key: string, fallback?: unknown]): unknown {
  const [key, fallback = null] = given
  const what = `session.get('${key}')`
  const frame = frames.getStore()
  if (!frame) {
    if (given.length > 1) return given[1]
    throw noSession(what)
  }
  assertOpen(frame, what)
  return valueOf(frame, key) ?? fallback
}

/** All values of the context, frozen. */
function current(): Readonly<SessionContext> {
  const frame = requireFrame('session.current()')
  return Object.freeze({ ...frame.values, connectionId: valueOf(frame, 'connectionId') ?? '' }) as SessionContext
}

/**
 * Runs `fn` with these values over the present ones and returns what it returns; afterwards, after a throw too, the old ones
 * are back. The values are copied and frozen; OrielError bad_value for what is not plain data.
 */
function run<T>(context: Partial<SessionContext>, fn: () => T): T {
  if (context === null || typeof context !== 'object' || typeof fn !== 'function')
    throw new OrielError('bad_value', 'session.run(context, fn) takes an object of values and a function.')
  const outer = frames.getStore()
  if (outer) assertOpen(outer, 'session.run()')
  const added = frozenCopy(context, 'context') as Record<string, unknown>
  const values = Object.freeze({ ...outer?.values, ...added })
  return frames.run(Object.freeze({ values, session: outer?.session ?? null }), fn)
}

/**
 * `fn` tied to the present session, whoever calls it: for listeners on shared emitters and message ports. Of a generator
 * function, every step runs in the session.
 */
function bind<F extends Function>(fn: F): F {
  if (typeof fn !== 'function') throw new OrielError('bad_value', 'session.bind(fn) takes a function.')
  const frame = requireFrame('session.bind()')
  const bound = function (this: unknown, ...values: unknown[]): unknown {
    const result: unknown = frames.run(frame, () => Reflect.apply(fn, this, values) as unknown)
    return types.isGeneratorObject(result) ? bindSteps(frame, result) : result
  }
  Object.defineProperties(bound, { name: { value: fn.name }, length: { value: fn.length } })
  return bound as unknown as F
}

/**
 * Adds a hook for the end of the session; it may be async. The last added runs first. Returns what removes it.
 */
function onClose(hook: () => unknown): () => void {
  if (typeof hook !== 'function') throw new OrielError('bad_value', 'session.onClose(fn) takes a function.')
  const running = requireSession('session.onClose()')
  return running.onClose(bind(hook))
}

function valueOf(frame: Frame, key: string): unknown {
  if (Object.hasOwn(frame.values, key)) return frame.values[key]
  // Read when asked for: it changes with each reconnect.
  return key === 'connectionId' ? frame.session?.link.connectionId : undefined
}

/** The body of a generator runs in the context of whoever asks for the next step; here that is always `frame`. */
function bindSteps(frame: Frame, generator: Generator | AsyncGenerator): object {
  const step =
    (name: 'next' | 'return' | 'throw') =>
    (...values: unknown[]): unknown =>
      frames.run(frame, () => Reflect.apply(generator[name], generator, values) as unknown)
  const bound = Object.create(generator) as object
  return Object.assign(bound, { next: step('next'), return: step('return'), throw: step('throw') })
}
