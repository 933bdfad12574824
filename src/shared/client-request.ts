import { type Check, isTextRecord, refuse } from './validate.ts'

/** What a connection came with: set by who connects, so nothing in it is proof of anything. */
export interface ClientRequest {
  /** Of a program: what it gave. Of a page: the query of its address. */
  readonly arguments: Readonly<Record<string, string>>
  /** Of a WebSocket's request, those of REQUEST_HEADERS that came; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Those that the setting `cookies` names. */
  readonly cookies: Readonly<Record<string, string>>
}

export const NO_REQUEST: ClientRequest = Object.freeze({
  arguments: Object.freeze({}),
  headers: Object.freeze({}),
  cookies: Object.freeze({}),
})

/** The headers that are told; all others, cookies among them, are not. */
export const REQUEST_HEADERS = ['accept-language', 'host', 'origin', 'user-agent'] as const

/** How many arguments, or cookies, one connection may bring. */
export const MAX_REQUEST_ENTRIES = 64
/** Characters of a name, and of a value; a longer header or cookie is left out. */
export const MAX_REQUEST_NAME = 200
export const MAX_REQUEST_VALUE = 4096

/** Names and texts, not too many and none too long. */
export function isRequestArguments(value: unknown): value is Record<string, string> {
  return isTextRecord(value, MAX_REQUEST_ENTRIES, MAX_REQUEST_NAME, MAX_REQUEST_VALUE)
}

/** The same for a message. Throws OrielError bad_message. */
export const checkArguments: Check = (value, name) => {
  if (!isRequestArguments(value))
    refuse(
      `${name} must be at most ${MAX_REQUEST_ENTRIES} names with texts of at most ${MAX_REQUEST_VALUE} characters.`,
    )
}
