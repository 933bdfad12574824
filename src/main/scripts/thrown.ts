import { inspect, types } from 'node:util'
import { OrielError } from '../../shared/errors.ts'

/** What a script threw, as plain data: how it crosses from the worker thread to the main process. */
export interface Thrown {
  /** `TypeError: …`, or what was thrown if it is no Error. */
  text: string
  /** Code of an OrielError, else null. */
  code: string | null
  /** As V8 or the source map support wrote it; null if it has none. */
  stack: string | null
  /** What is behind it: its cause, and the errors of an AggregateError. */
  behind: Thrown[]
}

/** Causes of causes that are kept. */
const MAX_DEPTH = 5
const MAX_TEXT = 4000

/** Describes any thrown value. Never throws itself, whatever getters and proxies do. */
export function describeThrown(value: unknown, depth = 0): Thrown {
  try {
    if (value instanceof Error || types.isNativeError(value)) return describeError(value, depth)
    return { text: cut(`Thrown: ${inspect(value, { depth: 2 })} (not an Error)`), code: null, stack: null, behind: [] }
  } catch {
    return { text: 'Something was thrown that cannot be described.', code: null, stack: null, behind: [] }
  }
}

function describeError(error: Error, depth: number): Thrown {
  // Whatever the types say: a script may set anything.
  const given: { message: unknown; name: unknown } = error
  const message = String(given.message)
  const name = given.name === 'Error' || error instanceof OrielError ? '' : String(given.name)
  const text = name === '' ? message || 'Error' : message === '' ? name : `${name}: ${message}`
  const behind: Thrown[] = []
  if (depth < MAX_DEPTH) {
    if (error.cause !== undefined && error.cause !== null) behind.push(describeThrown(error.cause, depth + 1))
    if (error instanceof AggregateError)
      for (const one of error.errors.slice(0, MAX_DEPTH)) behind.push(describeThrown(one, depth + 1))
  }
  return {
    text: cut(text),
    code: error instanceof OrielError ? error.code : null,
    stack: typeof error.stack === 'string' ? error.stack : null,
    behind,
  }
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}
