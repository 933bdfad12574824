import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** What the app in Electron tells the command that started it: from here on it ends by itself, with an exit code of its own. */
export const ELECTRON_STARTED = 'oriel:started'
/** What the command tells the app where there are no signals: to close everything and end. */
export const ELECTRON_CLOSE = 'oriel:close'

export interface ElectronRun {
  /** Absolute path of Electron's binary. */
  binary: string
  /** Absolute path of the app's own folder. */
  root: string
  /** The command line, without what started it. */
  args: readonly string[]
  env: NodeJS.ProcessEnv
  /** Calls back at a signal to end. */
  onSignal: (listener: (signal: NodeJS.Signals) => void) => void
  /** Takes one sentence for the person. */
  warn: (text: string) => void
  /** default: this process's */
  platform?: NodeJS.Platform
  /** default: read from the process; Chromium refuses its own sandbox to root on Linux. */
  asRoot?: boolean
}

/** `not-started`: it ended, badly, before the app in it was there; `reason` completes "Electron could not be started: ". */
export type ElectronOutcome = { state: 'ended'; exitCode: number } | { state: 'not-started'; reason: string }

const SANDBOX_OFF = 'Chromium’s sandbox is off because Oriel runs as root.'
/** How long what Electron said last may still be on its way after its end, in ms. */
const LAST_WORDS_MS = 1000

/** Runs the app in Electron, with this process's terminal, to its end. Signals to end are passed on. Never rejects. */
export async function runInElectron(run: ElectronRun): Promise<ElectronOutcome> {
  const { platform = process.platform, asRoot = platform === 'linux' && process.getuid?.() === 0 } = run
  if (asRoot) run.warn(SANDBOX_OFF)
  const env = { ...run.env }
  // Set by editors that are made with Electron; it would be plain Node.
  delete env.ELECTRON_RUN_AS_NODE
  // Before the app's folder stands what Electron itself reads, behind it what the app reads.
  const args = [...(asRoot ? ['--no-sandbox'] : []), run.root, ...run.args]
  const child = spawn(run.binary, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env })
  let started = false
  let told = false
  child.on('message', (message) => {
    if (message === ELECTRON_STARTED) started = true
  })
  run.onSignal((signal) => {
    told = true
    if (platform !== 'win32') child.kill(signal)
    else if (child.connected) child.send(ELECTRON_CLOSE)
  })

  const end = await endOf(child)
  if (end instanceof Error) return { state: 'not-started', reason: end.message }
  const { code, signal } = end
  const exitCode = signal === null ? code : 128 + constants.signals[signal]
  if (started || told || exitCode === 0) return { state: 'ended', exitCode }
  return { state: 'not-started', reason: signal === null ? `it ended with code ${code}` : `it got ${signal}` }
}

async function endOf(child: ChildProcess): Promise<{ code: number; signal: NodeJS.Signals | null } | Error> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    // The end may be known before the last message is read.
    if (child.connected) await Promise.race([once(child, 'disconnect'), sleep(LAST_WORDS_MS)])
    return { code: code ?? 0, signal }
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
