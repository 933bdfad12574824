import type { ScriptProblem } from '../../shared/records.ts'

type OutputListener = (stream: 'stdout' | 'stderr', text: string) => void

/** Who listens to a run of a script. */
export class RunListeners {
  readonly #loaded: (() => void)[] = []
  readonly #problem: ((problem: ScriptProblem) => void)[] = []
  readonly #output: OutputListener[] = []
  #isLoaded = false

  /** Called at once if the body is through already. */
  onLoaded(listener: () => void): void {
    if (this.#isLoaded) listener()
    else this.#loaded.push(listener)
  }

  onProblem(listener: (problem: ScriptProblem) => void): void {
    this.#problem.push(listener)
  }

  onOutput(listener: OutputListener): void {
    this.#output.push(listener)
  }

  loaded(): void {
    this.#isLoaded = true
    for (const listener of this.#loaded) listener()
  }

  problem(problem: ScriptProblem): void {
    for (const listener of this.#problem) listener(problem)
  }

  printed(stream: 'stdout' | 'stderr', text: string): void {
    for (const listener of this.#output) listener(stream, text)
  }
}
