import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OrielError } from '../shared/errors.ts'
import { isServed, sendHandover, serveHandover, type HandoverReply, type HandoverRequest } from './handover.ts'
import type { Log } from './log.ts'
import { lockFile, type FileLock } from './stores/sqlite/lock.ts'

export type { HandoverReply, HandoverRequest } from './handover.ts'

/** Longest path of a Unix socket, in bytes, that every system takes. */
const MAX_SOCKET_PATH_BYTES = 100
/** How long the process that holds a home may take from its lock to its socket. */
const CLAIM_TIMEOUT_MS = 10_000
const CLAIM_RETRY_MS = 20

export interface ClaimOptions {
  /** Made if missing. */
  homeDir: string
  /** What another process hands over. An OrielError it throws reaches that process with code and message. */
  onRequest: (request: HandoverRequest) => Promise<HandoverReply>
  log: Log
}

/** The process that has the home, or one that hands its work to it. */
export type HomeClaim =
  | { role: 'first'; close(): Promise<void> }
  | { role: 'second'; send(request: HandoverRequest): Promise<HandoverReply> }

/**
 * Claims `homeDir` for this process until `close` or its end, however it ends; of processes that start at once exactly one
 * is first. Where neither the home nor the temp folder takes a file, the process is first without others knowing.
 * Rejects with timeout if the home is held by a process that does not listen; see `sendHandover` for what `send` rejects with.
 */
export async function claimHome(options: ClaimOptions): Promise<HomeClaim> {
  const failures: string[] = []
  for (const findPlace of [placeInHome, placeInTemp]) {
    let place: Place | undefined
    let lock: FileLock | null
    try {
      place = findPlace(options.homeDir)
      lock = lockFile(place.lock)
    } catch (error) {
      failures.push(String(error))
      // The first may have come while the folder could still be written.
      if (place && (await isServed(place.socket))) return second(place)
      continue
    }
    return claimPlace(place, lock, options)
  }
  options.log.warn('other processes cannot find this one', { homeDir: options.homeDir, failures })
  return { role: 'first', async close() {} }
}

/** Asks the process that has `homeDir`, which must be there; null if none listens. Rejects as `sendHandover`. */
export async function askFirst(homeDir: string, request: HandoverRequest): Promise<HandoverReply | null> {
  for (const findPlace of [placeInHome, placeInTemp]) {
    let place: Place
    try {
      place = findPlace(homeDir)
    } catch {
      continue
    }
    if (await isServed(place.socket)) return sendHandover(place.socket, request)
  }
  return null
}

/** Where processes of one home meet: a lock that says who is first, and the socket the first listens on. */
interface Place {
  lock: string
  socket: string
}

async function claimPlace(place: Place, firstLock: FileLock | null, options: ClaimOptions): Promise<HomeClaim> {
  const deadline = performance.now() + CLAIM_TIMEOUT_MS
  for (let lock = firstLock; ; lock = lockFile(place.lock)) {
    // Also with the lock: the lock's file may have been deleted under a process that lives.
    if (await isServed(place.socket)) {
      lock?.release()
      return second(place)
    }
    if (lock) return beFirst(place, lock, options)
    // The first is just starting, or just ending.
    if (performance.now() > deadline)
      throw new OrielError('timeout', `Another Oriel holds ${options.homeDir}, but does not answer.`)
    await sleep(CLAIM_RETRY_MS)
  }
}

async function beFirst(place: Place, lock: FileLock, { onRequest, log }: ClaimOptions): Promise<HomeClaim> {
  try {
    const isPipe = process.platform === 'win32'
    // Left by a process that was killed; only the holder of the lock may take it away.
    if (!isPipe) rmSync(place.socket, { force: true })
    const server = await serveHandover({ path: place.socket, onRequest, log })
    if (!isPipe) chmodSync(place.socket, 0o600)
    let closing: Promise<void> | null = null
    return { role: 'first', close: () => (closing ??= server.close().finally(() => lock.release())) }
  } catch (error) {
    log.warn('other processes cannot reach this one', { socket: place.socket, error: String(error) })
    lock.release()
    return { role: 'first', async close() {} }
  }
}

function second(place: Place): HomeClaim {
  return { role: 'second', send: (request) => sendHandover(place.socket, request) }
}

function placeInHome(homeDir: string): Place {
  mkdirSync(homeDir, { recursive: true, mode: 0o700 })
  // The real path: under another spelling the socket might have another place.
  const folder = path.join(realpathSync(homeDir), 'instance')
  makePrivate(folder)
  const socket = path.join(folder, 'socket')
  const fits = Buffer.byteLength(socket) <= MAX_SOCKET_PATH_BYTES
  return {
    lock: path.join(folder, 'lock'),
    socket: process.platform === 'win32' ? pipeName(homeDir) : fits ? socket : placeInTemp(homeDir).socket,
  }
}

/** For homes with long paths, and homes that cannot be written. */
function placeInTemp(homeDir: string): Place {
  const folder = path.join(tmpdir(), `oriel-${userName()}`)
  makePrivate(folder)
  const name = hashOf(homeDir)
  return {
    lock: path.join(folder, `${name}.lock`),
    socket: process.platform === 'win32' ? pipeName(homeDir) : path.join(folder, `${name}.sock`),
  }
}

/** A folder that nobody else can enter. Throws if another user made it. */
function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  if (!found.isDirectory() || (process.getuid && found.uid !== process.getuid()))
    throw new OrielError('environment', `${folder} belongs to another user.`)
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700)
}

function pipeName(homeDir: string): string {
  return `\\\\.\\pipe\\oriel-${hashOf(homeDir)}`
}

/** A number where users have numbers: in a container this one may have no name. */
function userName(): string {
  return process.getuid ? String(process.getuid()) : userInfo().username
}

/** The same for every spelling of the folder's path. */
function hashOf(homeDir: string): string {
  let folder = path.resolve(homeDir)
  try {
    folder = realpathSync(folder)
  } catch {
    // It cannot be made; its name has to do.
  }
  return createHash('sha256').update(`${userName()}\n${folder}`).digest('hex').slice(0, 16)
}
