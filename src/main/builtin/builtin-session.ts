import { MessageChannel } from 'node:worker_threads'
import { RoomClient } from '../../client/room-client.ts'
import type { ClientEvent } from '../../client/types.ts'
import { WINDOW_CLOSED_EVENT } from '../../shared/calls.ts'
import { messagePortCarrier } from '../../shared/carriers/message-port.ts'
import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import { OWN_MAX_MESSAGE_BYTES } from '../../shared/protocol.ts'
import type { Document } from '../../client/document.ts'
import type { Lobby } from '../engine/lobby.ts'
import { Room } from '../engine/room.ts'
import { putViewWidget } from '../engine/view-window.ts'
import type { WindowKeys } from '../engine/window-keys.ts'
import { Windows } from '../engine/windows.ts'
import type { WindowHost } from '../hosts/types.ts'
import type { Log } from '../log.ts'

export interface BuiltinDeps {
  host: WindowHost
  lobby: Lobby
  keys: WindowKeys
  origin: () => Promise<string>
  ticketTtlMs: number
  log: Log
}

export interface BuiltinOptions {
  /** The renderer's view. */
  view: 'home' | 'trust'
  title: string
  /** DIP */
  width: number
  height: number
  /** Fills the document before the window opens. */
  fill: (document: Document) => void
  /** What the window sends; the value answers a request. */
  onEvent: (event: ClientEvent) => unknown
}

/** A window of the app itself: a room like any session's, with the main process in the script's place and nothing stored. */
export class BuiltinSession {
  readonly room: Room
  readonly windows: Windows
  readonly closed: Promise<void>
  readonly #deps: BuiltinDeps
  readonly #widgetId: string
  #link: RoomClient | null = null
  #closing: Promise<void> | null = null
  #resolveClosed!: () => void

  private constructor(deps: BuiltinDeps, view: string) {
    this.#deps = deps
    this.#widgetId = `oriel-${view}`
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve))
    this.room = new Room({
      sessionId: randomId(),
      clientId: randomId(),
      store: null,
      stored: null,
      log: deps.log,
      onCall: async (_peer, method) => {
        throw new OrielError('not_allowed', `"${method}" cannot be called from here.`)
      },
      scriptAbsence: () => new OrielError('closed', 'This window is closing.'),
    })
    this.windows = new Windows({
      ...deps,
      room: this.room,
      placement: () => null,
      firstPlace: () => null,
      onPlacement: () => {},
      mayClose: async () => true,
      onClosed: () => void this.close(),
    })
    deps.lobby.addRoom(this.room)
  }

  static async open(deps: BuiltinDeps, options: BuiltinOptions): Promise<BuiltinSession> {
    const session = new BuiltinSession(deps, options.view)
    try {
      await session.#open(options)
    } catch (error) {
      await session.close()
      throw error
    }
    return session
  }

  get document(): Document {
    return this.#link!.document
  }

  /** Brings the window to the front, where the host can. */
  focus(): Promise<void> {
    return this.windows.focusAny()
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.windows.closeAll()
      this.#deps.lobby.removeRoom(this.room)
      await this.#link?.close()
      await this.room.close(new OrielError('session_gone', 'This window was closed.'))
      this.#resolveClosed()
    })()
    return this.#closing
  }

  async #open(options: BuiltinOptions): Promise<void> {
    const { port1, port2 } = new MessageChannel()
    const peer = this.room.addPeer('script', null)
    this.#deps.lobby.receive(messagePortCarrier(port1))
    this.#link = new RoomClient({
      open: async () => messagePortCarrier(port2),
      ticket: this.#deps.lobby.issueTicket({ room: this.room, peer }, 10_000),
      heartbeat: false,
      maxMessageBytes: OWN_MAX_MESSAGE_BYTES,
    })
    await this.#link.connect()
    this.#link.onEvent((event) => (event.type === WINDOW_CLOSED_EVENT ? null : options.onEvent(event)))
    options.fill(this.#link.document)
    const { view, title, width, height } = options
    putViewWidget(this.room, this.#widgetId, view, { title, width, height })
    await this.windows.open(this.#widgetId)
  }
}
