import { checkId } from '../checks.ts'
import { encodeEvent } from '../events.ts'
import type { StoreSettings } from '../settings.ts'
import { Subscriptions, checkSignal } from '../subscriptions.ts'
import type { EventBus, Subscription } from '../types.ts'
import type { PreparedDatabase } from './statements.ts'

/** How often a subscriber looks for what other processes published, in ms. */
const POLL_MS = 20
/** Events read in one go. */
const BATCH = 500
/** The log of events keeps no more than this many, and none that is older than this, in ms. */
const KEPT_EVENTS = 10_000
const KEPT_MS = 10_000
/** The log is cut back after so many events or characters. */
const PRUNE_EVENTS = 256
const PRUNE_LENGTH = 8 * 1024 * 1024

/** File → the buses of this process that have subscribers: they need not wait for the next look. */
const listening = new Map<string, Set<SqliteBus>>()

/**
 * Events by way of a table that serves as a short log: its row numbers are the order that all processes agree on.
 * Subscribers of the same process are told at once, those of others within `POLL_MS`.
 */
export class SqliteBus implements EventBus {
  readonly #database: PreparedDatabase
  readonly #settings: StoreSettings
  readonly #subscriptions: Subscriptions
  /** Where in which file we have read up to, and its version then. */
  #position = { generation: 0, id: 0, version: 0 }
  #timer: NodeJS.Timeout | undefined
  #unpruned = { events: 0, length: 0 }
  #hasFailed = false

  constructor(database: PreparedDatabase, settings: StoreSettings) {
    this.#database = database
    this.#settings = settings
    this.#subscriptions = new Subscriptions({
      ...settings,
      onClose: () => {
        if (this.#subscriptions.channels.length === 0) this.#stop()
      },
    })
    this.#prune()
  }

  async publish(channel: string, event: Parameters<EventBus['publish']>[1]): Promise<void> {
    checkId(channel, 'channel')
    const { workerId, now } = this.#settings
    const time = now()
    const text = encodeEvent(event, workerId, time)
    this.#database.run(({ events }) => events.publish.run(channel, text, time))
    for (const bus of [...(listening.get(this.#database.file) ?? [])]) bus.#look(true)
    const { events, length } = this.#unpruned
    this.#unpruned = { events: events + 1, length: length + text.length }
    if (events + 1 >= PRUNE_EVENTS || length + text.length >= PRUNE_LENGTH) this.#prune()
  }

  subscribe(channel: string, { signal }: { signal?: AbortSignal } = {}): Subscription {
    checkId(channel, 'channel')
    checkSignal(signal)
    // What was published up to now is for those who are here already.
    if (this.#timer) this.#read()
    else this.#start()
    const subscription = this.#subscriptions.open(channel, signal)
    if (this.#subscriptions.channels.length === 0) this.#stop()
    return subscription
  }

  async unsubscribe(channel: string): Promise<void> {
    this.#database.run(() => this.#subscriptions.end(channel))
  }

  close(): void {
    this.#subscriptions.endAll()
  }

  #start(): void {
    this.#position = this.#end()
    const { file } = this.#database
    const buses = listening.get(file)
    if (buses) buses.add(this)
    else listening.set(file, new Set([this]))
    this.#timer = setInterval(() => this.#look(), POLL_MS)
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    const { file } = this.#database
    const buses = listening.get(file)
    if (buses?.delete(this) && buses.size === 0) listening.delete(file)
  }

  #end(): { generation: number; id: number; version: number } {
    return this.#database.run(({ events }) => {
      // The version first: what is written in between is then looked at once too often, and not once too little.
      const { version } = events
      return { generation: this.#database.generation, id: events.last.get() ?? 0, version }
    })
  }

  /** Reads what is new, if there may be any. Whoever publishes does not suffer from what befalls a subscriber. */
  #look(hasNews = false): void {
    try {
      if (hasNews || this.#hasChanged()) this.#read()
      this.#hasFailed = false
    } catch (error) {
      // Said once; the next look may fare better.
      if (!this.#hasFailed) this.#settings.log.warn('published events cannot be read', { error: String(error) })
      this.#hasFailed = true
    }
  }

  #hasChanged(): boolean {
    const version = this.#database.run(({ events }) => events.version)
    return version !== this.#position.version || this.#database.generation !== this.#position.generation
  }

  #read(): void {
    for (let more = true; more;) {
      const { version, rows } = this.#database.run(({ events }) => ({
        version: events.version,
        rows: events.after.all(this.#position.id, BATCH),
      }))
      if (this.#database.generation !== this.#position.generation) {
        // Another file: its numbers begin anew, and all in it is new.
        this.#position = { generation: this.#database.generation, id: 0, version: 0 }
        continue
      }
      this.#position = { ...this.#position, version, id: rows.at(-1)?.id ?? this.#position.id }
      for (const { channel, payload } of rows) this.#subscriptions.deliver(channel, payload)
      more = rows.length === BATCH
    }
  }

  #prune(): void {
    this.#unpruned = { events: 0, length: 0 }
    this.#database.run(({ events }) =>
      events.prune.run((events.last.get() ?? 0) - KEPT_EVENTS, this.#settings.now() - KEPT_MS),
    )
  }
}
