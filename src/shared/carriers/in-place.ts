import { FRAME_HEADROOM } from '../frames.ts'
import type { FrameMessage } from '../protocol.ts'

/*
 * A large `frame` message is put together where its bytes lie: they come last in it, and the rest is written into the room
 * in front of them. On the wire it is msgpack like any other message.
 */

/** A map of seven entries, the first of which is `type: 'frame'`. */
const START = [0x87, 0xa4, ...ascii('type'), 0xa5, ...ascii('frame')]
/** The key `bytes` and the mark of up to 4 GiB of them, whose length follows. */
const BYTES = [0xa5, ...ascii('bytes'), 0xc6]
const LENGTH_BYTES = 4

/** Frames from this size on are worth it. */
export const LARGE_FRAME_BYTES = 256 * 1024

/** Whether `encodeInPlace` can take this message. */
export function hasHeadroom(message: object): message is FrameMessage {
  const { type, bytes } = message as Partial<FrameMessage>
  return (
    type === 'frame' &&
    bytes instanceof Uint8Array &&
    bytes.byteOffset === FRAME_HEADROOM &&
    bytes.byteLength >= LARGE_FRAME_BYTES
  )
}

/**
 * The frame of `message`: its own bytes with what belongs before them. `encode` encodes the rest. Null if that does not
 * fit. Encoding the same message again writes the same.
 */
export function encodeInPlace(
  message: FrameMessage,
  encode: (rest: object) => Uint8Array,
): Uint8Array<ArrayBuffer> | null {
  const { type, stream, number, kind, width, height, bytes } = message
  const head = encode({ type, stream, number, kind, width, height })
  const length = head.byteLength + BYTES.length + LENGTH_BYTES
  if (length > FRAME_HEADROOM) return null
  const frame = new Uint8Array(bytes.buffer, bytes.byteOffset - length, length + bytes.byteLength)
  frame.set(head)
  frame[0] = START[0]!
  frame.set(BYTES, head.byteLength)
  new DataView(frame.buffer, frame.byteOffset).setUint32(length - LENGTH_BYTES, bytes.byteLength)
  return frame
}

/** Whether these are the bytes of a large `frame` message. Nothing else in one is binary. */
export function isLargeFrame(bytes: Uint8Array): boolean {
  return bytes.byteLength > LARGE_FRAME_BYTES && START.every((byte, index) => bytes[index] === byte)
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0))
}
