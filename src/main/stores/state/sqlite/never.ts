/** The end, in Unix ms, of what never expires: a number, so that one comparison does for all. */
export const NEVER = Number.MAX_SAFE_INTEGER

/** When something of this lifetime ends that begins now. */
export function endOf(lifetimeMs: number | null, now: number): number {
  return lifetimeMs === null ? NEVER : now + lifetimeMs
}
