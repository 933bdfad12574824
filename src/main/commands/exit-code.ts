import { CommanderError } from 'commander'
import { OrielError } from '../../shared/errors.ts'
import type { ErrorCode } from '../../shared/errors.ts'

export const EXIT = { fine: 0, scriptFailed: 1, badUsage: 2, environment: 3 } as const

const BAD_USAGE: ReadonlySet<ErrorCode> = new Set([
  'bad_usage',
  'bad_value',
  'script_missing',
  'script_unreadable',
  'script_type',
  'unknown_session',
  'session_busy',
  'not_supported',
])
const ENVIRONMENT: ReadonlySet<ErrorCode> = new Set(['environment', 'host_unavailable', 'store_newer'])

/** The exit code for an error that ended a command. */
function exitCodeOf(error: unknown): number {
  if (!(error instanceof OrielError)) return EXIT.scriptFailed
  if (BAD_USAGE.has(error.code)) return EXIT.badUsage
  if (ENVIRONMENT.has(error.code)) return EXIT.environment
  return EXIT.scriptFailed
}

/** Tells the person why a command ended, unless commander has done so, and gives the exit code. */
export function reportFailure(error: unknown, stderr: (text: string) => void): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.badUsage
  const details = error instanceof Error ? error.stack : String(error)
  stderr(
    error instanceof OrielError
      ? `oriel: ${error.message}\n`
      : `oriel: something went wrong inside Oriel.\n${details}\n`,
  )
  return exitCodeOf(error)
}
