import type { Carrier } from '../../shared/carrier.ts'
import type { ScriptProblem } from '../../shared/records.ts'
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
  #settle!: (exit: ScriptExit) => void
  #failed: ScriptProblem | null = null
  #loaded = false
  #over = false
  readonly #loadedListeners: (() => void)[] = []
  readonly #problemListeners: ((problem: ScriptProblem) => void)[] = []
  readonly #outputListeners: ((stream: 'stdout' | 'stderr', text: string) => void)[] = []

  constructor(run: number, carrier: Carrier, host: RunHost) {
    this.#run = run
    this.carrier = carrier
    this.#host = host
    this.exit = new Promise((resolve) => (this.#settle = resolve))
  }

  onLoaded(listener: () => void): void {
    if (this.#loaded) listener()
    else this.#loadedListeners.push(listener)
  }

  onProblem(listener: (problem: ScriptProblem) => void): void {
    this.#problemListeners.push(listener)
  }

  onOutput(listener: (stream: 'stdout' | 'stderr', text: string) => void): void {
    this.#outputListeners.push(listener)
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
    this.#loaded = true
    for (const listener of this.#loadedListeners) listener()
  }

  printed(stream: 'stdout' | 'stderr', text: string): void {
    for (const listener of this.#outputListeners) listener(stream, text)
  }

  problem(problem: ScriptProblem): void {
    for (const listener of this.#problemListeners) listener(problem)
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
