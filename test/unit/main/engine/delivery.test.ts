import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RoomClient } from '../../../../src/client/room-client.ts'
import { OrielError } from '../../../../src/shared/errors.ts'
import { contentOf } from '../../../support/content-of.ts'
import { pausableLink } from '../../../support/pausable-link.ts'
import type { PausableLink } from '../../../support/pausable-link.ts'
import { RoomHarness } from '../../../support/room-harness.ts'
import type { HarnessClient } from '../../../support/room-harness.ts'

const MIB = 1024 * 1024

let harness: RoomHarness
let script: HarnessClient
let window: HarnessClient
let slow: HarnessClient

const lineOf = (client: HarnessClient): PausableLink => client.link() as PausableLink
/** A few turns of the memory links and of the receipts, which wait for 20 ms. */
const settle = () => vi.advanceTimersByTimeAsync(200)

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  harness = new RoomHarness({ link: pausableLink, ahead: { commits: 100, bytes: 4 * MIB } })
  script = await harness.join('script')
  window = await harness.join('window', 'w1')
  slow = await harness.join('window', 'w1')
  script.session.document.transact((tx) => {
    tx.put({ id: 'a', type: 'note', props: { n: 0, text: '' } })
    tx.put({ id: 'log', type: 'table', props: { t: new Float64Array(0) } })
  })
  await settle()
})
afterEach(async () => {
  await harness.close()
  vi.useRealTimers()
})

/** `count` edits by the script, 20 each time that a busy line is sent to. */
async function edit(count: number): Promise<void> {
  const { document } = script.session
  for (let n = 1; n <= count; n++) {
    document.transact((tx) => tx.set('a', ['n'], n))
    if (n % 20 === 0) await vi.advanceTimersByTimeAsync(10)
  }
  await settle()
}

function expectAllEqual(): void {
  const content = contentOf(harness.room.journal.state)
  for (const { session } of [script, window, slow]) expect(contentOf(session.document)).toEqual(content)
}

describe('a client that takes nothing for a while', () => {
  it('[Z4] is sent no more than it may have unseen, and then what it missed as one, with the latest values', async () => {
    lineOf(slow).pause()
    await edit(4000)
    expect(window.session.document.get('a')!.props['n']).toBe(4000)
    expect(script.session.pendingCount).toBe(0)
    expect(lineOf(slow).waiting.length).toBeLessThanOrEqual(101)

    const versions: number[] = []
    slow.session.document.onChange(({ version }) => versions.push(version))
    lineOf(slow).resume()
    await settle()
    expectAllEqual()
    expect(slow.opened()).toBe(1)
    // those under way, and the thousands after them as one
    expect(versions.length).toBeLessThanOrEqual(102)
    expect(versions.at(-1)).toBe(harness.room.journal.version)
  })

  it('[Z4] gets a snapshot where the log no longer reaches back to what it has', async () => {
    lineOf(slow).pause()
    await edit(8000)
    const replaced: boolean[] = []
    slow.session.document.onChange((change) => replaced.push(change.replaced === true))
    lineOf(slow).resume()
    await settle()
    expectAllEqual()
    expect(replaced.filter(Boolean)).toHaveLength(1)
    expect(slow.opened()).toBe(1)
  })

  it('[Z4] counts bytes too: megabytes of text wait in the log and not in its carrier', async () => {
    lineOf(slow).pause()
    const { document } = script.session
    for (let n = 0; n < 30; n++) {
      document.transact((tx) => tx.set('a', ['text'], String.fromCharCode(97 + (n % 26)).repeat(MIB / 2)))
      await settle()
    }
    const bytes = lineOf(slow).waiting.reduce((sum, message) => sum + JSON.stringify(message).length, 0)
    expect(bytes).toBeLessThan(5 * MIB)
    lineOf(slow).resume()
    await settle()
    expectAllEqual()
  })

  it('[Z4] [E1] finds events behind the commits that were made before them', async () => {
    const seen: unknown[] = []
    slow.session.onEvent(({ data }) => void seen.push([data, slow.session.document.get('a')!.props['n']]))
    window.session.onEvent(() => null)
    lineOf(slow).pause()
    await edit(3000)
    const emitted = script.session.emit('w1', 'at', 3000)
    await settle()
    expect(await emitted).toBe(2)
    lineOf(slow).resume()
    await settle()
    expect(seen).toEqual([[3000, 3000]])
  })

  it('[Z4] [Z1] may be an author: its edits are answered when it listens again, once each', async () => {
    const program = await harness.join('program', 'p')
    lineOf(program).pause()
    const answered: string[] = []
    program.session.onReject(({ edit: { mutationId } }) => answered.push(mutationId))
    const mine = program.session.document
    for (let n = 0; n < 300; n++) {
      mine.transact((tx) => tx.put({ id: `p${n}`, type: 'note', props: { n } }))
      for (let k = 0; k < 10; k++) script.session.document.transact((tx) => tx.set('a', ['n'], n * 10 + k))
      await vi.advanceTimersByTimeAsync(1)
    }
    expect(program.session.pendingCount).toBe(300)
    lineOf(program).resume()
    await settle()
    expect([program.session.pendingCount, answered]).toEqual([0, []])
    expect(contentOf(mine)).toEqual(contentOf(harness.room.journal.state))
    expect(contentOf(script.session.document)).toEqual(contentOf(mine))
  })

  it('[Z4] [Y9] comes back to rows that were added meanwhile, all of them and in order', async () => {
    lineOf(slow).pause()
    for (let n = 0; n < 3000; n++) {
      script.session.document.transact((tx) => tx.append('log', { t: Float64Array.of(n) }))
      if (n % 20 === 0) await vi.advanceTimersByTimeAsync(10)
    }
    await settle()
    lineOf(slow).resume()
    await settle()
    const rows = slow.session.document.get('log')!.props['t'] as Float64Array
    expect(rows).toEqual(Float64Array.from({ length: 3000 }, (_, n) => n))
    expectAllEqual()
  })
})

describe('a client that is sent much at once', () => {
  it('[Z4] [Y2] gets a few commits each by itself, and those that come faster than it takes them as one', async () => {
    const sent: string[] = []
    const { carrier } = window.peer
    const send = carrier!.send.bind(carrier)
    carrier!.send = (message, ...rest) => {
      sent.push((message as { type: string }).type)
      send(message, ...rest)
    }
    const { document } = script.session
    document.transact((tx) => tx.set('a', ['n'], 1))
    await vi.advanceTimersByTimeAsync(1)
    expect(sent).toEqual(['commit'])
    for (let n = 2; n <= 500; n++) document.transact((tx) => tx.set('a', ['n'], n))
    const emitted = script.session.emit('w1', 'done', null)
    await settle()
    await emitted
    expect(sent.filter((type) => type === 'commit').length).toBeLessThanOrEqual(40)
    // the event did not wait for more to gather, and came behind what was made before it
    expect(sent.slice(-2)).toEqual(['commits', 'event'])
    expect(window.session.document.get('a')!.props['n']).toBe(500)
    expectAllEqual()
  })
})

describe('large values', () => {
  const large = (fill: number) => new Float64Array((4 * MIB) / 8).fill(fill)
  const put = (client: HarnessClient, id: string, data: Float64Array) =>
    client.session.document.transact((tx) => tx.put({ id, type: 'bytes', props: { data } }))

  it('[Z5] go ahead in chunks, so that later edits of other records are ordered before them', async () => {
    const order: string[] = []
    for (const { session } of [window, slow])
      session.document.onChange(({ ops }) => {
        for (const op of ops) order.push(op.op === 'put' ? op.record.id : op.op)
      })
    put(script, 'big', large(7))
    script.session.document.transact((tx) => tx.set('a', ['n'], 1))
    script.session.document.transact((tx) => tx.set('a', ['n'], 2))
    await settle()
    expect(order.filter((id) => id === 'big')).toHaveLength(2)
    expect(order.slice(0, 4).every((name) => name === 'set')).toBe(true)
    expect(window.session.document.get('big')!.props['data']).toEqual(large(7))
    expectAllEqual()
  })

  it('[Z5] [Z1] keep edits of the same record behind them, and events too', async () => {
    const heard: unknown[] = []
    window.session.onEvent(({ data }) => void heard.push([data, window.session.document.get('big')?.props['name']]))
    slow.session.onEvent(() => null)
    put(script, 'big', large(1))
    script.session.document.transact((tx) => tx.set('big', ['name'], 'first'))
    const emitted = script.session.emit('w1', 'ready', 1)
    await settle()
    expect(await emitted).toBe(2)
    expect(heard).toEqual([[1, 'first']])
    expect(script.session.pendingCount).toBe(0)
    expectAllEqual()
  })

  it('[Z2] [Z5] a drop on the way to the room or from it leaves nothing half read: they come whole, once', async () => {
    for (const drop of [script, window]) {
      const before = harness.room.journal.version
      put(script, `big${drop.opened()}${drop === script}`, large(3))
      // The first chunks are under way.
      for (let turn = 0; turn < 8; turn++) await Promise.resolve()
      drop.link().cut()
      await vi.advanceTimersByTimeAsync(2000)
      expect(harness.room.journal.version).toBe(before + 1)
      expect([script, window, slow].map(({ session }) => session.pendingCount)).toEqual([0, 0, 0])
      expectAllEqual()
    }
  })

  it('[Z5] [E8] after a drop events still come behind them, each once, those that were sent meanwhile too', async () => {
    for (const replayCommits of [5000, 0]) {
      await harness.close()
      harness = new RoomHarness({ link: pausableLink, replayCommits })
      script = await harness.join('script')
      window = await harness.join('window', 'w1')
      const heard: unknown[] = []
      window.session.onEvent(({ data }) => void heard.push([data, window.session.document.get('big') !== undefined]))
      put(script, 'big', large(4))
      const sent = [script.session.emit('w1', 'n', 1)]
      script.session.onStateChange((state) => {
        if (state === 'open') sent.push(script.session.emit('w1', 'n', 2))
      })
      if (replayCommits === 0) harness.room.journal.since = () => null
      script.link().cut()
      await vi.advanceTimersByTimeAsync(2000)
      expect(heard).toEqual([
        [1, true],
        [2, true],
      ])
      expect(await Promise.all(sent)).toEqual([1, 1])
      slow = window
      expectAllEqual()
    }
  })

  it('[Z4] [Z5] are not held up by a client that takes nothing', async () => {
    lineOf(slow).pause()
    put(script, 'big', large(9))
    await vi.advanceTimersByTimeAsync(1000)
    expect(window.session.document.get('big')!.props['data']).toEqual(large(9))
    expect(script.session.pendingCount).toBe(0)
    script.session.document.transact((tx) => tx.set('a', ['n'], 5))
    await settle()
    expect(window.session.document.get('a')!.props['n']).toBe(5)
    lineOf(slow).resume()
    await vi.advanceTimersByTimeAsync(1000)
    expectAllEqual()
  })

  it('[Y6] [Z5] that may not be written are refused, and taken back at their author', async () => {
    const program = await harness.join('program', 'p')
    const problems: (OrielError | null)[] = []
    program.session.onReject(({ error }) => problems.push(error))
    program.session.document.transact((tx) =>
      tx.put({ id: 'mine', type: 'bytes', scope: 'view', props: { data: large(1) } }),
    )
    await settle()
    expect(problems.map((error) => error?.code)).toEqual(['not_allowed'])
    expect(program.session.document.get('mine')).toBeUndefined()
    expect(script.session.document.get('mine')).toBeUndefined()
    put(program, 'fine', large(2))
    await settle()
    expectAllEqual()
  })

  it('[V4] [P2] beyond the limit of the room are refused before they are sent, naming both sizes', async () => {
    const program = await harness.join('program', 'p')
    const problems: (OrielError | null)[] = []
    program.session.onReject(({ error }) => problems.push(error))
    put(program, 'huge', new Float64Array((24 * MIB) / 8))
    await settle()
    expect(problems[0]).toMatchObject({ code: 'too_large' })
    expect(problems[0]!.message).toMatch(/25,165,824 .*20,971,520/)
    expect([program.session.state, program.opened()]).toEqual(['open', 1])
  })
})

describe('a place that another takes over', () => {
  it('[Z5] [D9] while a large value of the one before is on its way, that is somebody else’s edit to it', async () => {
    const program = await harness.join('program', 'p')
    lineOf(slow).pause()
    program.session.document.transact((tx) =>
      tx.put({ id: 'big', type: 'bytes', props: { data: new Float64Array((2 * MIB) / 8) } }),
    )
    // The room has it, and waits for a client that takes nothing.
    await vi.advanceTimersByTimeAsync(100)
    expect(harness.room.journal.state.get('big')).toBeUndefined()
    const ticket = harness.lobby.issueTicket({ room: harness.room, peer: program.peer }, 1000)
    const link = pausableLink()
    harness.lobby.receive(link.b)
    const next = new RoomClient({ ticket, open: async () => link.a })
    await next.connect()
    await vi.advanceTimersByTimeAsync(1000)
    expect(contentOf(next.document)).toEqual(contentOf(harness.room.journal.state))
    expect([next.state, next.document.get('big') !== undefined]).toEqual(['open', true])
    await next.close()
  })
})
