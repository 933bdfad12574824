import { ClientSession, type ClientSessionOptions } from '../../src/client/client-session.ts'
import { sessionCalls } from '../../src/main/engine/session-calls.ts'
import type { CallTargets } from '../../src/main/engine/session-calls.ts'
import type { RoomOptions } from '../../src/main/engine/room.ts'
import { silentLog } from '../../src/main/log.ts'
import { createServer, type PageServer } from '../../src/main/server/index.ts'
import type { Carrier } from '../../src/shared/carrier.ts'
import { CLOSE, DEFAULT_MAX_MESSAGE_BYTES, PROTOCOL_VERSION } from '../../src/shared/protocol.ts'
import { RoomHarness } from './room-harness.ts'

/** A room behind a real server, and programs that attach to it over real WebSockets. */
export class AttachHarness {
  readonly rooms: RoomHarness
  readonly programs: ClientSession[] = []
  server!: PageServer
  /** The server's ends of all connections, oldest first. */
  readonly carriers: Carrier[] = []
  shown = 0

  constructor(options: Partial<RoomOptions> = {}) {
    const targets = {
      show: async () => void this.shown++,
      serverInfo: {
        name: 'Oriel',
        version: '1.2.3',
        protocol: PROTOCOL_VERSION,
        limits: { maxMessageBytes: DEFAULT_MAX_MESSAGE_BYTES },
      },
    } as unknown as CallTargets
    this.rooms = new RoomHarness({ onCall: sessionCalls(targets), ...options })
  }

  async start(): Promise<this> {
    this.server = await createServer({
      pages: async () => new Response(null, { status: 404 }),
      attach: (carrier, request) => {
        this.carriers.push(carrier)
        this.rooms.lobby.receive(carrier, request)
      },
      cookies: ['theme'],
      allowPrograms: () => this.rooms.lobby.expectsPrograms,
      log: silentLog,
    })
    return this
  }

  ticket(ttlMs = 60_000): string {
    return this.rooms.lobby.issueTicket({ room: this.rooms.room, peer: null }, ttlMs)
  }

  /** A program that is not connected yet. */
  program(options: ClientSessionOptions = {}): ClientSession {
    const program = new ClientSession({ url: this.server.socketUrl, ticket: this.ticket(), ...options })
    this.programs.push(program)
    return program
  }

  async attached(options: ClientSessionOptions = {}): Promise<ClientSession> {
    const program = this.program(options)
    await program.connect()
    return program
  }

  /** Cuts every connection that is open, as a network would. */
  cutAll(): void {
    for (const carrier of this.carriers) carrier.close(CLOSE.cut)
  }

  async end(): Promise<void> {
    for (const program of this.programs) await program.close()
    await this.rooms.close()
    await this.server.close()
  }
}
