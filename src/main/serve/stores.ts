import path from 'node:path'
import { OrielError } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import type { ServingKey } from './key.ts'
import { openRedisWire } from './processes/wire.ts'
import type { Wire } from './processes/wire.ts'
import { connectRedisStores } from '../stores/redis.ts'
import { openDesktopStores } from '../stores/index.ts'
import { createMemoryStores as createMemoryDocuments } from '../stores/memory.ts'
import { createMemoryStores } from '../stores/state/memory.ts'
import { createSqliteStores } from '../stores/state/sqlite.ts'
import { createRedisStores } from '../stores/state/redis.ts'
import type { StateStores } from '../stores/state/types.ts'
import type { DesktopStores } from '../stores/types.ts'

export interface ServeStoreOptions {
  /** What is served has a folder of its own: a visitor's session is nothing that the app should list or take up. */
  folder: string
  env: Readonly<Record<string, string | undefined>>
  log: Log
  /** A Redis server that several processes share; null: this one is alone. */
  redis: { url: string; prefix: string; ttlSeconds: number } | null
  key: ServingKey
  workerId: string
}

/** Visits alone, where a server keeps them. Throws bad_value. */
export function openVisitStores({
  folder,
  redis,
  log,
}: {
  folder: string
  redis: { url: string; prefix: string } | null
  log: Log
}): StateStores {
  return redis ? createRedisStores({ ...redis, log }) : createSqliteStores({ path: path.join(folder, 'oriel.db'), log })
}

export interface ServeStores {
  stores: DesktopStores
  state: StateStores
  /** The way to other processes on the same stores; null where there are none. */
  wire: Wire | null
}

/**
 * Where a server keeps visits and documents: on Redis where it is given a server, else as `ORIEL_DEPLOY__STATE_BACKEND`
 * says, sqlite (the default) or memory. Throws bad_usage, bad_value, not_connected, environment.
 */
export async function openServeStores(options: ServeStoreOptions): Promise<ServeStores> {
  const { folder, env, log, redis } = options
  if (redis) return openShared(redis, options)
  const backend = (env['ORIEL_DEPLOY__STATE_BACKEND'] || 'sqlite').trim().toLowerCase()
  if (backend === 'memory') return { stores: createMemoryDocuments(), state: createMemoryStores({ log }), wire: null }
  if (backend === 'sqlite') {
    const stores = await openDesktopStores({ homeDir: folder, log, now: Date.now })
    return { stores, state: createSqliteStores({ path: path.join(folder, 'oriel.db'), log }), wire: null }
  }
  throw new OrielError(
    'bad_usage',
    `ORIEL_DEPLOY__STATE_BACKEND is ${JSON.stringify(backend)}. "oriel serve" takes sqlite or memory, or --redis URL.`,
  )
}

/** A process that has not been heard of for so long no longer has its sessions, in seconds. */
const OWNER_TTL_SECONDS = 10

/**
 * While the server is away nothing is answered that is not stored: another process may take over at any time, and would not
 * know of it.
 */
async function openShared(
  { url, prefix, ttlSeconds }: NonNullable<ServeStoreOptions['redis']>,
  { log, key, workerId }: ServeStoreOptions,
): Promise<ServeStores> {
  const wire = await openRedisWire({ url, prefix, workerId, log }).catch((error: unknown) => {
    const isAway = error instanceof OrielError && error.code === 'not_connected'
    throw isAway ? new OrielError('environment', error.message, { cause: error }) : error
  })
  try {
    await wire.agree('key', key.id('fingerprint'))
    const stores = await connectRedisStores({ url, prefix, ttl: ttlSeconds, log })
    const state = createRedisStores({ url, prefix, connectionTtl: OWNER_TTL_SECONDS, workerId, log })
    return { stores, state, wire }
  } catch (error) {
    await wire.close()
    throw error
  }
}
