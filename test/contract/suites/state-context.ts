import type { StateStores, StoreOptions } from '../../../src/main/stores/state/types.ts'
import type { RecordedLog } from '../../support/recorded-log.ts'
import type { StateProcess } from '../../support/state-process.ts'

/** How the suite gets at one backend. */
export interface StateSubject {
  /** One more instance on the same, at first empty, backend. */
  open(options?: StoreOptions): StateStores
  /** One more process on it; null where nothing is shared between processes. Its lifetimes are the defaults. */
  spawn: ((options?: Pick<StoreOptions, 'workerId'>) => StateProcess) | null
  /** The backend's own time, Unix ms. */
  now(): Promise<number>
  /** Resolves when the backend's time has moved on by `ms`. */
  pass(ms: number): Promise<void>
  /** Writes past the stores what none of them would write. */
  spoil: {
    widgetMetadata(widgetId: string, text: string): Promise<void>
    sessionMetadata(sessionId: string, text: string): Promise<void>
    sessionRoles(sessionId: string, text: string): Promise<void>
    role(role: string, text: string): Promise<void>
    event(channel: string, payload: string): Promise<void>
  }
  /** Whatever the backend holds besides roles, by name: empty when nothing is left behind. */
  leftovers(): Promise<string[]>
  dispose(): Promise<void>
}

/** What a test works with. */
export interface StateContext {
  readonly subject: StateSubject
  /** Opened with lifetimes of a day, or with `options`; closed after the test. */
  open(options?: StoreOptions): StateStores
  spawn(options?: Pick<StoreOptions, 'workerId'>): StateProcess
  /** Of all that `open` opened. */
  readonly log: RecordedLog
}

/** Times that a backend with a real clock can wait for. */
export const SHORT_TTL = 0.25
export const SHORT_MS = SHORT_TTL * 1000

/** Ids that must not be mixed up, whatever a backend makes of them. */
export const STRANGE_IDS = [
  'a:b',
  'a%3Ab',
  'a',
  'a:',
  ':b',
  '*',
  'a*',
  '?',
  '[ab]',
  'a b',
  'a\nb',
  'a\u0000b',
  'A',
  'ä',
  'a\u0308',
  '日本',
  '🙂',
  '__proto__',
  'constructor',
  '{a}',
  '\\',
  "'; DROP TABLE state_widgets; --",
  '%',
  '%25',
  'x'.repeat(1_024),
]
