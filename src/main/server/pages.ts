import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { randomId } from '../../shared/ids.ts'
import type { Log } from '../log.ts'
import { composePage, frameUrl } from './compose.ts'
import { errorResponse, linkRefused, notFound } from './error-page.ts'
import { fileResponse } from './files.ts'
import { contentSecurityPolicy, pageHeaders } from './headers.ts'
import type { VisitorTab } from '../../shared/boot.ts'
import type { WidgetProps } from '../../shared/records.ts'
import type { Page, PageDirectory, PageHandler } from './types.ts'

export interface PageHandlerOptions {
  directory: PageDirectory
  /** Folder, absolute, of the renderer's built files: `early.js`, `page.js`, `page.css` and what they load. */
  assetsDir: string
  log: Log
}

/** Where the server takes WebSockets. */
export const SOCKET_PATH = '/ws'

const WINDOW_PATH = /^\/w\/([\w-]{1,200})(?:\/files\/(.+))?$/
/** A name ending in eight characters of content hash, as the bundler writes them (all but lower-case words): what it holds never changes. */
const HASHED_NAME = /-(?=[\w-]*[A-Z\d])[\w-]{8}\.\w+$/
/** Cookies of one name that are tried; a foreign program on 127.0.0.1 could add its own. */
const MAX_COOKIES = 4

/** Answers the addresses of pages, of what stands beside them and of the renderer's files; 404 for all others. Never throws. */
export function createPageHandler(options: PageHandlerOptions): PageHandler {
  return async (request, { trusted }) => {
    const url = new URL(request.url)
    try {
      return (await answer(options, request, url, trusted)) ?? notFound()
    } catch (error) {
      // the path alone: the query holds the ticket
      options.log.error('a page could not be made', { path: url.pathname, error: String(error) })
      return errorResponse(
        500,
        'This page could not be made',
        'Something went wrong inside Oriel. The log has the details.',
      )
    }
  }
}

async function answer(
  { directory, assetsDir }: PageHandlerOptions,
  request: Request,
  url: URL,
  trusted: boolean,
): Promise<Response | null> {
  if (url.pathname.startsWith('/assets/')) {
    return assetFile(assetsDir, url.pathname, request)
  }
  const match = WINDOW_PATH.exec(url.pathname)
  if (!match) return null
  if (!trusted && isForeignEmbed(request)) return linkRefused()
  const windowKey = match[1]!
  const filePath = match[2]

  const ticket = url.searchParams.get('ticket')
  // a program that only looks (HEAD) must not use the ticket up
  if (ticket !== null && filePath === undefined && request.method === 'GET' && !trusted) {
    const secret = directory.admit(windowKey, ticket)
    if (secret !== null) return toPage(windowKey, url, { 'set-cookie': cookie(windowKey, secret) })
  }
  const page = findPage(directory, request, windowKey, trusted)
  if (!page) return linkRefused()
  if (filePath !== undefined) {
    return widgetFile(page.widget, filePath, request)
  }
  // a used ticket in the address of a window that is let in anyway: it was reloaded, or restored by the browser
  if (ticket !== null && !trusted) return toPage(windowKey, url)
  return pageResponse(page, {
    base: `/w/${windowKey}/files/`,
    socketOrigin: trusted ? null : `ws://${url.host}`,
    tab: null,
  })
}

export interface WidgetPageOptions {
  /** What relative addresses of an HTML file start from. */
  base: string
  /** Origin of the page's WebSocket; null where it needs none. */
  socketOrigin: string | null
  /** The page is a tab of a visitor's own browser; null: a window of the app. */
  tab: VisitorTab | null
}

/** The page of one widget, whoever asks for it. */
export async function pageResponse(page: Page, { base, socketOrigin, tab }: WidgetPageOptions): Promise<Response> {
  const { content } = page.widget
  let html = content.kind === 'html' ? content.html : content.kind === 'component' ? content.parts.join('') : ''
  if (content.kind === 'file') {
    const read = await readHtml(content.file, tab)
    if (read instanceof Response) return read
    html = read
  }
  const nonce = randomId()
  const body = composePage({
    page,
    html,
    nonce,
    socket: socketOrigin === null ? null : SOCKET_PATH,
    base: content.kind === 'file' ? base : null,
    tab,
  })
  const policy = contentSecurityPolicy({
    nonce,
    socketOrigin,
    frameOrigin: frameUrl(page)?.origin ?? null,
  })
  return new Response(body, { headers: pageHeaders(policy) })
}

/** A visitor is told the name of the file alone. */
async function readHtml(file: string, tab: VisitorTab | null): Promise<string | Response> {
  const shown = tab ? path.basename(file) : file
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file))
  } catch (error) {
    if (error instanceof TypeError) {
      return errorResponse(500, 'This file cannot be shown', `${shown} is not UTF-8 text.`)
    }
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return missing
      ? errorResponse(404, 'This file is missing', `${shown} does not exist any more.`)
      : errorResponse(500, 'This file cannot be shown', `${shown} could not be read.`)
  }
}

/** What else the address asks for stays: it is what the page's session is told. */
function toPage(windowKey: string, { searchParams }: URL, headers?: Record<string, string>): Response {
  const rest = new URLSearchParams(searchParams)
  rest.delete('ticket')
  const query = rest.size > 0 ? `?${rest.toString()}` : ''
  return new Response(null, {
    status: 303,
    headers: {
      location: `/w/${windowKey}${query}`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      ...headers,
    },
  })
}

// Cookies belong to a host and are shared between its ports: the path keeps this one from other windows, and from
// whatever else serves pages on 127.0.0.1. `Secure` would keep it from http.
function cookie(windowKey: string, secret: string): string {
  return `oriel=${encodeURIComponent(secret)}; Path=/w/${windowKey}; HttpOnly; SameSite=Strict`
}

/** One of the renderer's files, by its path with `/assets/`; null if there is none. */
export function assetFile(assetsDir: string, pathname: string, request: Request): Promise<Response | null> {
  const encodedPath = pathname.slice('/assets/'.length)
  return fileResponse({ root: assetsDir, encodedPath, cache: assetCache, request })
}

/** A file that stands beside a widget's HTML file; null if there is none. `mayHave`: as of `fileResponse`. */
export async function widgetFile(
  { content }: WidgetProps,
  filePath: string,
  request: Request,
  mayHave?: (root: string, file: string) => boolean,
): Promise<Response | null> {
  if (content.kind !== 'file') return null
  const root = path.dirname(content.file)
  return fileResponse({ root, encodedPath: filePath, cache: () => 'no-cache', request, mayHave })
}

function findPage(directory: PageDirectory, request: Request, windowKey: string, trusted: boolean): Page | null {
  if (trusted) return directory.page(windowKey, 'trusted')
  for (const secret of cookieValues(request.headers.get('cookie') ?? '')) {
    const page = directory.page(windowKey, secret)
    if (page) return page
  }
  return null
}

function cookieValues(header: string): string[] {
  const values: string[] = []
  for (const part of header.split(';')) {
    const text = part.trim()
    if (!text.startsWith('oriel=')) continue
    try {
      const value = decodeURIComponent(text.slice('oriel='.length))
      // 'trusted' is the directory's word for a way in that needs no secret
      if (value !== '' && value !== 'trusted') values.push(value)
    } catch {
      // not one of ours
    }
    if (values.length === MAX_COOKIES) break
  }
  return values
}

/** Whether a page of another origin wants this as a part of itself. Pages of other ports count as the same site, so SameSite alone lets them. */
export function isForeignEmbed(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site === null || site === 'same-origin' || site === 'none') return false
  return request.headers.get('sec-fetch-mode') !== 'navigate' || request.headers.get('sec-fetch-dest') !== 'document'
}

function assetCache(name: string): string {
  return HASHED_NAME.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache'
}
