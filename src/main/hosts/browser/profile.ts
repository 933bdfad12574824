import { access, constants, mkdir, mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomId } from '../../../shared/ids.ts'
import { isAlive } from '../../process.ts'

const LOCKS = ['SingletonLock', 'SingletonSocket', 'SingletonCookie']

/**
 * Makes the profile folder and takes away the lock of a browser that is no longer there (killed, or run in a container
 * of another name on the same home), which Chromium would ask the person about. Waits up to `waitMs` for a browser that
 * is still ending. Gives the folder to use: where this one takes nothing a passing one, for `removeProfile` in the end.
 */
export async function prepareProfile(folder: string, waitMs = 5_000): Promise<string> {
  if (!(await isWritable(folder))) return passingProfile()
  // Windows and macOS free the lock with the process.
  for (const until = Date.now() + waitMs; Date.now() < until; await sleep(25)) {
    const owner = await readlink(join(folder, 'SingletonLock')).catch(() => null)
    if (owner === null) return folder
    const [, host, pid] = /^(.*)-(\d+)$/.exec(owner) ?? []
    if (host !== hostname() || !isAlive(Number(pid))) {
      for (const name of LOCKS) await rm(join(folder, name), { force: true })
      return folder
    }
  }
  return folder
}

/**
 * Makes a profile folder in `parent` for this process alone, and removes those that killed processes left there. Where
 * `parent` takes nothing it is among the system's temporary files.
 */
export async function makeOwnProfile(parent: string): Promise<string> {
  if (!(await isWritable(parent))) return passingProfile()
  for (const name of await readdir(parent)) {
    const pid = /^run-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await removeProfile(join(parent, name))
  }
  const folder = join(parent, `run-${process.pid}-${randomId(8)}`)
  await mkdir(folder, { mode: 0o700 })
  return folder
}

/** Makes the folder if it is missing. False on a read-only disk, and where something is in the way. */
async function isWritable(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function passingProfile(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'oriel-profile-'))
}

/** Removes a folder from `makeOwnProfile`, or a passing one. Tried again for a while: the browser's children write until they have ended too. */
export async function removeProfile(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}
