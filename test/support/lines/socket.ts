import { once } from 'node:events'
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { silentLog } from '../../../src/main/log.ts'
import { createServer, type PageServer } from '../../../src/main/server/index.ts'
import type { Carrier } from '../../../src/shared/carrier.ts'
import { webSocketCarrier } from '../../../src/shared/carriers/websocket.ts'
import type { Line, LineKind, Way } from './types.ts'

/** WebSockets on 127.0.0.1, through the app's own server. Each line goes through a relay that counts, cuts and stalls. */
export const socketLines: LineKind = {
  isBounded: true,
  start: async ({ receive, maxMessageBytes }) => {
    const server = await createServer({
      pages: async () => new Response(null, { status: 404 }),
      attach: receive,
      allowPrograms: () => true,
      log: silentLog,
      ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
    })
    const lines: SocketLine[] = []
    return {
      line: () => {
        const line = new SocketLine(server)
        lines.push(line)
        return line
      },
      end: async () => {
        for (const line of lines) await line.end()
        await server.close()
      },
    }
  },
}

/** A connection through the relay. */
interface Relayed {
  client: Socket
  server: Socket
  stalled: boolean
}

export class SocketLine implements Line {
  opened = 0
  reachable = true
  /** What the client sent before its first frame: the request for the socket. */
  requestHead = ''
  readonly garbage: ReadonlyMap<string, () => void>
  readonly #target: PageServer
  #relay: Server | null = null
  readonly #all = new Set<Relayed>()
  #present: Relayed | null = null
  #socket: WebSocket | null = null
  #trap: { way: Way; bytes: number } | null = null
  #nextTrap: { way: Way; bytes: number } | null = null
  #bytes = 0

  constructor(target: PageServer) {
    this.#target = target
    const send = (data: string | Uint8Array<ArrayBuffer>) => () => {
      const socket = this.#socket!
      // The server may know before the client that the socket is open.
      if (socket.readyState === WebSocket.CONNECTING) socket.addEventListener('open', () => socket.send(data))
      else socket.send(data)
    }
    const frame =
      (...bytes: number[]) =>
      () =>
        void this.#present!.server.write(Buffer.from(bytes))
    this.garbage = new Map([
      ['a text frame', send('{"type":"hello"}')],
      ['bytes that cannot be decoded', send(new Uint8Array([0xc1, 0, 1]))],
      ['an empty frame', send(new Uint8Array(0))],
      ['a message that ends early', send(new Uint8Array([0x82, 0xa4, 0x74]))],
      ['a number', send(new Uint8Array([7]))],
      ['a list', send(new Uint8Array([0x91, 0x80]))],
      // masked, as a client's frames are
      ['a continuation of nothing', frame(0x80, 0x81, 0, 0, 0, 0, 0x61)],
      ['reserved bits', frame(0xf2, 0x81, 0, 0, 0, 0, 0x61)],
    ])
  }

  async open(): Promise<Carrier> {
    const port = await this.#relayPort()
    this.opened++
    this.#trap = this.#nextTrap
    this.#nextTrap = null
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/ws`)
    return webSocketCarrier(this.#socket)
  }

  cut(): void {
    if (this.#present) this.#drop(this.#present)
  }

  cutAfter(way: Way, bytes: number): void {
    this.#trap = { way, bytes }
  }

  cutNext(way: Way, bytes: number): void {
    this.#nextTrap = { way, bytes }
  }

  stall(): void {
    if (this.#present) this.#present.stalled = true
  }

  traffic(): number {
    const bytes = this.#bytes
    this.#bytes = 0
    return bytes
  }

  async end(): Promise<void> {
    for (const relayed of this.#all) this.#drop(relayed)
    if (!this.#relay) return
    this.#relay.close()
    await once(this.#relay, 'close')
  }

  /** A port that leads to the server; one where nothing listens while it is not reachable. */
  async #relayPort(): Promise<number> {
    if (this.#relay && this.reachable) return (this.#relay.address() as AddressInfo).port
    const relay = createTcpServer((client) => this.#pass(client))
    relay.listen(0, '127.0.0.1')
    await once(relay, 'listening')
    const { port } = relay.address() as AddressInfo
    if (this.reachable) this.#relay = relay
    else {
      relay.close()
      await once(relay, 'close')
    }
    return port
  }

  #pass(client: Socket): void {
    const server = connect(this.#target.port, '127.0.0.1')
    const relayed: Relayed = { client, server, stalled: false }
    this.#present = relayed
    this.#all.add(relayed)
    let head: string | null = ''
    client.on('data', (data: Buffer) => {
      if (head === null) return this.#forward(relayed, 'up', data)
      head += data.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      this.requestHead = head
      // The server looks at which address it was called by.
      server.write(head.replace(/^host:.*$/im, `Host: 127.0.0.1:${this.#target.port}`), 'latin1')
      head = null
    })
    server.on('data', (data: Buffer) => this.#forward(relayed, 'down', data))
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.setNoDelay(true)
      from.on('error', () => from.destroy())
      from.on('end', () => !relayed.stalled && to.end())
      from.on('close', () => {
        if (!relayed.stalled) to.destroySoon()
        if (client.destroyed && server.destroyed) this.#all.delete(relayed)
      })
    }
  }

  #forward(relayed: Relayed, way: Way, data: Buffer): void {
    if (relayed.stalled) return
    this.#bytes += data.byteLength
    const to = way === 'up' ? relayed.server : relayed.client
    const trap = this.#trap
    if (trap?.way !== way || (trap.bytes -= data.byteLength) >= 0) return void to.write(data)
    this.#trap = null
    // What came before the cut is read, in the middle of whatever it is.
    relayed.stalled = true
    to.end(data.subarray(0, data.byteLength + trap.bytes), () => this.#drop(relayed))
  }

  #drop({ client, server }: Relayed): void {
    client.resetAndDestroy()
    server.resetAndDestroy()
  }
}
