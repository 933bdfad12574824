import { timingSafeEqual } from 'node:crypto'
import type { Log } from '../log.ts'
import { escapeHtml } from '../server/escape.ts'
import type { Metrics } from './metrics.ts'
import { messagePage, plainPage, redirect } from './plain-page.ts'
import type { SitePart } from './site.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import type { Visitor, Visitors } from './visitors.ts'

export interface AccountOptions {
  visitors: Visitors
  gatekeeper: Gatekeeper
  metrics: Metrics
  /** Name of what is served. */
  app: string
  /** Whether there is a login at all. */
  hasLogin: boolean
  /** Who has it may read `/metrics`; null: only people who may look after the server. */
  metricsToken: string | null
  log: Log
}

/** What is said of a visit on the pages for who looks after the server. */
interface ListedVisit {
  id: string
  user: string | null
  roles: readonly string[]
  since: string
  until: string | null
}

/** `/account` and `/logout` for each visitor; `/admin` with every visit, and `/metrics`, for who may look after the server. */
export function accountPart(options: AccountOptions): SitePart {
  const { visitors, gatekeeper, metrics, app, hasLogin, log } = options
  const isAdmin = (visitor: Visitor | null) =>
    visitor ? visitors.may(visitor, 'admin', ['app', app]) : Promise.resolve(false)

  return async ({ url, request, form, visitor }) => {
    const isPost = request.method === 'POST'
    const isRefusedForm = () => !visitor || !visitors.isFormToken(visitor, form.get('form'))
    switch (url.pathname) {
      case '/metrics': {
        // Without a login only this computer gets here.
        if (isPost) return null
        const mayRead = !hasLogin || hasToken(request, options.metricsToken) || (await isAdmin(visitor))
        return mayRead ? metrics.response() : refused(visitor)
      }
      case '/account':
        if (isPost || !hasLogin || !visitor) return null
        return accountPage(visitor, visitors, await isAdmin(visitor))
      case '/logout':
        if (!isPost || !visitor || !hasLogin) return null
        if (isRefusedForm()) return oldForm()
        await visitors.end(visitor.sid)
        await gatekeeper.check()
        return redirect('/login')
      case '/admin': {
        if (isPost || !hasLogin) return null
        if (!visitor || !(await isAdmin(visitor))) return refused(visitor)
        const listed = (await visitors.list()).map(toListed)
        const wantsJson = request.headers.get('accept')?.includes('application/json')
        return wantsJson ? json(listed) : adminPage(listed, visitor, visitors)
      }
      case '/admin/revoke': {
        if (!isPost || !hasLogin) return null
        if (!visitor || !(await isAdmin(visitor))) return refused(visitor)
        if (isRefusedForm()) return oldForm()
        const ended = await endVisit(visitors, form.get('id') ?? '')
        if (ended) log.info('a visit was ended', { by: visitor.userId, userId: ended })
        await gatekeeper.check()
        return redirect('/admin')
      }
      default:
        return null
    }
  }
}

/** The beginning of a visit's id is enough to name it, and no use to who reads it. */
const SHOWN_ID = 8

/** Ends the visit whose id begins so; gives whose it was, '' for nobody's. Null if there is none, or not just one. */
export async function endVisit(visitors: Visitors, id: string): Promise<string | null> {
  if (id.length < SHOWN_ID) return null
  const found = (await visitors.list()).filter(({ sessionId }) => sessionId.startsWith(id))
  const [visit] = found
  if (!visit || found.length > 1 || !(await visitors.end(visit.sessionId))) return null
  return visit.who ?? ''
}

export function toListed(visit: Awaited<ReturnType<Visitors['list']>>[number]): ListedVisit {
  const { sessionId, who, roles, createdAt, expiresAt } = visit
  return {
    id: sessionId.slice(0, SHOWN_ID),
    user: who,
    roles,
    since: new Date(createdAt).toISOString(),
    until: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  }
}

function hasToken(request: Request, token: string | null): boolean {
  if (token === null) return false
  const [a, b] = [Buffer.from(request.headers.get('authorization') ?? ''), Buffer.from(`Bearer ${token}`)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function accountPage(visitor: Visitor, visitors: Visitors, isAdmin: boolean): Response {
  const roles = visitor.roles.length > 0 ? visitor.roles.join(', ') : 'none'
  return plainPage({
    title: 'Your account',
    body:
      `<h1>${escapeHtml(visitor.userId ?? 'You')}</h1><p>Roles: ${escapeHtml(roles)}</p>` +
      `<p><a href="/">To the app</a>${isAdmin ? ' · <a href="/admin">Who is here</a>' : ''}</p>` +
      `<form method="post" action="/logout">${formField(visitor, visitors)}<button>Log out</button></form>`,
  })
}

function adminPage(listed: readonly ListedVisit[], visitor: Visitor, visitors: Visitors): Response {
  const rows = listed.map(
    ({ id, user, roles, since, until }) =>
      `<tr><td>${escapeHtml(user ?? '–')}</td><td>${escapeHtml(roles.join(', '))}</td><td>${time(since)}</td><td>${time(until)}</td>` +
      `<td><form method="post" action="/admin/revoke">${formField(visitor, visitors)}<input type="hidden" name="id" value="${escapeHtml(id)}">` +
      `<button class="small" aria-label="End the visit of ${escapeHtml(user ?? 'somebody')}">End</button></form></td></tr>`,
  )
  return plainPage({
    title: 'Who is here',
    wide: true,
    body:
      '<h1>Who is here</h1><p>Everybody who has logged in and not left. Ending a visit logs that browser out at once.</p>' +
      '<div class="scroll"><table><thead><tr><th>User</th><th>Roles</th><th>Since</th><th>Until</th><th></th></tr></thead>' +
      `<tbody>${rows.join('')}</tbody></table></div><p><a href="/account">Your account</a></p>`,
  })
}

function time(iso: string | null): string {
  return iso === null ? '–' : `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}

function formField(visitor: Visitor, visitors: Visitors): string {
  return `<input type="hidden" name="form" value="${visitors.formToken(visitor)}">`
}

function refused(visitor: Visitor | null): Response {
  if (!visitor) return messagePage('Please log in', 'This is only for people who are logged in.', { status: 401 })
  return messagePage('You may not see this', 'This is for who looks after the server.', { status: 403 })
}

function oldForm(): Response {
  return messagePage('Please try again', 'The form was too old. Go back, load the page again and try again.', {
    status: 403,
  })
}

function json(value: unknown): Response {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
  return new Response(JSON.stringify(value), { headers })
}
