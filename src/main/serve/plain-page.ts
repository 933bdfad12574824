import { escapeHtml } from '../server/escape.ts'
import { pageHeaders } from '../server/headers.ts'

/** Styles may stand in the page, forms go back to it, and nothing runs. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const STYLE = `
:root { color-scheme: light dark; --bg: light-dark(#f6f5f1, #131817); --surface: light-dark(#fff, #1b2221); --text: light-dark(#1c2321, #e7ece9);
  --muted: light-dark(#57615e, #9daaa5); --line: light-dark(#dfdcd3, #2d3734); --edge: light-dark(#868c87, #6f7c78);
  --accent: light-dark(#0d6a6a, #67cdc3); --on-accent: light-dark(#fff, #06211f); --danger: light-dark(#b1271d, #ff9589); --danger-soft: light-dark(#fbe8e5, #3a1e1b) }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--bg) }
main { width: 100%; max-width: 26rem; padding: 2rem; border: 1px solid var(--line); border-radius: 14px; background: var(--surface) }
main.wide { max-width: 60rem; align-self: start }
h1 { margin: 0 0 .35rem; font-size: 1.4rem; line-height: 1.25 }
p { margin: 0 0 1rem; color: var(--muted) }
p:last-child { margin-bottom: 0 }
form { display: grid; gap: .9rem; margin: 1.2rem 0 0 }
label { display: grid; gap: .25rem; font-weight: 500 }
input { min-height: 2.6rem; padding: .4rem .7rem; border: 1px solid var(--edge); border-radius: 8px; background: var(--bg); color: inherit; font: inherit }
button, a.button { min-height: 2.6rem; padding: .45rem 1.1rem; border: 1px solid transparent; border-radius: 8px; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer }
button.small { min-height: 1.9rem; padding: .1rem .7rem; border-color: var(--edge); background: transparent; color: inherit; font-weight: 500 }
a { color: var(--accent) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.problem { margin: 1rem 0 0; padding: .6rem .8rem; border-radius: 8px; background: var(--danger-soft); color: var(--danger) }
table { width: 100%; margin-top: 1rem; border-collapse: collapse; font-size: .94rem }
th, td { padding: .5rem .6rem; border-bottom: 1px solid var(--line); text-align: left }
th { color: var(--muted); font-weight: 500 }
td form { margin: 0 }
.scroll { overflow-x: auto }
.scroll + p { margin-top: 1rem }
`

export interface PlainPage {
  title: string
  /** HTML, escaped where it has to be. */
  body: string
  status?: number
  headers?: Record<string, string>
  /** For tables. */
  wide?: boolean
  /** After so many seconds the page is loaded again. */
  refreshAfter?: number
}

/** A page of the server's own: no script, light and dark as the system is. */
export function plainPage({ title, body, status = 200, headers, wide = false, refreshAfter }: PlainPage): Response {
  const refresh = refreshAfter === undefined ? '' : `<meta http-equiv="refresh" content="${refreshAfter}">`
  const html =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<meta name="color-scheme" content="light dark">${refresh}<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>` +
    `<body><main${wide ? ' class="wide"' : ''}>${body}</main></body></html>`
  // Without a referrer browsers name no origin where a form comes from, which is to be checked.
  return new Response(html, {
    status,
    headers: { ...pageHeaders(POLICY), 'referrer-policy': 'same-origin', ...headers },
  })
}

/** A page that says one thing. `text`: plain; `link`: where to go on. */
export function messagePage(
  title: string,
  text: string,
  options: {
    status?: number
    headers?: Record<string, string>
    link?: { href: string; text: string }
    refreshAfter?: number
  } = {},
): Response {
  const { link, ...rest } = options
  const onward = link ? `<p><a class="button" href="${escapeHtml(link.href)}">${escapeHtml(link.text)}</a></p>` : ''
  return plainPage({ title, body: `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${onward}`, ...rest })
}

export function redirect(to: string, headers?: Record<string, string>): Response {
  return new Response(null, { status: 303, headers: { location: to, 'cache-control': 'no-store', ...headers } })
}

export function notFound(): Response {
  return messagePage('Not found', 'There is nothing at this address.', { status: 404 })
}
