import type { Log } from '../../log.ts'
import { checkId, fromJson, toJson } from './checks.ts'
import { consoleLog } from './console-log.ts'
import { lifetimeOf } from './lifetimes.ts'
import type { JsonObject } from './types.ts'

/**
 * State of components by an id of the caller's choice, for state that is not to travel with each event. What is given and
 * taken are copies. An id that was never saved, was deleted or has expired has no state: the three look the same.
 */
export abstract class StateStore {
  /** Inserts or replaces, and starts the time to live anew. Rejects with bad_value, or too_large past 1 MiB of JSON. */
  abstract save(id: string, state: object): Promise<void>
  /** null if there is none. */
  abstract load(id: string): Promise<JsonObject | null>
  /** True if there was one. */
  abstract delete(id: string): Promise<boolean>
  /** Lets go of what is behind it; what is stored stays. Afterwards every call rejects with `closed`. Idempotent. */
  async close(): Promise<void> {}
}

export interface StateStoreOptions {
  /** Seconds a state is kept after it was last saved; null: for ever. Default 86,400. */
  ttl?: number | null
  /** Unix ms; memory and SQLite only, Redis has a clock of its own. Default: `Date.now`. */
  now?: () => number
  /** Default: warnings and errors to the console. */
  log?: Log
}

/** `StateStoreOptions` checked and complete. */
export interface StateStoreSettings {
  lifetimeMs: number | null
  now: () => number
  log: Log
}

const DAY = 86_400

/** Throws RangeError for a lifetime that is not more than 0. */
export function stateStoreSettings({ ttl = DAY, now, log = consoleLog }: StateStoreOptions): StateStoreSettings {
  return { lifetimeMs: lifetimeOf(ttl, 'ttl'), now: now ? () => Math.floor(now()) : () => Date.now(), log }
}

/** A state as it is stored. Throws OrielError bad_value or too_large. */
export function stateText(id: string, state: object): string {
  checkId(id, 'id')
  return toJson(state, 'state')
}

/** What was stored; null, with a line in the log, if that was damaged. */
export function stateFrom(text: string, id: string, log: Log): JsonObject | null {
  const state = fromJson(text)
  if (!state) log.warn('stored state of a component is damaged and was read as none', { id })
  return state
}
