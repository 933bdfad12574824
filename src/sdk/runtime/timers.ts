import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import { promisify } from 'node:util'
import { frames } from './frame.ts'
import type { RunningSession } from './session.ts'

type Callback = (this: unknown, ...values: unknown[]) => unknown
type SetTimer = (callback: Callback, ...rest: unknown[]) => object
type ClearTimer = (timer: unknown) => void
type Waiting = { signal?: AbortSignal }

const NAMES = ['setTimeout', 'setInterval', 'setImmediate'] as const
const CLEARS = ['clearTimeout', 'clearInterval', 'clearImmediate'] as const

/**
 * Ties timers to the session that sets them: they are cleared when it ends (rule K9), and one that fires all the same does
 * nothing. Covers the globals, `node:timers` and `node:timers/promises`. Timers set outside of any session are as ever.
 * Returns what undoes it.
 */
export function trackTimers(): () => void {
  const undo: (() => void)[] = []
  const pending = new WeakMap<object, () => void>()
  for (const [index, name] of NAMES.entries()) {
    const set = timers[name] as unknown as SetTimer
    const clear = timers[CLEARS[index]!] as unknown as ClearTimer
    const tracked = trackedSetter(set, clear, name === 'setInterval', pending)
    const promised = (set as { [promisify.custom]?: unknown })[promisify.custom]
    replaceTimer(name, promised ? Object.assign(tracked, { [promisify.custom]: waiter(promised as Wait) }) : tracked)
  }
  for (const name of CLEARS) {
    const clear = timers[name] as unknown as ClearTimer
    replaceTimer(name, (timer: unknown) => {
      if (typeof timer === 'object' && timer !== null) pending.get(timer)?.()
      clear(timer)
    })
  }
  for (const name of ['setTimeout', 'setImmediate'] as const)
    replace(timersPromises, name, waiter(timersPromises[name] as Wait))
  syncBuiltinESMExports()
  return () => {
    for (const step of undo.reverse()) step()
    syncBuiltinESMExports()
  }

  function replaceTimer(name: string, value: unknown): void {
    replace(globalThis, name, value)
    replace(timers, name, value)
  }

  function replace(home: Record<string, unknown>, name: string, value: unknown): void {
    const original = home[name]
    home[name] = value
    undo.push(() => (home[name] = original))
  }
}

function trackedSetter(
  set: SetTimer,
  clear: ClearTimer,
  repeats: boolean,
  pending: WeakMap<object, () => void>,
): SetTimer {
  return (callback, ...rest) => {
    const session = frames.getStore()?.session
    if (!session || typeof callback !== 'function') return set(callback, ...rest)
    const timer = set(
      function (...values) {
        if (!repeats) forget()
        return session.state === 'closed' ? undefined : callback.apply(this, values)
      },
      ...rest,
    )
    const entry = { clear: () => clear(timer) }
    const forget = () => session.timers.delete(entry)
    if (session.state === 'closed') clear(timer)
    else {
      session.timers.add(entry)
      pending.set(timer, forget)
    }
    return timer
  }
}

type Wait = (...values: unknown[]) => Promise<unknown>

/** A promise of a timer. It never settles once its session has ended, as the callback of a cleared timer is never called. */
function waiter(wait: Wait): Wait {
  return (...values) => {
    const session = frames.getStore()?.session
    if (!session) return wait(...values)
    if (session.state === 'closed') return new Promise(() => {})
    const ended = new AbortController()
    const options = (values[optionsPlace(wait)] ?? {}) as Waiting
    const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal
    return settleWhileOpen(session, ended, wait(...withOptions(wait, values, { ...options, signal })))
  }
}

function withOptions(wait: Wait, values: readonly unknown[], options: Waiting): unknown[] {
  const place = optionsPlace(wait)
  return [...Array.from({ length: place }, (_, index) => values[index]), options]
}

/** `setTimeout(ms, value, options)`, `setImmediate(value, options)` */
function optionsPlace(wait: Wait): number {
  return wait.name === 'setImmediate' ? 1 : 2
}

function settleWhileOpen(session: RunningSession, ended: AbortController, waiting: Promise<unknown>): Promise<unknown> {
  const entry = { clear: () => ended.abort() }
  session.timers.add(entry)
  return new Promise((resolve, reject) => {
    waiting.then(
      (value) => {
        session.timers.delete(entry)
        resolve(value)
      },
      (error: unknown) => {
        session.timers.delete(entry)
        if (!ended.signal.aborted) reject(error)
      },
    )
  })
}
