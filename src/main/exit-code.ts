import type { ErrorCode } from '../shared/errors.ts'

/** What a command ends with (rule F14). */
export const EXIT = { fine: 0, scriptFailed: 1, badUsage: 2, environment: 3 } as const

const BAD_USAGE: ReadonlySet<string | undefined> = new Set<ErrorCode>([
  'bad_usage',
  'bad_value',
  'script_missing',
  'script_unreadable',
  'script_type',
  'unknown_session',
  'session_busy',
  'not_supported',
])
const ENVIRONMENT: ReadonlySet<string | undefined> = new Set<ErrorCode>([
  'environment',
  'host_unavailable',
  'store_newer',
])

/** The exit code for a script that failed with this error code; one that is none of ours is of its own making. */
export function exitCodeOfScript(code: string | undefined): number {
  return ENVIRONMENT.has(code) ? EXIT.environment : EXIT.scriptFailed
}

/** The exit code for a command that ended with this error code; undefined: with an error that is none of ours. */
export function exitCodeOf(code: ErrorCode | undefined): number {
  return BAD_USAGE.has(code) ? EXIT.badUsage : exitCodeOfScript(code)
}
