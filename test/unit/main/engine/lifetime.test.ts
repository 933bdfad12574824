import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RoomClient } from '../../../../src/client/room-client.ts'
import { MAX_KEPT } from '../../../../src/main/engine/peer.ts'
import type { Carrier } from '../../../../src/shared/carrier.ts'
import { OrielError } from '../../../../src/shared/errors.ts'
import { CLOSE, MAX_EDITS_AHEAD } from '../../../../src/shared/protocol.ts'
import { delayedLink } from '../../../support/delayed-link.ts'
import type { DelayedLink } from '../../../support/delayed-link.ts'
import { memoryLink } from '../../../support/link.ts'
import { RoomHarness } from '../../../support/room-harness.ts'
import type { HarnessClient } from '../../../support/room-harness.ts'

let harness: RoomHarness
/** False: no link can be opened for now. */
let reachable = true

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  reachable = true
  harness = new RoomHarness({
    link: () => {
      if (!reachable) throw new Error('unreachable')
      return memoryLink()
    },
  })
})
afterEach(async () => {
  await harness.close()
  vi.useRealTimers()
})

/** What a page does that is loaded again: a new client with a new ticket for the same place. */
async function loadAgain(client: HarnessClient): Promise<RoomClient> {
  const session = new RoomClient({
    ticket: harness.lobby.issueTicket({ room: harness.room, peer: client.peer }, 1000),
    open: async () => {
      const link = memoryLink()
      harness.lobby.receive(link.b)
      return link.a
    },
  })
  await session.connect()
  return session
}

describe('a window that was cut off', () => {
  it('[L2] [E8] keeps its place for the grace time: back within it, it has all it missed', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const heard: unknown[] = []
    window.session.onEvent(({ data }) => void heard.push(data))
    reachable = false
    window.link().cut()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await script.session.emit('w1', 'n', 1)).toBe(1)
    const request = script.session.request('w1', 'n', 2, { timeoutMs: 200_000 })
    script.session.document.transact((tx) => tx.title('meanwhile'))
    await vi.advanceTimersByTimeAsync(50_000)
    reachable = true
    await vi.advanceTimersByTimeAsync(6_000)
    expect(window.session.state).toBe('open')
    expect(heard).toEqual([1, 2])
    expect(await request).toBe(null)
    expect(window.session.document.title).toBe('meanwhile')
  })

  it('[L2] [E6] after the grace time nobody waits for it, and it is told to start afresh, which it can', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    reachable = false
    window.link().cut()
    const request = script.session.request('w1', 'n', 2, { timeoutMs: 200_000 })
    const outcome = expect(request).rejects.toMatchObject({ code: 'window_closed' })
    await vi.advanceTimersByTimeAsync(120_100)
    await outcome
    expect(await script.session.emit('w1', 'n', 3)).toBe(0)
    expect(script.session.state).toBe('open')
    reachable = true
    await vi.advanceTimersByTimeAsync(6_000)
    expect(window.session.state).toBe('closed')
    expect(window.session.error).toMatchObject({ code: 'stale' })
    const again = await loadAgain(window)
    expect(await script.session.emit('w1', 'n', 4)).toBe(1)
    await again.close()
  })

  it('[L2] the grace time counts from the last cut', async () => {
    const window = await harness.join('window', 'w1')
    for (let round = 0; round < 3; round++) {
      reachable = false
      window.link().cut()
      await vi.advanceTimersByTimeAsync(80_000)
      reachable = true
      await vi.advanceTimersByTimeAsync(6_000)
      expect(window.session.state).toBe('open')
    }
  })

  it('[L2] a program that does not come back has no place any more', async () => {
    const program = await harness.join('program', 'p1')
    reachable = false
    program.link().cut()
    await vi.advanceTimersByTimeAsync(120_100)
    expect(harness.room.peers('program')).toEqual([])
    reachable = true
    await vi.advanceTimersByTimeAsync(6_000)
    expect(program.session.error).toMatchObject({ code: 'session_gone' })
  })

  it('[E6] a page that is loaded again has not answered what the page before was asked', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const aborted: unknown[] = []
    window.session.onEvent(() => new Promise(() => {}))
    script.session.onEvent(({ signal }) => new Promise(() => signal.addEventListener('abort', () => aborted.push(1))))
    const asked = script.session.request('w1', 'who')
    window.session.request('w1', 'who').catch(() => {})
    const outcome = expect(asked).rejects.toMatchObject({ code: 'window_closed' })
    await vi.advanceTimersByTimeAsync(100)
    const again = await loadAgain(window)
    await outcome
    await vi.advanceTimersByTimeAsync(1)
    expect(aborted).toEqual([1])
    expect(harness.room.exchange.openRequests).toBe(0)
    await again.close()
  })
})

describe('a window that takes nothing', () => {
  it('[Z4] is cut off as slow; it is told to start afresh, and afresh it is right; nobody else notices', async () => {
    const script = await harness.join('script')
    const other = await harness.join('window', 'w1')
    const heard: unknown[] = []
    other.session.onEvent(({ data }) => void heard.push(data))
    const place = harness.room.addPeer('window', 'w1')
    const ended: number[] = []
    const deaf: Carrier = {
      bufferedBytes: 0,
      send: () => {},
      onMessage: (listener) => void (say ??= listener),
      onClose: (listener) => void ends.push(listener),
      close: (code = CLOSE.normal, reason = '') => {
        ended.push(code)
        for (const end of ends.splice(0)) end(code, reason)
      },
    }
    const ends: ((code: number, reason: string) => void)[] = []
    let say: ((message: unknown) => void) | null = null
    harness.lobby.receive(deaf)
    const ticket = harness.lobby.issueTicket({ room: harness.room, peer: place }, 1000)
    say!({ type: 'hello', protocol: 1, ticket, heartbeat: false, limits: { maxMessageBytes: 1000 } })
    expect(place.attached).toBe(true)

    const asked = script.session.request('w1', 'n', -1, { timeoutMs: 600_000 })
    for (let n = 0; n < MAX_KEPT + 500; n++) {
      script.session.emit('w1', 'n', n).catch(() => {})
      if (n % 1000 === 0) await vi.advanceTimersByTimeAsync(30)
    }
    await vi.advanceTimersByTimeAsync(100)
    expect(ended).toEqual([CLOSE.slow])
    expect(place.outbox.size).toBe(0)
    expect(place.stale).toBe(true)
    expect(await asked).toBe(null)
    expect(heard).toHaveLength(MAX_KEPT + 501)
    expect(await script.session.emit('w1', 'after')).toBe(1)

    script.session.document.transact((tx) => tx.title('now'))
    const again = await loadAgain({ peer: place } as HarnessClient)
    expect(again.document.title).toBe('now')
    const reached: unknown[] = []
    again.onEvent(({ data }) => void reached.push(data))
    expect(await script.session.emit('w1', 'n', 'again')).toBe(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(reached).toEqual(['again'])
    await again.close()
  })

  it('[Z4] has only so many bytes waiting for it; then it resumes, with nothing lost', async () => {
    const script = await harness.join('script')
    const window = await harness.join('window', 'w1')
    const room = window.peer.carrier!
    Object.defineProperty(room, 'bufferedBytes', { value: 2 ** 30 })
    const heard: unknown[] = []
    window.session.onEvent(({ data }) => void heard.push(data))
    expect(await script.session.emit('w1', 'n', 1)).toBe(1)
    script.session.document.transact((tx) => tx.title('late'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(window.opened()).toBe(2)
    expect(heard).toEqual([1])
    expect(window.session.document.title).toBe('late')
  })

  it('[Z4] a script that takes nothing is sent no more events: the window is told to try later', async () => {
    const peer = harness.room.addPeer('script', null)
    const window = await harness.join('window', 'w1')
    const outcomes: Promise<string>[] = []
    for (let n = 0; n < MAX_KEPT + 10; n++) {
      outcomes.push(window.session.emit('w1', 'n', n).then(String, (error: OrielError) => error.code))
      if (n % 1000 === 0) await vi.advanceTimersByTimeAsync(30)
    }
    await vi.advanceTimersByTimeAsync(100)
    const said = await Promise.all(outcomes)
    expect(said.filter((text) => text === 'overloaded')).toHaveLength(10)
    expect(peer.outbox.size).toBe(MAX_KEPT)
    expect(peer.stale).toBe(false)
  })
})

describe('what a carrier cannot take', () => {
  /** Refuses messages with `big` in them, as a WebSocket does those over the limit. */
  const limited = (carrier: Carrier): Carrier => ({
    ...carrier,
    send: (message) => {
      if (JSON.stringify(message).includes('"big"')) throw new OrielError('too_large', 'The message is too large.')
      carrier.send(message)
    },
  })

  it('[V4] fails for whoever sent it, once, and the connection stays', async () => {
    const small = new RoomHarness({
      link: () => {
        const link = memoryLink()
        return { ...link, a: limited(link.a), b: limited(link.b) }
      },
    })
    const window = await small.join('window', 'w1')
    const script = small.room.addPeer('script', null)
    const session = new RoomClient({
      ticket: small.lobby.issueTicket({ room: small.room, peer: script }, 1000),
      open: async () => {
        const link = memoryLink()
        small.lobby.receive(link.b)
        return link.a
      },
    })
    await session.connect()
    session.onEvent(({ type }) => (type === 'get' ? 'big' : null))
    const tooLarge = { code: 'too_large' }
    // From the window, to the window, and as the answer to it.
    await expect(window.session.request('w1', 'put', 'big')).rejects.toMatchObject(tooLarge)
    await expect(session.request('w1', 'put', 'big')).rejects.toMatchObject(tooLarge)
    await expect(window.session.request('w1', 'get')).rejects.toMatchObject(tooLarge)
    // While the link is away nobody knows yet.
    window.link().cut()
    const sent = expect(window.session.request('w1', 'put', 'big')).rejects.toMatchObject(tooLarge)
    const asked = expect(session.request('w1', 'put', 'big')).rejects.toMatchObject(tooLarge)
    await vi.advanceTimersByTimeAsync(1000)
    await Promise.all([sent, asked])
    expect(window.session.state).toBe('open')
    expect(window.opened()).toBe(2)
    await session.close()
    await small.close()
  })

  it('[Y6] [V4] an edit that is too large is rolled back and its author told', async () => {
    const small = new RoomHarness({
      link: () => {
        const link = memoryLink()
        return { ...link, a: limited(link.a) }
      },
    })
    const program = await small.join('program')
    const problems: unknown[] = []
    program.session.onReject(({ error }) => problems.push(error?.code))
    program.session.document.transact((tx) => tx.title('big'))
    program.session.document.transact((tx) => tx.roots(['a']))
    await vi.advanceTimersByTimeAsync(10)
    expect(problems).toEqual(['too_large'])
    expect(program.session.document.title).toBe('')
    expect(program.session.pendingCount).toBe(0)
    expect(small.room.journal.state.roots).toEqual(['a'])
    await small.close()
  })
})

describe('edits and drops', () => {
  it(
    '[Z1] 20,000 edits in one go over a link that is cut again and again are applied once, in order',
    { timeout: 60_000 },
    async () => {
      const program = await harness.join('program')
      program.session.document.transact((tx) => tx.put({ id: 'a', type: 'list', props: { n: new Float64Array(0) } }))
      for (let n = 0; n < 20_000; n++)
        program.session.document.transact((tx) => tx.append('a', { n: new Float64Array([n]) }))
      expect(program.session.pendingCount).toBe(20_001)
      for (let round = 0; round < 20; round++) {
        for (let tick = 0; tick < 7; tick++) await Promise.resolve()
        program.link().cut()
        await vi.advanceTimersByTimeAsync(200)
      }
      await vi.advanceTimersByTimeAsync(2000)
      expect(program.session.pendingCount).toBe(0)
      const { n } = harness.room.journal.state.get('a')!.props
      expect(n).toEqual(Float64Array.from({ length: 20_000 }, (_, index) => index))
    },
  )

  it('[Z1] an edit made between the welcome and its snapshot does not overtake those made before', async () => {
    harness = new RoomHarness({ replayCommits: 1 })
    const program = await harness.join('program')
    const script = await harness.join('script')
    program.session.document.transact((tx) => tx.put({ id: 'a', type: 'list', props: { items: [] } }))
    await vi.advanceTimersByTimeAsync(10)
    program.link().cut()
    for (let n = 0; n < 5; n++) script.session.document.transact((tx) => tx.title(String(n)))
    program.session.document.transact((tx) => tx.splice('a', ['items'], 0, 0, ['first']))
    program.session.onStateChange((state) => {
      if (state === 'open') program.session.document.transact((tx) => tx.splice('a', ['items'], 1, 0, ['second']))
    })
    await vi.advanceTimersByTimeAsync(1000)
    expect(harness.room.journal.state.get('a')?.props).toEqual({ items: ['first', 'second'] })
    expect(program.session.pendingCount).toBe(0)
  })

  it('[Z1] a link cut between a welcome and its snapshot is one drop like another', async () => {
    const program = await harness.join('program')
    harness.room.journal.since = () => null
    let cuts = 0
    program.session.onStateChange((state) => {
      if (state === 'open' && cuts++ < 3) program.link().cut()
    })
    program.link().cut()
    await vi.advanceTimersByTimeAsync(5000)
    expect(cuts).toBe(4)
    expect(program.session.state).toBe('open')
    expect(program.opened()).toBe(5)
  })

  it('[Y6] a refusal that was lost on its way is said again, even if the edit would fit by now', async () => {
    const program = await harness.join('program')
    const problems: unknown[] = []
    program.session.onReject(({ error }) => problems.push(error?.code))
    program.session.document.transact((tx) => tx.put({ id: 'a', type: 'note', props: { list: [1] } }))
    await vi.advanceTimersByTimeAsync(10)
    harness.room.edit([{ op: 'set', id: 'a', path: ['list'], value: [] }])
    program.session.document.transact((tx) => tx.set('a', ['list', 0], 2))
    // The edit is there, the refusal under way.
    await Promise.resolve()
    program.link().cut()
    harness.room.edit([{ op: 'set', id: 'a', path: ['list'], value: [9] }])
    await vi.advanceTimersByTimeAsync(1000)
    expect(problems).toEqual(['bad_path'])
    expect(harness.room.journal.state.get('a')?.props).toEqual({ list: [9] })
  })

  it('a program is as many edits ahead as the room knows again, and no more', async () => {
    const program = await harness.join('program')
    const send = vi.spyOn(program.link().a, 'send')
    for (let n = 0; n < 2 * MAX_EDITS_AHEAD; n++) program.session.document.transact((tx) => tx.title(String(n)))
    expect(send).toHaveBeenCalledTimes(MAX_EDITS_AHEAD)
    await vi.advanceTimersByTimeAsync(100)
    expect(harness.room.journal.state.title).toBe(String(2 * MAX_EDITS_AHEAD - 1))
  })
})

describe('heartbeats', () => {
  let links: DelayedLink[]
  beforeEach(() => {
    links = []
    harness = new RoomHarness({
      link: () => {
        const link = delayedLink(() => 2)
        links.push(link)
        return link
      },
    })
  })

  async function joined(role: 'window' | 'program'): Promise<HarnessClient> {
    const client = harness.place(role, 'w1')
    const connected = client.session.connect()
    await vi.advanceTimersByTimeAsync(50)
    await connected
    return client
  }

  it('[Z6] a link on which nothing arrives any more is noticed by both sides within 20 s, and made anew', async () => {
    const window = await joined('window')
    await vi.advanceTimersByTimeAsync(4321)
    const ends: string[] = []
    links[0]!.a.onClose(() => ends.push('client'))
    links[0]!.b.onClose(() => ends.push('room'))
    links[0]!.stall()
    await vi.advanceTimersByTimeAsync(11_000)
    expect(ends).toEqual([])
    await vi.advanceTimersByTimeAsync(9_000)
    expect(ends.toSorted()).toEqual(['client', 'room'])
    expect(window.session.state).toBe('open')
    expect(window.opened()).toBe(2)
  })

  it('[Z6] the room notices by itself: a client that is gone without a word is not attached after 20 s', async () => {
    const window = await joined('window')
    await window.session.close()
    // A new connection of a client that then does nothing at all.
    const link = delayedLink(() => 1)
    harness.lobby.receive(link.b)
    const ticket = harness.lobby.issueTicket({ room: harness.room, peer: window.peer }, 1000)
    link.a.send({ type: 'hello', protocol: 1, ticket, limits: { maxMessageBytes: 1000 } })
    await vi.advanceTimersByTimeAsync(100)
    expect(window.peer.attached).toBe(true)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(window.peer.attached).toBe(false)
  })

  it('[Z6] a page whose own timers are held back still answers, so an idle window stays connected', async () => {
    const window = await joined('window')
    const link = delayedLink(() => 1)
    harness.lobby.receive(link.b)
    const ticket = harness.lobby.issueTicket({ room: harness.room, peer: window.peer }, 1000)
    link.a.onMessage((message) => {
      const { type, id } = message as { type: string; id: number }
      if (type === 'ping') link.a.send({ type: 'pong', id })
    })
    link.a.send({ type: 'hello', protocol: 1, ticket, limits: { maxMessageBytes: 1000 } })
    await vi.advanceTimersByTimeAsync(300_000)
    expect(window.peer.attached).toBe(true)
  })

  it('[Z6] an idle window and its room stay connected for an hour', async () => {
    const window = await joined('window')
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(window.opened()).toBe(1)
    expect(window.session.state).toBe('open')
  })

  it('[Z6] a link that cannot fall silent has no heartbeats', async () => {
    const peer = harness.room.addPeer('script', null)
    const link = memoryLink()
    harness.lobby.receive(link.b)
    const sent = vi.spyOn(link.b, 'send')
    const session = new RoomClient({
      ticket: harness.lobby.issueTicket({ room: harness.room, peer }, 1000),
      open: async () => link.a,
      heartbeat: false,
    })
    await session.connect()
    const before = sent.mock.calls.length
    await vi.advanceTimersByTimeAsync(100_000)
    expect(sent.mock.calls.length).toBe(before)
    expect(peer.attached).toBe(true)
    await session.close()
  })
})

describe('a client that leaves', () => {
  it('[D3] while it connects: the call is settled at once, and its connection is not left open', async () => {
    const link = memoryLink()
    let ended = 0
    link.b.onClose(() => ended++)
    const session = new RoomClient({ ticket: 't', open: async () => link.a })
    const connected = expect(session.connect()).rejects.toMatchObject({ code: 'closed' })
    await vi.advanceTimersByTimeAsync(10)
    await session.close()
    await connected
    await vi.advanceTimersByTimeAsync(10)
    expect(ended).toBe(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('timers', () => {
  it('of a connected session keep no process alive', async () => {
    const module = (path: string) => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href)
    const program = `
      const { RoomHarness } = await import(${module('support/room-harness.ts')})
      const harness = new RoomHarness()
      const script = await harness.join('script')
      const window = await harness.join('window', 'w1')
      const gone = await harness.join('window', 'w1')
      script.session.onEvent(() => null)
      await window.session.request('w1', 'x')
      await script.session.emit('w1', 'x')
      await gone.session.close()
      console.log(script.session.state, window.session.state, gone.session.state)
    `
    const started = performance.now()
    const run = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { timeout: 9000 })
    expect(run.stdout.trim()).toBe('open open closed')
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

describe('rooms that have closed', () => {
  /** A room with everything in it that could be left behind. */
  async function openAndClose(): Promise<WeakRef<object>[]> {
    const session = new RoomHarness()
    const script = await session.join('script')
    const window = await session.join('window', 'w1')
    const away = await session.join('window', 'w2')
    script.session.onEvent(() => new Promise(() => {}))
    script.session.document.transact((tx) => tx.put({ id: 'a', type: 'big', props: { n: new Float64Array(10_000) } }))
    window.session.request('w1', 'never answered').catch(() => {})
    session.room.addPeer('window', 'w3', { passing: true })
    session.lobby.issueTicket({ room: session.room, peer: window.peer }, 3_600_000)
    session.room.exchange.ask(window.peer, 'w1', 'oriel:painted', null, 20_000).catch(() => {})
    await vi.advanceTimersByTimeAsync(5)
    away.link().cut()
    session.lobby.removeRoom(session.room)
    await session.close()
    return [new WeakRef(session.room), new WeakRef(window.session), new WeakRef(window.peer)]
  }

  it('[L4] leave no timer, no ticket and no memory: 100 opened and closed', async () => {
    const timers = vi.getTimerCount()
    const left: WeakRef<object>[] = []
    for (let n = 0; n < 10; n++) left.push(...(await openAndClose()))
    await vi.advanceTimersByTimeAsync(100)
    collect()
    const heap = process.memoryUsage().heapUsed
    for (let n = 0; n < 100; n++) left.push(...(await openAndClose()))
    expect(vi.getTimerCount()).toBe(timers)
    await vi.advanceTimersByTimeAsync(100)
    // What a promise still holds is let go once the turn is over.
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    expect(left.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(10)
    expect(process.memoryUsage().heapUsed).toBeLessThan(heap * 1.05)
  })
})
