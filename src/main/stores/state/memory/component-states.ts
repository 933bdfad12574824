import { isId, stateClosed } from '../checks.ts'
import { StateStore, stateFrom, stateStoreSettings, stateText } from '../component-state.ts'
import type { StateStoreOptions, StateStoreSettings } from '../component-state.ts'
import type { JsonObject } from '../types.ts'
import { ExpiringMap } from './expiring-map.ts'

/** State of components that lives as long as the process. Throws RangeError for a lifetime that is not more than 0. */
export class InMemoryStateStore extends StateStore {
  readonly #settings: StateStoreSettings
  #states: ExpiringMap<string>
  #closed = false

  constructor(options: StateStoreOptions = {}) {
    super()
    this.#settings = stateStoreSettings(options)
    this.#states = new ExpiringMap(this.#settings.now)
  }

  async save(id: string, state: object): Promise<void> {
    this.#open()
    const { lifetimeMs, now } = this.#settings
    this.#states.set(id, stateText(id, state), lifetimeMs === null ? Infinity : now() + lifetimeMs)
  }

  async load(id: string): Promise<JsonObject | null> {
    this.#open()
    const text = isId(id) ? this.#states.get(id) : undefined
    return text === undefined ? null : stateFrom(text, id, this.#settings.log)
  }

  async delete(id: string): Promise<boolean> {
    this.#open()
    return this.#states.delete(id)
  }

  /** Forgets every state. */
  async clear(): Promise<void> {
    this.#states = new ExpiringMap(this.#settings.now)
  }

  override async close(): Promise<void> {
    this.#closed = true
    await this.clear()
  }

  #open(): void {
    if (this.#closed) throw stateClosed()
  }
}
