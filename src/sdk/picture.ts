import { isSide, MAX_SIDE } from '../shared/frames.ts'
import type { FrameContent } from '../shared/stream.ts'
import { isArrayBuffer, isPlainObject, isTypedArray, typedArrayKind } from '../shared/document/kinds.ts'
import { checkKeys, refuse } from './check.ts'

/** Pixels: 4 bytes each (red, green, blue, alpha, not premultiplied), row by row from the top left. What a canvas calls ImageData. */
export interface Picture {
  /** pixels */
  readonly width: number
  /** pixels */
  readonly height: number
  /** width × height × 4 bytes */
  readonly data: Uint8Array | Uint8ClampedArray
}

type Content = Omit<FrameContent, 'bytes'> & { bytes: Uint8Array | Uint8ClampedArray }

/** What `frame` is: pixels, or a file in one of the formats, known by its first bytes. Not copied. Throws OrielError bad_value. */
export function readPicture(frame: unknown, what: string): Content {
  const file = asBytes(frame)
  if (file) return readFile(file, what)
  if (!isPlainObject(frame) && !isImageData(frame))
    refuse(what, 'pixels ({ width, height, data }) or the bytes of a PNG, JPEG or WebP file', frame)
  const { width, height, data } = frame
  if (isPlainObject(frame)) checkKeys(frame, ['width', 'height', 'data'], what)
  if (!isSide(width)) refuse(`${what}: width`, `a whole number of pixels from 1 to ${MAX_SIDE}`, width)
  if (!isSide(height)) refuse(`${what}: height`, `a whole number of pixels from 1 to ${MAX_SIDE}`, height)
  const bytes = asPixels(data)
  if (!bytes) refuse(`${what}: data`, 'a Uint8Array or Uint8ClampedArray', data)
  if (bytes.byteLength !== width * height * 4)
    refuse(`${what}: data`, `${width} × ${height} × 4 = ${width * height * 4} bytes`, bytes.byteLength)
  return { kind: 'rgba', width, height, bytes }
}

/** `value` as bytes, if it is that: a Uint8Array (a Buffer too) or an ArrayBuffer. */
export function asBytes(value: unknown): Uint8Array | null {
  if (isArrayBuffer(value)) return new Uint8Array(value)
  return isTypedArray(value) && typedArrayKind(value) === 'Uint8Array' ? (value as Uint8Array) : null
}

function asPixels(value: unknown): Uint8Array | Uint8ClampedArray | null {
  if (isTypedArray(value) && typedArrayKind(value) === 'Uint8ClampedArray') return value as Uint8ClampedArray
  return asBytes(value)
}

/** As canvas libraries make it: an instance of a class with these three. */
function isImageData(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && 'width' in value && 'height' in value && 'data' in value
}

function readFile(bytes: Uint8Array, what: string): Content {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (const [kind, read] of FORMATS) {
    const size = read(view)
    if (!size) continue
    const [width, height] = size
    if (!isSide(width) || !isSide(height))
      refuse(what, `a whole ${kind} file of 1 to ${MAX_SIDE} pixels a side`, `${width} × ${height}`)
    return { kind, width, height, bytes }
  }
  refuse(
    what,
    'a PNG, JPEG or WebP file (or pixels: { width, height, data })',
    `${bytes.byteLength} bytes of another kind`,
  )
}

type Size = readonly [width: number, height: number]

/** Each gives the size of a file of its format, zeros if that is cut off, and null for another format. */
const FORMATS: readonly (readonly [kind: 'png' | 'jpeg' | 'webp', read: (view: DataView) => Size | null])[] = [
  ['png', readPng],
  ['jpeg', readJpeg],
  ['webp', readWebp],
]
const UNKNOWN: Size = [0, 0]

/** https://www.w3.org/TR/png-3/#11IHDR */
function readPng(view: DataView): Size | null {
  if (!startsWith(view, 0, '\x89PNG\r\n\x1a\n')) return null
  return view.byteLength < 24 ? UNKNOWN : [view.getUint32(16), view.getUint32(20)]
}

/** Segments up to the start of a frame: 0xC0 to 0xCF without the three that are tables. https://www.w3.org/Graphics/JPEG/itu-t81.pdf */
function readJpeg(view: DataView): Size | null {
  if (!startsWith(view, 0, '\xff\xd8\xff')) return null
  let at = 2
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return UNKNOWN
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) at++
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return [view.getUint16(at + 7), view.getUint16(at + 5)]
    else at += 2 + view.getUint16(at + 2)
  }
  return UNKNOWN
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function readWebp(view: DataView): Size | null {
  if (!startsWith(view, 0, 'RIFF') || !startsWith(view, 8, 'WEBP')) return null
  if (view.byteLength < 30) return UNKNOWN
  if (startsWith(view, 12, 'VP8X')) return [1 + uint24(view, 24), 1 + uint24(view, 27)]
  if (startsWith(view, 12, 'VP8 ')) return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff]
  if (startsWith(view, 12, 'VP8L')) {
    const bits = view.getUint32(21, true)
    return [1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff)]
  }
  return UNKNOWN
}

function startsWith(view: DataView, at: number, text: string): boolean {
  if (view.byteLength < at + text.length) return false
  for (let index = 0; index < text.length; index++)
    if (view.getUint8(at + index) !== text.charCodeAt(index)) return false
  return true
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
}
