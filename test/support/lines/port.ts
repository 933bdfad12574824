import { serialize } from 'node:v8'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Carrier } from '../../../src/shared/carrier.ts'
import { messagePortCarrier, type PortLike } from '../../../src/shared/carriers/message-port.ts'
import type { Line, LineKind, StationOptions, Way } from './types.ts'

/** Message channels of node:worker_threads, as between the app and a script. */
export const portLines: LineKind = {
  isBounded: false,
  start: async (options) => {
    const lines: PortLine[] = []
    return {
      line: () => {
        const line = new PortLine(options)
        lines.push(line)
        return line
      },
      end: async () => lines.forEach((line) => line.cut()),
    }
  },
}

class PortLine implements Line {
  opened = 0
  reachable = true
  readonly garbage: ReadonlyMap<string, () => void>
  readonly #options: StationOptions
  #port: MessagePort | null = null
  #trap: { way: Way; bytes: number } | null = null
  #nextTrap: { way: Way; bytes: number } | null = null
  #metered: number | null = null
  #link = { stalled: false }

  constructor(options: StationOptions) {
    this.#options = options
    const post = (message: unknown) => () => this.#port!.postMessage(message)
    this.garbage = new Map([
      ['text', post('hello')],
      ['a number', post(4711)],
      ['nothing', post(null)],
      ['a list', post([{ type: 'hello' }])],
      ['a bigint', post(1n)],
      ['a Map', post(new Map([['type', 'hello']]))],
      ['bytes', post(new Uint8Array([1, 2, 3]))],
    ])
  }

  async open(): Promise<Carrier> {
    if (!this.reachable) throw new Error('unreachable')
    this.opened++
    this.#trap = this.#nextTrap
    this.#nextTrap = null
    const { port1, port2 } = new MessageChannel()
    const link = { stalled: false }
    this.#port = port1
    this.#link = link
    this.#options.receive(messagePortCarrier(this.#watched(port2, 'down', link)))
    return messagePortCarrier(this.#watched(port1, 'up', link))
  }

  cut(): void {
    this.#link.stalled = false
    this.#port?.close()
  }

  cutAfter(way: Way, bytes: number): void {
    this.#trap = { way, bytes }
  }

  cutNext(way: Way, bytes: number): void {
    this.#nextTrap = { way, bytes }
  }

  stall(): void {
    this.#link.stalled = true
  }

  traffic(): number {
    const bytes = this.#metered ?? 0
    this.#metered = 0
    return bytes
  }

  /** `port` as a carrier sees it, with what may happen to a message on its way. */
  #watched(port: MessagePort, way: Way, link: { stalled: boolean }): PortLike {
    return {
      postMessage: (message) => {
        if (link.stalled) return
        const trap = this.#trap?.way === way ? this.#trap : null
        if (trap || this.#metered !== null) {
          const { byteLength } = serialize(message)
          if (this.#metered !== null) this.#metered += byteLength
          if (trap && (trap.bytes -= byteLength) < 0) return port.close()
        }
        port.postMessage(message)
      },
      start: () => port.start(),
      close: () => port.close(),
      addEventListener: (type, listener) =>
        port.addEventListener(type, (event) => {
          if (!link.stalled) listener(event)
        }),
    }
  }
}
