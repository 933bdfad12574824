import type { Carrier } from '../../../shared/carrier.ts'
import { Receiver } from '../../../shared/carriers/receiver.ts'
import { CLOSE } from '../../../shared/protocol.ts'
import { tooLarge } from '../../../shared/sizes.ts'
import { decode, encode } from '../../../shared/carriers/codec.ts'
import type { CloseMessage, DataMessage } from './messages.ts'
import type { Wire } from './wire.ts'

export interface LinkOptions {
  wire: Wire
  /** The process at the other end. */
  to: string
  id: string
  /** This end is where the visitor is connected. */
  isEdge: boolean
  onEnd: (link: Link) => void
}

/**
 * One visitor's connection on its way between two processes. A message that is missing ends it, as a cut line ends any
 * connection: the client comes back and resumes, which loses nothing and does nothing twice.
 */
export class Link implements Carrier {
  readonly to: string
  readonly id: string
  readonly #options: LinkOptions
  readonly #receiver = new Receiver()
  #sent = 0
  #received = 0
  #bufferedBytes = 0
  #maxSendBytes = Infinity

  constructor(options: LinkOptions) {
    this.#options = options
    this.to = options.to
    this.id = options.id
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#receiver.onMessage(listener)
  }

  onClose(listener: (code: number, reason: string) => void): void {
    this.#receiver.onClose(listener)
  }

  limitSend(bytes: number): void {
    this.#maxSendBytes = bytes
  }

  send(message: object): void {
    if (this.#receiver.closed) return
    const frame = encode(message)
    const { byteLength } = frame
    // What is too large for the client is refused where it is sent.
    if (byteLength > this.#maxSendBytes) throw tooLarge('The message', byteLength, this.#maxSendBytes)
    const { isEdge, id: link, wire } = this.#options
    const data: DataMessage = { kind: 'data', from: wire.workerId, link, isEdge, number: ++this.#sent, frame }
    this.#bufferedBytes += byteLength
    wire.send(this.to, data).then(
      (isTaken) => {
        this.#bufferedBytes -= byteLength
        if (!isTaken) this.cut('no_owner')
      },
      () => this.cut('not_connected'),
    )
  }

  close(code: number = CLOSE.normal, reason = ''): void {
    const { isEdge, id: link, wire } = this.#options
    if (!this.#end(code, reason)) return
    const close: CloseMessage = { kind: 'close', from: wire.workerId, link, isEdge, code, reason }
    // Who does not get it finds out by itself.
    wire.send(this.to, close).catch(() => {})
  }

  /** The way is gone. The other end is told, in case it is not. */
  cut(reason: string): void {
    this.close(CLOSE.cut, reason)
  }

  /** A message came from the other end. */
  onData({ number, frame }: DataMessage): void {
    if (number !== this.#received + 1) return this.cut('a message is missing')
    this.#received = number
    this.#receiver.deliver(decode(frame))
  }

  /** The other end has closed it. */
  onClosed({ code, reason }: CloseMessage): void {
    this.#end(code, reason)
  }

  #end(code: number, reason: string): boolean {
    if (!this.#receiver.end(code, reason)) return false
    this.#options.onEnd(this)
    return true
  }
}
