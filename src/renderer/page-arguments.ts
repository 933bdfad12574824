import { MAX_REQUEST_ENTRIES, MAX_REQUEST_NAME, MAX_REQUEST_VALUE } from '../shared/client-request.ts'
import { FORBIDDEN_KEYS } from '../shared/value.ts'

/** The query of a page's address, as its session is told of it: the first of each name, and no more than it would take. */
export function pageArguments(search: string): Record<string, string> {
  const given = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === '' || name.length > MAX_REQUEST_NAME || value.length > MAX_REQUEST_VALUE) continue
    if (FORBIDDEN_KEYS.has(name) || name === '__proto_' || given.has(name)) continue
    if (given.size < MAX_REQUEST_ENTRIES) given.set(name, value)
  }
  return Object.fromEntries(given)
}
