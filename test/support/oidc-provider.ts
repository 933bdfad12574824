import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'

/** What the provider does wrong, to see that it is noticed. */
export type Fault = 'nonce' | 'issuer' | 'audience' | 'signature' | 'expired' | 'no-token'

interface Grant {
  challenge: string
  nonce: string
  redirectUri: string
}

const CLIENT = { id: 'oriel', secret: 'a secret between the two' }

/** A provider of OpenID Connect on 127.0.0.1 that lets one person in without asking. */
export class OidcProvider {
  issuer = ''
  /** Who is logged in there, and what is said of them: `claims` in the token, `info` where it is asked for. */
  person: { sub: string; claims: object; info: object } = { sub: 'u-1', claims: {}, info: {} }
  fault: Fault | null = null
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response))
  readonly #grants = new Map<string, Grant>()
  #keys!: Awaited<ReturnType<typeof generateKeyPair>>
  #otherKeys!: Awaited<ReturnType<typeof generateKeyPair>>

  get env(): Record<string, string> {
    return {
      ORIEL_OIDC_ISSUER: this.issuer,
      ORIEL_OIDC_CLIENT_ID: CLIENT.id,
      ORIEL_OIDC_CLIENT_SECRET: CLIENT.secret,
    }
  }

  async start(): Promise<this> {
    this.#keys = await generateKeyPair('RS256')
    this.#otherKeys = await generateKeyPair('RS256')
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.issuer = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.issuer)
    const json = (value: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return void json({
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          userinfo_endpoint: `${this.issuer}/userinfo`,
          jwks_uri: `${this.issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        })
      case '/jwks':
        return void json({
          keys: [{ ...(await exportJWK(this.#keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }],
        })
      case '/authorize':
        return this.#authorize(url, response)
      case '/token':
        return this.#token(request, json)
      case '/userinfo':
        return void json({ sub: this.person.sub, ...this.person.info })
      default:
        response.writeHead(404).end()
    }
  }

  #authorize({ searchParams }: URL, response: ServerResponse): void {
    const code = randomBytes(16).toString('hex')
    const asked = (name: string) => searchParams.get(name) ?? ''
    this.#grants.set(code, {
      challenge: asked('code_challenge'),
      nonce: asked('nonce'),
      redirectUri: asked('redirect_uri'),
    })
    const to = new URL(asked('redirect_uri'))
    to.searchParams.set('code', code)
    to.searchParams.set('state', asked('state'))
    response.writeHead(303, { location: to.href }).end()
  }

  async #token(request: IncomingMessage, json: (value: object, status?: number) => unknown): Promise<void> {
    let body = ''
    for await (const part of request) body += String(part)
    const form = new URLSearchParams(body)
    const code = form.get('code') ?? ''
    const grant = this.#grants.get(code)
    this.#grants.delete(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isClient = form.get('client_id') === CLIENT.id && form.get('client_secret') === CLIENT.secret
    const isRight = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri') && isClient
    if (!isRight) return void json({ error: 'invalid_grant' }, 400)
    const { fault } = this
    const token = await new SignJWT({ nonce: fault === 'nonce' ? 'another' : grant.nonce, ...this.person.claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setSubject(this.person.sub)
      .setIssuer(fault === 'issuer' ? 'https://elsewhere.example' : this.issuer)
      .setAudience(fault === 'audience' ? 'another' : CLIENT.id)
      .setIssuedAt()
      .setExpirationTime(fault === 'expired' ? Math.floor(Date.now() / 1000) - 3600 : '5m')
      .sign((fault === 'signature' ? this.#otherKeys : this.#keys).privateKey)
    json({
      access_token: 'access',
      token_type: 'Bearer',
      expires_in: 300,
      ...(fault !== 'no-token' && { id_token: token }),
    })
  }
}
