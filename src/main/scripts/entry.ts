/** What a script may export as its default: called once for each session, after the body (rule F16). */
export type Entry = () => unknown

/** The function that the script's module exports as its default; null if it exports none, or something else. */
export function entryOf(exports: object): Entry | null {
  const entry = (exports as { default?: unknown }).default
  return typeof entry === 'function' ? () => (entry as Entry)() : null
}
