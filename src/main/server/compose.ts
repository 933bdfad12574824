import { isWholeDocument } from '../../shared/html.ts'
import { PROTOCOL_VERSION } from '../../shared/protocol.ts'
import type { Theme, WidgetContent } from '../../shared/records.ts'
import { withAdditions, withNonce } from './author-html.ts'
import { escapeHtml, scriptJson } from './escape.ts'
import type { Boot, VisitorTab } from '../../shared/boot.ts'
import type { Page } from './types.ts'

export interface ComposeOptions {
  page: Page
  /** The author's HTML: a piece or a whole document; '' where the renderer draws the content itself. */
  html: string
  nonce: string
  /** Path of the page's WebSocket; null where the preload brings the carrier. */
  socket: string | null
  /** What relative addresses in the HTML start from, such as `/w/KEY/files/`; null: the page's own address. */
  base: string | null
  /** The page is a tab of a visitor's own browser; null or absent: a window of the app. */
  tab?: VisitorTab | null
}

const THEMES: ReadonlySet<string> = new Set(['light', 'dark', 'system'] satisfies Theme[])

/**
 * The HTML of one window's page. A piece of HTML comes into `<main id="oriel-content">`; a whole document stays as it is,
 * with our tags first in its head. Patches of the widget are not applied here: the page's script does that.
 */
export function composePage(options: ComposeOptions): string {
  const { page, nonce, base } = options
  // a byte order mark counts as text and would end the head before it began
  const html = options.html.replace(/^\uFEFF/, '')
  const theme = THEMES.has(page.widget.theme) ? page.widget.theme : 'system'
  const attributes = ` data-theme="${theme}"`
  const title = `<title>${escapeHtml(page.widget.title)}</title>`
  const head =
    (base === null ? '' : `<base href="${escapeHtml(base)}">`) +
    `<script type="application/json" id="oriel-boot">${scriptJson(bootOf(page, options))}</script>` +
    // runs at once, so that `window.oriel` is there for the author's own scripts; page.js comes after the whole page
    `<script src="/assets/early.js" nonce="${nonce}"></script>` +
    // of the window where the host shows it; an author's own comes later and wins
    '<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">' +
    '<link rel="stylesheet" href="/assets/page.css">' +
    `<script type="module" src="/assets/page.js" nonce="${nonce}"></script>`

  if (isWholeDocument(html)) return withAdditions(html, { nonce, head, title, attributes })
  return (
    // what Oriel itself says is English; parts in another language can have a `lang` of their own
    `<!doctype html><html lang="en"${attributes}><head><meta charset="utf-8">` +
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">' +
    `${title}${head}</head><body><main id="oriel-content">${withNonce(html, nonce)}</main></body></html>`
  )
}

/** The address that a page with url content frames; null for other content and for addresses that are not http(s). */
export function frameUrl(page: Page): URL | null {
  const { content } = page.widget
  if (content.kind !== 'url') return null
  const url = URL.parse(content.url)
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url : null
}

function bootOf(page: Page, { socket, tab = null }: ComposeOptions): Boot {
  const { widget } = page
  return {
    protocol: PROTOCOL_VERSION,
    ticket: page.ticket(),
    sessionId: page.sessionId,
    clientId: page.clientId,
    widgetId: widget.widgetId,
    revision: widget.revision,
    socket,
    theme: widget.theme,
    view: viewOf(widget.content),
    frame: frameUrl(page)?.href ?? null,
    ...(tab && { tab }),
  }
}

/** What the renderer draws itself. */
function viewOf(content: WidgetContent): Boot['view'] {
  if (content.kind === 'elements') return 'elements'
  return content.kind === 'view' ? content.view : null
}
