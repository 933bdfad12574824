import { CLIENT_ATTACHED_EVENT, CLIENT_LEFT_EVENT, NO_WIDGET } from '../../shared/calls.ts'
import type { AttachedClient } from '../../shared/calls.ts'
import type { Value } from '../../shared/value.ts'
import type { Peer } from './peer.ts'
import type { Room } from './room.ts'

export interface AudienceOptions {
  room: () => Room
  /** A window or a program has come, or come back. */
  onAttached: (client: AttachedClient) => void
  /** One came or went. */
  onChange: () => void
}

/** Who is connected to one session beside its script, told to the script and to the session. */
export class Audience {
  readonly #options: AudienceOptions
  readonly #present = new Map<Peer, AttachedClient>()

  constructor(options: AudienceOptions) {
    this.#options = options
  }

  /** Programs that are connected. */
  get programs(): number {
    return [...this.#present.keys()].filter(({ role }) => role === 'program').length
  }

  /** Windows and programs that are connected. */
  get size(): number {
    return this.#present.size
  }

  /** A connection of this peer came or went. */
  follow(peer: Peer): void {
    if (peer.role === 'script') {
      if (peer.attached) for (const client of this.#present.values()) tell(this.#options.room(), peer, client)
      return
    }
    const { role, widgetId, connectionId, request } = peer
    const before = this.#present.get(peer)
    if (before?.connectionId === connectionId && peer.attached) return
    this.#present.delete(peer)
    if (before) this.#toScripts((script) => tellLeft(this.#options.room(), script, before))
    if (peer.attached) {
      const client: AttachedClient = {
        connectionId,
        role,
        widgetId: role === 'program' ? null : widgetId,
        request,
      }
      this.#present.set(peer, client)
      this.#toScripts((script) => tell(this.#options.room(), script, client))
      this.#options.onAttached(client)
    }
    this.#options.onChange()
  }

  #toScripts(say: (script: Peer) => void): void {
    // One that is yet to come hears of all when it does.
    for (const script of this.#options.room().peers('script')) if (script.attached) say(script)
  }
}

function tell(room: Room, script: Peer, client: AttachedClient): void {
  room.exchange.notify(script, NO_WIDGET, CLIENT_ATTACHED_EVENT, { ...client } as unknown as Value)
}

function tellLeft(room: Room, script: Peer, { connectionId }: AttachedClient): void {
  room.exchange.notify(script, NO_WIDGET, CLIENT_LEFT_EVENT, { connectionId })
}
