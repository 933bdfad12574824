import { OrielError } from '../shared/errors.ts'

/*
 * Addresses of an Oriel, as a page has them and as its WebSocket has them (rule D5). Both throw OrielError bad_value for
 * what is no address, for another scheme, and for a query, a fragment or a name in it: those may hold a ticket, and an
 * address is logged by whoever stands between.
 */

const SOCKET_PATH = '/ws'
const TO_SOCKET = new Map([
  ['http:', 'ws:'],
  ['https:', 'wss:'],
  ['ws:', 'ws:'],
  ['wss:', 'wss:'],
])
const TO_PAGE = new Map([...TO_SOCKET].map(([from, to]) => [from, to === 'ws:' ? 'http:' : 'https:']))

/** `http://host:1`, `ws://host:1/` and `ws://host:1/ws` are all `ws://host:1/ws`. */
export function socketUrl(address: string): string {
  const { scheme, host, path } = read(address, TO_SOCKET)
  return `${scheme}//${host}${path}${SOCKET_PATH}`
}

/** `ws://host:1/ws` is `http://host:1`, without a slash at its end. */
export function pageUrl(address: string): string {
  const { scheme, host, path } = read(address, TO_PAGE)
  return `${scheme}//${host}${path}`
}

function read(address: string, schemes: ReadonlyMap<string, string>): { scheme: string; host: string; path: string } {
  if (typeof address !== 'string' || !URL.canParse(address))
    throw new OrielError('bad_value', 'This is no address. One looks like ws://127.0.0.1:5007/ws.')
  const { protocol, host, href, origin, pathname } = new URL(address)
  const scheme = schemes.get(protocol)
  if (scheme === undefined || host === '')
    throw new OrielError('bad_value', `An address begins with http, https, ws or wss, not ${protocol}//.`)
  if (href !== `${origin}${pathname}`)
    throw new OrielError(
      'bad_value',
      'An address has no query, no fragment and no name; a ticket is given apart from it.',
    )
  const trimmed = pathname.replace(/\/+$/, '')
  return { scheme, host, path: trimmed.endsWith(SOCKET_PATH) ? trimmed.slice(0, -SOCKET_PATH.length) : trimmed }
}
