import { afterEach, describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { unpack } from 'msgpackr'
import { decode, encode } from '../../../src/shared/carriers/codec.ts'
import { messagePortCarrier, type PortLike } from '../../../src/shared/carriers/message-port.ts'
import { webSocketCarrier, type WebSocketLike } from '../../../src/shared/carriers/websocket.ts'
import { withHeadroom } from '../../../src/shared/frames.ts'
import { OrielError } from '../../../src/shared/errors.ts'
import { CLOSE } from '../../../src/shared/protocol.ts'

const bytes = (...values: number[]) => new Uint8Array(values)

describe('codec', () => {
  test('[V1] what was decoded is plain Uint8Array even where Node Buffers went in, and owns its memory', () => {
    const buffer = Buffer.from([1, 2, 3])
    const decoded = decode(Buffer.from(encode({ buffer, view: bytes(4, 5) }))) as Record<string, Uint8Array>
    expect(decoded.buffer!.constructor).toBe(Uint8Array)
    expect([...decoded.buffer!]).toEqual([1, 2, 3])
    expect(decoded.buffer!.buffer.byteLength).toBe(3)
    expect(decoded.view!.buffer.byteLength).toBe(2)
  })

  test('an object with more than 65,535 keys survives', () => {
    const wide = Object.fromEntries(Array.from({ length: 70_000 }, (_, index) => [`k${index}`, index]))
    expect(decode(encode(wide))).toEqual(wide)
  })

  test('what is sent is the own properties of an object, not what its toJSON says', () => {
    expect(decode(encode({ value: { a: 1, toJSON: null } }))).toEqual({ value: { a: 1, toJSON: null } })
  })

  test('a frame is never written again by later messages', () => {
    const first = encode({ n: 1 })
    const copy = bytes(...first)
    for (let n = 0; n < 10_000; n++) encode({ n, text: 'x'.repeat(n % 50) })
    encode({ large: new Uint8Array(1_000_000).fill(7) })
    expect(bytes(...first)).toEqual(copy)
  })

  test('after a large message small ones do not hold its memory', () => {
    encode({ large: new Uint8Array(2_000_000) })
    expect(encode({ n: 1 }).buffer.byteLength).toBeLessThan(100_000)
  })

  test('a key __proto__ changes no prototype', () => {
    const hostile = encode(JSON.parse('{"__proto__":{"polluted":true}}') as object)
    const decoded = decode(hostile) as { polluted?: boolean }
    expect(decoded.polluted).toBeUndefined()
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype)
  })

  test('a 64-bit integer of another writer becomes a number', () => {
    expect(decode(bytes(0xcf, 0, 0, 1, 0, 0, 0, 0, 0))).toBe(2 ** 40)
    expect(decode(bytes(0xd3, 255, 255, 255, 255, 255, 255, 255, 255))).toBe(-1)
  })

  const undecodable: [string, Uint8Array<ArrayBuffer>][] = [
    ['nothing', bytes()],
    ['a cut string', bytes(0xa5, 0x61)],
    ['a cut map', bytes(0x82, 0xa1, 0x61, 1)],
    ['bytes after the end', bytes(1, 2)],
    ['an array of four billion items in five bytes', bytes(0xdd, 255, 255, 255, 255)],
    ['a map of four billion keys in five bytes', bytes(0xdf, 255, 255, 255, 255)],
    ['arrays nested a million deep', new Uint8Array(1_000_000).fill(0x91)],
    ['an Error', bytes(0xd4, 0x65, 0, 0x93, 0xa1, 0x61, 0xa1, 0x62, 0xc0)],
    ['a Set', bytes(0xd4, 0x73, 0, 0x91, 1)],
    ['a RegExp', bytes(0xd4, 0x78, 0, 0x92, 0xa1, 0x61, 0xa0)],
    ['a Date', bytes(0xd6, 0xff, 0, 0, 0, 1)],
    ['a bigint of any length', bytes(0xd6, 0x42, 1, 2, 3, 4)],
    ['a reference', bytes(0xd6, 0x70, 0, 0, 0, 1)],
    ['an unknown extension', bytes(0xd4, 0x33, 0)],
    ['an unknown kind of typed array', bytes(0xd5, 0x74, 0x30, 0)],
    ['typed array bytes that are no whole number of items', bytes(0xc7, 4, 0x74, 8, 1, 2, 3)],
  ]
  test.each(undecodable)('[V2] %s is refused with bad_message', (_name, frame) => {
    expect(() => decode(frame)).toThrow(expect.objectContaining({ name: 'OrielError', code: 'bad_message' }))
    // and the next message is read as if nothing had been
    expect(decode(encode({ n: 1 }))).toEqual({ n: 1 })
  })

  test('[V1] a large frame of a stream is msgpack as any other, and no byte of it is copied', () => {
    const picture = withHeadroom(new Uint8Array(300_000).fill(7))
    const message = { type: 'frame', stream: 'camera', number: 3, kind: 'bytes', width: 0, height: 0, bytes: picture }
    const frame = encode(message)
    expect(frame.buffer).toBe(picture.buffer)
    expect(unpack(frame)).toEqual(message)
    const decoded = decode(frame) as typeof message
    expect(decoded).toEqual(message)
    expect(decoded.bytes.buffer).toBe(frame.buffer)
  })

  test('what lies before bytes of someone else’s is not written to', () => {
    for (const offset of [0, 1023, 1025]) {
      const whole = new Uint8Array(offset + 300_000).fill(9)
      const picture = whole.subarray(offset)
      encode({ type: 'frame', stream: 'camera', number: 3, kind: 'bytes', width: 0, height: 0, bytes: picture })
      encode({ type: 'event', bytes: picture })
      expect(whole.every((byte) => byte === 9)).toBe(true)
    }
  })

  test('[V1] a name too long to fit before a large frame is sent all the same', () => {
    const picture = withHeadroom(new Uint8Array(300_000))
    const message = {
      type: 'frame',
      stream: '漢'.repeat(400),
      number: 1,
      kind: 'bytes',
      width: 0,
      height: 0,
      bytes: picture,
    }
    expect(decode(encode(message))).toEqual(message)
  })

  test('[V2] random bytes are decoded or refused with bad_message, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (frame) => {
        try {
          decode(bytes(...frame))
        } catch (error) {
          expect(error).toBeInstanceOf(OrielError)
          expect((error as OrielError).code).toBe('bad_message')
        }
      }),
      { numRuns: 5000 },
    )
  })

  test('[V1] every JSON value comes back as it went', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        // -0 travels as 0, as in JSON; __proto__ has a test of its own
        const value = JSON.parse(JSON.stringify(json).replaceAll('"__proto__":', '"p":')) as unknown
        expect(decode(encode({ value }))).toEqual({ value })
      }),
      { numRuns: 1000 },
    )
  })
})

/** A socket that a test plays the other side of. */
class FakeSocket implements WebSocketLike {
  #events = new EventTarget()
  binaryType = 'blob'
  readyState = 1
  bufferedAmount = 0
  sent: Uint8Array[] = []
  closed: [number | undefined, string | undefined][] = []

  send(data: Uint8Array): void {
    if (this.readyState === 0) throw new Error('still connecting')
    this.sent.push(data)
  }
  close(code?: number, reason?: string): void {
    this.closed.push([code, reason])
  }
  receive(data: unknown): void {
    this.emit('message', { data })
  }
  end(code: number, reason = ''): void {
    this.emit('close', { code, reason })
  }
  emit(type: string, fields: object = {}): void {
    this.#events.dispatchEvent(Object.assign(new Event(type), fields))
  }
  addEventListener(type: string, listener: (event: never) => void): void {
    this.#events.addEventListener(type, listener as unknown as EventListener)
  }
}

describe('WebSocket carrier', () => {
  test('blobs are never asked for, since they can only be read out of order', () => {
    const socket = new FakeSocket()
    webSocketCarrier(socket)
    expect(socket.binaryType).toBe('arraybuffer')
  })

  test('what is sent while connecting goes out in order when it opens', () => {
    const socket = new FakeSocket()
    socket.readyState = 0
    const carrier = webSocketCarrier(socket)
    carrier.send({ n: 1 })
    carrier.send({ n: 2 })
    expect(carrier.bufferedBytes).toBeGreaterThan(0)
    socket.readyState = 1
    socket.emit('open')
    carrier.send({ n: 3 })
    expect(socket.sent.map((frame) => decode(bytes(...frame)))).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    expect(carrier.bufferedBytes).toBe(0)
  })

  test('bufferedBytes counts what the socket holds back', () => {
    const socket = new FakeSocket()
    const carrier = webSocketCarrier(socket)
    socket.bufferedAmount = 123
    expect(carrier.bufferedBytes).toBe(123)
  })

  test.each([
    ['a text frame', '{}', CLOSE.badMessage],
    ['bytes that are no message', bytes(0xc1, 0xc1).buffer, CLOSE.badMessage],
    ['a frame over the limit', new ArrayBuffer(101), CLOSE.tooLarge],
  ])('[V2] %s ends the link with our code and a reason, and is not delivered', (_name, data, code) => {
    const socket = new FakeSocket()
    const carrier = webSocketCarrier(socket, { maxMessageBytes: 100 })
    const messages: unknown[] = []
    const ends: number[] = []
    carrier.onMessage((message) => messages.push(message))
    carrier.onClose((given) => ends.push(given))
    socket.receive(data)
    socket.receive(encode({ late: true }))
    expect(messages).toEqual([])
    expect(ends).toEqual([code])
    expect(socket.closed).toEqual([[code, expect.stringMatching(/\w{3}/)]])
  })

  test('[V4] a message over the limit is refused with too_large and both sizes, and the link stays', () => {
    const socket = new FakeSocket()
    const carrier = webSocketCarrier(socket, { maxMessageBytes: 1000 })
    expect(() => carrier.send({ bytes: new Uint8Array(1500) })).toThrow(
      expect.objectContaining({ code: 'too_large', message: expect.stringMatching(/1,5\d\d.*1,000/) }),
    )
    carrier.send({ fine: true })
    expect(socket.sent).toHaveLength(1)
    expect(socket.closed).toEqual([])
  })

  test('a link that could not be opened ends with 1006 and says why', () => {
    const socket = new FakeSocket()
    const carrier = webSocketCarrier(socket)
    let end: unknown
    carrier.onClose((code, reason) => (end = { code, reason }))
    socket.emit('error', { message: 'connect ECONNREFUSED' })
    socket.end(1006)
    expect(end).toEqual({ code: CLOSE.cut, reason: 'connect ECONNREFUSED' })
  })

  test('a peer that closes with the WebSocket standard’s own "too big" is heard as too large', () => {
    const socket = new FakeSocket()
    let code = 0
    webSocketCarrier(socket).onClose((given) => (code = given))
    socket.end(1009)
    expect(code).toBe(CLOSE.tooLarge)
  })

  test('a long reason is cut between characters to what a close frame holds', () => {
    const socket = new FakeSocket()
    webSocketCarrier(socket).close(CLOSE.notAllowed, 'é'.repeat(100))
    expect(socket.closed).toEqual([[CLOSE.notAllowed, 'é'.repeat(61)]])
  })
})

describe('message port carrier', () => {
  let ends: (() => void)[] = []
  afterEach(() => {
    for (const end of ends) end()
    ends = []
  })

  test('[V2] an array that is no close of ours ends the link with 4000', async () => {
    const { port1, port2 } = new MessageChannel()
    ends.push(() => port1.close())
    const closed = new Promise((resolve) => messagePortCarrier(port2).onClose((code) => resolve(code)))
    port1.postMessage(['oriel:close', 'x'])
    expect(await closed).toBe(CLOSE.badMessage)
  })

  test('what cannot be read on the other side ends the link with 4000', () => {
    const listeners = new Map<string, (event: object) => void>()
    const port: PortLike = {
      postMessage() {},
      start() {},
      close() {},
      addEventListener: (type, listener) => void listeners.set(type, listener),
    }
    let code = 0
    messagePortCarrier(port).onClose((given) => (code = given))
    listeners.get('messageerror')!({})
    expect(code).toBe(CLOSE.badMessage)
  })

  test('a function is refused with bad_value before anything is sent', () => {
    const a = messagePortCarrier(new MessageChannel().port1)
    ends.push(() => a.close())
    expect(() => a.send({ call() {} })).toThrow(expect.objectContaining({ code: 'bad_value' }))
  })
})
