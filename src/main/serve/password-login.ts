import { timingSafeEqual } from 'node:crypto'
import { randomId } from '../../shared/ids.ts'
import type { Log } from '../log.ts'
import { escapeHtml } from '../server/escape.ts'
import { Attempts } from './attempts.ts'
import type { AttemptLimit, SharedAttempts } from './attempts.ts'
import type { ServingKey } from './key.ts'
import { localPath } from './login.ts'
import type { LoggedIn, Login, LoginOutcome, LoginRequest } from './login.ts'
import { plainPage } from './plain-page.ts'
import type { UserTable } from './users.ts'

const MINUTE = 60_000
/** Wrong passwords for one name from one place; from one place; for one name from wherever. */
const LIMITS = {
  pair: { failures: 5, periodMs: 15 * MINUTE },
  remote: { failures: 20, periodMs: 15 * MINUTE },
  name: { failures: 100, periodMs: 15 * MINUTE },
} as const satisfies Record<string, AttemptLimit>
/** Passwords that are looked at at once; each takes memory and time. */
const MAX_AT_ONCE = 4
/** Ties a login form to the browser that it was given to. */
const FORM_COOKIE = 'oriel-form'

export interface PasswordLoginOptions {
  users: UserTable
  key: ServingKey
  /** The address is https. */
  secure: boolean
  log: Log
  now: () => number
  onOutcome: LoginOutcome
  /** Other processes at which people log in; default there are none. */
  shared?: SharedAttempts | null
}

/** Names and passwords, on a page of our own at `/login`. */
export class PasswordLogin implements Login {
  readonly anybody = null
  readonly #options: PasswordLoginOptions
  readonly #attempts: Attempts
  #underWay = 0

  constructor(options: PasswordLoginOptions) {
    this.#options = options
    this.#attempts = new Attempts(options.now, options.shared)
  }

  async answer({ request, url, remote, form }: LoginRequest): Promise<Response | LoggedIn | null> {
    if (url.pathname !== '/login') return null
    if (request.method !== 'POST') return this.#page({ to: localPath(url.searchParams.get('to')) })
    const name = (form.get('name') ?? '').trim()
    const to = localPath(form.get('to'))
    if (!this.#isOwnForm(request, form.get('form'))) {
      return this.#page({ to, name, problem: 'The form was too old. Please try again.', status: 403 })
    }
    const keys: [string, AttemptLimit][] = [
      [`pair ${remote} ${name}`, LIMITS.pair],
      [`remote ${remote}`, LIMITS.remote],
      [`name ${name}`, LIMITS.name],
    ]
    const waitMs = Math.max(...keys.map(([key, limit]) => this.#attempts.waitMs(key, limit)))
    if (waitMs > 0 || this.#underWay >= MAX_AT_ONCE) {
      this.#note('limited', name, remote)
      const minutes = Math.ceil(waitMs / MINUTE)
      const wait = minutes > 0 ? `in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}` : 'in a moment'
      return this.#page({ to, name, problem: `Too many tries. Please try again ${wait}.`, status: 429, waitMs })
    }
    this.#underWay++
    // Counted before it is known: many at once must not get through together.
    for (const [key, limit] of keys) this.#attempts.fail(key, limit)
    const user = await this.#options.users.verify(name, form.get('password') ?? '').finally(() => this.#underWay--)
    if (!user) {
      this.#note('refused', name, remote)
      return this.#page({ to, name, problem: 'This name and password do not go together.', status: 401 })
    }
    this.#attempts.clear(keys[0]![0])
    for (const [key] of keys) this.#attempts.forgive(key)
    this.#note('accepted', name, remote)
    return { identity: { userId: user.name, roles: user.roles, permissions: user.permissions }, to }
  }

  #note(outcome: 'accepted' | 'refused' | 'limited', name: string, remote: string): void {
    this.#options.onOutcome(outcome)
    const level = outcome === 'accepted' ? 'info' : 'warn'
    this.#options.log[level](`login ${outcome}`, { userId: name.slice(0, 100), remote })
  }

  #isOwnForm(request: Request, given: string | null): boolean {
    const cookie = new RegExp(`(?:^|;\\s*)${FORM_COOKIE}=([\\w-]{1,100})`).exec(
      request.headers.get('cookie') ?? '',
    )?.[1]
    if (cookie === undefined || given === null) return false
    const [a, b] = [Buffer.from(given), Buffer.from(this.#options.key.id('login-form', cookie))]
    return a.length === b.length && timingSafeEqual(a, b)
  }

  #page(shown: { to: string; name?: string; problem?: string; status?: number; waitMs?: number }): Response {
    const { to, name = '', problem, status, waitMs = 0 } = shown
    const secret = randomId(32)
    const form = this.#options.key.id('login-form', secret)
    const secure = this.#options.secure ? '; Secure' : ''
    return plainPage({
      title: 'Log in',
      status,
      headers: {
        'set-cookie': `${FORM_COOKIE}=${secret}; Path=/login; HttpOnly; SameSite=Strict${secure}`,
        ...(waitMs > 0 && { 'retry-after': String(Math.ceil(waitMs / 1000)) }),
      },
      body:
        '<h1>Log in</h1><p>This app is for people who are known here.</p>' +
        (problem ? `<p class="problem" role="alert">${escapeHtml(problem)}</p>` : '') +
        '<form method="post" action="/login">' +
        `<input type="hidden" name="form" value="${form}"><input type="hidden" name="to" value="${escapeHtml(to)}">` +
        `<label>Name<input name="name" value="${escapeHtml(name)}" autocomplete="username" autocapitalize="none" spellcheck="false" required${name ? '' : ' autofocus'}></label>` +
        `<label>Password<input name="password" type="password" autocomplete="current-password" required${name ? ' autofocus' : ''}></label>` +
        '<button>Log in</button></form>',
    })
  }
}
