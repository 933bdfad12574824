import { onTestFinished } from 'vitest'
import { RoomClient } from '../../src/client/room-client.ts'
import { Lobby } from '../../src/main/engine/lobby.ts'
import type { PeerRole } from '../../src/main/engine/peer.ts'
import type { Room, RoomOptions } from '../../src/main/engine/room.ts'
import { sessionCalls, type CallTargets } from '../../src/main/engine/session-calls.ts'
import type { Log } from '../../src/main/log.ts'
import type { Attach } from '../../src/main/server/types.ts'
import type { Carrier } from '../../src/shared/carrier.ts'
import type { ClientRequest } from '../../src/shared/client-request.ts'
import { OrielError } from '../../src/shared/errors.ts'
import { CLOSE, DEFAULT_MAX_MESSAGE_BYTES, PROTOCOL_VERSION, type RoomMessage } from '../../src/shared/protocol.ts'
import type { Line, LineKind, Station } from './lines/types.ts'
import { RoomHarness } from './room-harness.ts'

/** What the suite of sessions runs over: which kind of carrier each role's clients have. */
export interface Subject {
  name: string
  lines: Record<PeerRole, LineKind>
}

export interface StageOptions extends Partial<RoomOptions> {
  /** Bytes, where the kind of carrier has a limit; default as in the product. */
  maxMessageBytes?: number
  /** Nobody takes the connections that come. */
  deaf?: boolean
}

/** A client of the stage's session with its line. */
export interface StageClient {
  readonly client: RoomClient
  readonly line: Line
  /** What came from the room, oldest first. */
  readonly heard: RoomMessage[]
}

export interface PlaceOptions {
  ticket?: string
  connectTimeoutMs?: number
}

export const WIDGET = 'w1'
export const SERVER_INFO = {
  name: 'Oriel',
  version: '1.2.3',
  protocol: PROTOCOL_VERSION,
  limits: { maxMessageBytes: DEFAULT_MAX_MESSAGE_BYTES },
}

/** A session's room behind a lobby, and clients that come to it over real carriers. */
export class SessionStage {
  readonly room: Room
  readonly lobby: Lobby
  /** What was logged as a warning or an error. */
  readonly warnings: { message: string; fields: object | undefined }[] = []
  /** The room's ends of all connections, oldest first, and how each ended. */
  readonly carriers: Carrier[] = []
  readonly ends: { code: number; reason: string }[] = []
  readonly #rooms: RoomHarness
  readonly #stations = new Map<LineKind, Promise<Station>>()
  readonly #clients: StageClient[] = []
  readonly #subject: Subject
  readonly #options: StageOptions

  constructor(subject: Subject, options: StageOptions = {}) {
    this.#subject = subject
    this.#options = options
    const note = (message: string, fields?: object) => void this.warnings.push({ message, fields })
    const log: Log = { debug() {}, info() {}, warn: note, error: note }
    const targets = { windows: {}, serverInfo: SERVER_INFO } as unknown as CallTargets
    this.lobby = new Lobby({ now: Date.now, log })
    this.#rooms = new RoomHarness({ log, onCall: sessionCalls(targets), ...options })
    this.room = this.#rooms.room
    this.lobby.addRoom(this.room)
  }

  /** A new line of the kind that this role's clients have. */
  async line(role: PeerRole): Promise<Line> {
    return (await this.#station(this.#subject.lines[role])).line()
  }

  ticket(role: PeerRole, ttlMs = 60_000): string {
    // A program's place is made when it comes.
    const peer = role === 'program' ? null : this.room.addPeer(role, role === 'window' ? WIDGET : null)
    return this.lobby.issueTicket({ room: this.room, peer }, ttlMs)
  }

  /** A client that is not connected yet. */
  async place(role: PeerRole, { ticket, ...options }: PlaceOptions = {}): Promise<StageClient> {
    const line = await this.line(role)
    const heard: RoomMessage[] = []
    const client = new RoomClient({
      ticket: ticket ?? this.ticket(role),
      open: async () => overhear(await line.open(), heard),
      ...options,
    })
    const placed: StageClient = { client, line, heard }
    this.#clients.push(placed)
    return placed
  }

  async join(role: PeerRole): Promise<StageClient> {
    const placed = await this.place(role)
    await placed.client.connect()
    return placed
  }

  /** The script, a window of it and a program. */
  async three(): Promise<{ script: StageClient; window: StageClient; program: StageClient; all: StageClient[] }> {
    const [script, window, program] = [await this.join('script'), await this.join('window'), await this.join('program')]
    return { script, window, program, all: [script, window, program] }
  }

  /** Resolves when all edits of these clients are in the room, and all that is in the room is at these clients. */
  async inStep(...clients: readonly StageClient[]): Promise<void> {
    for (const { client } of clients) if (client.pendingCount > 0) await client.settled()
    for (const { client } of clients) await client.settled(this.room.journal.version)
  }

  async end(): Promise<void> {
    for (const { client } of this.#clients) await client.close()
    await this.room.close(new OrielError('session_gone', 'The test is over.'))
    this.lobby.close()
    for (const carrier of this.carriers) carrier.close(CLOSE.shutdown, 'The test is over.')
    for (const station of this.#stations.values()) await (await station).end()
  }

  #station(kind: LineKind): Promise<Station> {
    let station = this.#stations.get(kind)
    if (!station) {
      const { maxMessageBytes } = this.#options
      const receive: Attach = (carrier, request) => this.#receive(carrier, request)
      station = kind.start(maxMessageBytes === undefined ? { receive } : { receive, maxMessageBytes })
      this.#stations.set(kind, station)
    }
    return station
  }

  #receive(carrier: Carrier, request?: ClientRequest): void {
    this.carriers.push(carrier)
    carrier.onClose((code, reason) => this.ends.push({ code, reason }))
    if (!this.#options.deaf) this.lobby.receive(carrier, request)
  }
}

/** A stage that is taken down after the test. */
export type StartStage = (options?: StageOptions) => SessionStage

export function stageStarter(subject: Subject): StartStage {
  return (options) => {
    const stage = new SessionStage(subject, options)
    onTestFinished(() => stage.end())
    return stage
  }
}

/** Resolves once the client is in this state. */
export function reached({ client }: StageClient, state: StageClient['client']['state']): Promise<void> {
  if (client.state === state) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = client.onStateChange((now) => {
      if (now !== state) return
      stop()
      resolve()
    })
  })
}

/** What messages of this type say, of all that came to the client. */
export function heardOf<T extends RoomMessage['type']>(
  { heard }: StageClient,
  type: T,
): Extract<RoomMessage, { type: T }>[] {
  return heard.filter((message): message is Extract<RoomMessage, { type: T }> => message.type === type)
}

function overhear(carrier: Carrier, heard: RoomMessage[]): Carrier {
  return {
    get bufferedBytes() {
      return carrier.bufferedBytes
    },
    send: (message) => carrier.send(message),
    onMessage: (listener) =>
      carrier.onMessage((message) => {
        heard.push(message as RoomMessage)
        listener(message)
      }),
    onClose: (listener) => carrier.onClose(listener),
    close: (code, reason) => carrier.close(code, reason),
  }
}
