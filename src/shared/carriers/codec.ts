import { addExtension, Packr } from 'msgpackr/pack'
import { OrielError } from '../errors.ts'
import { LARGE_FRAME_BYTES, encodeInPlace, hasHeadroom, isLargeFrame } from './in-place.ts'

/*
 * One logical message is one binary frame of msgpack (rule V1). The pure JavaScript build of msgpackr is imported on
 * purpose: for messages of our size it is as fast as the one with a native string reader, and hostile bytes never
 * reach native code.
 */

const POOL_BYTES = 8192

const OPTIONS = {
  useRecords: false,
  mapsAsObjects: true,
  // keeps the kind of each typed array and of ArrayBuffer
  moreTypes: true,
  // no references: nothing cyclic or shared can arrive
  structuredClone: false,
  // decoded bytes are copies; a view would keep the whole frame, or a pool of the socket, alive
  copyBuffers: true,
  // more than 65,535 keys, and own keys only
  variableMapSize: true,
  useToJSON: false,
  // other writers of msgpack send large whole numbers as 64-bit integers; a bigint is no Value
  int64AsType: 'number',
} as const
const packr = new Packr(OPTIONS)
/** For large `frame` messages, which are looked at once and let go: their bytes stay where they arrived. */
const viewing = new Packr({ ...OPTIONS, copyBuffers: false })

// Extensions of msgpackr that would make something else than a Value: bigint, string bundle, Error, id, pointer, Set, RegExp, Date.
for (const type of [0x42, 0x62, 0x65, 0x69, 0x70, 0x73, 0x78, 0xff]) {
  addExtension({
    type,
    unpack: () => {
      throw new Error(`Extension ${type} is not allowed`)
    },
  })
}

/** msgpackr writes strings through methods of Buffer where there is one, so on Node its pool must be a Buffer. */
const nodeBuffer = (globalThis as { Buffer?: { allocUnsafeSlow(size: number): Uint8Array } }).Buffer
const newPool = (): Uint8Array => nodeBuffer?.allocUnsafeSlow(POOL_BYTES) ?? new Uint8Array(POOL_BYTES)

/**
 * The frame of one message. Its bytes are never written again, but the buffer behind a small frame is shared with
 * other frames: send `byteOffset`…`byteLength` only. A large `frame` message is encoded around its own bytes, which must
 * not be written to until it is sent. Throws OrielError bad_value if something in it cannot be sent.
 */
export function encode(message: object): Uint8Array<ArrayBuffer> {
  try {
    const inPlace = hasHeadroom(message) ? encodeInPlace(message, (rest) => packr.encode(rest)) : null
    if (inPlace) return inPlace
    const frame = packr.encode(message) as Uint8Array<ArrayBuffer>
    // A buffer of its own, so that no pool grows to the size of the largest message ever sent.
    if (frame.byteLength > LARGE_FRAME_BYTES) packr.useBuffer(newPool())
    return frame
  } catch (error) {
    throw new OrielError(
      'bad_value',
      'This value cannot be sent: only JSON values, ArrayBuffer and typed arrays can.',
      {
        cause: error,
      },
    )
  }
}

/**
 * The message in a frame: plain objects, arrays, primitives, ArrayBuffer and typed arrays, none of which share memory
 * with `bytes` (but for those of a large `frame` message, which lie in it). Not validated beyond that: see messages.ts. A key `__proto__` arrives as `__proto_`. Throws OrielError bad_message.
 */
export function decode(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): unknown {
  // a plain view even of a Node Buffer, so that what is cut out of it is a Uint8Array and not a Buffer
  const frame =
    bytes instanceof Uint8Array
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : new Uint8Array(bytes)
  try {
    return (isLargeFrame(frame) ? viewing : packr).decode(frame)
  } catch (error) {
    throw new OrielError('bad_message', 'The message could not be decoded.', { cause: error })
  }
}
