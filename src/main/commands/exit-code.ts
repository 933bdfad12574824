import { CommanderError } from 'commander'
import { OrielError } from '../../shared/errors.ts'
import { EXIT, exitCodeOf } from '../exit-code.ts'

export { EXIT } from '../exit-code.ts'

/** Tells the person why a command ended, unless commander has done so, and gives the exit code. */
export function reportFailure(error: unknown, stderr: (text: string) => void): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.badUsage
  const details = error instanceof Error ? error.stack : String(error)
  stderr(
    error instanceof OrielError
      ? `oriel: ${error.message}\n`
      : `oriel: something went wrong inside Oriel.\n${details}\n`,
  )
  return exitCodeOf(error instanceof OrielError ? error.code : undefined)
}
