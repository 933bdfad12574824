import { getWorkerId } from './worker-id.ts'
import type { Log } from '../../log.ts'
import { OrielError } from '../../../shared/errors.ts'
import { checkId } from './checks.ts'
import { consoleLog } from './console-log.ts'
import { lifetimeOf } from './lifetimes.ts'
import type { StoreOptions } from './types.ts'

const DAY = 86_400

/** `StoreOptions` checked and complete. Lifetimes are in ms; null: never. */
export interface StoreSettings {
  widgetMs: number | null
  connectionMs: number
  callbackMs: number
  sessionMs: number | null
  workerId: string
  queueLimit: number
  now: () => number
  log: Log
}

/** Throws RangeError for a lifetime and OrielError bad_value for anything else that will not do. */
export function settingsOf(options: StoreOptions = {}): StoreSettings {
  const { widgetTtl = DAY, connectionTtl = 300, callbackTtl = 10, sessionTtl = DAY, queueLimit = 1_000 } = options
  const connectionMs = recordLifetime(connectionTtl, 'connectionTtl')
  const callbackMs = recordLifetime(callbackTtl, 'callbackTtl')
  if (!Number.isSafeInteger(queueLimit) || queueLimit < 1)
    throw new OrielError('bad_value', `queueLimit must be a whole number from 1; it is ${queueLimit}.`)
  return {
    widgetMs: lifetimeOf(widgetTtl, 'widgetTtl'),
    connectionMs,
    callbackMs,
    sessionMs: lifetimeOf(sessionTtl, 'sessionTtl'),
    workerId: checkId(options.workerId ?? getWorkerId(), 'workerId'),
    queueLimit,
    now: wholeMs(options.now),
    log: options.log ?? consoleLog,
  }
}

function recordLifetime(ttl: number, name: string): number {
  const lifetimeMs = lifetimeOf(ttl, name)
  if (lifetimeMs === null) throw new RangeError(`${name} must be a number: a worker that is gone must be noticed.`)
  return lifetimeMs
}

/** Asks for `Date.now` at each call, so that a clock that is put in its place later counts. */
function wholeMs(now: (() => number) | undefined): () => number {
  return now ? () => Math.floor(now()) : () => Date.now()
}
