import { OrielError } from '../../shared/errors.ts'
import type { ScriptRun } from '../scripts/types.ts'

/** How often the script's thread is asked whether it answers, and how long it may take, in ms. */
const CHECK_EVERY_MS = 1000
const STALLED_AFTER_MS = 3000

/** Watches whether a script's event loop turns; `onChange(true)` when it has not for three seconds, `onChange(false)` when it does again. */
export function watchRun(run: ScriptRun, onChange: (stalled: boolean) => void): () => void {
  let stopped = false
  let stalled = false
  let timer: ReturnType<typeof setTimeout>
  const set = (value: boolean) => {
    if (stopped || stalled === value) return
    stalled = value
    onChange(value)
  }
  const check = () => {
    run
      .ping(STALLED_AFTER_MS)
      .then(
        () => set(false),
        // A script that has ended does not answer either, and is not stalled.
        (error: unknown) => error instanceof OrielError && error.code === 'timeout' && set(true),
      )
      .finally(() => {
        if (!stopped) timer = setTimeout(check, CHECK_EVERY_MS).unref()
      })
  }
  timer = setTimeout(check, CHECK_EVERY_MS).unref()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
