import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Admission } from '../../src/main/engine/lobby.ts'
import type { Peer } from '../../src/main/engine/peer.ts'
import type { Carrier } from '../../src/shared/carrier.ts'
import { encode } from '../../src/shared/carriers/codec.ts'
import { Receiver } from '../../src/shared/carriers/receiver.ts'
import { webSocketCarrier } from '../../src/shared/carriers/websocket.ts'
import type { WebSocketLike } from '../../src/shared/carriers/websocket.ts'
import { OrielError } from '../../src/shared/errors.ts'
import { parseClientMessage } from '../../src/shared/messages.ts'
import { CLOSE } from '../../src/shared/protocol.ts'
import type { RoomMessage, Welcome } from '../../src/shared/protocol.ts'
import { contentOf } from '../support/content-of.ts'
import { randomFrom, testSeed } from '../support/random.ts'
import { RoomHarness } from '../support/room-harness.ts'
import type { HarnessClient } from '../support/room-harness.ts'

const FRAMES = 100_000
const LIMITS = { maxMessageBytes: 1000 }

/** The far end of a connection, which says whatever it likes and is answered at once. */
class Probe {
  readonly carrier: Carrier
  readonly received: RoomMessage[] = []
  closed: { code: number; reason: string } | null = null
  readonly #receiver = new Receiver()

  constructor() {
    const receiver = this.#receiver
    this.carrier = {
      bufferedBytes: 0,
      send: (message) => {
        if (!receiver.closed) this.received.push(message as RoomMessage)
      },
      onMessage: (listener) => receiver.onMessage(listener),
      onClose: (listener) => receiver.onClose(listener),
      close: (code = CLOSE.normal, reason = '') => {
        if (receiver.end(code, reason)) this.closed = { code, reason }
      },
    }
  }

  say(message: unknown): this {
    this.#receiver.deliver(message)
    return this
  }

  cut(): void {
    this.#receiver.end(CLOSE.cut)
  }

  last<T extends RoomMessage['type']>(type: T): Extract<RoomMessage, { type: T }> | undefined {
    return this.received.findLast((message): message is Extract<RoomMessage, { type: T }> => message.type === type)
  }

  get welcome(): Welcome {
    return this.last('welcome')!
  }
}

/** A WebSocket that gives what it is told to. */
class FakeSocket implements WebSocketLike {
  binaryType = 'arraybuffer'
  readyState = 1
  bufferedAmount = 0
  closed: { code: number | undefined; reason: string | undefined } | null = null
  readonly #listeners: ((event: { data: unknown }) => void)[] = []

  send(): void {}
  close(code?: number, reason?: string): void {
    this.closed ??= { code, reason }
  }
  addEventListener(type: string, listener: unknown): void {
    if (type === 'message') this.#listeners.push(listener as (event: { data: unknown }) => void)
  }
  give(data: unknown): void {
    for (const listener of this.#listeners) listener({ data })
  }
}

let harness: RoomHarness
let script: HarnessClient
let window: HarnessClient
const refused: string[] = []

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  harness = new RoomHarness()
  script = await harness.join('script')
  window = await harness.join('window', 'w1')
  script.session.onEvent(() => null)
  script.session.document.transact((tx) => tx.put({ id: 'a', type: 'note', props: { list: [1, 2], text: 'x' } }))
  await vi.advanceTimersByTimeAsync(100)
  refused.length = 0
})
afterEach(async () => {
  await harness.close()
  vi.useRealTimers()
})

function ticketFor(peer: Peer): string {
  const admission: Admission = { room: harness.room, peer }
  return harness.lobby.issueTicket(admission, 1000)
}

const hello = (fields: object): object => ({ type: 'hello', protocol: 1, limits: LIMITS, ...fields })

/** A connection that has said nothing yet. */
function dial(): Probe {
  const probe = new Probe()
  harness.lobby.receive(probe.carrier)
  return probe
}

/** A connection that was welcomed in this place. */
function enter(peer: Peer): Probe {
  return dial().say(hello({ ticket: ticketFor(peer) }))
}

/** What clients may say, every kind of it. */
const MESSAGES: readonly { readonly [key: string]: unknown }[] = [
  { type: 'hello', protocol: 1, ticket: 't', limits: LIMITS },
  { type: 'hello', protocol: 1, resume: 'r', epoch: 'e', lastVersion: 3, lastSeq: 4, heartbeat: false, limits: LIMITS },
  { type: 'edit', mutationId: 'm', ops: [{ op: 'set', id: 'a', path: ['list', 1], value: 3 }] },
  {
    type: 'edit',
    mutationId: 'm2',
    ops: [{ op: 'put', record: { id: 'b', type: 'note', props: {}, children: ['a'] } }],
  },
  {
    type: 'edit',
    mutationId: 'm3',
    ops: [{ op: 'splice', id: 'a', path: ['list'], index: 0, remove: 1, insert: [7] }],
  },
  { type: 'edit', mutationId: 'm4', ops: [{ op: 'columns', id: 'a', patches: { list: [[0, 1]] } }] },
  {
    type: 'edit',
    mutationId: 'm6',
    ops: [{ op: 'set', id: 'a', path: ['bytes'], value: new Uint8Array(0) }],
    bulk: { transfer: 'm6', places: [{ at: [0, 'value'], kind: 'Float64Array' }] },
  },
  { type: 'bulk', transfer: 'm6', sizes: [8] },
  { type: 'chunk', transfer: 'm6', bytes: new Uint8Array(8) },
  { type: 'credit', transfer: 's1', taken: 8 },
  { type: 'received', seq: 1, version: 1 },
  { type: 'edit', mutationId: 'm5', ops: [{ op: 'append', id: 'a', columns: { list: [1] }, rollover: 5 }] },
  {
    type: 'event',
    seq: 1,
    widgetId: 'w1',
    event: 'click',
    data: { x: [1, { y: null }] },
    requestId: 'q',
    receipt: true,
  },
  { type: 'event', seq: 2, widgetId: 'w1', event: 'click', data: new Uint8Array(4), requestId: 'q2' },
  { type: 'reply', seq: 3, requestId: 'q', ok: true, value: 1 },
  { type: 'reply', seq: 4, requestId: 'q', ok: false, error: { code: 'internal', message: 'm', retryable: false } },
  { type: 'cancel', seq: 5, requestId: 'q2' },
  { type: 'call', seq: 6, requestId: 'c', method: 'window.close', params: { widgetId: 'w1' } },
  { type: 'received', seq: 1 },
  { type: 'ping', id: 1 },
  { type: 'pong', id: 1 },
]

/** Makes frames that nobody should send, and some that one may. */
class Fuzzer {
  readonly #random: () => number
  #seq = 0

  constructor(random: () => number) {
    this.#random = random
  }

  below(count: number): number {
    return Math.floor(this.#random() * count)
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  /** Anything, also what no carrier brings. */
  value(depth = 0): unknown {
    const kinds: (() => unknown)[] = [
      () => null,
      () => undefined,
      () => this.pick([0, -1, 1.5, 2 ** 53, -(2 ** 31), Number.NaN, Infinity, -0, Number.MAX_SAFE_INTEGER]),
      () =>
        this.pick([
          '',
          'a',
          'hello',
          '__proto__',
          'constructor',
          'oriel:painted',
          '\u0000',
          '\ud800',
          'x'.repeat(5000),
        ]),
      () => this.pick([true, false]),
      () => new Uint8Array(this.below(8)),
      () => new Float64Array([1, Number.NaN]),
      () => new ArrayBuffer(4),
      () => Array.from({ length: this.below(4) }, () => this.value(depth + 1)),
      () => Object.fromEntries(Array.from({ length: this.below(4) }, () => [this.key(), this.value(depth + 1)])),
      () => structuredClone(this.pick(MESSAGES)),
      () => deep(70 + this.below(100)),
      () => JSON.parse('{"__proto__": {"polluted": true}}') as unknown,
      () => Array(5),
    ]
    return kinds[this.below(depth > 3 ? 8 : kinds.length)]!()
  }

  /** The same, and what structured clone could bring besides. */
  anything(): unknown {
    const strange: (() => unknown)[] = [
      () => new Map([['type', 'hello']]),
      () => new Set([1]),
      () => new Date(Number.NaN),
      () => 12n,
      () => new Error('x'),
      () => /x/,
      () => new DataView(new ArrayBuffer(2)),
      () => new Uint8Array(new SharedArrayBuffer(2)),
      () => Object.create({ type: 'ping', id: 1 }) as unknown,
    ]
    return this.#random() < 0.3 ? strange[this.below(strange.length)]!() : this.value()
  }

  key(): string {
    return this.pick(['type', 'seq', 'ops', 'id', 'a', '__proto__', 'constructor', 'requestId', 'toString', ''])
  }

  /** A message with up to two things wrong somewhere in it. */
  mutated(value: () => unknown): unknown {
    const message = structuredClone<{ [key: string]: unknown }>(this.pick(MESSAGES))
    // Mostly in order, so that what is inside is looked at.
    if ('seq' in message) message['seq'] = this.#random() < 0.9 ? ++this.#seq : this.pick([1, 2 ** 52, this.#seq])
    for (const text of ['requestId', 'mutationId'])
      if (text in message && this.#random() < 0.5) message[text] = `${text}${this.below(1000)}`
    for (let faults = this.below(3); faults > 0; faults--) this.#spoil(message, value, 0)
    return message
  }

  /** Bytes of a message, whole, cut short, changed or made up. */
  frame(): Uint8Array<ArrayBuffer> {
    const random = this.#random()
    if (random < 0.2) return Uint8Array.from({ length: this.below(60) }, () => this.below(256))
    let bytes: Uint8Array<ArrayBuffer>
    try {
      const message = random < 0.6 ? this.mutated(() => this.value()) : this.value()
      bytes = Uint8Array.from(encode(message as object))
    } catch {
      // It holds what cannot be sent at all.
      return new Uint8Array([0xc1])
    }
    if (random > 0.8) return bytes.slice(0, this.below(bytes.length + 1))
    if (random > 0.6) {
      for (let faults = 1 + this.below(3); faults > 0; faults--) bytes[this.below(bytes.length)] = this.below(256)
    }
    return bytes
  }

  #spoil(target: { [key: string]: unknown }, value: () => unknown, depth: number): void {
    const keys = Object.keys(target)
    const key = keys.length > 0 ? this.pick(keys) : this.key()
    const inner = Object.hasOwn(target, key) ? target[key] : undefined
    if (depth < 4 && typeof inner === 'object' && inner !== null && !ArrayBuffer.isView(inner) && this.#random() < 0.7)
      return this.#spoil(inner as { [key: string]: unknown }, value, depth + 1)
    switch (this.below(4)) {
      case 0:
        Reflect.deleteProperty(target, key)
        return
      case 1:
        Reflect.set(target, this.key(), value())
        return
      default:
        Reflect.set(target, key, value())
    }
  }
}

function deep(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { a: value }
  return value
}

function isMessage(value: unknown): boolean {
  try {
    parseClientMessage(value)
    return true
  } catch {
    return false
  }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

describe('what a stranger may say', () => {
  it(
    `[V2] [V3] [V4] ${FRAMES.toLocaleString('en')} broken frames, before hello and after, end only the connection they came on`,
    { timeout: 120_000 },
    async () => {
      const fuzz = new Fuzzer(randomFrom(testSeed()))
      const before = JSON.stringify(contentOf(harness.room.journal.state))
      // Its own room: what a script says well counts, and changes the document.
      const others = new RoomHarness()
      const audience = await others.join('window', 'w1')
      const places = {
        stranger: () => null,
        window: () =>
          harness.room.peers('window').find((peer) => peer !== window.peer) ?? harness.room.addPeer('window', 'w1'),
        script: () => others.room.peers('script')[0] ?? others.room.addPeer('script', null),
        program: () => others.room.peers('program')[0] ?? others.room.addPeer('program', 'p1'),
      }
      const rejections: unknown[] = []
      const onRejection = (reason: unknown) => void rejections.push(reason)
      process.on('unhandledRejection', onRejection)
      const codes = new Map<number, number>()
      const ended = ({ code, reason }: { code: number | undefined; reason: string | undefined }) => {
        expect(code).toBeGreaterThanOrEqual(4000)
        expect(code).toBeLessThan(5000)
        expect(reason).toMatch(/\w/)
        expect(reason).not.toMatch(/\.ts|\n/)
        codes.set(code!, (codes.get(code!) ?? 0) + 1)
      }

      let frames = 0
      const batch = async (count: number) => {
        for (const [role, place] of Object.entries(places)) {
          const home = role === 'stranger' || role === 'window' ? harness : others
          const ticket = (peer: Peer) => home.lobby.issueTicket({ room: home.room, peer }, 1000)
          let probe: Probe | null = null
          let socket: FakeSocket | null = null
          for (let n = 0; n < count; n++) {
            frames++
            if (n % 100 < 50) {
              // As bytes, through the carrier of a WebSocket.
              if (!socket) {
                socket = new FakeSocket()
                home.lobby.receive(webSocketCarrier(socket, { maxMessageBytes: 4000 }))
                const peer = place()
                if (peer) socket.give(encode(hello({ ticket: ticket(peer) })))
                // One place has one connection.
                if (peer) probe = null
              }
              socket.give(fuzz.below(50) === 0 ? 'text' : fuzz.frame())
              if (socket.closed) ended(socket.closed)
              else if (role === 'stranger') expect.unreachable('a stranger was let in')
              if (socket.closed) socket = null
              continue
            }
            // As values, as a message port brings them.
            if (!probe) {
              probe = new Probe()
              home.lobby.receive(probe.carrier)
              const peer = place()
              if (peer) probe.say(hello({ ticket: ticket(peer) }))
              if (peer) socket = null
            }
            const frame: unknown = fuzz.below(3) === 0 ? fuzz.anything() : fuzz.mutated(() => fuzz.anything())
            probe.say(frame)
            if (probe.closed) ended(probe.closed)
            else if (role === 'stranger' || !isMessage(frame)) expect.unreachable('something malformed was let pass')
            if (probe.closed) probe = null
          }
          probe?.cut()
          await vi.advanceTimersByTimeAsync(100)
        }
      }

      await batch(FRAMES / 20)
      await vi.advanceTimersByTimeAsync(30_000)
      collect()
      const heap = process.memoryUsage().heapUsed
      for (let round = 0; round < 4; round++) await batch(FRAMES / 20)
      expect(frames).toBe(FRAMES)
      await vi.advanceTimersByTimeAsync(30_000)

      process.off('unhandledRejection', onRejection)
      expect(rejections).toEqual([])
      expect([...codes.keys()]).toEqual(expect.arrayContaining([CLOSE.badMessage, CLOSE.ticketRefused]))
      // Nobody else noticed, and nothing is left.
      expect(window.session.state).toBe('open')
      expect(script.session.state).toBe('open')
      expect(window.opened()).toBe(1)
      expect(JSON.stringify(contentOf(harness.room.journal.state))).toBe(before)
      expect(await script.session.emit('w1', 'still there')).toBeGreaterThan(0)
      expect(await window.session.request('w1', 'still there')).toBe(null)
      expect(audience.session.state).toBe('open')
      expect(contentOf(audience.session.document)).toEqual(contentOf(others.room.journal.state))
      expect(harness.room.exchange.openRequests).toBe(0)
      expect(harness.room.peers('window').length).toBeLessThanOrEqual(2)
      expect(others.room.peers('program').length).toBeLessThanOrEqual(1)
      // Heartbeats, and the grace time of whoever was cut.
      expect(vi.getTimerCount()).toBeLessThan(20)
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
      collect()
      expect(process.memoryUsage().heapUsed - heap).toBeLessThan(24 * 2 ** 20)
      await others.close()
    },
  )
})

describe('the way in', () => {
  it('[V2] whoever says nothing is sent away after 10 s', async () => {
    const probe = dial()
    await vi.advanceTimersByTimeAsync(9_900)
    expect(probe.closed).toBe(null)
    await vi.advanceTimersByTimeAsync(200)
    expect(probe.closed).toEqual({ code: CLOSE.helloTimeout, reason: 'no hello' })
  })

  it('[V2] another protocol is refused with both versions named', () => {
    const probe = dial().say(hello({ protocol: 7, ticket: ticketFor(window.peer) }))
    expect(probe.closed?.code).toBe(CLOSE.badVersion)
    expect(probe.last('gone')?.error.message).toMatch(/protocol 1.*7/)
    expect(window.session.state).toBe('open')
  })

  it('[D6] a ticket lets in once, and not after its time', async () => {
    const peer = harness.room.addPeer('window', 'w2')
    const ticket = ticketFor(peer)
    const first = dial().say(hello({ ticket }))
    expect(first.welcome.widgetId).toBe('w2')
    const second = dial().say(hello({ ticket }))
    expect(second.closed).toEqual({ code: CLOSE.ticketRefused, reason: 'ticket_refused' })
    expect(first.closed).toBe(null)
    const late = ticketFor(peer)
    await vi.advanceTimersByTimeAsync(1001)
    expect(dial().say(hello({ ticket: late })).closed?.code).toBe(CLOSE.ticketRefused)
    expect(dial().say(hello({})).closed?.code).toBe(CLOSE.ticketRefused)
  })

  it('[D6] a secret that was never given, or one whose successor is known to have arrived, resumes nothing', () => {
    const peer = harness.room.addPeer('window', 'w2')
    const first = enter(peer)
    const { resume, epoch, version } = first.welcome
    expect(dial().say(hello({ resume: 'made up' })).closed?.code).toBe(CLOSE.sessionGone)
    first.cut()
    const second = dial().say(hello({ resume, epoch, lastVersion: version, lastSeq: 0 }))
    expect(second.welcome.mode).toBe('resumed')
    expect(second.welcome.resume).not.toBe(resume)
    second.say({ type: 'received', seq: 0 })
    const thief = dial().say(hello({ resume }))
    expect(thief.closed).toEqual({ code: CLOSE.sessionGone, reason: 'session_gone' })
    expect(second.closed).toBe(null)
  })

  it('[Z1] [D6] a welcome that was lost on its way does not lose the place: the secret before is good once more', () => {
    const peer = harness.room.addPeer('window', 'w2')
    const first = enter(peer)
    const { resume } = first.welcome
    first.cut()
    dial().say(hello({ resume })).cut()
    const third = dial().say(hello({ resume }))
    expect(third.welcome.mode).toBe('snapshot')
    expect(third.closed).toBe(null)
  })

  it('[V2] hello is said once', () => {
    const probe = enter(harness.room.addPeer('window', 'w2'))
    probe.say(hello({ ticket: ticketFor(window.peer) }))
    expect(probe.closed).toEqual({ code: CLOSE.badMessage, reason: 'greeted already' })
    expect(window.session.state).toBe('open')
  })

  it('[V2] a ticket of a room that has closed is worth nothing', async () => {
    const ticket = ticketFor(window.peer)
    harness.lobby.removeRoom(harness.room)
    expect(dial().say(hello({ ticket })).closed?.code).toBe(CLOSE.ticketRefused)
  })
})

describe('what a window may not do', () => {
  /** The room's answer to the request `q`. */
  const answer = (probe: Probe, requestId = 'q') =>
    probe.received.findLast((message) => message.type === 'reply' && message.requestId === requestId)
  const notAllowed = { ok: false, error: { code: 'not_allowed' } }
  let probe: Probe
  beforeEach(() => {
    probe = enter(harness.room.addPeer('window', 'w2'))
  })

  it('[E10] send events of another widget or of the app', () => {
    const heard: string[] = []
    script.session.onEvent(({ type }) => void heard.push(type))
    probe.say({ type: 'event', seq: 1, widgetId: 'w1', event: 'x', data: 1, requestId: 'q' })
    expect(answer(probe)).toMatchObject(notAllowed)
    probe.say({ type: 'event', seq: 2, widgetId: 'w2', event: 'oriel:window-closed', data: 1, requestId: 'q2' })
    expect(answer(probe, 'q2')).toMatchObject(notAllowed)
    probe.say({ type: 'event', seq: 3, widgetId: '', event: 'x', data: 1 })
    expect(heard).toEqual([])
    expect(probe.closed).toBe(null)
  })

  it('[E14] say whose connection it is', async () => {
    const heard: string[] = []
    script.session.onEvent(({ connectionId }) => void heard.push(connectionId))
    const connectionId = window.session.connectionId
    probe.say({ type: 'event', seq: 1, widgetId: 'w2', event: 'x', data: 1, connectionId })
    await vi.advanceTimersByTimeAsync(1)
    expect(heard).toEqual([probe.welcome.connectionId])
  })

  it('[J2] change the document', () => {
    const { version } = harness.room.journal
    probe.say({ type: 'edit', mutationId: 'm', ops: [{ op: 'title', title: 'mine' }] })
    expect(probe.last('reject')).toMatchObject({ mutationId: 'm', error: { code: 'not_allowed' } })
    expect(harness.room.journal.version).toBe(version)
  })

  it('answer or cancel what others asked', async () => {
    let asked = ''
    const aborted: unknown[] = []
    window.session.onEvent(({ signal }) => {
      signal.addEventListener('abort', () => aborted.push(signal.reason))
      return new Promise((resolve) => setTimeout(() => resolve('mine'), 50))
    })
    const spy = vi.spyOn(window.peer, 'sequence').mockImplementationOnce(function (message) {
      asked = (message as { requestId: string }).requestId
      spy.mockRestore()
      return window.peer.sequence(message)
    })
    const request = script.session.request('w1', 'who')
    await vi.advanceTimersByTimeAsync(1)
    expect(asked).not.toBe('')
    probe.say({ type: 'reply', seq: 1, requestId: asked, ok: true, value: 'not mine' })
    probe.say({ type: 'cancel', seq: 2, requestId: asked })
    probe.say({ type: 'event', seq: 3, widgetId: 'w2', event: 'x', data: 1, requestId: asked })
    expect(answer(probe, asked)).toMatchObject({ ok: false, error: { code: 'bad_message' } })
    await vi.advanceTimersByTimeAsync(100)
    expect(await request).toBe('mine')
    expect(aborted).toEqual([])
  })

  it('call what is not for windows, also where the handler throws at once', async () => {
    probe.say({ type: 'call', seq: 1, requestId: 'q', method: 'window.close', params: { widgetId: 'w1' } })
    await vi.advanceTimersByTimeAsync(1)
    expect(answer(probe)).toMatchObject(notAllowed)
    const sudden = new RoomHarness({
      onCall: () => {
        throw new OrielError('not_allowed', 'at once')
      },
    })
    const client = await sudden.join('window', 'w1')
    await expect(client.session.call('script.stop', null)).rejects.toMatchObject({ code: 'not_allowed' })
    await sudden.close()
  })

  it('gain anything by numbers far ahead: it only silences itself', async () => {
    probe.say({ type: 'received', seq: Number.MAX_SAFE_INTEGER })
    probe.say({
      type: 'event',
      seq: Number.MAX_SAFE_INTEGER,
      widgetId: 'w2',
      event: 'x',
      data: 1,
      requestId: 'q',
      receipt: true,
    })
    expect(answer(probe)).toMatchObject({ ok: true })
    probe.say({ type: 'event', seq: 1, widgetId: 'w2', event: 'x', data: 1, requestId: 'q2', receipt: true })
    expect(answer(probe, 'q2')).toBeUndefined()
    expect(await window.session.emit('w1', 'x')).toBe(1)
  })

  it('[V4] keep more than 10,000 requests waiting', async () => {
    script.session.onEvent(() => new Promise(() => {}))
    for (let seq = 1; seq <= 10_050; seq++) {
      probe.say({ type: 'event', seq, widgetId: 'w2', event: 'x', data: 1, requestId: `q${seq}` })
      if (seq % 5000 === 0) await vi.advanceTimersByTimeAsync(30)
    }
    expect(harness.room.exchange.openRequests).toBe(10_000)
    expect(answer(probe, 'q10001')).toMatchObject({ ok: false, error: { code: 'overloaded' } })
    harness.room.removePeer(
      harness.room.peers('window').find(({ widgetId }) => widgetId === 'w2')!,
      new OrielError('window_closed', 'The window was closed.'),
    )
    expect(harness.room.exchange.openRequests).toBe(0)
  })
})
