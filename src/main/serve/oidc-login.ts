import { EncryptJWT, jwtDecrypt } from 'jose'
import * as client from 'openid-client'
import { OrielError } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import { escapeHtml } from '../server/escape.ts'
import type { ServingKey } from './key.ts'
import { localPath } from './login.ts'
import type { LoggedIn, Login, LoginOutcome, LoginRequest } from './login.ts'
import { plainPage, redirect } from './plain-page.ts'

/** How long somebody may take to log in at the provider, in seconds. */
const FLOW_SECONDS = 600
/** What a browser has to bring back from the provider; nobody else can read it. */
const FLOW_COOKIE = 'oriel-oidc'
const START = '/login/start'
const CALLBACK = '/login/callback'
/** Roles that a provider may name. */
const ROLE = /^[A-Za-z][\w-]{0,49}$/
const MAX_ROLES = 100
const PROVIDER_TIMEOUT_SECONDS = 10

export interface OidcSettings {
  issuer: URL
  clientId: string
  clientSecret: string
  /** Asked for; `openid` is among them. */
  scope: string
  /** The claim with a person's roles: a list, or names with spaces between. */
  rolesClaim: string
  /** Of people for whom the provider names none. */
  defaultRoles: readonly string[]
}

export interface OidcLoginOptions {
  settings: OidcSettings
  key: ServingKey
  /** Scheme and authority of our pages. */
  origin: () => string
  log: Log
  onOutcome: LoginOutcome
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
    defaultRoles: rolesOf(env['ORIEL_OIDC_DEFAULT_ROLES'] ?? ''),
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

  constructor(options: OidcLoginOptions, config: client.Configuration) {
    this.#options = options
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
    return redirect(target.href, { 'set-cookie': this.#cookie(sealed, FLOW_SECONDS) })
  }

  async #finish(request: Request, url: URL, remote: string): Promise<Response | LoggedIn> {
    const { settings, origin, log, onOutcome } = this.#options
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
      const named = rolesOf(given)
      const roles = named.length > 0 ? named : settings.defaultRoles
      log.info('login accepted', { userId: claims.sub, remote })
      onOutcome('accepted')
      return { identity: { userId: claims.sub, roles }, to: flow.to }
    } catch (error) {
      // Codes and tokens may stand in what the library says of an answer; its own words are enough.
      log.warn('login refused', { remote, error: error instanceof Error ? error.message : 'unknown' })
      onOutcome('refused')
      return this.#page('/', 'The login did not succeed. Please try again.')
    }
  }

  async #flow(request: Request): Promise<{ state: string; nonce: string; verifier: string; to: string } | null> {
    const header = request.headers.get('cookie') ?? ''
    const sealed = new RegExp(`(?:^|;\\s*)${FLOW_COOKIE}=([\\w.-]{1,4000})`).exec(header)?.[1]
    if (sealed === undefined) return null
    try {
      const { payload } = await jwtDecrypt(sealed, this.#options.key.of('oidc'))
      const { state, nonce, verifier, to } = payload
      return { state: String(state), nonce: String(nonce), verifier: String(verifier), to: localPath(String(to)) }
    } catch {
      return null
    }
  }

  #cookie(value: string, seconds: number): string {
    const secure = this.#options.origin().startsWith('https:') ? '; Secure' : ''
    // Lax: it has to come along when the provider sends the browser back.
    return `${FLOW_COOKIE}=${value}; Path=/login; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`
  }

  #page(to: string, problem?: string): Response {
    const { issuer } = this.#options.settings
    return plainPage({
      title: 'Log in',
      status: problem ? 403 : 200,
      headers: problem ? { 'set-cookie': this.#cookie('', 0) } : {},
      body:
        '<h1>Log in</h1><p>This app is for people who are known here.</p>' +
        (problem ? `<p class="problem" role="alert">${escapeHtml(problem)}</p><p></p>` : '') +
        `<p><a class="button" href="${START}?to=${encodeURIComponent(to)}">Log in with ${escapeHtml(issuer.host)}</a></p>`,
    })
  }
}

function rolesOf(given: unknown): string[] {
  const names: unknown[] = typeof given === 'string' ? given.split(/[\s,]+/) : Array.isArray(given) ? given : []
  return names.filter((name): name is string => typeof name === 'string' && ROLE.test(name)).slice(0, MAX_ROLES)
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]'
}
