import { isIP } from 'node:net'
import { OrielError } from '../../shared/errors.ts'
import { Proxies } from './places.ts'

/** The ways in which visitors may have to say who they are. */
export const AUTH_MODES = ['none', 'users', 'oidc'] as const
export type AuthMode = (typeof AUTH_MODES)[number]

/** Who may come, and from where, as the command line has it. */
export interface AccessChoice {
  auth: AuthMode
  /** Address to listen on. */
  listen: string
  publicUrl: URL | null
  /** Whose word counts on where requests come from; null: no proxy stands before the server. */
  proxies: Proxies | null
}

/** Checks what was asked for. Nothing is open to others unless that was said. Throws bad_usage. */
export function accessChoice(asked: {
  auth?: string
  listen?: string
  publicUrl?: string
  trustProxy?: string
}): AccessChoice {
  const { listen = '127.0.0.1' } = asked
  const auth = AUTH_MODES.find((mode) => mode === asked.auth)
  if (!auth) {
    throw new OrielError(
      'bad_usage',
      'Say who may come: --auth users (people with a password, see "oriel users add"), --auth oidc (your organisation’s login), ' +
        'or --auth none (anybody who is on this computer).',
    )
  }
  if (isIP(listen) === 0) {
    throw new OrielError('bad_usage', `--listen takes an address such as 127.0.0.1 or 0.0.0.0; "${listen}" is none.`)
  }
  const publicUrl = asked.publicUrl === undefined ? null : publicUrlOf(asked.publicUrl)
  const isLoopback = listen === '127.0.0.1' || listen === '::1'
  if (auth === 'none' && (!isLoopback || publicUrl)) {
    throw new OrielError(
      'bad_usage',
      '--auth none is for this computer alone: leave out --listen and --public-url, or choose --auth users or oidc.',
    )
  }
  if (!isLoopback && !publicUrl) {
    throw new OrielError(
      'bad_usage',
      'Others are to reach this server, so say under which address: --public-url https://apps.example.org',
    )
  }
  if (asked.trustProxy !== undefined && !publicUrl) {
    throw new OrielError(
      'bad_usage',
      '--trust-proxy is for a server behind a proxy: say under which address visitors find it, with --public-url.',
    )
  }
  const proxies = publicUrl && new Proxies(asked.trustProxy?.split(',').map((one) => one.trim()) ?? [])
  return { auth, listen, publicUrl, proxies }
}

function publicUrlOf(text: string): URL {
  const url = URL.parse(text)
  const isPlain =
    url && (url.protocol === 'https:' || url.protocol === 'http:') && url.pathname === '/' && url.search === ''
  if (!isPlain || url.username !== '' || url.hash !== '') {
    throw new OrielError(
      'bad_usage',
      `--public-url takes a scheme, a name and maybe a port, such as https://apps.example.org; "${text}" will not do.`,
    )
  }
  return url
}
