import { OrielError } from '../../../../shared/errors.ts'
import type { RedisUrl } from './url.ts'

/** No server answers (rule M10). */
export function unreachable({ masked }: RedisUrl, cause: unknown): OrielError {
  const reason = cause instanceof Error && cause.message !== '' ? ` (${cause.message})` : ''
  return new OrielError(
    'not_connected',
    `No Redis server answers at ${masked}${reason}. Start one there, set ORIEL_DEPLOY__REDIS_URL to where one is, or ` +
      'take another backend with ORIEL_DEPLOY__STATE_BACKEND=sqlite or memory.',
    { cause },
  )
}

/** Scripts use commands of Redis 7. */
export function tooOld({ masked }: RedisUrl, version: string): OrielError {
  return new OrielError('not_supported', `Redis at ${masked} has version ${version}; Oriel needs 7 or newer.`)
}

/** Our error for what the client threw. */
export function toStateError(error: unknown, url: RedisUrl): OrielError {
  if (error instanceof OrielError) return error
  const message = error instanceof Error ? error.message : String(error)
  if (/^(?:OOM|READONLY|MISCONF|NOPERM)\b/.test(message))
    return new OrielError('store_unwritable', `Redis at ${url.masked} takes no changes: ${message}`, { cause: error })
  if (/\bWRONGTYPE\b/.test(message))
    return new OrielError('store_damaged', `Another program has written to Oriel's keys in Redis at ${url.masked}.`, {
      cause: error,
    })
  if (/^ERR\b/.test(message))
    return new OrielError('internal', `Redis at ${url.masked} refused a command.`, { cause: error })
  return unreachable(url, error)
}
