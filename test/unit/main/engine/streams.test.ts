import { afterEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../../../src/main/log.ts'
import { OrielError } from '../../../../src/shared/errors.ts'
import { withHeadroom } from '../../../../src/shared/frames.ts'
import { CLOSE } from '../../../../src/shared/protocol.ts'
import type { FrameOutcome, StreamFrame } from '../../../../src/shared/stream.ts'
import { RoomHarness, reached } from '../../../support/room-harness.ts'
import type { HarnessClient } from '../../../support/room-harness.ts'

/** A picture of one pixel, told by its red. */
function push({ session }: HarnessClient, red: number, stream = 'camera'): Promise<FrameOutcome> {
  const bytes = withHeadroom(Uint8Array.of(red, 0, 0, 255))
  return session.frames.push(stream, { kind: 'rgba', width: 1, height: 1, bytes })
}

/** Watches, and notes the red of each frame. */
function watch({ session }: HarnessClient, stream = 'camera') {
  const reds: number[] = []
  const frames: StreamFrame[] = []
  const stop = session.frames.watch(stream, (frame) => {
    frames.push(frame)
    reds.push(frame.bytes[0]!)
  })
  return { reds, frames, stop }
}

/** Watches and is done with a frame only when told. */
function watchSlowly({ session }: HarnessClient) {
  const reds: number[] = []
  let done: () => void = () => {}
  session.frames.watch('camera', ({ bytes }) => {
    reds.push(bytes[0]!)
    return new Promise<void>((resolve) => (done = resolve))
  })
  return {
    reds,
    /** Done with the frame that it holds. */
    done: async () => {
      done()
      await settled()
    },
  }
}

/** Links in memory deliver in microtasks; after this all that was sent has arrived. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('streams of a room', () => {
  let harness = new RoomHarness()
  afterEach(async () => {
    await harness.close()
    harness = new RoomHarness()
  })

  it('[G1] a frame reaches the windows of its own session alone, whatever its id is elsewhere', async () => {
    const other = new RoomHarness({ sessionId: 'session-2', clientId: 'client-2' })
    try {
      const scripts = [await harness.join('script'), await other.join('script')] as const
      const seen = [await harness.join('window', 'w1'), await other.join('window', 'w1')].map((one) => watch(one))
      await Promise.all([push(scripts[0], 1), push(scripts[1], 101), push(scripts[0], 2), push(scripts[1], 102)])
      expect(seen.map(({ reds }) => reds)).toEqual([
        [1, 2],
        [101, 102],
      ])
    } finally {
      await other.close()
    }
  })

  it('[G1] a watcher gets the frames of the streams that it watches and of no other', async () => {
    const script = await harness.join('script')
    const [first, second] = [await harness.join('window', 'w1'), await harness.join('window', 'w2')]
    const [left, right] = [watch(first, 'left'), watch(second, 'right')]
    await push(script, 1, 'left')
    await push(script, 2, 'right')
    expect(await push(script, 3, 'neither')).toBe('unwatched')
    expect([left.reds, right.reds]).toEqual([[1], [2]])
  })

  it('[G1] a frame arrives as it was pushed, with its size, its kind and every byte', async () => {
    const script = await harness.join('script')
    const { frames } = watch(await harness.join('window', 'w1'))
    const bytes = Uint8Array.from({ length: 24 }, (_, index) => index)
    await script.session.frames.push('camera', { kind: 'rgba', width: 3, height: 2, bytes: withHeadroom(bytes) })
    expect(frames).toEqual([{ stream: 'camera', number: 1, kind: 'rgba', width: 3, height: 2, bytes }])
  })

  it('[G2] a frame that is ready when the connection is gone is dropped, and nothing throws', async () => {
    const script = await harness.join('script')
    const slow = watchSlowly(await harness.join('window', 'w1'))
    const underWay = push(script, 1)
    await settled()
    script.link().cut()
    expect(await underWay).toBe('dropped')
    expect(await push(script, 2)).toBe('dropped')
    expect(slow.reds).toEqual([1])
  })

  it('[G3] an unchanged frame sends nothing, a changed one exactly one frame', async () => {
    const script = await harness.join('script')
    const { reds, frames } = watch(await harness.join('window', 'w1'))
    expect(await push(script, 1)).toBe('shown')
    expect(await push(script, 1)).toBe('unchanged')
    expect(await push(script, 2)).toBe('shown')
    expect(await push(script, 1)).toBe('shown')
    await settled()
    expect(reds).toEqual([1, 2, 1])
    expect(frames.map(({ number }) => number)).toEqual([1, 2, 3])
  })

  it('[G3] the same bytes in another shape are a change', async () => {
    const script = await harness.join('script')
    const { frames } = watch(await harness.join('window', 'w1'))
    for (const [width, height] of [
      [2, 1],
      [1, 2],
    ] as const)
      await script.session.frames.push('camera', {
        kind: 'rgba',
        width,
        height,
        bytes: withHeadroom(new Uint8Array(8)),
      })
    expect(frames.map(({ width, height }) => [width, height])).toEqual([
      [2, 1],
      [1, 2],
    ])
  })

  it('[G3] who comes later gets the frame that is there now, once', async () => {
    const script = await harness.join('script')
    expect(await push(script, 1)).toBe('unwatched')
    expect(await push(script, 2)).toBe('unwatched')
    const { reds } = watch(await harness.join('window', 'w1'))
    await settled()
    expect(reds).toEqual([2])
    expect(await push(script, 2)).toBe('unchanged')
    expect(reds).toEqual([2])
  })

  it('[G3] a second element of a page that watches already gets it too, and the room sends it once', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const first = watch(window)
    await push(script, 1)
    const second = watch(window)
    await settled()
    expect([first.reds, second.reds]).toEqual([[1], [1]])
    first.stop()
    await push(script, 2)
    expect([first.reds, second.reds]).toEqual([[1], [1, 2]])
    second.stop()
    await settled()
    expect(await push(script, 3)).toBe('unwatched')
  })

  it('[G3] a window that was cut off comes back to the newest frame alone', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const { reds } = watch(window)
    await push(script, 1)
    window.link().cut()
    await reached(window.session, 'reconnecting')
    expect(await push(script, 2)).toBe('unwatched')
    expect(await push(script, 3)).toBe('unwatched')
    await reached(window.session, 'open')
    await settled()
    expect(reds).toEqual([1, 3])
    expect(await push(script, 4)).toBe('shown')
  })

  it('[G4] a window that was away while a stream began anew shows its first frame', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const { reds } = watch(window)
    for (const red of [1, 2, 3]) await push(script, red)
    window.link().cut()
    await reached(window.session, 'reconnecting')
    script.session.frames.end('camera')
    expect(await push(script, 9)).toBe('unwatched')
    await reached(window.session, 'open')
    await settled()
    expect(reds).toEqual([1, 2, 3, 9])
  })

  it('[G3] what a stream that was ended had shown is not shown to who comes later', async () => {
    const script = await harness.join('script')
    await push(script, 1)
    script.session.frames.end('camera')
    const { reds } = watch(await harness.join('window', 'w1'))
    await settled()
    expect(reds).toEqual([])
    await push(script, 1)
    expect(reds).toEqual([1])
  })

  it('[G4] delivering a frame sends the script nothing but what became of it', async () => {
    const script = await harness.join('script')
    const heard: unknown[] = []
    script.session.onEvent((event) => void heard.push(event))
    const { reds } = watch(await harness.join('window', 'w1'))
    for (let red = 1; red <= 20; red++) await push(script, red)
    expect(reds).toHaveLength(20)
    expect(heard).toEqual([])
  })

  it('[G4] numbers go on where the script starts again, so no frame of its first run comes after one of its second', async () => {
    const { frames } = watch(await harness.join('window', 'w1'))
    const first = await harness.join('script')
    for (const red of [1, 2, 3]) await push(first, red)
    const second = await harness.join('script')
    await push(second, 1)
    expect(frames.map(({ bytes, number }) => [bytes[0], number])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [1, 4],
    ])
  })

  it('[G4] a frame that comes after a newer one is not shown, and does not hold up what follows', async () => {
    const window = await harness.join('window', 'w1')
    const { reds } = watch(window)
    await settled()
    const sent: unknown[] = []
    const carrier = window.link().b
    const send = carrier.send.bind(carrier)
    carrier.send = (message) =>
      void (((message as { type: string }).type === 'frame' ? sent : null)?.push(message) ?? send(message))
    const script = await harness.join('script')
    void push(script, 1)
    void push(script, 2)
    await settled()
    expect(sent).toHaveLength(2)
    carrier.send = send
    for (const message of sent.toReversed()) send(message as object)
    await settled()
    expect(reds).toEqual([2])
    expect(await push(script, 3)).toBe('shown')
    expect(reds).toEqual([2, 3])
  })

  it('[G5] a slow window is sent 2 frames at most, then the newest; what it never saw was replaced', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const slow = watchSlowly(window)
    await settled()
    const outcomes = [1, 2, 3, 4, 5].map((red) => push(script, red))
    await settled()
    expect(await Promise.all(outcomes.slice(2, 4))).toEqual(['replaced', 'replaced'])
    await slow.done()
    await slow.done()
    await slow.done()
    expect(slow.reds).toEqual([1, 2, 5])
    expect(await Promise.all(outcomes)).toEqual(['shown', 'shown', 'replaced', 'replaced', 'shown'])
  })

  it('[G5] beside a window that takes nothing any more others run at full rate', async () => {
    const script = await harness.join('script')
    const stuck = watchSlowly(await harness.join('window', 'w1'))
    const quick = watch(await harness.join('window', 'w2'))
    for (let red = 1; red <= 100; red++) expect(await push(script, red)).toBe('shown')
    expect(quick.reds).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
    expect(stuck.reds).toEqual([1])
    await stuck.done()
    await stuck.done()
    expect(stuck.reds).toEqual([1, 2, 100])
  })

  it('[G5] frames never count as kept messages: a slow window stays attached, with its events', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const heard: unknown[] = []
    window.session.onEvent(({ type }) => void heard.push(type))
    watchSlowly(window)
    await settled()
    for (let red = 0; red < 250; red++) void push(script, red)
    await script.session.emit('w1', 'tick')
    await settled()
    expect([heard, window.session.state]).toEqual([['tick'], 'open'])
  })

  it('[G5] of many large streams a window is sent no more at once than it may have unshown, and each has its turn', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const held: { name: string; done: () => void }[] = []
    for (const name of names)
      window.session.frames.watch(name, () => new Promise<void>((done) => held.push({ name, done })))
    await settled()
    let pushes = 0
    const pushLarge = (name: string) => {
      const bytes = withHeadroom(new Uint8Array(9 * 1024 * 1024).fill(++pushes, 0, 1))
      void script.session.frames.push(name, { kind: 'bytes', width: 0, height: 0, bytes })
    }
    names.forEach(pushLarge)
    await settled()
    expect(held.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    const shown = new Set<string>()
    for (let turn = 0; turn < 6; turn++) {
      const { name, done } = held.shift()!
      shown.add(name)
      // It has a newer one at once, and is not to get ahead of the others with it.
      pushLarge(name)
      done()
      await settled()
    }
    expect([...shown].toSorted()).toEqual(names)
  })

  it('a frame that no window could draw has failed', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const said = console.error
    console.error = () => {}
    window.session.frames.watch('camera', () => {
      throw new Error('not a picture')
    })
    await settled()
    const outcome = await push(script, 1)
    console.error = said
    expect(outcome).toBe('failed')
  })

  it('a client that does not take so large a frame does without it, stays, and is sent the next', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const carrier = window.link().b
    const send = carrier.send.bind(carrier)
    carrier.send = (message) => {
      const { bytes } = message as { bytes?: Uint8Array }
      if (bytes && bytes.byteLength > 4) throw new OrielError('too_large', 'too large')
      send(message)
    }
    const { reds } = watch(window)
    await settled()
    const large = { kind: 'rgba', width: 2, height: 1, bytes: withHeadroom(new Uint8Array(8)) } as const
    expect(await script.session.frames.push('camera', large)).toBe('failed')
    expect(await push(script, 2)).toBe('shown')
    expect([reds, window.session.state, window.opened()]).toEqual([[2], 'open', 1])
  })

  it('a program watches as a window does', async () => {
    const script = await harness.join('script')
    const { reds } = watch(await harness.join('program', ''))
    await push(script, 1)
    expect(reds).toEqual([1])
  })

  it('[V2] only the script pushes: a window that does loses its connection, and nothing is shown', async () => {
    const script = await harness.join('script')
    await push(script, 1)
    const { reds } = watch(await harness.join('window', 'w1'))
    const hostile = await harness.join('window', 'w2')
    const codes: number[] = []
    hostile.link().a.onClose((code) => codes.push(code))
    void push(hostile, 66)
    await settled()
    expect(codes).toEqual([CLOSE.badMessage])
    expect(reds).toEqual([1])
  })

  it('[V2] what a window says it has shown without having been sent it changes nothing', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const slow = watchSlowly(window)
    await settled()
    const outcome = push(script, 1)
    await settled()
    for (const number of [2, 99]) window.link().a.send({ type: 'shown', stream: 'camera', number, ok: true })
    window.link().a.send({ type: 'shown', stream: 'other', number: 1, ok: true })
    await settled()
    let known = false
    void outcome.then(() => (known = true))
    await settled()
    expect(known).toBe(false)
    await slow.done()
    expect(await outcome).toBe('shown')
  })

  it('a window that asks to watch without end is told no, and memory stays', async () => {
    const warnings: string[] = []
    const log = { ...silentLog, warn: (text: string) => void warnings.push(text) }
    const other = new RoomHarness({ log })
    try {
      const window = await other.join('window', 'w1')
      for (let n = 0; n < 300; n++) window.link().a.send({ type: 'watch', stream: `s${n}` })
      await settled()
      expect(warnings).toHaveLength(44)
    } finally {
      await other.close()
    }
  })

  it('[G2] a script that is gone leaves no open frame behind, and its pictures are not sent any more', async () => {
    const script = await harness.join('script')
    await push(script, 1)
    await script.session.close()
    await harness.join('script')
    const { reds } = watch(await harness.join('window', 'w1'))
    await settled()
    expect(reds).toEqual([])
  })
})
