import { mkdir, readdir, realpath, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Log } from '../log.ts'
import { isAlive } from '../process.ts'
import { bundleScript } from './bundle.ts'
import type { Runtime } from './runtime-imports.ts'
import { ScriptThread } from './thread.ts'
import type { ScriptRunner } from './types.ts'

export { ScriptError } from './script-error.ts'
export { watchFiles } from './watch.ts'
export type { FileWatch } from './watch.ts'

export interface ScriptRunnerOptions {
  /** What scripts import from the app itself: specifier → file URL of the module. */
  runtime: Runtime
  /** Entry of script threads: scripts/worker.ts, or what it was built to. */
  workerUrl: URL
  /** Absolute; bundles go into a folder of this process inside. Made if missing. */
  tempDir: string
  log: Log
}

const FOLDER = /^scripts-(\d+)$/

/** Bundles scripts and runs them in worker threads of this process. */
export function createScriptRunner({ runtime, workerUrl, tempDir, log }: ScriptRunnerOptions): ScriptRunner {
  const outDir = path.join(tempDir, `scripts-${process.pid}`)
  let prepared: Promise<string> | null = null

  return {
    async bundle(scriptPath) {
      prepared ??= prepare()
      return bundleScript(scriptPath, { runtime, outDir: await prepared, log })
    },
    start: (options) => new ScriptThread({ ...options, workerUrl, runtime, log }),
    async close() {
      await rm(outDir, { recursive: true, force: true })
    },
  }

  /** Makes the folder and removes those of processes that ended without doing so. */
  async function prepare(): Promise<string> {
    // What is in it will run: nobody else may write there.
    await mkdir(outDir, { recursive: true, mode: 0o700 })
    for (const name of await readdir(tempDir)) {
      const pid = Number(FOLDER.exec(name)?.[1])
      if (!Number.isInteger(pid) || isAlive(pid)) continue
      await rm(path.join(tempDir, name), { recursive: true, force: true }).catch((error: unknown) =>
        log.debug('an old bundle could not be removed', { name, error: String(error) }),
      )
    }
    return realpath(outDir)
  }
}
