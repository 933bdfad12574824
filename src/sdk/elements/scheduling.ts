import { AsyncLocalStorage } from 'node:async_hooks'
import { createRequire } from 'node:module'
import { frames } from '../runtime/frame.ts'

/** As much of the package `scheduler` as is changed here; React does with it what is not urgent. */
interface Scheduler {
  unstable_scheduleCallback: (priority: number, task: Task, options?: object) => unknown
}
/** May give a task that goes on where it stopped. */
type Task = (didTimeout: boolean) => Task | null | undefined | void

let isBound = false

/**
 * Has React's scheduler, of which a thread has one, run each task in the context it was scheduled in: sessions that share
 * a thread must not render in one another's. Its own timer is no session's, or it would end with that session. To be
 * called before a reconciler is made.
 */
export function bindScheduler(): void {
  if (isBound) return
  isBound = true
  const require = createRequire(import.meta.url)
  const scheduler = createRequire(require.resolve('react-reconciler'))('scheduler') as Scheduler
  const schedule = scheduler.unstable_scheduleCallback
  scheduler.unstable_scheduleCallback = (priority, task, options) => {
    const bound = bind(task)
    return frames.exit(() => schedule(priority, bound, options))
  }
}

/** The task, and what it goes on with, in the context of the running code. */
function bind(task: Task, run = AsyncLocalStorage.snapshot()): Task {
  return (didTimeout) => {
    const next = run(task, didTimeout)
    return typeof next === 'function' ? bind(next, run) : next
  }
}
