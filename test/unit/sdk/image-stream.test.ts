import { deflateSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ByteStream, ImageStream, session } from '../../../src/sdk/index.ts'
import type { FrameContent, FrameOutcome } from '../../../src/shared/stream.ts'
import { startSession } from './support/sessions.ts'
import type { TestSession } from './support/sessions.ts'

/** What a session's link was given, and a way to say what became of it. */
function spyOn({ link }: TestSession, outcome: FrameOutcome = 'shown') {
  const pushed: (FrameContent & { stream: string })[] = []
  const ended: string[] = []
  Object.assign(link, {
    frames: {
      push: async (stream: string, content: FrameContent) => {
        pushed.push({ stream, ...content })
        return outcome
      },
      end: (stream: string) => void ended.push(stream),
    },
  })
  return { pushed, ended }
}

const pixel = (red: number) => ({ width: 1, height: 1, data: Uint8ClampedArray.of(red, 0, 0, 255) })
const code = (name: string) => expect.objectContaining({ code: name }) as Error

describe('ImageStream', () => {
  let one: TestSession
  let spy: ReturnType<typeof spyOn>
  beforeEach(() => {
    one = startSession()
    spy = spyOn(one)
  })
  afterEach(() => vi.useRealTimers())

  it('[G1] pushes to the session it was made in, whoever pushes', async () => {
    const other = startSession('2')
    const others = spyOn(other)
    const camera = one.run(() => new ImageStream('camera'))
    other.run(() => new ImageStream('camera'))
    await other.run(() => camera.push(pixel(1)))
    await session.run({ clientId: 'somebody' }, () => camera.push(pixel(2)))
    expect(spy.pushed.map(({ stream, bytes }) => [stream, bytes[0]])).toEqual([
      ['camera', 1],
      ['camera', 2],
    ])
    expect(others.pushed).toEqual([])
  })

  it('[K5] outside of any session it cannot be made', () => {
    expect(() => new ImageStream('camera')).toThrow(code('no_session'))
  })

  it('takes a copy at once, so that the buffer may be used again', async () => {
    const camera = one.run(() => new ImageStream('camera'))
    const picture = pixel(1)
    const pushing = camera.push(picture)
    picture.data.fill(9)
    expect(await pushing).toBe('shown')
    expect([...spy.pushed[0]!.bytes]).toEqual([1, 0, 0, 255])
  })

  it('refuses what is no picture with bad_value, saying what would be', async () => {
    const camera = one.run(() => new ImageStream('camera'))
    const refused: unknown[] = [
      null,
      'picture.png',
      [1, 2, 3],
      {},
      { width: 1, height: 1 },
      { width: 1, height: 1, data: [0, 0, 0, 0] },
      { width: 1, height: 1, data: new Uint8Array(3) },
      { width: 1, height: 1, data: new Float32Array(4) },
      { width: 0, height: 1, data: new Uint8Array(0) },
      { width: 1.5, height: 2, data: new Uint8Array(12) },
      { width: 1, height: 1, data: new Uint8Array(4), format: 'bgra' },
      new Uint8Array(0),
      new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47),
      Buffer.from('GIF89a..........................'),
    ]
    for (const frame of refused) await expect(camera.push(frame as Uint8Array)).rejects.toThrow(code('bad_value'))
    expect(spy.pushed).toEqual([])
  })

  it('refuses a frame that no message can hold with too_large', async () => {
    const camera = one.run(() => new ImageStream('camera'))
    const frame = { width: 3000, height: 2000, data: new Uint8Array(24_000_000) }
    await expect(camera.push(frame)).rejects.toThrow(code('too_large'))
  })

  it('reads kind and size of a file from its first bytes', async () => {
    const camera = one.run(() => new ImageStream('camera'))
    for (const file of [
      png(640, 480),
      jpeg(1920, 1080),
      webp('VP8 ', 320, 200),
      webp('VP8L', 33, 44),
      webp('VP8X', 5000, 3),
    ])
      await camera.push(file)
    await camera.push(new Uint8Array(png(7, 8)).buffer)
    expect(spy.pushed.map(({ kind, width, height }) => [kind, width, height])).toEqual([
      ['png', 640, 480],
      ['jpeg', 1920, 1080],
      ['webp', 320, 200],
      ['webp', 33, 44],
      ['webp', 5000, 3],
      ['png', 7, 8],
    ])
  })

  it('refuses damaged and cut-off files with bad_value, and reads none past its end', async () => {
    const camera = one.run(() => new ImageStream('camera'))
    for (const file of [png(640, 480), jpeg(1920, 1080), webp('VP8X', 5, 3)])
      for (let length = 3; length < 24; length++) {
        const outcome = await camera.push(file.subarray(0, length)).catch((error: unknown) => error)
        if (outcome !== 'shown') expect(outcome).toEqual(code('bad_value'))
      }
    await expect(camera.push(png(0, 480))).rejects.toThrow(code('bad_value'))
    await expect(camera.push(png(2 ** 31, 1))).rejects.toThrow(code('bad_value'))
  })

  it('has one stream of an id at a time; a closed one frees it', () => {
    one.run(() => {
      const camera = new ImageStream('camera')
      expect(() => new ImageStream('camera')).toThrow(code('bad_usage'))
      expect(() => new ByteStream('camera')).toThrow(code('bad_usage'))
      camera.close()
      camera.close()
      expect(camera.signal.aborted).toBe(true)
      expect(spy.ended).toEqual(['camera'])
      {
        using again = new ImageStream('camera')
        expect(again.signal.aborted).toBe(false)
      }
      expect(spy.ended).toEqual(['camera', 'camera'])
      for (const id of ['', 'x'.repeat(201), 7]) expect(() => new ImageStream(id as string)).toThrow(code('bad_value'))
    })
  })

  it('tells who makes too many streams in one session', () => {
    one.run(() => {
      expect(Array.from({ length: 64 }, (_, n) => new ImageStream(`s${n}`))).toHaveLength(64)
      expect(() => new ImageStream('s64')).toThrow(code('overloaded'))
    })
  })

  it('[G2] when the session has ended frames are dropped, nothing throws, and signal is aborted', async () => {
    const camera = one.run(() => new ImageStream('camera'))
    expect(camera.signal.aborted).toBe(false)
    await one.session.close()
    expect(camera.signal.aborted).toBe(true)
    expect(await camera.push(pixel(1))).toBe('dropped')
    expect(spy.pushed).toEqual([])
  })

  it('[G2] a session that ends clears its streams in its close hooks’ time, so that hooks may still push', async () => {
    const camera = one.run(() => new ImageStream('camera'))
    one.run(() => session.onClose(() => camera.push(pixel(1))))
    await one.session.close()
    expect(spy.pushed).toHaveLength(1)
  })

  it('a loop without anybody to draw for leaves time for everything else', async () => {
    for (const outcome of ['unwatched', 'unchanged', 'dropped', 'failed'] as const) {
      const quiet = startSession(outcome)
      spyOn(quiet, outcome)
      vi.useFakeTimers()
      const camera = quiet.run(() => new ImageStream('camera'))
      let known: FrameOutcome | null = null
      void quiet.run(() => camera.push(pixel(1))).then((now) => (known = now))
      await vi.advanceTimersByTimeAsync(10)
      expect(known).toBe(null)
      await vi.advanceTimersByTimeAsync(10)
      expect(known).toBe(outcome)
      vi.useRealTimers()
    }
  })

  it('keeps the run alive while a push is under way, and no longer', async () => {
    const camera = one.run(() => new ImageStream('camera'))
    await camera.push(pixel(1))
    expect(one.keepAlive).toEqual([true, false])
  })
})

describe('ByteStream', () => {
  it('sends bytes of any kind, and only bytes', async () => {
    const one = startSession()
    const { pushed } = spyOn(one)
    const samples = one.run(() => new ByteStream('samples'))
    await samples.push(Buffer.from('abc'))
    await samples.push(new Float32Array([1]).buffer)
    expect(pushed.map(({ kind, width, bytes }) => [kind, width, [...bytes]])).toEqual([
      ['bytes', 0, [97, 98, 99]],
      ['bytes', 0, [0, 0, 128, 63]],
    ])
    for (const wrong of ['abc', new Float32Array(1), null])
      await expect(samples.push(wrong as never)).rejects.toThrow(code('bad_value'))
  })
})

function png(width: number, height: number): Buffer {
  const head = Buffer.alloc(33)
  head.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')
  head.writeUInt32BE(width, 16)
  head.writeUInt32BE(height, 20)
  return Buffer.concat([head, deflateSync(Buffer.alloc(10))])
}

/** With a segment and fill bytes before the one that has the size. */
function jpeg(width: number, height: number): Buffer {
  const size = Buffer.from([0xff, 0xff, 0xc2, 0, 17, 8, 0, 0, 0, 0, 3])
  size.writeUInt16BE(height, 6)
  size.writeUInt16BE(width, 8)
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 6, 1, 2, 3, 4, 0xff, 0xc4, 0, 3, 0]),
    size,
    Buffer.alloc(9),
  ])
}

function webp(chunk: 'VP8 ' | 'VP8L' | 'VP8X', width: number, height: number): Buffer {
  const file = Buffer.alloc(40)
  file.write('RIFF', 0)
  file.write(`WEBP${chunk}`, 8)
  if (chunk === 'VP8X') {
    file.writeUIntLE(width - 1, 24, 3)
    file.writeUIntLE(height - 1, 27, 3)
  } else if (chunk === 'VP8L') file.writeUInt32LE((width - 1) | ((height - 1) << 14), 21)
  else {
    file.writeUInt16LE(width, 26)
    file.writeUInt16LE(height, 28)
  }
  return file
}
