import { OrielError } from '../../shared/errors.ts'

/** What session state needs of React, which only scripts with elements load. */
export interface Hooks {
  useSyncExternalStore: <T>(subscribe: (listener: () => void) => () => void, read: () => T) => T
  /** Whether a component is being rendered now. */
  isRendering: () => boolean
}

let hooks: Hooks | null = null

/** React is here. */
export function provideHooks(provided: Hooks): void {
  hooks = provided
}

/** For `what`, a hook as the script writes it. Throws OrielError bad_usage where no component is being rendered. */
export function requireHooks(what: string): Hooks {
  if (hooks?.isRendering()) return hooks
  throw new OrielError(
    'bad_usage',
    `${what} works only while a component is rendered: call it at the top of a component that show(<App />) shows, as any hook.`,
  )
}
