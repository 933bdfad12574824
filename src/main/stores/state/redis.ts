import { OrielError } from '../../../shared/errors.ts'
import { isId } from './checks.ts'
import { StoredJson } from './damage.ts'
import { RedisBus } from './redis/bus.ts'
import { Keys } from './redis/keys.ts'
import { RedisLink } from './redis/pool.ts'
import { redisRouter } from './redis/router.ts'
import { redisSessions } from './redis/sessions.ts'
import { parseRedisUrl } from './redis/url.ts'
import { redisWidgets } from './redis/widgets.ts'
import { settingsOf } from './settings.ts'
import type { StateStores, StoreOptions } from './types.ts'

/**
 * Stores on a Redis server, version 7 or newer, for several processes on any number of computers. All keys begin with
 * `prefix` (default `oriel`) and have a time to live, except of what is to live for ever. Calls reject with not_connected,
 * naming the server without its password, if it has not answered for 4 s. Throws OrielError bad_value for a URL or a
 * prefix that is none, and RangeError for a lifetime that is not more than 0.
 */
export function createRedisStores(options: StoreOptions & { url: string; prefix?: string }): StateStores {
  const settings = settingsOf(options)
  const url = parseRedisUrl(options.url)
  const { prefix = 'oriel' } = options
  if (!isId(prefix)) throw new OrielError('bad_value', 'prefix must be well-formed text of 1 to 1024 characters.')
  const keys = new Keys(prefix)
  const json = new StoredJson(settings.log)
  const redis = new RedisLink(url, settings.log)
  const bus = new RedisBus(redis, keys, settings)
  return {
    widgets: redisWidgets(redis, keys, settings, json),
    bus,
    router: redisRouter(redis, keys, 'connection', settings.connectionMs),
    callbacks: redisRouter(redis, keys, 'callback', settings.callbackMs),
    sessions: redisSessions(redis, keys, settings, json),
    async close() {
      bus.close()
      await redis.close()
    },
  }
}
