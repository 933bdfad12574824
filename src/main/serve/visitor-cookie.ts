import { SignJWT, errors, jwtVerify } from 'jose'

/** Longer is no cookie of ours. */
const MAX_LENGTH = 1000
/** Cookies of our name that are looked at; others could add theirs. */
const MAX_COOKIES = 4

/** The cookie that says which session a browser has: signed, out of reach of scripts, and not sent along from other sites. */
export class VisitorCookie {
  readonly #key: Uint8Array
  readonly #ttlSeconds: number
  readonly #nameOf: () => string
  readonly #attributes: string

  /**
   * `secure`: the address is https, so that the cookie goes nowhere else. `name`: of its own for each server of this
   * machine, since the ports of one host share their cookies.
   */
  constructor(options: { key: Uint8Array; ttlSeconds: number; secure: boolean; name: () => string }) {
    this.#key = options.key
    this.#ttlSeconds = options.ttlSeconds
    // The prefix makes browsers hold it to this host and path.
    this.#nameOf = options.secure ? () => `__Host-${options.name()}` : options.name
    this.#attributes = `; Path=/; HttpOnly; SameSite=Lax${options.secure ? '; Secure' : ''}`
  }

  get #name(): string {
    return this.#nameOf()
  }

  /** Value of `Set-Cookie`. */
  async set(sid: string): Promise<string> {
    const token = await new SignJWT({ sid })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime(`${this.#ttlSeconds}s`)
      .sign(this.#key)
    return `${this.#name}=${token}; Max-Age=${this.#ttlSeconds}${this.#attributes}`
  }

  /** Value of `Set-Cookie` that takes it away. */
  clear(): string {
    return `${this.#name}=; Max-Age=0${this.#attributes}`
  }

  /** The session that a request's cookies name, if one of them is ours and has not expired. */
  async read(header: string | null | undefined): Promise<string | null> {
    const own = (header ?? '').split(';').flatMap((part) => {
      const [name, value] = part.trim().split('=', 2)
      return name === this.#name && value && value.length <= MAX_LENGTH ? [value] : []
    })
    for (const token of own.slice(0, MAX_COOKIES)) {
      try {
        const { payload } = await jwtVerify(token, this.#key, { algorithms: ['HS256'] })
        if (typeof payload['sid'] === 'string') return payload['sid']
      } catch (error) {
        if (!(error instanceof errors.JOSEError)) throw error
      }
    }
    return null
  }
}
