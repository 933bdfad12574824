import { inflateSync } from 'node:zlib'

/** Pixels as a picture shows them: red, green, blue and alpha, a byte each, row by row. */
export interface Pixels {
  width: number
  height: number
  data: Uint8ClampedArray
}

/**
 * Reads a PNG of 8 bits a channel, with or without alpha, not interlaced: what most photos are saved as.
 * https://www.w3.org/TR/png-3/
 */
export function readPng(bytes: Uint8Array): Pixels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.byteLength < 33 || view.getUint32(0) !== 0x89504e47) throw new Error('This is not a PNG file.')
  const [width, height, depth, kind, interlaced] = [
    view.getUint32(16),
    view.getUint32(20),
    bytes[24],
    bytes[25],
    bytes[28],
  ]
  if (depth !== 8 || (kind !== 2 && kind !== 6) || interlaced !== 0)
    throw new Error('Only PNG files in colour, of 8 bits a channel and not interlaced, can be opened here.')
  if (width * height > 40_000_000) throw new Error('This picture is larger than 40 million pixels.')
  const parts: Uint8Array[] = []
  for (let at = 8; at + 8 <= bytes.byteLength;) {
    const length = view.getUint32(at)
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (name === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const channels = kind === 6 ? 4 : 3
  return { width, height, data: unfilter(inflateSync(Buffer.concat(parts)), width, height, channels) }
}

/** Each row begins with how it was predicted from the one above and the pixel to the left. */
function unfilter(raw: Uint8Array, width: number, height: number, channels: number): Uint8ClampedArray {
  const stride = width * channels
  if (raw.byteLength < (stride + 1) * height) throw new Error('The file ends before the picture does.')
  const data = new Uint8ClampedArray(width * height * 4).fill(255)
  let above = new Uint8Array(stride)
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1)
    const filter = raw[from]
    const row = raw.slice(from + 1, from + 1 + stride)
    for (let x = 0; x < stride; x++) {
      const left = x < channels ? 0 : row[x - channels]!
      const corner = x < channels ? 0 : above[x - channels]!
      const predicted = [0, left, above[x]!, (left + above[x]!) >> 1, paeth(left, above[x]!, corner)][filter ?? 0] ?? 0
      row[x] = row[x]! + predicted
    }
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < channels; channel++)
        data[(y * width + x) * 4 + channel] = row[x * channels + channel]!
    above = row
  }
  return data
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}
