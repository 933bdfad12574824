import { crc32, deflateSync, inflateSync } from 'node:zlib'

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

/** A PNG of one colour. */
export function solidPng(width: number, height: number, color: [number, number, number]): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.length, 0)
    frame.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // 8 bits, RGB
  header.set([8, 2], 8)
  const row = Buffer.from([0, ...Array.from({ length: width }, () => color).flat()])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}
