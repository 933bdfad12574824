/** What a probe asks: whether the process is alive, and whether it takes visitors. */
export class Health {
  /** Why it takes none now; null: it does. */
  #reason: string | null = 'starting'
  readonly #check: () => Promise<void>

  /** `check`: rejects where what it needs is not there. */
  constructor(check: () => Promise<void>) {
    this.#check = check
  }

  ready(): void {
    this.#reason = null
  }

  drain(): void {
    this.#reason = 'draining'
  }

  /** The answer to `/healthz` and `/readyz`; null for any other path. */
  async answer(pathname: string): Promise<Response | null> {
    if (pathname === '/healthz') return text(200, 'ok')
    if (pathname !== '/readyz') return null
    if (this.#reason !== null) return text(503, this.#reason)
    return this.#check().then(
      () => text(200, 'ready'),
      () => text(503, 'stores unavailable'),
    )
  }
}

/** Asked for by whatever name a probe has for us. */
export const PROBE_PATHS = ['/healthz', '/readyz'] as const

function text(status: number, body: string): Response {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
  return new Response(`${body}\n`, { status, headers })
}
