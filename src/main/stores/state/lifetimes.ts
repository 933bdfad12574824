/** A century, in seconds. Past it a time no longer fits what the backends count in. */
const MAX_TTL = 100 * 365 * 86_400

/** A lifetime in ms; null: never. Throws RangeError unless `ttl` is null or more than 0 seconds. */
export function lifetimeOf(ttl: number | null, name: string): number | null {
  if (ttl === null) return null
  if (typeof ttl !== 'number' || !(ttl > 0) || ttl > MAX_TTL)
    throw new RangeError(`${name} must be more than 0 seconds and at most a century, or null for never; it is ${ttl}.`)
  return Math.max(1, Math.round(ttl * 1000))
}
