import { isErrorCode } from '../../shared/errors.ts'
import type { ErrorCode, PublicError } from '../../shared/errors.ts'
import type { ScriptProblem } from '../../shared/records.ts'

/** Errors whose texts are for who wrote the script: they name files and lines, or are whatever was thrown. */
const FOR_AUTHORS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'handler_failed',
  'internal',
  'environment',
  'bad_usage',
  'state_not_defined',
  'script_missing',
  'script_unreadable',
  'script_type',
  'script_syntax',
  'script_failed',
  'script_memory',
  'store_damaged',
  'store_newer',
  'store_unwritable',
  'file_missing',
  'file_unreadable',
  'file_damaged',
  'bad_query',
])
const TEXT = 'Something in the app went wrong. Whoever runs it finds the details in the log.'

/** Whether a visitor is not told what an error says. What is no code of ours may say anything. */
export function isForAuthors({ code }: PublicError): boolean {
  return !isErrorCode(code) || FOR_AUTHORS.has(code)
}

/** The same with nothing of the script in it. */
export function publicError(error: PublicError): PublicError {
  return isForAuthors(error) ? { ...error, message: TEXT } : error
}

/** Visitors are told that something is wrong, not what the script looks like. */
export function publicProblem({ code }: ScriptProblem): ScriptProblem {
  const message = code === 'script_memory' ? 'The app ran out of memory.' : TEXT
  return { code, message, place: null, stack: [] }
}
