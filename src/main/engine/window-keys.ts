import { timingSafeEqual } from 'node:crypto'
import { randomId } from '../../shared/ids.ts'
import { widgetRecordId } from '../../shared/records.ts'
import type { WidgetProps } from '../../shared/records.ts'
import type { Page, PageDirectory } from '../server/types.ts'
import type { Lobby } from './lobby.ts'
import type { Peer } from './peer.ts'
import type { Room } from './room.ts'
import { Tickets } from './tickets.ts'

/** A page's own ticket is used within the moment it takes to start its script, in ms. */
const PAGE_TICKET_TTL_MS = 60_000

interface Entry {
  key: string
  secret: string
  room: Room
  peer: Peer
  /** Keys of looks at this window. */
  views: Set<string>
}

/** The windows that may load a page: each has a key in its address, a ticket for the first load and a secret for later ones. */
export class WindowKeys implements PageDirectory {
  readonly #entries = new Map<string, Entry>()
  readonly #tickets: Tickets<string>
  readonly #lobby: Lobby

  constructor(options: { lobby: Lobby; now: () => number }) {
    this.#lobby = options.lobby
    this.#tickets = new Tickets(options.now)
  }

  /** Path and query of a new window's page; the ticket in it can be used once within `ttlMs`. */
  add(room: Room, peer: Peer, ttlMs: number): { key: string; path: string } {
    const key = randomId()
    this.#entries.set(key, { key, secret: randomId(32), room, peer, views: new Set() })
    return { key, path: `/w/${key}?ticket=${this.#tickets.issue(key, ttlMs)}` }
  }

  /**
   * Path and query for one look at the window whose address this is, beside whoever has it open: the same page with a
   * ticket, a key and a connection of its own. Null if there is no such window.
   */
  addView(url: string, ttlMs: number): string | null {
    const entry = this.#entries.get(/\/w\/([\w-]+)/.exec(new URL(url).pathname)?.[1] ?? '')
    if (!entry) return null
    for (const key of entry.views) if (this.#entries.get(key)?.peer.removed !== false) this.#removeView(entry, key)
    const { room, peer } = entry
    const view = this.add(room, room.addPeer('window', peer.widgetId, { passing: true }), ttlMs)
    entry.views.add(view.key)
    return view.path
  }

  remove(key: string): void {
    const entry = this.#entries.get(key)
    this.#entries.delete(key)
    for (const view of entry?.views ?? []) this.#entries.delete(view)
  }

  admit(windowKey: string, ticket: string): string | null {
    const entry = this.#entries.get(windowKey)
    // A wrong ticket must not be used up by trying it on another window's address.
    if (!entry || this.#tickets.redeem(ticket) !== windowKey) return null
    return entry.secret
  }

  page(windowKey: string, secret: string | 'trusted'): Page | null {
    const entry = this.#entries.get(windowKey)
    if (!entry || (secret !== 'trusted' && !isSame(secret, entry.secret))) return null
    const { room, peer } = entry
    const record = room.journal.state.get(widgetRecordId(peer.widgetId ?? ''))
    if (!record) return null
    return {
      widget: record.props as unknown as WidgetProps,
      sessionId: room.sessionId,
      clientId: room.clientId,
      ticket: () => this.#lobby.issueTicket({ room, peer }, PAGE_TICKET_TTL_MS),
    }
  }

  #removeView(entry: Entry, key: string): void {
    this.#entries.delete(key)
    entry.views.delete(key)
  }
}

/** In a time that does not tell how much of it is right. */
function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)]
  return a.length === b.length && timingSafeEqual(a, b)
}
