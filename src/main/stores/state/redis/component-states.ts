import { OrielError } from '../../../../shared/errors.ts'
import { isId } from '../checks.ts'
import { StateStore, stateFrom, stateStoreSettings, stateText } from '../component-state.ts'
import type { StateStoreOptions, StateStoreSettings } from '../component-state.ts'
import type { JsonObject } from '../types.ts'
import { Keys } from './keys.ts'
import { RedisLink } from './pool.ts'
import { parseRedisUrl } from './url.ts'

/**
 * State of components on a Redis server, version 7 or newer, for processes on any number of computers. Each state is one
 * key, PREFIX:component:ID, and ends by itself unless it is to be kept for ever. Calls reject with not_connected if the
 * server has not answered for 4 s. Throws OrielError bad_value for a URL or prefix that is none, and RangeError for a
 * lifetime that is not more than 0.
 */
export class RedisStateStore extends StateStore {
  readonly #settings: StateStoreSettings
  readonly #keys: Keys
  readonly #redis: RedisLink

  constructor(options: StateStoreOptions & { url: string; prefix?: string }) {
    super()
    this.#settings = stateStoreSettings(options)
    const { prefix = 'oriel' } = options
    if (!isId(prefix)) throw new OrielError('bad_value', 'prefix must be well-formed text of 1 to 1024 characters.')
    this.#keys = new Keys(prefix)
    this.#redis = new RedisLink(parseRedisUrl(options.url), this.#settings.log)
  }

  async save(id: string, state: object): Promise<void> {
    const { lifetimeMs } = this.#settings
    const text = stateText(id, state)
    const end = lifetimeMs === null ? [] : ['PX', String(lifetimeMs)]
    await this.#redis.run('SET', this.#keys.component(id), text, ...end)
  }

  async load(id: string): Promise<JsonObject | null> {
    const text = isId(id) ? await this.#redis.run<string | null>('GET', this.#keys.component(id)) : null
    return text === null ? null : stateFrom(text, id, this.#settings.log)
  }

  async delete(id: string): Promise<boolean> {
    return isId(id) && (await this.#redis.run<number>('DEL', this.#keys.component(id))) === 1
  }

  override async close(): Promise<void> {
    await this.#redis.close()
  }
}
