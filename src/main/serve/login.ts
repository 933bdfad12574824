import type { Identity } from './visitors.ts'

/** Part of a request that a login needs. */
export interface LoginRequest {
  request: Request
  url: URL
  /** Address that it came from; of the proxy's client where there is a proxy. */
  remote: string
  /** What was sent with it; empty unless it is a form. */
  form: URLSearchParams
}

/** Whoever logged in, and where they wanted to go. */
export interface LoggedIn {
  identity: Identity
  /** Path on this server. */
  to: string
}

/** Told of each attempt. */
export type LoginOutcome = (outcome: 'accepted' | 'refused' | 'limited') => void

/** A way in which visitors say who they are. */
export interface Login {
  /** Who somebody is who has not logged in; null: they have to. */
  readonly anybody: Identity | null
  /** Answers the login's own addresses; null for any other. */
  answer(request: LoginRequest): Promise<Response | LoggedIn | null>
}

/** Whoever comes may do everything but look after the server. For this machine alone. */
export const NO_LOGIN: Login = {
  anybody: { userId: null, roles: ['editor'] },
  answer: async () => null,
}

/** A path on this server to go to after a login; whatever else is asked for is `/`. */
export function localPath(given: string | null): string {
  const url = given !== null && given.startsWith('/') ? URL.parse(given, 'http://here.invalid') : null
  // "/.//other" is a path on this server until it is written out, and "//other" is another server.
  return url?.host === 'here.invalid' && !url.pathname.startsWith('//') ? url.pathname + url.search : '/'
}
