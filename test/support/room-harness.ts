import { RoomClient } from '../../src/client/room-client.ts'
import { Lobby } from '../../src/main/engine/lobby.ts'
import type { Peer, PeerRole } from '../../src/main/engine/peer.ts'
import { Room } from '../../src/main/engine/room.ts'
import type { RoomOptions } from '../../src/main/engine/room.ts'
import { silentLog } from '../../src/main/log.ts'
import { OrielError } from '../../src/shared/errors.ts'
import { memoryLink } from './link.ts'
import type { Link } from './link.ts'

/** A client of the harness's room, with the peer it is for and its present link. */
export interface HarnessClient {
  session: RoomClient
  peer: Peer
  /** The link opened last; a new one with each reconnect. */
  link(): Link
  /** How often a link was opened. */
  opened(): number
}

/** One room with its lobby, and clients on links in memory that can be cut. */
export class RoomHarness {
  readonly lobby = new Lobby({ now: Date.now, log: silentLog })
  readonly room: Room
  readonly #clients: HarnessClient[] = []

  readonly #makeLink: () => Link | Promise<Link>

  /** `link`: makes each link; a throw is a connection that could not be opened. Default: one in memory. */
  constructor({ link = memoryLink, ...options }: Partial<RoomOptions> & { link?: () => Link | Promise<Link> } = {}) {
    this.#makeLink = link
    this.room = new Room({
      sessionId: 'session-1',
      clientId: 'client-1',
      store: null,
      stored: null,
      log: silentLog,
      onCall: async (_peer, method) => {
        throw new OrielError('not_allowed', method)
      },
      scriptAbsence: () => new OrielError('script_stopped', 'The script is not running.'),
      ...options,
    })
    this.lobby.addRoom(this.room)
  }

  /** A new client, connected. */
  async join(role: PeerRole, widgetId: string | null = null): Promise<HarnessClient> {
    const client = this.place(role, widgetId)
    await client.session.connect()
    return client
  }

  /** The same, not connected yet. */
  place(role: PeerRole, widgetId: string | null = null): HarnessClient {
    const peer = this.room.addPeer(role, widgetId)
    let pair: Link | null = null
    let opened = 0
    const session = new RoomClient({
      ticket: this.lobby.issueTicket({ room: this.room, peer }, 60_000),
      open: async () => {
        const link = await this.#makeLink()
        pair = link
        opened++
        this.lobby.receive(link.b)
        return link.a
      },
    })
    const client: HarnessClient = { session, peer, link: () => pair!, opened: () => opened }
    this.#clients.push(client)
    return client
  }

  async close(): Promise<void> {
    for (const { session } of this.#clients) await session.close()
    await this.room.close(new OrielError('session_gone', 'The test is over.'))
    this.lobby.close()
  }
}

/** Resolves once the client is in this state. */
export function reached(session: RoomClient, state: RoomClient['state']): Promise<void> {
  if (session.state === state) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = session.onStateChange((now) => {
      if (now !== state) return
      stop()
      resolve()
    })
  })
}
