import { createHash, timingSafeEqual } from 'node:crypto'
import { randomId } from '../../shared/ids.ts'
import type { Log } from '../log.ts'
import { escapeHtml } from '../server/escape.ts'
import { Attempts } from './attempts.ts'
import type { AttemptKeys, AttemptLimit, AttemptWait, SharedAttempts } from './attempts.ts'
import { FairQueue } from './fair-queue.ts'
import type { ServingKey } from './key.ts'
import { LoginCookie } from './login-cookie.ts'
import { localPath } from './login.ts'
import type { LoggedIn, Login, LoginOutcome, LoginRequest } from './login.ts'
import { placeOf } from './places.ts'
import { plainPage } from './plain-page.ts'
import { Repeats } from './repeats.ts'
import type { UserTable } from './users.ts'

const MINUTE = 60_000
const PERIOD_MS = 15 * MINUTE
/** Wrong passwords for one name from one place; from one place; for one name from wherever. */
const LIMITS = {
  pair: { failures: 5, periodMs: PERIOD_MS },
  place: { failures: 20, periodMs: PERIOD_MS },
  name: { failures: 100, periodMs: PERIOD_MS },
} as const satisfies Record<string, AttemptLimit>
type Kind = keyof typeof LIMITS
const MAX_KNOWN = 10_000
/** Passwords are looked at a few at once, since each takes memory and time; others wait. */
const LOOKS = { atOnce: 4, waitingOfOne: 20, waiting: 200 }
/** Ties a login form to the browser that it was given to. */
const FORM_COOKIE = 'oriel-form'

export interface PasswordLoginOptions {
  users: Pick<UserTable, 'verify'>
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
  readonly #attempts: Attempts<Kind>
  /** Names with places from which they have logged in, the oldest first. */
  readonly #known = new Set<string>()
  readonly #cookie: LoginCookie
  readonly #looks = new FairQueue(LOOKS)
  readonly #limited: Repeats

  constructor(options: PasswordLoginOptions) {
    this.#options = options
    this.#cookie = new LoginCookie({ name: FORM_COOKIE, sameSite: 'Strict', secure: options.secure })
    this.#attempts = new Attempts(LIMITS, options.now, options.shared)
    this.#limited = new Repeats(options.log, PERIOD_MS, options.now)
  }

  async answer({ request, url, remote, form }: LoginRequest): Promise<Response | LoggedIn | null> {
    if (url.pathname !== '/login') return null
    if (request.method !== 'POST') return this.#page({ to: localPath(url.searchParams.get('to')) })
    const name = (form.get('name') ?? '').trim()
    const to = localPath(form.get('to'))
    if (!this.#isOwnForm(request, form.get('form'))) {
      return this.#page({ to, name, problem: 'The form was too old. Please try again.', status: 403 })
    }
    const all = keysOf(name, placeOf(remote))
    // Whoever tries a name from elsewhere does not lock out who has it.
    const keys: AttemptKeys<Kind> = this.#known.has(all.pair) ? { pair: all.pair, place: all.place } : all
    const limited = ({ ms, kind }: AttemptWait<Kind>): Response => {
      this.#noteLimited(`${kind} ${keys[kind]}`, kind, name, remote)
      return this.#waitPage(to, name, ms)
    }
    const before = this.#attempts.wait(keys)
    if (before.ms > 0) return limited(before)
    const looked = await this.#looks.run(all.place, async () => {
      const now = this.#attempts.wait(keys)
      if (now.ms > 0) return { wait: now }
      // Counted before it is known: many at once must not get through together.
      this.#attempts.fail(keys)
      return { user: await this.#options.users.verify(name, form.get('password') ?? '') }
    })
    if (!looked) {
      this.#noteLimited(`busy ${all.place}`, 'busy', name, remote)
      return this.#waitPage(to, name, 0)
    }
    if (looked.wait) return limited(looked.wait)
    const { user } = looked
    if (!user) {
      this.#note('refused', name, remote)
      return this.#page({ to, name, problem: 'This name and password do not go together.', status: 401 })
    }
    this.#attempts.forgive(keys)
    this.#attempts.clear('pair', all.pair)
    this.#know(all.pair)
    this.#note('accepted', name, remote)
    return { identity: { userId: user.name, roles: user.roles, permissions: user.permissions }, to }
  }

  #know(pair: string): void {
    this.#known.delete(pair)
    this.#known.add(pair)
    if (this.#known.size > MAX_KNOWN) this.#known.delete(this.#known.values().next().value!)
  }

  #note(outcome: 'accepted' | 'refused', name: string, remote: string): void {
    this.#options.onOutcome(outcome)
    const level = outcome === 'accepted' ? 'info' : 'warn'
    this.#options.log[level](`login ${outcome}`, { userId: shortened(name), remote })
  }

  /** `key`: what the limit is of. */
  #noteLimited(key: string, limit: string, name: string, remote: string): void {
    this.#options.onOutcome('limited')
    this.#limited.note(key, 'login limited', { limit, userId: shortened(name), remote })
  }

  #isOwnForm(request: Request, given: string | null): boolean {
    const cookie = this.#cookie.read(request.headers.get('cookie'))
    if (cookie === null || given === null) return false
    const [a, b] = [Buffer.from(given), Buffer.from(this.#options.key.id('login-form', cookie))]
    return a.length === b.length && timingSafeEqual(a, b)
  }

  #waitPage(to: string, name: string, waitMs: number): Response {
    const minutes = Math.ceil(waitMs / MINUTE)
    const wait = minutes > 0 ? `in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}` : 'in a moment'
    return this.#page({ to, name, problem: `Too many tries. Please try again ${wait}.`, status: 429, waitMs })
  }

  #page(shown: { to: string; name?: string; problem?: string; status?: number; waitMs?: number }): Response {
    const { to, name = '', problem, status, waitMs = 0 } = shown
    const secret = randomId(32)
    const form = this.#options.key.id('login-form', secret)
    return plainPage({
      title: 'Log in',
      status,
      headers: {
        'set-cookie': this.#cookie.set(secret),
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

/** Names may be anything that was sent: they are counted, and told to other processes, by a digest. */
function keysOf(name: string, place: string): Record<Kind, string> {
  const digest = createHash('sha256').update(name).digest('base64url')
  return { pair: `${place} ${digest}`, place, name: digest }
}

function shortened(name: string): string {
  return name.slice(0, 100)
}
