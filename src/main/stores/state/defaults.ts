import type { StateBackend } from './types.ts'

/** What holds where neither the environment nor the caller says otherwise. */
export interface StateDefaults {
  backend: StateBackend
  /** Seconds; null: never. Undefined: the stores' own. */
  lifetimes: { widgetTtl?: null; sessionTtl?: null }
}

let defaults: StateDefaults = { backend: 'memory', lifetimes: {} }

export function stateDefaults(): StateDefaults {
  return defaults
}

/** For code that runs inside the app, which has a database and one user: what is stored stays. */
export function useAppDefaults(): void {
  defaults = { backend: 'sqlite', lifetimes: { widgetTtl: null, sessionTtl: null } }
}
