import { z } from 'zod'
import { OrielError } from '../../shared/errors.ts'
import { plainValue } from '../../shared/plain.ts'
import { SessionState } from '../session-state.ts'

/** Single values of a session, by the keys of `useSessionState`. */
class SessionValues extends SessionState.define(z.looseObject({})) {}
// What they are stored under: no name that a script's own class would have.
Object.defineProperty(SessionValues, 'name', { value: 'useSessionState' })

type Next<T> = T | ((before: T) => T)

/** What sets the value of one key in one session, the same for as long as the session is. */
interface Entry {
  /** What it is until it is set. */
  initial: unknown
  readonly set: (next: unknown) => void
}

const entries = new WeakMap<object, Map<string, Entry>>()

/**
 * One value of the session, by its key: as React's `useState`, but kept as other session state is, the same for every
 * component and window that names this key. `initial` is what it is until it is first set. A hook. Throws OrielError
 * bad_usage outside of rendering, bad_value for a key that is empty or starts with `_` and for what cannot be stored.
 */
export function useSessionState<T>(key: string, initial: T | (() => T)): [value: T, set: (next: Next<T>) => void] {
  if (typeof key !== 'string' || key === '' || key.startsWith('_'))
    throw new OrielError(
      'bad_value',
      'useSessionState(key, initial): the key must be text that does not start with "_".',
    )
  const values = SessionValues.use<{ [key: string]: unknown }>()
  const entry = entryOf(values, key)
  if (!Object.hasOwn(values, key)) entry.initial = typeof initial === 'function' ? (initial as () => T)() : initial
  return [valueOf(values, key, entry) as T, entry.set]
}

function entryOf(values: { [key: string]: unknown }, key: string): Entry {
  const known = entries.get(values) ?? new Map<string, Entry>()
  entries.set(values, known)
  let entry = known.get(key)
  if (!entry) {
    const made: Entry = {
      initial: undefined,
      set: (next) => {
        values[key] =
          typeof next === 'function' ? (next as (before: unknown) => unknown)(valueOf(values, key, made)) : next
      },
    }
    entry = made
    known.set(key, entry)
  }
  return entry
}

/** As it is now: what a component holds must not change under its hands. */
function valueOf(values: { [key: string]: unknown }, key: string, { initial }: Entry): unknown {
  const value = Object.hasOwn(values, key) ? values[key] : initial
  return typeof value === 'object' && value !== null ? (plainValue(value) ?? value) : value
}
