import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A page's path, and what it does: see `PAGES`. */
export type SitePage = keyof typeof PAGES

/** Small pages that tell the test what they see, by asking for `/report?…`. */
const PAGES = {
  /** Reports its colour scheme and its size. */
  '/plain': `report({ scheme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
    width: innerWidth, height: innerHeight })`,
  /** Reports every title it is given. */
  '/titled': `new MutationObserver(() => report({ title: document.title })).observe(document.head, { childList: true, subtree: true })
    report({ ready: 1 })`,
  /** Goes to the address in `to`; reports if it is still there afterwards. */
  '/leaving': `setTimeout(() => report({ stayed: 1 }), 300); location.href = new URLSearchParams(location.search).get('to')`,
  /** Opens the address in `to` in a new window; reports afterwards. */
  '/popping': `window.open(new URLSearchParams(location.search).get('to')); setTimeout(() => report({ popped: 1 }), 300)`,
  /** Shows the address in `to` in a frame; reports when it is there. */
  '/framing': `const frame = document.createElement('iframe'); frame.onload = () => report({ framed: 1 })
    frame.src = new URLSearchParams(location.search).get('to'); document.body.append(frame)`,
  /** Reports, then never answers anything again. */
  '/stuck': `report({ stuck: 1 }).then(() => { for (;;); })`,
} as const

/** A report of a page: where it came from and what it said. */
export interface Report {
  path: string
  values: Record<string, string>
}

/** A web server for pages that report back. */
export interface TestSite {
  readonly origin: string
  /** Address of a page; `query` is added to it. */
  url(page: SitePage, query?: Record<string, string>): string
  /** Paths asked for so far, `/report` and `/favicon.ico` excepted. */
  readonly requests: string[]
  /** The first report with this key from a page whose address contains `mark`, now or later. */
  report(key: string, mark?: string): Promise<Report>
  close(): Promise<void>
}

/** Starts it on 127.0.0.1. Pages are all one colour, rgb(200, 100, 50). */
export async function startTestSite(): Promise<TestSite> {
  const requests: string[] = []
  const reports: Report[] = []
  let wake: (() => void)[] = []

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (url.pathname === '/report') {
      const { from = '', ...values } = Object.fromEntries(url.searchParams)
      reports.push({ path: from, values })
      for (const look of wake) look()
      response.end()
      return
    }
    if (url.pathname === '/favicon.ico') {
      response.writeHead(404).end()
      return
    }
    requests.push(url.pathname + url.search)
    const script = PAGES[url.pathname as SitePage] as string | undefined
    response.writeHead(script === undefined ? 404 : 200, { 'content-type': 'text/html' })
    response.end(`<!doctype html><title>Untitled</title><style>body { margin: 0; background: rgb(200, 100, 50) }</style><body><script>
      const report = (values) => fetch('/report?' + new URLSearchParams({ from: location.pathname + location.search, ...values }))
      ${script ?? ''}
    </script>`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    origin,
    requests,
    url: (page, query = {}) => `${origin}${page}?${new URLSearchParams(query)}`,
    report: (key, mark = '') =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = reports.find(({ path, values }) => path.includes(mark) && key in values)
          if (found === undefined) return
          wake = wake.filter((other) => other !== look)
          resolve(found)
        }
        wake.push(look)
        look()
      }),
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
