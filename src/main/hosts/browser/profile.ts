import { mkdir, readdir, readlink, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomId } from '../../../shared/ids.ts'
import { isAlive } from '../../process.ts'

const LOCKS = ['SingletonLock', 'SingletonSocket', 'SingletonCookie']

/**
 * Makes the profile folder and takes away the lock of a browser that is no longer there (killed, or run in a container
 * of another name on the same home), which Chromium would ask the person about. Waits up to `waitMs` for a browser that
 * is still ending.
 */
export async function prepareProfile(folder: string, waitMs = 5_000): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Windows and macOS free the lock with the process.
  for (const until = Date.now() + waitMs; Date.now() < until; await sleep(25)) {
    const owner = await readlink(join(folder, 'SingletonLock')).catch(() => null)
    if (owner === null) return
    const [, host, pid] = /^(.*)-(\d+)$/.exec(owner) ?? []
    if (host !== hostname() || !isAlive(Number(pid))) {
      for (const name of LOCKS) await rm(join(folder, name), { force: true })
      return
    }
  }
}

/** Makes a profile folder in `parent` for this process alone, and removes those that killed processes left there. */
export async function makeOwnProfile(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true, mode: 0o700 })
  for (const name of await readdir(parent)) {
    const pid = /^run-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await removeProfile(join(parent, name))
  }
  const folder = join(parent, `run-${process.pid}-${randomId(8)}`)
  await mkdir(folder, { mode: 0o700 })
  return folder
}

/** Removes a folder from `makeOwnProfile`. Tried again for a while: the browser's children write until they have ended too. */
export async function removeProfile(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}
