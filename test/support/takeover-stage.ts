import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { RoomClient } from '../../src/client/room-client.ts'
import type { ClientEvent } from '../../src/client/types.ts'
import { Lobby } from '../../src/main/engine/lobby.ts'
import { Room } from '../../src/main/engine/room.ts'
import { silentLog } from '../../src/main/log.ts'
import { ServingKey } from '../../src/main/serve/key.ts'
import { signedSuccession } from '../../src/main/serve/processes/succession.ts'
import { createMemoryStores } from '../../src/main/stores/memory.ts'
import type { DocumentStore } from '../../src/main/stores/types.ts'
import { OrielError } from '../../src/shared/errors.ts'
import { memoryLink } from './link.ts'
import type { Link } from './link.ts'
import { sessionEntry } from './store-home.ts'

/** What a script does with an event. */
export type StageHandler = (event: ClientEvent, script: RoomClient) => unknown

interface Process {
  room: Room
  lobby: Lobby
  links: Link[]
  /** What it stores waits for it. */
  storing: Promise<void>
}

/** One session that goes from process to process over one store; its windows find whichever has it. */
export class TakeoverStage {
  readonly #stores = createMemoryStores()
  readonly #key = new ServingKey(randomBytes(32))
  readonly #causes = new AsyncLocalStorage<number>()
  readonly #clients: RoomClient[] = []
  /** Appends that were stored. */
  appends = 0
  #now: Process | null = null

  /** Begins, or takes the session over as it is stored, with a script that handles events so. */
  async start(handler: StageHandler): Promise<Room> {
    if ((await this.#stores.sessions.get('s1')) === null) await this.#stores.sessions.save(sessionEntry('s1'))
    const { documents } = this.#stores
    const own = { links: [] as Link[], storing: Promise.resolve() }
    const store: DocumentStore = Object.assign(Object.create(documents) as DocumentStore, {
      append: async (...given: Parameters<DocumentStore['append']>) => {
        await own.storing
        this.appends++
        return documents.append(...given)
      },
    })
    const lobby = new Lobby({ now: Date.now, log: silentLog })
    const room = new Room({
      sessionId: 's1',
      clientId: 'client-1',
      store,
      stored: await documents.load('s1'),
      log: silentLog,
      onCall: async (_peer, method) => {
        throw new OrielError('not_allowed', method)
      },
      scriptAbsence: () => new OrielError('script_stopped', 'The script is not running.'),
      succession: signedSuccession(this.#key),
    })
    lobby.addRoom(room)
    const ticket = lobby.issueTicket({ room, peer: room.addPeer('script', null) }, 60_000)
    const script = new RoomClient({
      ticket,
      open: async () => this.#connect(lobby, own.links),
      cause: () => this.#causes.getStore(),
    })
    this.#clients.push(script)
    await script.connect()
    script.onEvent((event) => this.#causes.run(event.seq!, () => handler(event, script)))
    this.#now = Object.assign(own, { room, lobby })
    return room
  }

  /** A window of the widget, connected. */
  async window(widgetId = 'w1'): Promise<RoomClient> {
    const { room, lobby } = this.#now!
    const ticket = lobby.issueTicket({ room, peer: room.addPeer('window', widgetId, { leaves: true }) }, 60_000)
    const client = new RoomClient({
      ticket,
      open: async () => {
        if (!this.#now) throw new OrielError('not_connected', 'Nobody has the session.')
        return this.#connect(this.#now.lobby, this.#now.links)
      },
    })
    this.#clients.push(client)
    await client.connect()
    return client
  }

  /** The process is gone from one moment to the next: what it has not stored is lost, and nobody hears of it. */
  crash(): void {
    const gone = this.#now!
    this.#now = null
    gone.lobby.removeRoom(gone.room)
    gone.storing = new Promise(() => {})
    for (const link of gone.links) link.cut()
  }

  /** From now on nothing is stored until the returned function is called. */
  holdStore(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#now!.storing = promise
    return resolve
  }

  /** The session ends in order. */
  async end(): Promise<void> {
    const { room, lobby } = this.#now!
    this.#now = null
    lobby.removeRoom(room)
    await room.close(new OrielError('session_gone', 'This session has ended.'))
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.close()
    await this.#now?.room.close(new OrielError('session_gone', 'The test is over.'))
  }

  #connect(lobby: Lobby, links: Link[]): Link['a'] {
    const link = memoryLink()
    links.push(link)
    lobby.receive(link.b)
    return link.a
  }
}
