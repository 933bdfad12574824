import { EncryptJWT, jwtDecrypt } from 'jose'
import * as client from 'openid-client'
import { OrielError } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import { escapeHtml } from '../server/escape.ts'
import { Attempts } from './attempts.ts'
import type { SharedAttempts } from './attempts.ts'
import type { ServingKey } from './key.ts'
import { LoginCookie } from './login-cookie.ts'
import { localPath } from './login.ts'
import type { LoggedIn, Login, LoginOutcome, LoginRequest } from './login.ts'
import { placeOf } from './places.ts'
import { plainPage, redirect } from './plain-page.ts'
import { Repeats } from './repeats.ts'

/** How long somebody may take to log in at the provider, in seconds. */
const FLOW_SECONDS = 600
/** What a browser has to bring back from the provider; nobody else can read it. */
const FLOW_COOKIE = 'oriel-oidc'
const START = '/login/start'
const CALLBACK = '/login/callback'
const ROLE = /^[A-Za-z][\w-]{0,49}$/
/** Roles that a provider may name for one person. */
const MAX_ROLES = 1000
/** Logins that fail from one place. Each makes us ask the provider. */
const LIMITS = { place: { failures: 30, periodMs: 15 * 60_000 } } as const
const PROVIDER_TIMEOUT_SECONDS = 10

export interface OidcSettings {
  issuer: URL
  clientId: string
  clientSecret: string
  /** Asked for; `openid` is among them. */
  scope: string
  /** The claim with a person's roles: a list, or names with spaces between. */
  rolesClaim: string
  /** What the provider's roles are here; others count for nothing. */
  roleMap: ReadonlyMap<string, readonly string[]>
  /** Of people for whom the provider names none that count. */
  defaultRoles: readonly string[]
}

export interface OidcLoginOptions {
  settings: OidcSettings
  key: ServingKey
  /** Scheme and authority of our pages. */
  origin: () => string
  /** The address is https. */
  secure: boolean
  log: Log
  now: () => number
  onOutcome: LoginOutcome
  /** Other processes at which people log in; default there are none. */
  shared?: SharedAttempts | null
}

/** Reads `ORIEL_OIDC_…`. Throws bad_usage naming what is missing. */
export function oidcSettings(env: Readonly<Record<string, string | undefined>>): OidcSettings {
  const needed = (name: string): string => {
    const value = env[name]
    if (!value) throw new OrielError('bad_usage', `--auth oidc needs ${name}.`)
    return value
  }
  const issuer = URL.parse(needed('ORIEL_OIDC_ISSUER'))
  const isSecure = issuer?.protocol === 'https:' || (issuer?.protocol === 'http:' && isLoopback(issuer))
  if (!issuer || !isSecure) throw new OrielError('bad_usage', 'ORIEL_OIDC_ISSUER must be an https address.')
  return {
    issuer,
    clientId: needed('ORIEL_OIDC_CLIENT_ID'),
    clientSecret: needed('ORIEL_OIDC_CLIENT_SECRET'),
    scope: env['ORIEL_OIDC_SCOPE'] || 'openid profile',
    rolesClaim: env['ORIEL_OIDC_ROLES_CLAIM'] || 'roles',
    roleMap: roleMapOf(env['ORIEL_OIDC_ROLE_MAP'] ?? ''),
    defaultRoles: ownRoles('ORIEL_OIDC_DEFAULT_ROLES', env['ORIEL_OIDC_DEFAULT_ROLES'] ?? ''),
  }
}

/** Asks the provider how it works. Throws environment if it does not answer. */
export async function openOidcLogin(options: OidcLoginOptions): Promise<Login> {
  const { issuer, clientId, clientSecret } = options.settings
  try {
    const config = await client.discovery(issuer, clientId, clientSecret, undefined, {
      timeout: PROVIDER_TIMEOUT_SECONDS,
      execute: [
        // The library checks a token's signature only where it is told to; TLS alone would do by the standard.
        client.enableNonRepudiationChecks,
        ...(issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []),
      ],
    })
    return new OidcLogin(options, config)
  } catch (error) {
    throw new OrielError('environment', `The login provider at ${issuer.href} does not answer: ${String(error)}`, {
      cause: error,
    })
  }
}

/** A login at a provider of OpenID Connect: authorization code with PKCE, state and nonce. */
class OidcLogin implements Login {
  readonly anybody = null
  readonly #options: OidcLoginOptions
  readonly #config: client.Configuration
  readonly #cookie: LoginCookie
  readonly #attempts: Attempts<'place'>
  readonly #limited: Repeats

  constructor(options: OidcLoginOptions, config: client.Configuration) {
    this.#options = options
    // Lax: it has to come along when the provider sends the browser back.
    this.#cookie = new LoginCookie({ name: FLOW_COOKIE, sameSite: 'Lax', secure: options.secure })
    this.#attempts = new Attempts(LIMITS, options.now, options.shared)
    this.#limited = new Repeats(options.log, LIMITS.place.periodMs, options.now)
    this.#config = config
  }

  async answer({ request, url, remote }: LoginRequest): Promise<Response | LoggedIn | null> {
    if (request.method !== 'GET') return null
    switch (url.pathname) {
      case '/login':
        return this.#page(localPath(url.searchParams.get('to')))
      case START:
        return this.#start(localPath(url.searchParams.get('to')))
      case CALLBACK:
        return this.#finish(request, url, remote)
      default:
        return null
    }
  }

  async #start(to: string): Promise<Response> {
    const { settings, origin } = this.#options
    const verifier = client.randomPKCECodeVerifier()
    const flow = { state: client.randomState(), nonce: client.randomNonce(), verifier, to }
    const target = client.buildAuthorizationUrl(this.#config, {
      redirect_uri: origin() + CALLBACK,
      scope: settings.scope,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const sealed = await new EncryptJWT(flow)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(`${FLOW_SECONDS}s`)
      .encrypt(this.#options.key.of('oidc'))
    return redirect(target.href, { 'set-cookie': this.#cookie.set(sealed, FLOW_SECONDS) })
  }

  async #finish(request: Request, url: URL, remote: string): Promise<Response | LoggedIn> {
    const { settings, origin, log, onOutcome } = this.#options
    const keys = { place: placeOf(remote) }
    if (this.#attempts.wait(keys).ms > 0) {
      onOutcome('limited')
      this.#limited.note(keys.place, 'login limited', { remote })
      return this.#page('/', 'Too many logins have failed. Please try again in a quarter of an hour.', 429)
    }
    try {
      const flow = await this.#flow(request)
      if (!flow) return this.#page('/', 'The login took too long, or began in another browser. Please try again.')
      // What the provider said is in the query; the rest of the address is ours, whatever the proxy made of it.
      const answered = new URL(CALLBACK + url.search, origin())
      const tokens = await client.authorizationCodeGrant(this.#config, answered, {
        pkceCodeVerifier: flow.verifier,
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        idTokenExpected: true,
      })
      const claims = tokens.claims()!
      let given: unknown = claims[settings.rolesClaim]
      if (given === undefined && this.#config.serverMetadata().userinfo_endpoint !== undefined)
        given = (await client.fetchUserInfo(this.#config, tokens.access_token, claims.sub))[settings.rolesClaim]
      const named = namesIn(given, settings.roleMap)
      const mapped = [...new Set(named.flatMap((name) => settings.roleMap.get(name) ?? []))]
      const roles = mapped.length > 0 ? mapped : settings.defaultRoles
      // Who looks after the server finds here what to map.
      const unmapped = named.filter((name) => !settings.roleMap.has(name)).slice(0, 20)
      log.info('login accepted', { userId: claims.sub, remote, roles, ...(unmapped.length > 0 && { unmapped }) })
      onOutcome('accepted')
      return { identity: { userId: claims.sub, roles }, to: flow.to }
    } catch (error) {
      this.#attempts.fail(keys)
      // Codes and tokens may stand in what the library says of an answer; its own words are enough.
      log.warn('login refused', { remote, error: error instanceof Error ? error.message : 'unknown' })
      onOutcome('refused')
      return this.#page('/', 'The login did not succeed. Please try again.')
    }
  }

  async #flow(request: Request): Promise<{ state: string; nonce: string; verifier: string; to: string } | null> {
    const sealed = this.#cookie.read(request.headers.get('cookie'))
    if (sealed === null) return null
    try {
      const { payload } = await jwtDecrypt(sealed, this.#options.key.of('oidc'))
      const { state, nonce, verifier, to } = payload
      return { state: String(state), nonce: String(nonce), verifier: String(verifier), to: localPath(String(to)) }
    } catch {
      return null
    }
  }

  #page(to: string, problem?: string, status = 403): Response {
    const { issuer } = this.#options.settings
    return plainPage({
      title: 'Log in',
      status: problem ? status : 200,
      headers: problem ? { 'set-cookie': this.#cookie.clear() } : {},
      body:
        '<h1>Log in</h1><p>This app is for people who are known here.</p>' +
        (problem ? `<p class="problem" role="alert">${escapeHtml(problem)}</p><p></p>` : '') +
        `<p><a class="button" href="${START}?to=${encodeURIComponent(to)}">Log in with ${escapeHtml(issuer.host)}</a></p>`,
    })
  }
}

/** What a claim names: a list, or names with blanks or commas between, unless the whole is one of `known`. */
function namesIn(given: unknown, known: ReadonlyMap<string, unknown>): string[] {
  const split = (text: string) => (known.has(text) ? [text] : text.split(/[\s,]+/))
  const names: unknown[] = typeof given === 'string' ? split(given) : Array.isArray(given) ? given : []
  const texts = names.filter((name): name is string => typeof name === 'string' && name !== '')
  return [...new Set(texts)].slice(0, MAX_ROLES)
}

/** `THEIRS=OURS,OURS; THEIRS=OURS`. Names of theirs may hold anything but semicolons. Throws bad_usage. */
function roleMapOf(text: string): Map<string, string[]> {
  const map = new Map<string, string[]>()
  for (const entry of text.split(';').map((one) => one.trim())) {
    if (entry === '') continue
    const at = entry.lastIndexOf('=')
    const theirs = entry.slice(0, Math.max(0, at)).trim()
    if (theirs === '')
      throw new OrielError('bad_usage', `ORIEL_OIDC_ROLE_MAP takes theirs=ours; "${entry}" is neither.`)
    map.set(theirs, [...(map.get(theirs) ?? []), ...ownRoles('ORIEL_OIDC_ROLE_MAP', entry.slice(at + 1))])
  }
  return map
}

/** Names of roles of ours, with blanks or commas between. Throws bad_usage. */
function ownRoles(setting: string, text: string): string[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  const wrong = names.find((name) => !ROLE.test(name))
  if (wrong !== undefined) throw new OrielError('bad_usage', `${setting}: "${wrong}" is no name of a role.`)
  return names
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]'
}
