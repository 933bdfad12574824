import { OrielError } from '../../shared/errors.ts'
import type { ScriptProblem } from '../../shared/records.ts'

/** The script's own code has something wrong that shows before it runs. Code `script_syntax`. */
export class ScriptError extends OrielError {
  readonly problem: ScriptProblem
  /** Absolute paths of the local files that were read, and of those that were looked for in vain: a change of one may mend it. */
  readonly inputs: string[]

  constructor(problem: ScriptProblem, inputs: string[]) {
    super('script_syntax', problem.message)
    this.problem = problem
    this.inputs = inputs
  }
}
