/** Names and values as a command takes them; what is null is left out and so reads as null. */
export function fieldsOf(fields: Record<string, string | null>): string[] {
  return Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [name, value]))
}

/** How a script is told a lifetime in ms: nothing is for ever. */
export function lifetimeText(lifetimeMs: number | null): string {
  return lifetimeMs === null ? '' : String(lifetimeMs)
}
