import path from 'node:path'
import { OrielError } from '../../../../shared/errors.ts'
import { isId } from '../checks.ts'
import { StateStore, stateFrom, stateStoreSettings, stateText } from '../component-state.ts'
import type { StateStoreOptions, StateStoreSettings } from '../component-state.ts'
import type { JsonObject } from '../types.ts'
import { ComponentStateTable } from './component-state-table.ts'
import { StateDatabase } from './database.ts'
import { endOf } from './never.ts'
import { purger } from './statements.ts'

/**
 * State of components in the database file `path` (made if missing), which several processes of one computer may share,
 * with the app's own `oriel.db` too. What a call resolved for survives kill -9. Throws OrielError store_newer or
 * store_unwritable, and RangeError for a lifetime that is not more than 0.
 */
export class SqliteStateStore extends StateStore {
  readonly #settings: StateStoreSettings
  readonly #database: StateDatabase<ComponentStateTable>
  readonly #purge: () => void

  constructor(options: StateStoreOptions & { path: string }) {
    super()
    if (typeof options.path !== 'string' || options.path === '')
      throw new OrielError('bad_value', 'path must name the database file.')
    this.#settings = stateStoreSettings(options)
    const { log, now } = this.#settings
    const file = path.resolve(options.path)
    this.#database = new StateDatabase({ file, log, now }, (db) => new ComponentStateTable(db))
    this.#purge = purger(() => this.#database.run((states) => states.purge.run(now())))
  }

  async save(id: string, state: object): Promise<void> {
    const { lifetimeMs, now } = this.#settings
    const text = stateText(id, state)
    this.#purge()
    this.#database.run((states) => states.save.run({ id, state: text, end: endOf(lifetimeMs, now()) }))
  }

  async load(id: string): Promise<JsonObject | null> {
    const { now, log } = this.#settings
    const text = this.#database.run((states) => (isId(id) ? states.load.get(id, now()) : undefined))
    return text === undefined ? null : stateFrom(text, id, log)
  }

  async delete(id: string): Promise<boolean> {
    const { now } = this.#settings
    return this.#database.run((states) => isId(id) && states.delete.run(id, now()).changes > 0)
  }

  override async close(): Promise<void> {
    this.#database.close()
  }
}
