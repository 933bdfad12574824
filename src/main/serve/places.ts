import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import { OrielError } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import type { Origins } from '../server/limits.ts'

const LOOPBACK = ['127.0.0.0/8', '::1'] as const
/** Addresses of one forwarded request that are looked at, from its end. */
const MAX_FORWARDED = 20

/** The proxies whose word counts on where a request comes from. Whoever else says so is not listened to. */
export class Proxies {
  readonly #trusted = new BlockList()

  /** `asked`: addresses, or networks such as `10.0.0.0/8`. This computer's own are trusted as well. Throws bad_usage. */
  constructor(asked: readonly string[]) {
    for (const network of [...LOOPBACK, ...asked]) this.#add(network)
  }

  isTrusted(address: string): boolean {
    const known = canonical(address)
    return known !== null && this.#trusted.check(known, isIPv6(known) ? 'ipv6' : 'ipv4')
  }

  /**
   * Where a request comes from. `forwarded`: X-Forwarded-For, to whose end each proxy adds whom it speaks for; it is
   * followed for as long as those who speak are trusted.
   */
  origin(socketAddress: string, forwarded: string | undefined): string {
    let address = canonical(socketAddress) ?? socketAddress
    for (const said of (forwarded ?? '').split(',').slice(-MAX_FORWARDED).reverse()) {
      if (!this.isTrusted(address)) break
      const next = canonical(withoutPort(said.trim()))
      if (next === null) break
      address = next
    }
    return address
  }

  #add(network: string): void {
    const [address = '', bits, ...rest] = network.split('/')
    const most = isIPv4(address) ? 32 : 128
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1
    if (isIP(address) === 0 || rest.length > 0 || prefix < 0 || prefix > most) {
      throw new OrielError(
        'bad_usage',
        `--trust-proxy takes addresses or networks such as 10.0.0.5 or 10.0.0.0/8, with commas between; "${network}" is none.`,
      )
    }
    this.#trusted.addSubnet(address, prefix, isIPv4(address) ? 'ipv4' : 'ipv6')
  }
}

/** Who is asked where requests come from. `proxies` null: no proxy stands before the server. */
export function originsOf(proxies: Proxies | null, log: Log): Origins {
  let isTold = false
  return {
    addressOf({ socket: { remoteAddress = '' }, headers }) {
      const forwarded = String(headers['x-forwarded-for'] ?? '')
      if (!proxies) return canonical(remoteAddress) ?? remoteAddress
      if (forwarded !== '' && !isTold && !proxies.isTrusted(remoteAddress)) {
        isTold = true
        const hint = 'If that is your proxy, name it with --trust-proxy; else keep others from this port.'
        log.warn('X-Forwarded-For of an address that is no trusted proxy is not listened to', { remoteAddress, hint })
      }
      return proxies.origin(remoteAddress, forwarded)
    },
    placeOf,
    isProxy: (address) => proxies?.isTrusted(address) ?? false,
  }
}

/** What attempts from an address count for: itself, or of IPv6 its network of 64 bits, all of which one subscriber has. */
export function placeOf(address: string): string {
  const known = canonical(address)
  if (known === null || isIPv4(known)) return known ?? 'unknown'
  return `${groupsOf(known).slice(0, 4).join(':')}::/64`
}

/** One way of writing each address; null for what is none. */
function canonical(address: string): string | null {
  const [bare = ''] = address.split('%', 1)
  if (isIPv4(bare)) return bare
  if (!isIPv6(bare)) return null
  const groups = groupsOf(bare)
  if (groups.slice(0, 5).some((group) => group !== '0') || groups[5] !== 'ffff') return groups.join(':')
  // IPv4 that came in over a socket for both.
  return groups
    .slice(6)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join('.')
}

/** The eight parts of an IPv6 address, in hex without zeros before them. */
function groupsOf(address: string): string[] {
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const [left, right] = [head.split(':').filter(Boolean), tail.split(':').filter(Boolean)]
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
}

function withoutPort(text: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
}
