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
  scriptPath: string
  workerId: string
  arguments: Record<string, string>
  isNew: boolean
  ticket: string
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
