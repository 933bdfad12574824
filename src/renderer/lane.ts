import type { Carrier } from '../shared/carrier.ts'
import { decode } from '../shared/carriers/codec.ts'
import { LANE_HEADER, LANE_LENGTH_BYTES, isLaneMessage } from '../shared/lane.ts'
import { CLOSE, OWN_MAX_MESSAGE_BYTES } from '../shared/protocol.ts'

/** A lane failed in this page: it gets its frames over its socket from now on. */
let hasFailed = false

/**
 * `carrier`, with a lane for frames from the moment something is watched for. `address`: of lanes (LANE_PATH). If the lane
 * breaks the link is cut, since frames may be lost; the next one does without.
 */
export function withLane(carrier: Carrier, address: string | URL): Carrier {
  let listener: ((message: unknown) => void) | null = null
  let hasAsked = hasFailed || typeof ReadableStreamBYOBReader === 'undefined'
  const ended = new AbortController()
  carrier.onClose(() => ended.abort())

  async function fetchLane(secret: string): Promise<void> {
    try {
      const { body, ok } = await fetch(address, { headers: { [LANE_HEADER]: secret }, signal: ended.signal })
      // Too late, for instance: the frames come over the socket.
      if (!body || !ok) return
      const reader = body.getReader({ mode: 'byob' })
      for (;;) {
        const length = new DataView(await read(reader, LANE_LENGTH_BYTES)).getUint32(0)
        if (length > OWN_MAX_MESSAGE_BYTES) throw new RangeError(`a frame of ${length} bytes`)
        listener?.(decode(await read(reader, length)))
      }
    } catch (error) {
      if (ended.signal.aborted) return
      hasFailed = true
      console.warn('oriel: frames come over the socket from now on:', error)
      carrier.close(CLOSE.cut, 'the lane was lost')
    }
  }

  return {
    ...carrier,
    send(message, transfer) {
      if (!hasAsked && (message as { type?: unknown }).type === 'watch') {
        hasAsked = true
        carrier.send({ type: 'lane', secret: '' })
      }
      carrier.send(message, transfer)
    },
    get bufferedBytes() {
      return carrier.bufferedBytes
    },
    onMessage(next) {
      listener = next
      carrier.onMessage((message) => {
        if (hasAsked && isLaneMessage(message)) void fetchLane(message.secret)
        else next(message)
      })
    },
  }
}

/** Exactly `length` bytes. Rejects if the answer ends before. */
async function read(reader: ReadableStreamBYOBReader, length: number): Promise<ArrayBuffer> {
  let buffer = new ArrayBuffer(length)
  for (let at = 0; at < length;) {
    const { value, done } = await reader.read(new Uint8Array(buffer, at))
    if (done) throw new Error('the lane has ended')
    buffer = value.buffer
    at += value.byteLength
  }
  return buffer
}
