import { inflateSync } from 'node:zlib'

/** Size of a PNG and the colour of its first pixel, which no filter changes. */
export function readPng(png: Uint8Array): { width: number; height: number; color: [number, number, number] } {
  const bytes = Buffer.from(png)
  if (bytes.subarray(1, 4).toString('latin1') !== 'PNG') throw new Error('not a PNG')
  const parts: Buffer[] = []
  let offset = 8
  while (offset < bytes.length) {
    const length = bytes.readUInt32BE(offset)
    const type = bytes.subarray(offset + 4, offset + 8).toString('latin1')
    if (type === 'IDAT') parts.push(bytes.subarray(offset + 8, offset + 8 + length))
    offset += 12 + length
  }
  const [, red = 0, green = 0, blue = 0] = inflateSync(Buffer.concat(parts))
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), color: [red, green, blue] }
}
