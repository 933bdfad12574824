import type { Carrier } from '../../src/shared/carrier.ts'
import type { PublicError } from '../../src/shared/errors.ts'
import { PROTOCOL_VERSION, type RoomMessage, type Welcome } from '../../src/shared/protocol.ts'
import type { Line } from './lines/types.ts'

export const RAW_LIMITS = { maxMessageBytes: 20 * 1024 * 1024 }

/** A connection that says what it is told to, message by message. */
export class RawClient {
  readonly carrier: Carrier
  /** What came, oldest first. */
  readonly heard: RoomMessage[] = []
  readonly end: Promise<{ code: number; reason: string }>
  #ended = false
  #taken = 0
  #wake: () => void = () => {}

  constructor(carrier: Carrier) {
    this.carrier = carrier
    this.end = new Promise((resolve) =>
      carrier.onClose((code, reason) => {
        this.#ended = true
        resolve({ code, reason })
        this.#wake()
      }),
    )
    carrier.onMessage((message) => {
      this.heard.push(message as RoomMessage)
      this.#wake()
    })
  }

  /** The next message of this type that was not given before; those of other types before it are passed over. Rejects once the connection has ended. */
  async next<T extends RoomMessage['type']>(type: T): Promise<Extract<RoomMessage, { type: T }>> {
    for (;;) {
      while (this.#taken < this.heard.length) {
        const message = this.heard[this.#taken++]!
        if (message.type === type) return message as Extract<RoomMessage, { type: T }>
      }
      if (this.#ended) throw new Error(`the connection ended without ${type}`)
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

/** Opens a connection and says hello; rejects with how it ended and what `gone` said where that comes of it. */
export async function greet(line: Line, hello: object): Promise<RawClient & { welcome: Welcome }> {
  const raw = new RawClient(await line.open())
  raw.carrier.send({ type: 'hello', protocol: PROTOCOL_VERSION, limits: RAW_LIMITS, ...hello })
  const welcome = await raw.next('welcome').catch(() => raw.end)
  if ('type' in welcome) return Object.assign(raw, { welcome })
  const gone = raw.heard.find((message) => message.type === 'gone')
  const refusal: { end: object; gone: PublicError | null } = { end: welcome, gone: gone?.error ?? null }
  throw refusal
}
