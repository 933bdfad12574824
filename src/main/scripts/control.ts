import type { MessagePort } from 'node:worker_threads'
import type { Thrown } from './thrown.ts'

/*
 * What main process and script thread say to each other beside the session's own carrier.
 */

/** What the thread is started with. */
export interface ThreadStart {
  /** The script's end of its carrier. */
  port: MessagePort
  bundleUrl: string
  usesReact: boolean
  scriptPath: string
  workerId: string
  arguments: Record<string, string>
  isNew: boolean
  ticket: string
  userId: string | null
  roles: readonly string[]
}

export type ToThread = { kind: 'ping'; id: number } | { kind: 'close' }

export type FromThread =
  | { kind: 'pong'; id: number }
  /** The script's body finished. */
  | { kind: 'loaded' }
  /** An error that does not end the run. */
  | { kind: 'problem'; thrown: Thrown }
  /** An error that does; the thread ends by itself. */
  | { kind: 'failed'; thrown: Thrown }

/** What a thread is started with that several sessions share. */
export interface SharedStart {
  shared: true
  bundleUrl: string
  usesReact: boolean
  scriptPath: string
}

/** One session of such a thread; `run` tells it from the others. */
export interface SharedSession {
  run: number
  /** The session's end of its carrier. */
  port: MessagePort
  workerId: string
  arguments: Record<string, string>
  /** It has never run before. */
  isNew: boolean
  ticket: string
  userId: string | null
  roles: readonly string[]
}

export type ToSharedThread =
  | { kind: 'ping'; id: number }
  | { kind: 'begin'; session: SharedSession }
  | { kind: 'end'; run: number }

export type FromSharedThread =
  | { kind: 'pong'; id: number }
  /** The body has failed: no session can begin here. */
  | { kind: 'broken' }
  /** The session's function has returned. */
  | { kind: 'loaded'; run: number }
  | { kind: 'output'; run: number; stream: 'stdout' | 'stderr'; text: string }
  /** An error that ends no session; `run` null: of code that belongs to none. */
  | { kind: 'problem'; run: number | null; thrown: Thrown }
  /** An error that ends this session. */
  | { kind: 'failed'; run: number; thrown: Thrown }
  /** The session's close hooks have run. */
  | { kind: 'ended'; run: number }
