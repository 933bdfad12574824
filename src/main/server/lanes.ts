import type { IncomingMessage, ServerResponse } from 'node:http'
import { inBackground } from '../../shared/background.ts'
import type { Carrier } from '../../shared/carrier.ts'
import { encode } from '../../shared/carriers/codec.ts'
import { randomId } from '../../shared/ids.ts'
import { LANE_HEADER, LANE_LENGTH_BYTES, isLaneMessage } from '../../shared/lane.ts'
import { CLOSE } from '../../shared/protocol.ts'
import { fileHeaders } from './headers.ts'

/** Lanes at once: each takes one of the six connections that a browser makes to one address, and pages need some as well. */
const MAX_LANES = 3
/** How long a page may take to fetch the lane it asked for. Its frames wait meanwhile. */
const FETCH_TIMEOUT_MS = 2000

type LaneState =
  | { state: 'none' }
  | { state: 'promised'; secret: string; kept: object[]; timer: ReturnType<typeof setTimeout> }
  | { state: 'open'; answer: ServerResponse }

/** The lanes of one server: gives them to WebSocket carriers that ask, and answers the requests that fetch them. */
export class Lanes {
  readonly #promised = new Map<string, (answer: ServerResponse) => void>()
  #count = 0

  /** `carrier`, with frames going over a lane once its page has one. */
  carry(carrier: Carrier): Carrier {
    let lane: LaneState = { state: 'none' }
    const giveUp = (): object[] => {
      const before = lane
      lane = { state: 'none' }
      if (before.state === 'none') return []
      this.#count--
      if (before.state === 'open') {
        before.answer.destroy()
        return []
      }
      clearTimeout(before.timer)
      this.#promised.delete(before.secret)
      return before.kept
    }
    const promise = (): void => {
      if (lane.state !== 'none' || this.#count >= MAX_LANES) return
      this.#count++
      const secret = randomId(32)
      const onTimeout = () => {
        for (const message of giveUp()) carrier.send(message)
      }
      lane = { state: 'promised', secret, kept: [], timer: inBackground(setTimeout(onTimeout, FETCH_TIMEOUT_MS)) }
      this.#promised.set(secret, open)
      carrier.send({ type: 'lane', secret })
    }
    const open = (answer: ServerResponse): void => {
      if (lane.state !== 'promised') return
      const { kept, timer, secret } = lane
      clearTimeout(timer)
      this.#promised.delete(secret)
      lane = { state: 'open', answer }
      // What was in it is lost, and the page would be waited for: it has to come back, and is then sent what is current.
      answer.once('close', () => {
        if (lane.state === 'open' && lane.answer === answer) carrier.close(CLOSE.cut, 'the lane was lost')
      })
      for (const message of kept) sendFrame(message)
    }
    const sendFrame = (message: object): void => {
      if (lane.state === 'promised') return void lane.kept.push(message)
      if (lane.state === 'none') return carrier.send(message)
      const bytes = encode(message)
      const length = Buffer.alloc(LANE_LENGTH_BYTES)
      length.writeUInt32BE(bytes.byteLength)
      const { answer } = lane
      answer.cork()
      answer.write(length)
      answer.write(bytes)
      answer.uncork()
    }
    carrier.onClose(() => void giveUp())

    return {
      ...carrier,
      send: (message, transfer) => {
        if ((message as { type?: unknown }).type === 'frame') sendFrame(message)
        else carrier.send(message, transfer)
      },
      get bufferedBytes() {
        return carrier.bufferedBytes + (lane.state === 'open' ? lane.answer.writableLength : 0)
      },
      onMessage: (listener) =>
        carrier.onMessage((message) => {
          if (isLaneMessage(message)) promise()
          else listener(message)
        }),
    }
  }

  /** Answers the request with the lane whose secret it has; false if it has none. */
  take(incoming: IncomingMessage, answer: ServerResponse): boolean {
    const secret = incoming.headers[LANE_HEADER]
    const open = typeof secret === 'string' && incoming.method === 'GET' ? this.#promised.get(secret) : undefined
    if (!open) return false
    answer.writeHead(200, fileHeaders('application/octet-stream', 'no-store'))
    answer.flushHeaders()
    open(answer)
    return true
  }
}
