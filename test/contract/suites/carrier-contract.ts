import { describe, expect, test } from 'vitest'
import type { Carrier } from '../../../src/shared/carrier.ts'
import { withHeadroom } from '../../../src/shared/frames.ts'
import { CLOSE } from '../../../src/shared/protocol.ts'

/** Two ends of one live link, and what takes the link apart after the test. */
export interface CarrierPair {
  a: Carrier
  b: Carrier
  /** Ends the link as a crash would, without a word to either side. */
  cut(): void
  end(): Promise<void>
}

/** Collects what a carrier receives and lets a test wait for it. */
export function listen(carrier: Carrier): {
  messages: unknown[]
  take(count: number): Promise<unknown[]>
  closed: Promise<{ code: number; reason: string }>
} {
  const messages: unknown[] = []
  let wake: () => void = () => {}
  carrier.onMessage((message) => {
    messages.push(message)
    wake()
  })
  return {
    messages,
    async take(count) {
      while (messages.length < count) await new Promise<void>((resolve) => (wake = resolve))
      return messages
    },
    closed: new Promise((resolve) => carrier.onClose((code, reason) => resolve({ code, reason }))),
  }
}

/** What every carrier promises (src/shared/carrier.ts). `open` gives a fresh link each time. */
export function carrierContract(name: string, open: () => Promise<CarrierPair>): void {
  describe(`carrier: ${name}`, () => {
    const withPair = (body: (pair: CarrierPair) => Promise<void>) => async () => {
      const pair = await open()
      try {
        await body(pair)
      } finally {
        await pair.end()
      }
    }

    test(
      'messages arrive in the order they were sent, both ways',
      withPair(async ({ a, b }) => {
        const atA = listen(a)
        const atB = listen(b)
        for (let id = 0; id < 1000; id++) {
          a.send({ type: 'ping', id })
          b.send({ type: 'pong', id })
        }
        await Promise.all([atA.take(1000), atB.take(1000)])
        expect(atB.messages).toEqual(Array.from({ length: 1000 }, (_, id) => ({ type: 'ping', id })))
        expect(atA.messages).toEqual(Array.from({ length: 1000 }, (_, id) => ({ type: 'pong', id })))
      }),
    )

    test(
      '[V1] JSON values, ArrayBuffer and every kind of typed array arrive as they were, in memory of their own',
      withPair(async ({ a, b }) => {
        const data = {
          json: [null, true, false, 0, -1, 1.5, Number.NaN, Infinity, 2 ** 40, -(2 ** 52), '', 'é漢🎈', { deep: [{}] }],
          buffer: new Uint8Array([0, 1, 254, 255]).buffer,
          views: [
            new Int8Array([-1, 1]),
            new Uint8Array([0, 1, 254, 255]),
            new Uint8ClampedArray([0, 255]),
            new Int16Array([-300]),
            new Uint16Array([65535]),
            new Int32Array([-70000]),
            new Uint32Array([4294967295]),
            new Float32Array([0.5, Number.NaN]),
            new Float64Array([Math.PI]),
            new BigInt64Array([-(2n ** 63n)]),
            new BigUint64Array([2n ** 64n - 1n]),
            new Float64Array(0),
          ],
        }
        a.send({ data })
        const [message] = (await listen(b).take(1)) as [{ data: typeof data }]
        expect(message).toEqual({ data })
        expect(message.data.views.map((view) => view.constructor)).toEqual(data.views.map((view) => view.constructor))
        expect(message.data.buffer).toBeInstanceOf(ArrayBuffer)
        for (const view of message.data.views) expect(view.buffer.byteLength).toBe(view.byteLength)
      }),
    )

    test(
      'a part of a larger buffer is sent alone, and changing it afterwards changes nothing there',
      withPair(async ({ a, b }) => {
        const whole = new Uint8Array(1000).fill(7)
        a.send({ part: whole.subarray(10, 14) })
        whole.fill(9)
        const [message] = (await listen(b).take(1)) as [{ part: Uint8Array }]
        expect([...message.part]).toEqual([7, 7, 7, 7])
        expect(message.part.buffer.byteLength).toBeLessThanOrEqual(1000)
      }),
    )

    test(
      'a large message arrives whole, and small ones behind it in order',
      withPair(async ({ a, b }) => {
        const bytes = new Uint8Array(8 * 1024 * 1024)
        for (let index = 0; index < bytes.length; index += 4096) bytes[index] = index >> 12
        a.send({ bytes })
        a.send({ after: true })
        const [large, small] = (await listen(b).take(2)) as [{ bytes: Uint8Array }, unknown]
        expect(Buffer.compare(large.bytes, bytes)).toBe(0)
        expect(small).toEqual({ after: true })
      }),
    )

    test(
      '[V1] a frame of a stream arrives whole, small or large, and so it does when it is sent again',
      withPair(async ({ a, b }) => {
        const sent = [1000, 8 * 1024 * 1024].map((length, index) => {
          const bytes = withHeadroom(new Uint8Array(length).map((_, at) => at % 251))
          return { type: 'frame', stream: 'caméra', number: index + 1, kind: 'bytes', width: 0, height: 0, bytes }
        })
        for (const message of [...sent, ...sent]) a.send(message)
        const arrived = (await listen(b).take(4)) as typeof sent
        for (const [index, message] of arrived.entries()) {
          const { bytes, ...rest } = message
          const { bytes: expected, ...expectedRest } = sent[index % 2]!
          expect(rest).toEqual(expectedRest)
          expect(bytes.constructor).toBe(Uint8Array)
          expect(Buffer.compare(bytes, expected)).toBe(0)
        }
      }),
    )

    test(
      'what is given away arrives as well',
      withPair(async ({ a, b }) => {
        const bytes = Uint8Array.of(1, 2, 3)
        a.send({ bytes }, [bytes.buffer])
        expect(await listen(b).take(1)).toEqual([{ bytes: Uint8Array.of(1, 2, 3) }])
      }),
    )

    test(
      'messages that came before a listener was set are kept for it',
      withPair(async ({ a, b }) => {
        a.send({ id: 1 })
        a.send({ id: 2 })
        b.send({ id: 'sync' })
        await listen(a).take(1)
        await new Promise((resolve) => setImmediate(resolve))
        expect(await listen(b).take(2)).toEqual([{ id: 1 }, { id: 2 }])
      }),
    )

    test(
      'close gives both sides its code and reason, after what was sent before it',
      withPair(async ({ a, b }) => {
        const atA = listen(a)
        const atB = listen(b)
        a.send({ id: 1 })
        a.close(CLOSE.notAllowed, 'Not here: é')
        expect(await atA.closed).toEqual({ code: CLOSE.notAllowed, reason: 'Not here: é' })
        expect(await atB.closed).toEqual({ code: CLOSE.notAllowed, reason: 'Not here: é' })
        expect(atB.messages).toEqual([{ id: 1 }])
      }),
    )

    test(
      'close without arguments is a normal close',
      withPair(async ({ a, b }) => {
        const atB = listen(b)
        a.close()
        expect(await atB.closed).toEqual({ code: CLOSE.normal, reason: '' })
      }),
    )

    test(
      '[D3] close is idempotent: the first code stays, each side hears of it once',
      withPair(async ({ a, b }) => {
        const heard: string[] = []
        a.onClose((code, reason) => heard.push(`a ${code} ${reason}`))
        b.onClose((code, reason) => heard.push(`b ${code} ${reason}`))
        const atB = listen(b)
        a.close(CLOSE.slow, 'first')
        a.close(CLOSE.normal, 'second')
        await atB.closed
        b.close(CLOSE.shutdown, 'third')
        expect(heard.toSorted()).toEqual([`a ${CLOSE.slow} first`, `b ${CLOSE.slow} first`])
      }),
    )

    test(
      'who starts to listen for the end after it is told at once',
      withPair(async ({ a, b }) => {
        a.close(CLOSE.replaced, 'Elsewhere')
        let told: unknown
        a.onClose((code, reason) => (told = [code, reason]))
        expect(told).toEqual([CLOSE.replaced, 'Elsewhere'])
        await listen(b).closed
        b.onClose((code, reason) => (told = [code, reason, 'b']))
        expect(told).toEqual([CLOSE.replaced, 'Elsewhere', 'b'])
      }),
    )

    test(
      'after close nothing is sent and nothing is delivered',
      withPair(async ({ a, b }) => {
        const atA = listen(a)
        const atB = listen(b)
        b.send({ late: true })
        a.close()
        a.send({ late: true })
        await atB.closed
        b.send({ later: true })
        expect([atA.messages, atB.messages]).toEqual([[], []])
      }),
    )

    test(
      'a link that is cut ends with 1006 on both sides',
      withPair(async ({ a, b, ...link }) => {
        const ends = Promise.all([listen(a).closed, listen(b).closed])
        link.cut()
        expect((await ends).map((end) => end.code)).toEqual([CLOSE.cut, CLOSE.cut])
      }),
    )

    test(
      'what cannot be sent is refused with bad_value, and the link goes on',
      withPair(async ({ a, b }) => {
        const poison = {
          get value(): never {
            throw new Error('no')
          },
        }
        expect(() => a.send({ poison })).toThrow(expect.objectContaining({ code: 'bad_value' }))
        a.send({ fine: true })
        expect(await listen(b).take(1)).toEqual([{ fine: true }])
      }),
    )

    test(
      'bufferedBytes is a number from 0 up, and 0 once all is sent or the link is closed',
      withPair(async ({ a, b }) => {
        expect(a.bufferedBytes).toBe(0)
        a.send({ bytes: new Uint8Array(1024 * 1024) })
        expect(a.bufferedBytes).toBeGreaterThanOrEqual(0)
        await listen(b).take(1)
        a.close()
        expect(a.bufferedBytes).toBe(0)
      }),
    )
  })
}
