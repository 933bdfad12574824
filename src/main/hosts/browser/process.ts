import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { OrielError } from '../../../shared/errors.ts'
import type { Log } from '../../log.ts'
import { createCdpPipe } from './pipe.ts'
import type { CdpPipe } from './pipe.ts'

/** How to start one. */
export interface BrowserOptions {
  /** Absolute path of the browser. */
  path: string
  args: readonly string[]
  log: Log
  /** default 20,000 */
  startTimeoutMs?: number
  /** default 3,000: between being asked to end and being killed. */
  closeTimeoutMs?: number
}

/** A browser of ours, steered over its pipe. Ends with this process: at `exit` it is killed, and if we are killed it ends because its pipe does. */
export interface Browser {
  readonly pipe: CdpPipe
  readonly pid: number
  /** Resolves with why, in words, when the process is gone. */
  readonly exited: Promise<string>
  /** Asks it to end, kills it if it does not. Idempotent; resolves when the process is gone. */
  close(): Promise<void>
}

/**
 * Starts the browser without waiting for it to answer: the first commands can be sent at once.
 * `started` rejects with `host_unavailable` if it does not come up.
 */
export function startBrowser(options: BrowserOptions): { browser: Browser; started: Promise<void> } {
  const child = spawn(options.path, options.args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    // Its own process group, so that Ctrl-C in the terminal reaches only us and windows close in order.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const stderr = keepTail(child.stderr as Readable, 2_000)
  const pipe = createCdpPipe(child.stdio[3] as Writable, child.stdio[4] as Readable)
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const exited = whenGone(child).finally(() => process.removeListener('exit', kill))

  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    pipe.send('Browser.close', {}).catch(() => undefined)
    const timer = setTimeout(kill, options.closeTimeoutMs ?? 3_000)
    await exited
    clearTimeout(timer)
  }

  const answered = pipe
    .send('Browser.getVersion', {}, { timeoutMs: options.startTimeoutMs ?? 20_000 })
    .then(({ product }) => options.log.debug('browser started', { product, pid: child.pid }))
  const started = answered.catch(async () => {
    kill()
    const reason = `${await exited}${lastLine(stderr())}`
    throw new OrielError('host_unavailable', `The browser ${options.path} did not start: ${reason}.`)
  })
  started.catch(() => undefined)
  return { browser: { pipe, pid: child.pid ?? -1, exited, close: () => (closing ??= close()) }, started }
}

function whenGone(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal === null ? `it ended with code ${code}` : `it got ${signal}`))
  })
}

function keepTail(stream: Readable, maxLength: number): () => string {
  let tail = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-maxLength)
  })
  return () => tail
}

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? ''
  return line === '' ? '' : ` (${line})`
}
