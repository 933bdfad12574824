import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
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
  /**
   * Absolute; bundles go into a folder of this process inside. Made if missing. Where it takes nothing they go to the
   * system's temporary files.
   */
  tempDir: string
  log: Log
}

const FOLDER = /^scripts-(\d+)$/
/** What a disk says that is full, read-only (which mkdir tells as ENOENT) or not there. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  'ENOENT',
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'ENOTDIR',
  'EEXIST',
  'EIO',
])

/** Bundles scripts and runs them in worker threads of this process. */
export function createScriptRunner({ runtime, workerUrl, tempDir, log }: ScriptRunnerOptions): ScriptRunner {
  const outDir = path.join(tempDir, `scripts-${process.pid}`)
  let prepared: Promise<string> | null = null
  let spare: Promise<string> | null = null

  return {
    async bundle(scriptPath) {
      const into = async (folder: Promise<string>) => bundleScript(scriptPath, { runtime, outDir: await folder, log })
      if (!spare) {
        try {
          return await into((prepared ??= prepare()))
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && REFUSALS.has(error.code))) throw error
          log.warn('bundles go to the system’s temporary files', { error: String(error) })
          spare ??= mkdtemp(path.join(tmpdir(), 'oriel-scripts-')).then((folder) => realpath(folder))
        }
      }
      return into(spare)
    },
    start: (options) => new ScriptThread({ ...options, workerUrl, runtime, log }),
    async close() {
      for (const folder of [outDir, await spare]) if (folder) await remove(folder, 'bundles could not be removed')
    },
  }

  /** Makes the folder and removes those of processes that ended without doing so. */
  async function prepare(): Promise<string> {
    // What is in it will run: nobody else may write there.
    await mkdir(outDir, { recursive: true, mode: 0o700 })
    for (const name of await readdir(tempDir)) {
      const pid = Number(FOLDER.exec(name)?.[1])
      if (!Number.isInteger(pid) || isAlive(pid)) continue
      await remove(path.join(tempDir, name), 'an old bundle could not be removed')
    }
    return realpath(outDir)
  }

  async function remove(folder: string, otherwise: string): Promise<void> {
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) =>
      log.debug(otherwise, { folder, error: String(error) }),
    )
  }
}
