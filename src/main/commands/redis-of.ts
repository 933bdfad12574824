/** A Redis server that several processes share, and what all keys of ours there begin with. */
export interface RedisPlace {
  url: string
  prefix: string
}

/** The server that the flag `--redis` names, or the environment as for `oriel/state`; null: none. */
export function redisOf(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): RedisPlace | null {
  const isNamed = (env['ORIEL_DEPLOY__STATE_BACKEND'] ?? '').trim().toLowerCase() === 'redis'
  const url = flag ?? (isNamed ? env['ORIEL_DEPLOY__REDIS_URL'] || 'redis://127.0.0.1:6379' : null)
  return url === null ? null : { url, prefix: env['ORIEL_DEPLOY__REDIS_PREFIX'] || 'oriel' }
}
