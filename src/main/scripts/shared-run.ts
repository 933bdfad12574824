import type { Carrier } from '../../shared/carrier.ts'
import type { ScriptProblem } from '../../shared/records.ts'
import { RunListeners } from './run-listeners.ts'
import type { ScriptExit, ScriptRun } from './types.ts'

/** What one session needs of the thread that it shares. */
export interface RunHost {
  ping(timeoutMs: number): Promise<number>
  /** Asks the thread to run the session's close hooks. */
  end(run: number): void
}

/** One session's run in a thread that it shares with others. Ending it leaves the others as they are. */
export class SharedRun implements ScriptRun {
  readonly carrier: Carrier
  readonly exit: Promise<ScriptExit>
  readonly #run: number
  readonly #host: RunHost
  readonly #listeners = new RunListeners()
  #settle!: (exit: ScriptExit) => void
  #failed: ScriptProblem | null = null
  #over = false

  constructor(run: number, carrier: Carrier, host: RunHost) {
    this.#run = run
    this.carrier = carrier
    this.#host = host
    this.exit = new Promise((resolve) => (this.#settle = resolve))
  }

  onLoaded(listener: () => void): void {
    this.#listeners.onLoaded(listener)
  }

  onProblem(listener: (problem: ScriptProblem) => void): void {
    this.#listeners.onProblem(listener)
  }

  onOutput(listener: (stream: 'stdout' | 'stderr', text: string) => void): void {
    this.#listeners.onOutput(listener)
  }

  ping(timeoutMs: number): Promise<number> {
    return this.#host.ping(timeoutMs)
  }

  async close(graceMs: number): Promise<void> {
    if (this.#over) return
    this.#host.end(this.#run)
    const timer = setTimeout(() => void this.terminate(), graceMs)
    await this.exit
    clearTimeout(timer)
  }

  /** The session is over for everybody else. Code of it that never returns goes on to hold the thread: the others say so. */
  async terminate(): Promise<void> {
    if (this.#over) return
    this.#host.end(this.#run)
    this.over({ kind: 'terminated' })
  }

  /** Its function has returned. */
  loaded(): void {
    this.#listeners.loaded()
  }

  printed(stream: 'stdout' | 'stderr', text: string): void {
    this.#listeners.printed(stream, text)
  }

  problem(problem: ScriptProblem): void {
    this.#listeners.problem(problem)
  }

  /** It ends for this; the first reason stays. */
  failed(problem: ScriptProblem): void {
    this.#failed ??= problem
  }

  /** The first end counts. */
  over(exit: ScriptExit = this.#failed ? { kind: 'failed', problem: this.#failed } : { kind: 'ended' }): void {
    if (this.#over) return
    this.#over = true
    this.carrier.close(1000, 'the script ended')
    this.#settle(exit)
  }
}
