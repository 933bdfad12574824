import type { IncomingMessage } from 'node:http'
import { MAX_REQUEST_ENTRIES, MAX_REQUEST_VALUE, NO_REQUEST, REQUEST_HEADERS } from '../../shared/client-request.ts'
import type { ClientRequest } from '../../shared/client-request.ts'

/** Cookies of Oriel itself are told to nobody. */
const OWN_COOKIE = /^(?:__Host-)?oriel/i

/** What a WebSocket's request tells of its client: some headers, and the cookies of these names (rule L5). */
export function clientRequest({ headers }: IncomingMessage, cookieNames: readonly string[]): ClientRequest {
  const told: Record<string, string> = {}
  for (const name of REQUEST_HEADERS) {
    const value = headers[name]
    if (typeof value === 'string' && value.length <= MAX_REQUEST_VALUE) told[name] = value
  }
  return { ...NO_REQUEST, headers: told, cookies: readCookies(headers.cookie ?? '', cookieNames) }
}

function readCookies(header: string, names: readonly string[]): Record<string, string> {
  const wanted = new Set(names.filter((name) => !OWN_COOKIE.test(name)))
  const cookies = new Map<string, string>()
  if (wanted.size === 0) return {}
  for (const part of header.split(';')) {
    const [, name, text] = /^\s*([^=\s]+)\s*=\s*"?([^"]*?)"?\s*$/.exec(part) ?? []
    if (name === undefined || text === undefined || !wanted.has(name) || text.length > MAX_REQUEST_VALUE) continue
    // Of two with one name the first is the one of the narrower path.
    if (!cookies.has(name) && cookies.size < MAX_REQUEST_ENTRIES) cookies.set(name, decoded(text))
  }
  return Object.fromEntries(cookies)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
