import type { Log } from '../log.ts'
import type { Runtime } from './runtime-imports.ts'
import { SharedThread } from './shared-thread.ts'
import type { ScriptBundle, ScriptRun, ScriptRunner, ScriptRunOptions } from './types.ts'

export interface SharedRunnerOptions {
  /** Bundles, and runs scripts without a default export, each session in a thread of its own. */
  runner: ScriptRunner
  runtime: Runtime
  /** Entry of script threads. */
  workerUrl: URL
  log: Log
  /** Threads for one script with a default export; its sessions are spread over them. Default 1. */
  threads?: number
  /** A thread that has not answered for so long is ended with its sessions, in ms; default 30,000. */
  giveUpAfterMs?: number
}

/** A runner whose sessions share threads, where their script has a function for each of them. */
export interface SharedRunner extends ScriptRunner {
  /** Threads that run now, shared or not. */
  readonly threads: number
}

/**
 * Runs scripts for many sessions. What was bundled once is run from then on, so that all sessions run the same. A session
 * stays in the thread that it began in.
 */
export function createSharedRunner(options: SharedRunnerOptions): SharedRunner {
  const { runner, runtime, workerUrl, log, giveUpAfterMs } = options
  const most = Math.max(1, options.threads ?? 1)
  const bundles = new Map<string, Promise<ScriptBundle>>()
  const pools = new Map<string, SharedThread[]>()
  const own = new Set<ScriptRun>()

  return {
    get threads() {
      return own.size + [...pools.values()].flat().length
    },
    bundle(scriptPath) {
      let bundling = bundles.get(scriptPath)
      if (!bundling) {
        bundles.set(scriptPath, (bundling = runner.bundle(scriptPath)))
        // What has failed may be mended by the next time.
        bundling.catch(() => bundles.delete(scriptPath))
      }
      return bundling
    },
    start(asked) {
      if (asked.bundle.hasEntry) return threadFor(asked).begin(asked)
      const run = runner.start(asked)
      own.add(run)
      void run.exit.then(() => own.delete(run))
      return run
    },
    async close() {
      await Promise.all([...pools.values()].flat().map((thread) => thread.close()))
      await runner.close()
    },
  }

  /** The one with the fewest sessions; a new one while there may be more and all have some. */
  function threadFor({ bundle, memoryLimitMiB }: ScriptRunOptions): SharedThread {
    const key = bundle.bundlePath
    const pool = pools.get(key) ?? []
    pools.set(key, pool)
    const open = pool.filter((thread) => thread.isOpen).toSorted((a, b) => a.size - b.size)
    const [least] = open
    if (least && (least.size === 0 || open.length >= most)) return least
    const thread = new SharedThread({ bundle, workerUrl, runtime, memoryLimitMiB, log, giveUpAfterMs })
    pool.push(thread)
    void thread.gone.then(() => pool.splice(pool.indexOf(thread), 1))
    return thread
  }
}
