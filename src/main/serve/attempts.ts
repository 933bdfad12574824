import type { Log } from '../log.ts'
import type { EventBus, JsonObject } from '../stores/state/types.ts'

/** How many may fail in a row, and for how long that counts. */
export interface AttemptLimit {
  failures: number
  /** ms */
  periodMs: number
}

/** The bus that other processes are on, and who this one is on it. */
export interface SharedAttempts {
  bus: EventBus
  workerId: string
  log: Log
}

/** Keys that are remembered at once; the oldest go first. */
const MAX_KEYS = 10_000

/** Where several processes tell each other what they count. */
const CHANNEL = 'oriel:attempts'

/** Counts what failed, by key, so that nobody can try without end, at this process or at others that share the bus. */
export class Attempts {
  readonly #failures = new Map<string, number[]>()
  readonly #now: () => number
  readonly #shared: SharedAttempts | null

  /** `shared`: what other processes count too; default this one alone. */
  constructor(now: () => number, shared: SharedAttempts | null = null) {
    this.#now = now
    this.#shared = shared
    if (shared) void this.#follow(shared)
  }

  /** How long this key has to wait, in ms; 0: not at all. */
  waitMs(key: string, { failures, periodMs }: AttemptLimit): number {
    const times = this.#recent(key, periodMs)
    return times.length < failures ? 0 : times[times.length - failures]! + periodMs - this.#now()
  }

  fail(key: string, limit: AttemptLimit): void {
    this.#add(key, limit)
    this.#tell('failed', { key, ...limit })
  }

  #add(key: string, { failures, periodMs }: AttemptLimit): void {
    const times = [...this.#recent(key, periodMs), this.#now()].slice(-failures)
    this.#failures.delete(key)
    this.#failures.set(key, times)
    if (this.#failures.size > MAX_KEYS) this.#failures.delete(this.#failures.keys().next().value!)
  }

  /** The last one did not fail after all. */
  forgive(key: string): void {
    this.#failures.get(key)?.pop()
    this.#tell('forgiven', { key })
  }

  clear(key: string): void {
    this.#failures.delete(key)
    this.#tell('cleared', { key })
  }

  #tell(eventType: 'failed' | 'forgiven' | 'cleared', data: JsonObject): void {
    this.#shared?.bus
      .publish(CHANNEL, { eventType, widgetId: CHANNEL, data })
      .catch((error: unknown) =>
        this.#shared?.log.warn('a login could not be counted elsewhere', { error: String(error) }),
      )
  }

  async #follow({ bus, workerId, log }: SharedAttempts): Promise<void> {
    try {
      for await (const { eventType, sourceWorkerId, data } of bus.subscribe(CHANNEL)) {
        const { key, failures, periodMs } = data
        if (sourceWorkerId === workerId || typeof key !== 'string') continue
        if (eventType === 'cleared') this.#failures.delete(key)
        else if (eventType === 'forgiven') this.#failures.get(key)?.pop()
        else if (typeof failures === 'number' && typeof periodMs === 'number') this.#add(key, { failures, periodMs })
      }
    } catch (error) {
      log.warn('logins at other processes are not counted here any more', { error: String(error) })
    }
  }

  #recent(key: string, periodMs: number): number[] {
    const since = this.#now() - periodMs
    return (this.#failures.get(key) ?? []).filter((time) => time > since)
  }
}
