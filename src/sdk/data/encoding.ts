import { isUtf8 } from 'node:buffer'
import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { DataError } from './data-error.ts'

/** How the text of a file is written down. `windows-1252` stands for Latin-1 as well, which is a part of it. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** How much of a file is looked at to know what is in it, in bytes. */
const HEAD_BYTES = 256 * 1024

/** The beginning of a text file. */
export interface TextHead {
  readonly text: string
  readonly encoding: TextEncoding
  /** The file goes on behind this. */
  readonly isCut: boolean
}

/**
 * Reads the beginning of `file` and finds out how it is encoded, unless that is given: by all of it if `whole`, else by the
 * beginning alone. Throws DataError file_damaged for what is UTF-8 in one place and not in another.
 */
export async function readHead(file: string, given: TextEncoding | undefined, whole: boolean): Promise<TextHead> {
  const handle = await open(file)
  try {
    const buffer = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await handle.read(buffer, 0, HEAD_BYTES, 0)
    const bytes = buffer.subarray(0, bytesRead)
    const { size } = await handle.stat()
    const isCut = size > bytesRead
    let encoding = given ?? detectEncoding(bytes, isCut)
    if (whole && isCut && encoding === 'utf-8' && !(await isUtf8File(file))) {
      // Plain ASCII at its beginning says nothing: it is a file of an older kind. Anything else has a bad place.
      if (given || !isAscii(bytes)) throw await invalidUtf8(file)
      encoding = 'windows-1252'
    }
    const text = new TextDecoder(encoding).decode(bytes, { stream: isCut })
    return { text, encoding, isCut }
  } finally {
    await handle.close()
  }
}

/** What `bytes` are most likely written in. `isCut`: they may end within a character. */
export function detectEncoding(bytes: Uint8Array, isCut = false): TextEncoding {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  // Text has no zero bytes but in UTF-16, where most characters have one.
  const zeros = [0, 0]
  const sample = bytes.subarray(0, 4096)
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2]! += 1
  if (zeros[1]! > sample.length / 4 && zeros[0] === 0) return 'utf-16le'
  if (zeros[0]! > sample.length / 4 && zeros[1] === 0) return 'utf-16be'
  return isUtf8(isCut ? withoutBrokenEnd(bytes) : bytes) ? 'utf-8' : 'windows-1252'
}

/** Writes the text of `file` to `target` as UTF-8. */
export async function transcode(file: string, encoding: TextEncoding, target: string): Promise<void> {
  const decoder = new TextDecoder(encoding)
  await pipeline(
    createReadStream(file, { highWaterMark: 1 << 20 }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true })
      yield decoder.decode()
    },
    createWriteStream(target, { mode: 0o600 }),
  )
}

async function isUtf8File(file: string): Promise<boolean> {
  let rest: Uint8Array = new Uint8Array(0)
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    const good = withoutBrokenEnd(bytes)
    if (!isUtf8(good)) return false
    rest = bytes.subarray(good.length)
  }
  return rest.length === 0
}

async function invalidUtf8(file: string): Promise<DataError> {
  let line = 1
  for await (const bytes of linesOf(file)) {
    if (!isUtf8(bytes)) {
      let good = bytes.length - 1
      while (good > 0 && !isUtf8(bytes.subarray(0, good))) good -= 1
      const column = bytes.subarray(0, good).toString('utf8').length + 1
      const message = `${file}, line ${line}, character ${column}: it is not UTF-8 there. If it is of an older kind, give its encoding.`
      return new DataError('file_damaged', message, { file, line, column })
    }
    line += 1
  }
  return new DataError('file_damaged', `${file} ends within a character.`, { file, line })
}

/** The lines of a file as bytes, without their ends. */
async function* linesOf(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield rest.length > 0 ? Buffer.concat([rest, chunk.subarray(from, end)]) : chunk.subarray(from, end)
      rest = Buffer.alloc(0)
      from = end + 1
    }
    rest = Buffer.concat([rest, chunk.subarray(from)])
  }
  yield rest
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80)
}

/** Leaves out a last character that is not all there. */
function withoutBrokenEnd(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) break
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0
    if (size > 0) return size > back ? bytes.subarray(0, bytes.length - back) : bytes
  }
  return bytes
}
