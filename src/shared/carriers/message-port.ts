import type { Carrier } from '../carrier.ts'
import { OrielError } from '../errors.ts'
import { CLOSE } from '../protocol.ts'
import { Receiver } from './receiver.ts'

/** What we need of a message port; `MessagePort` of the DOM and of node:worker_threads both have it. */
export interface PortLike {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void
  start(): void
  close(): void
  /** The event of a `message` has `data`; the types of the DOM and of Node agree on no more than this. */
  addEventListener(type: 'message' | 'messageerror' | 'close', listener: (event: object) => void): void
}

/** First item of the control message that ends the link. Messages are objects and never arrays, so nothing else looks like it. */
const CLOSE_MARK = 'oriel:close'

/**
 * A carrier over one end of a message channel. Code and reason of `close` reach the other side; if a side goes away
 * without closing, the other gets 1006. `send` throws OrielError bad_value for what structured clone refuses.
 * `bufferedBytes` is always 0. On Node the port keeps the event loop alive until it is closed or `port.unref()` is called.
 */
export function messagePortCarrier(port: PortLike): Carrier {
  const receiver = new Receiver()

  port.addEventListener('message', (event) => {
    const { data } = event as { data: unknown }
    if (!Array.isArray(data)) return receiver.deliver(data)
    const [mark, code, reason] = data as unknown[]
    if (mark === CLOSE_MARK && typeof code === 'number' && typeof reason === 'string') {
      if (receiver.end(code, reason)) port.close()
    } else close(CLOSE.badMessage, 'A message must be an object.')
  })
  port.addEventListener('messageerror', () => close(CLOSE.badMessage, 'The message could not be decoded.'))
  port.addEventListener('close', () => receiver.end())
  port.start()

  function close(code: number = CLOSE.normal, reason = ''): void {
    if (receiver.closed) return
    port.postMessage([CLOSE_MARK, code, reason], [])
    port.close()
    receiver.end(code, reason)
  }

  return {
    send(message, transfer = []) {
      if (receiver.closed) return
      try {
        port.postMessage(message, transfer)
      } catch (error) {
        throw new OrielError(
          'bad_value',
          'This value cannot be sent: only JSON values, ArrayBuffer and typed arrays can.',
          { cause: error },
        )
      }
    },
    bufferedBytes: 0,
    onMessage: (listener) => receiver.onMessage(listener),
    onClose: (listener) => receiver.onClose(listener),
    close,
  }
}
