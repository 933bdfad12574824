import { typedArrayKind } from './document/kinds.ts'
import type { FrameMessage } from './protocol.ts'
import { FRAME_KINDS } from './stream.ts'
import type { FrameKind } from './stream.ts'
import { type Check, refuse, shape, text, wholeNumber, MAX_NAME_LENGTH, oneOf } from './validate.ts'

/*
 * Frames of streams: pictures and other bytes that a script sends to whoever watches. They are never part of the document
 * and never stored; the newest is all that counts.
 */

/** Streams of one session. */
export const MAX_STREAMS = 64
/** Widest and highest picture, in pixels. */
export const MAX_SIDE = 16_384
/** Frames of one stream that a client may have been sent without having said that they are shown (rule G5). */
export const MAX_UNSHOWN = 2
/**
 * Bytes that lie, free to be written to, before the bytes of a frame in their buffer. A carrier puts the rest of the
 * message there, so that megabytes need not be copied to get a few words in front of them.
 */
export const FRAME_HEADROOM = 1024

const fields: Check = shape({
  type: text(0, MAX_NAME_LENGTH),
  stream: text(1, MAX_NAME_LENGTH),
  number: wholeNumber(1),
  kind: oneOf(...FRAME_KINDS),
  width: wholeNumber(0),
  height: wholeNumber(0),
  bytes: (value, name) => {
    if (!ArrayBuffer.isView(value) || typedArrayKind(value) !== 'Uint8Array') refuse(`${name} must be bytes.`)
  },
})

/** A `frame` message. The size must be that of the bytes where they are pixels, and 0 where they are no picture. */
export const checkFrame: Check = (message, name) => {
  fields(message, name)
  const { kind, width, height, bytes } = message as FrameMessage
  const isSized = kind === 'bytes' ? width === 0 && height === 0 : isSide(width) && isSide(height)
  if (!isSized) refuse('The size of the frame is impossible.')
  if (kind === 'rgba' && bytes.byteLength !== width * height * 4) refuse('The frame has too few or too many bytes.')
}

/** Whether `side` may be the width or height of a picture. */
export function isSide(side: unknown): side is number {
  return Number.isSafeInteger(side) && (side as number) >= 1 && (side as number) <= MAX_SIDE
}

/** `bytes` copied to where a carrier finds room in front of them. */
export function withHeadroom(bytes: Uint8Array | Uint8ClampedArray): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(new ArrayBuffer(FRAME_HEADROOM + bytes.byteLength), FRAME_HEADROOM)
  copy.set(bytes)
  return copy
}

/** For `kind`, what a browser calls it; null for what no browser decodes by itself. */
export const MIME_TYPES: { readonly [Kind in FrameKind]: string | null } = {
  rgba: null,
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  bytes: null,
}
