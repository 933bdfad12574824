import { OrielError } from '../../shared/errors.ts'
import { widgetRecordId } from '../../shared/records.ts'
import type { WidgetProps } from '../../shared/records.ts'
import type { Lobby } from '../engine/lobby.ts'
import type { Log } from '../log.ts'
import type { Addresses } from '../server/addresses.ts'
import { assetFile, isForeignEmbed, pageResponse, widgetFile } from '../server/pages.ts'
import type { Page, PageHandler, PageRequest } from '../server/types.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import type { Health } from './health.ts'
import { localPath } from './login.ts'
import type { Login } from './login.ts'
import { notFound, redirect } from './plain-page.ts'
import { messagePage } from './plain-page.ts'
import type { ServedSession, SessionRegistry } from './registry.ts'
import type { Visitor, Visitors } from './visitors.ts'

/** How long a page waits for its session to show something before it says so, in ms. */
const SHOW_PATIENCE_MS = 10_000
/** Tabs of one session, those included that are gone but may come back. */
const MAX_TABS = 64
/** A page's own ticket is used within the moment it takes to start its script, in ms. */
const PAGE_TICKET_TTL_MS = 30_000
/** After this long somebody who found no room may try again, in seconds. */
const BUSY_RETRY_SECONDS = 30

/** Processes that are asked for one page, each of which may go meanwhile. */
const MAX_OWNERS = 3

const WIDGET_PATH = /^\/w\/([^/]{1,200})(?:\/files\/(.+))?$/

export interface SiteOptions {
  visitors: Visitors
  registry: SessionRegistry
  gatekeeper: Gatekeeper
  login: Login
  /** More addresses, for those who are let in or not: null for any other. */
  more: readonly SitePart[]
  health: Health
  lobby: Lobby
  /** Which of the files beside a page visitors may have, by the real paths of its folder and of the file. */
  mayHave: (root: string, file: string) => boolean
  /** Folder of the renderer's built files. */
  assetsDir: string
  /** Scheme and authority of our pages. */
  origin: () => string
  addresses: Addresses
  log: Log
  /** Default 10,000. */
  patienceMs?: number
  /** Has the process with a visitor's session answer; null: there is no other process. */
  ask: ((workerId: string, request: Request, sid: string) => Promise<Response>) | null
}

/** One more group of addresses. `visitor` null: nobody we know. */
export type SitePart = (asked: {
  url: URL
  request: Request
  form: URLSearchParams
  visitor: Visitor | null
}) => Promise<Response | null>

/** Answers every address of a server: whose page it is, and whether they may have it. */
export class Site {
  readonly #options: SiteOptions

  constructor(options: SiteOptions) {
    this.#options = options
  }

  readonly handle: PageHandler = async (request, from) => {
    const url = new URL(request.url)
    try {
      return await this.#answer(request, url, from)
    } catch (error) {
      const code = error instanceof OrielError ? error.code : null
      if (code === 'overloaded' || code === 'session_busy') return busyPage((error as OrielError).message)
      if (code === 'not_connected' || code === 'store_unwritable') {
        this.#options.log.warn('a page could not be made without the stores', {
          path: url.pathname,
          error: String(error),
        })
        return busyPage('What this app keeps cannot be reached right now.')
      }
      this.#options.log.error('a page could not be made', { path: url.pathname, error: String(error) })
      return messagePage('This page could not be made', 'Something went wrong. Try again in a moment.', { status: 500 })
    }
  }

  async #answer(request: Request, url: URL, { remote = '' }: PageRequest): Promise<Response> {
    const { visitors, login, more, health, addresses } = this.#options
    const probe = await health.answer(url.pathname)
    if (probe) return probe
    const isPost = request.method === 'POST'
    if (isPost && !isOwnForm(request, addresses)) {
      return messagePage('This was not sent from here', 'Open the page at its own address and try again.', {
        status: 403,
      })
    }
    const form = isPost ? new URLSearchParams(await request.text()) : new URLSearchParams()
    const cookies = request.headers.get('cookie')
    const visitor = await visitors.find(cookies)

    const answered = await login.answer({ request, url, form, remote })
    if (answered instanceof Response) return answered
    if (answered) {
      // Whoever was here before with this browser is not any more.
      if (visitor) await visitors.end(visitor.sid)
      const { cookie } = await visitors.begin(answered.identity)
      return redirect(answered.to, { 'set-cookie': cookie })
    }
    for (const part of more) {
      const response = await part({ url, request, form, visitor })
      if (response) return response
    }
    if (isPost) return notFound()
    if (visitor) return this.#answerVisitor(request, url, visitor, await visitors.prolong(visitor))
    if (login.anybody && request.method === 'GET' && isPagePath(url.pathname)) {
      const begun = await visitors.begin(login.anybody)
      return this.#answerVisitor(request, url, begun.visitor, begun.cookie)
    }
    if (login.anybody) return request.method === 'HEAD' && isPagePath(url.pathname) ? nothingToRead() : notFound()
    if (isPagePath(url.pathname))
      return redirect(`/login?to=${encodeURIComponent(localPath(url.pathname + url.search))}`)
    return messagePage('Please log in', 'This is only for people who are logged in.', {
      status: 401,
      link: { href: '/login', text: 'Log in' },
    })
  }

  /** What another process asks for on behalf of a visitor whose session is here. Rejects with no_owner if it is not. */
  async answerHere(request: Request, visitor: Visitor): Promise<Response> {
    const served = this.#options.registry.find(visitor)
    if (!served) throw new OrielError('no_owner', 'This session is not here any more. Try again.')
    return this.#show(served, request, new URL(request.url), visitor)
  }

  async #answerVisitor(request: Request, url: URL, visitor: Visitor, cookie: string | null): Promise<Response> {
    const response = await this.#serve(request, url, visitor)
    if (cookie !== null) response.headers.append('set-cookie', cookie)
    return response
  }

  async #serve(request: Request, url: URL, visitor: Visitor): Promise<Response> {
    const { gatekeeper, assetsDir } = this.#options
    const match = WIDGET_PATH.exec(url.pathname)
    const widgetId = match ? decoded(match[1]!) : null
    const { mayRead } = await gatekeeper.rights(visitor, widgetId)
    if (!mayRead) {
      return messagePage('You may not see this', 'Your account has no right to look at this app.', {
        status: 403,
        link: { href: '/account', text: 'Your account' },
      })
    }
    if (url.pathname.startsWith('/assets/')) return (await assetFile(assetsDir, url.pathname, request)) ?? notFound()
    if (!isPagePath(url.pathname) || (match && widgetId === null)) return notFound()
    if (isForeignEmbed(request)) {
      return messagePage('This cannot be shown here', 'Open the page in a tab of its own.', { status: 403 })
    }
    // Who only looks whether something is there begins nothing.
    if (request.method === 'HEAD') return nothingToRead()
    return this.#whereItIs(request, url, visitor)
  }

  /** Answers here, or has the process answer that has the session; if that one is gone meanwhile, the next. */
  async #whereItIs(request: Request, url: URL, visitor: Visitor): Promise<Response> {
    const { registry, ask, log } = this.#options
    for (let tries = 1; ; tries++) {
      const located = await registry.open(visitor)
      if (located.at === 'here') return this.#show(located.served, request, url, visitor)
      try {
        return await ask!(located.workerId, request, visitor.sid)
      } catch (error) {
        const code = error instanceof OrielError ? error.code : null
        if (code === 'no_owner' && tries < MAX_OWNERS) continue
        if (code !== 'no_owner' && code !== 'owner_timeout') throw error
        log.warn('a page could not be had from the process with its session', { code, workerId: located.workerId })
        return messagePage('One moment', 'This takes longer than it should. The page tries again by itself.', {
          status: 504,
          headers: { 'x-oriel-error': code },
          refreshAfter: 2,
        })
      }
    }
  }

  async #show(served: ServedSession, request: Request, url: URL, visitor: Visitor): Promise<Response> {
    const match = WIDGET_PATH.exec(url.pathname)
    const widgetId = match ? decoded(match[1]!) : null
    if (match?.[2] === undefined) return this.#page(served, widgetId, visitor)
    const widget = widgetId === null ? null : widgetOf(served, widgetId)
    return (widget && (await widgetFile(widget, match[2], request, this.#options.mayHave))) ?? notFound()
  }

  /** `widgetId` null: the first that the script shows. */
  async #page(served: ServedSession, widgetId: string | null, visitor: Visitor): Promise<Response> {
    const { session } = served
    const first = () => session.windows.widgetIds.find((id) => widgetOf(served, id) !== null) ?? null
    const isThere = () => (widgetId === null ? first() !== null : widgetOf(served, widgetId) !== null)
    if (!isThere()) await waitFor(served.started, this.#options.patienceMs ?? SHOW_PATIENCE_MS)
    await session.windows.settled()
    const id = widgetId ?? first()
    const widget = id === null ? null : widgetOf(served, id)
    if (widget) return this.#widgetPage(served, widget, visitor)
    const state = session.scriptState
    if (state === 'starting') return messagePage('One moment', 'The app is starting.', { refreshAfter: 2, status: 503 })
    if (widgetId !== null) {
      return messagePage('This is not open', 'The app does not show this any more.', {
        status: 404,
        link: { href: '/', text: 'To the app' },
      })
    }
    return state === 'failed'
      ? messagePage('The app has failed', 'It could not be started. Whoever runs it finds the reason in the log.', {
          status: 500,
        })
      : messagePage('There is nothing to see', 'The app is running but shows nothing.', { refreshAfter: 5 })
  }

  #widgetPage({ session }: ServedSession, widget: WidgetProps, { userId }: Visitor): Promise<Response> | Response {
    const { room } = session
    if (room.peers('window').length >= MAX_TABS) {
      return messagePage('Too many tabs', 'Close some of the tabs that you have open here, then try again.', {
        status: 429,
        headers: { 'retry-after': String(BUSY_RETRY_SECONDS) },
      })
    }
    const page: Page = {
      widget,
      sessionId: session.id,
      clientId: room.clientId,
      ticket: () => {
        const peer = room.addPeer('window', widget.widgetId, { leaves: true })
        return this.#options.lobby.issueTicket({ room, peer }, PAGE_TICKET_TTL_MS)
      },
    }
    return pageResponse(page, {
      base: `/w/${encodeURIComponent(widget.widgetId)}/files/`,
      socketOrigin: this.#options.origin().replace(/^http/, 'ws'),
      tab: { user: userId },
    })
  }
}

function nothingToRead(): Response {
  return new Response(null, { headers: { 'cache-control': 'no-store' } })
}

function busyPage(text: string): Response {
  return messagePage('Busy', `${text} This page tries again by itself.`, {
    status: 503,
    headers: { 'retry-after': String(BUSY_RETRY_SECONDS) },
    refreshAfter: BUSY_RETRY_SECONDS,
  })
}

function isPagePath(pathname: string): boolean {
  return pathname === '/' || WIDGET_PATH.test(pathname)
}

/** Whether a form was sent from a page of ours. Browsers always say where it came from. */
function isOwnForm(request: Request, addresses: Addresses): boolean {
  const origin = request.headers.get('origin')
  return origin !== null && addresses.isOwnOrigin(origin)
}

function widgetOf({ session }: ServedSession, widgetId: string): WidgetProps | null {
  if (!session.windows.widgetIds.includes(widgetId)) return null
  const record = session.room.journal.state.get(widgetRecordId(widgetId))
  return record ? (record.props as unknown as WidgetProps) : null
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

async function waitFor(work: Promise<void>, ms: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([work, over])
  clearTimeout(timer)
}
