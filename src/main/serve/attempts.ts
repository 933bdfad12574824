import { inBackground } from '../../shared/background.ts'
import type { Log } from '../log.ts'
import type { EventBus, JsonObject } from '../stores/state/types.ts'
import { FailureTable } from './failure-table.ts'

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

/** What one attempt counts for: a key of each kind, or of some. */
export type AttemptKeys<Kind extends string> = Readonly<Partial<Record<Kind, string>>>

/** ms, 0: not at all, and which of the keys says so. */
export interface AttemptWait<Kind extends string> {
  ms: number
  kind: Kind
}

/** Where several processes tell each other what they count. */
const CHANNEL = 'oriel:attempts'
/** Pause before listening to the others again where that has failed, in ms. */
const RETRY_MS = 1_000

type Told = 'failed' | 'forgiven' | 'cleared'

/** Counts what failed, by key, so that nobody can try without end, at this process or at others that share the bus. */
export class Attempts<Kind extends string> {
  /** A table for each kind: what fills one takes nothing out of another. */
  readonly #tables: ReadonlyMap<string, FailureTable>
  readonly #shared: SharedAttempts | null

  /** `shared`: what other processes count too; default this one alone. */
  constructor(limits: Readonly<Record<Kind, AttemptLimit>>, now: () => number, shared: SharedAttempts | null = null) {
    const all = Object.entries<AttemptLimit>(limits)
    this.#tables = new Map(all.map(([kind, limit]) => [kind, new FailureTable(limit, now)]))
    this.#shared = shared
    if (shared) void this.#follow(shared)
  }

  /** How long whoever has these keys has to wait. */
  wait(keys: AttemptKeys<Kind>): AttemptWait<Kind> {
    const waits = (Object.keys(keys) as Kind[]).map((kind) => ({
      kind,
      ms: this.#tables.get(kind)!.waitMs(keys[kind]!),
    }))
    return waits.reduce((longest, one) => (one.ms > longest.ms ? one : longest))
  }

  fail(keys: AttemptKeys<Kind>): void {
    this.#each('failed', keys)
  }

  /** The last one did not fail after all. */
  forgive(keys: AttemptKeys<Kind>): void {
    this.#each('forgiven', keys)
  }

  clear(kind: Kind, key: string): void {
    this.#count('cleared', kind, key)
    this.#tell('cleared', { [kind]: key })
  }

  #each(told: Told, keys: AttemptKeys<Kind>): void {
    for (const [kind, key] of Object.entries(keys)) this.#count(told, kind, key)
    this.#tell(told, { ...keys } as JsonObject)
  }

  #count(told: string, kind: string, key: unknown): void {
    const table = this.#tables.get(kind)
    if (!table || typeof key !== 'string') return
    if (told === 'failed') table.add(key)
    else if (told === 'forgiven') table.forgive(key)
    else table.clear(key)
  }

  #tell(eventType: Told, data: JsonObject): void {
    this.#shared?.bus
      .publish(CHANNEL, { eventType, widgetId: CHANNEL, data })
      .catch((error: unknown) =>
        this.#shared?.log.warn('a login could not be counted elsewhere', { error: String(error) }),
      )
  }

  async #follow(shared: SharedAttempts): Promise<void> {
    const { bus, workerId, log } = shared
    try {
      for await (const { eventType, sourceWorkerId, data } of bus.subscribe(CHANNEL)) {
        if (sourceWorkerId === workerId) continue
        for (const [kind, key] of Object.entries(data)) this.#count(eventType, kind, key)
      }
    } catch (error) {
      // The bus was closed: so is the server.
      if ((error as { code?: unknown }).code === 'closed') return
      log.warn('logins at other processes are not counted here for now', { error: String(error) })
      inBackground(setTimeout(() => void this.#follow(shared), RETRY_MS))
    }
  }
}
