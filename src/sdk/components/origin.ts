/**
 * Whether a page of another site sent `request`: browsers say so, other programs have no need to. A person's cookies must
 * not let any page of the web act for them.
 */
export function isForeign(request: Request, allowed: readonly string[]): boolean {
  const origin = request.headers.get('origin')
  if (origin !== null && allowed.includes(origin)) return false
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  if (origin === null) return false
  // Behind a proxy the scheme may differ; who can fake a host has no browser in between.
  return !URL.canParse(origin) || new URL(origin).host !== new URL(request.url).host
}
