/** Longer is no cookie of ours. */
const MAX_LENGTH = 4000

export interface LoginCookieOptions {
  name: string
  sameSite: 'Strict' | 'Lax'
  /** The address is https, so that the cookie goes nowhere else. */
  secure: boolean
}

/** A cookie that a login needs on its own pages, out of reach of scripts. */
export class LoginCookie {
  readonly #name: string
  readonly #attributes: string

  constructor({ name, sameSite, secure }: LoginCookieOptions) {
    // The prefix makes browsers hold it to this host; nobody else of its domain can set it. It asks for the path too.
    this.#name = secure ? `__Host-${name}` : name
    this.#attributes = `; Path=${secure ? '/; Secure' : '/login'}; HttpOnly; SameSite=${sameSite}`
  }

  /** Value of `Set-Cookie`; without `seconds` it goes with the browser. */
  set(value: string, seconds?: number): string {
    return `${this.#name}=${value}${seconds === undefined ? '' : `; Max-Age=${seconds}`}${this.#attributes}`
  }

  /** Value of `Set-Cookie` that takes it away. */
  clear(): string {
    return this.set('', 0)
  }

  /** What a Cookie header has of it; null: nothing. */
  read(header: string | null): string | null {
    for (const part of (header ?? '').split(';')) {
      const [name, value = ''] = part.trim().split('=', 2)
      if (name === this.#name && /^[\w.-]+$/.test(value) && value.length <= MAX_LENGTH) return value
    }
    return null
  }
}
