import type { Carrier } from '../carrier.ts'
import { CLOSE, DEFAULT_MAX_MESSAGE_BYTES } from '../protocol.ts'
import { tooLarge } from '../sizes.ts'
import { decode, encode } from './codec.ts'
import { Receiver } from './receiver.ts'

/** What we need of a WebSocket; the page's, Node's and the one of `ws` all have it. */
export interface WebSocketLike {
  binaryType: string
  readonly readyState: number
  readonly bufferedAmount: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  /** Only `ws` has it: ends the link without a handshake. */
  terminate?(): void
  addEventListener(type: 'open', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'error', listener: (event: object) => void): void
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void
}

export interface WebSocketCarrierOptions {
  /** Bytes of one frame, either way; default 20 MiB (rule V4). */
  maxMessageBytes?: number
  /** Bytes of one frame that is sent, where the other side takes less; default `maxMessageBytes`. */
  maxSendBytes?: number
}

const CONNECTING = 0
const OPEN = 1
/** A close frame has room for 125 bytes, two of them the code. */
const MAX_REASON_BYTES = 123
/** How RFC 6455 itself says that a message was too big; a peer's WebSocket library may close with it before we can. */
const RFC_TOO_BIG = 1009

/**
 * A carrier over a WebSocket, open or still connecting. A text frame or bytes that are no message end the link with
 * 4000, a frame over the limit with 4009. `send` throws OrielError too_large (both sizes in its message) or bad_value,
 * sends nothing then, and the link stays. A link that could not be opened or was cut ends with 1006. Closing while still
 * connecting gives the opening up, with what was to be sent.
 */
export function webSocketCarrier(socket: WebSocketLike, options: WebSocketCarrierOptions = {}): Carrier {
  const maxMessageBytes = options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES
  let maxSendBytes = options.maxSendBytes ?? maxMessageBytes
  const receiver = new Receiver()
  /** Frames sent before the socket was open. */
  let waiting: Uint8Array<ArrayBuffer>[] = []
  let waitingBytes = 0
  let fault = ''

  // a Blob could only be read asynchronously, out of order; 'nodebuffer' of ws stays, it saves a copy
  if (socket.binaryType === 'blob') socket.binaryType = 'arraybuffer'
  socket.addEventListener('open', () => {
    const frames = waiting
    waiting = []
    waitingBytes = 0
    for (const frame of frames) socket.send(frame)
  })
  socket.addEventListener('message', (event) => receive(event.data))
  // always followed by close; without a listener `ws` would throw
  socket.addEventListener('error', (event) => {
    if ('message' in event && typeof event.message === 'string') fault = event.message
  })
  socket.addEventListener('close', (event) => {
    const code = event.code === RFC_TOO_BIG ? CLOSE.tooLarge : event.code
    receiver.end(code, event.reason || fault)
  })

  function receive(data: unknown): void {
    if (receiver.closed) return
    if (!(data instanceof ArrayBuffer) && !(data instanceof Uint8Array)) {
      return close(CLOSE.badMessage, 'A message must be binary; this was text.')
    }
    if (data.byteLength > maxMessageBytes) {
      return close(CLOSE.tooLarge, tooLarge('The message', data.byteLength, maxMessageBytes).message)
    }
    let message: unknown
    try {
      message = decode(data as Uint8Array<ArrayBuffer> | ArrayBuffer)
    } catch {
      return close(CLOSE.badMessage, 'The message could not be decoded.')
    }
    receiver.deliver(message)
  }

  function close(code: number = CLOSE.normal, reason = ''): void {
    if (receiver.closed) return
    waiting = []
    waitingBytes = 0
    try {
      // first, so that our own code counts even where the socket tells of its end while it is being closed
      receiver.end(code, reason)
    } finally {
      // 1006 cannot be sent: it is what the other side sees of a link that just ended
      if (code !== CLOSE.cut) socket.close(code, shortReason(reason))
      else if (socket.terminate) socket.terminate()
      else socket.close()
    }
  }

  return {
    send(message) {
      if (receiver.closed) return
      const frame = encode(message)
      if (frame.byteLength > maxSendBytes) {
        throw tooLarge('The message', frame.byteLength, maxSendBytes)
      }
      if (socket.readyState === CONNECTING) {
        waiting.push(frame)
        waitingBytes += frame.byteLength
        // While it is closing nothing gets through; whoever needs the message to arrive sends it again after a reconnect.
      } else if (socket.readyState === OPEN) socket.send(frame)
    },
    get bufferedBytes() {
      return receiver.closed ? 0 : socket.bufferedAmount + waitingBytes
    },
    onMessage: (listener) => receiver.onMessage(listener),
    onClose: (listener) => receiver.onClose(listener),
    close,
    limitSend: (bytes) => void (maxSendBytes = Math.min(maxSendBytes, bytes)),
  }
}

/** As much of `reason` as a close frame can hold. */
function shortReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason)
  if (bytes.byteLength <= MAX_REASON_BYTES) return reason
  // a character cut in half at the end becomes U+FFFD, which is dropped
  return new TextDecoder().decode(bytes.subarray(0, MAX_REASON_BYTES)).replace(/\uFFFD+$/, '')
}
