import type { ScriptProblem } from '../../shared/records.ts'
import type { Value } from '../../shared/value.ts'
import type { Carrier } from '../../shared/carrier.ts'

/** A script bundled and ready to run. */
export interface ScriptBundle {
  /** Absolute path of the source. */
  scriptPath: string
  /** Absolute path of the bundled ES module, with its source map beside it. */
  bundlePath: string
  /** Absolute paths of every local file that went in, for `--watch`. */
  inputs: string[]
  /** SHA-256, hex, of the local source files by absolute path, as they were when they went in. */
  hashes: ReadonlyMap<string, string>
  /** It has a default export: if that is a function, it is called for each session. */
  hasEntry: boolean
  /** It imports React. */
  usesReact: boolean
}

/** What a run needs to know; goes to the worker thread as it is. */
export interface ScriptRunOptions {
  bundle: ScriptBundle
  sessionId: string
  clientId: string
  workerId: string
  arguments: Record<string, string>
  /** The session has never run before. */
  isNew: boolean
  /** Who is logged in; default nobody. */
  userId?: string | null
  /** Default none. */
  roles?: readonly string[]
  /** The script's way into its room. */
  ticket: string
  /** MiB of JavaScript heap. */
  memoryLimitMiB: number
}

/** How a run came to its end. */
export type ScriptExit =
  /** Nothing was left to do, or `close` was called. */
  { kind: 'ended' } | { kind: 'terminated' } | { kind: 'failed'; problem: ScriptProblem }

/** One run of a script in a worker thread. */
export interface ScriptRun {
  /** The script's connection to its room. */
  readonly carrier: Carrier
  /** Settles once, whatever ends the run. */
  readonly exit: Promise<ScriptExit>
  /** The script's body finished (its top-level await included). */
  onLoaded(listener: () => void): void
  /** An error that did not end the run: a rejection nobody handled, or a throw in a timer. Mapped to the source. */
  onProblem(listener: (problem: ScriptProblem) => void): void
  /** A line the script printed. */
  onOutput(listener: (stream: 'stdout' | 'stderr', text: string) => void): void
  /** Milliseconds until the thread answers; rejects with `timeout`. Answered by the thread's event loop, so an endless loop does not. */
  ping(timeoutMs: number): Promise<number>
  /** Asks the script to end: onClose hooks run, then the thread stops; killed after `graceMs`. Idempotent. */
  close(graceMs: number): Promise<void>
  /** Ends the thread now, even in an endless loop. Idempotent. */
  terminate(): Promise<void>
}

export interface ScriptRunner {
  /** Checks and bundles. Throws OrielError script_missing | script_unreadable | script_type, or ScriptError for what the code itself has wrong. */
  bundle(scriptPath: string): Promise<ScriptBundle>
  start(options: ScriptRunOptions): ScriptRun
  /** Removes temporary files. */
  close(): Promise<void>
}

export type { Value }
