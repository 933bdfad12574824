import { describe, expect, it, vi } from 'vitest'
import { OrielError } from '../../../../src/shared/errors.ts'
import { editAllAtOnce } from '../../../support/busy-author.ts'
import { contentOf } from '../../../support/content-of.ts'
import { randomFrom, testSeed } from '../../../support/random.ts'
import { heardOf, reached, WIDGET, type StageClient, type StartStage } from '../../../support/session-stage.ts'

/** How long clients edit while their lines are cut, in ms. */
const STORMY_MS = process.env['ORIEL_LONG'] === '1' ? 10_000 : 700
const LARGE_BYTES = 4 * 1024 * 1024

const edit = ({ client }: StageClient) => client.document.transact.bind(client.document)
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

/** `LARGE_BYTES` that differ everywhere. */
function large(seed: number): Uint8Array {
  const words = new Uint32Array(LARGE_BYTES / 4)
  for (let index = 0; index < words.length; index++) words[index] = Math.imul(index + seed, 0x9e3779b1)
  return new Uint8Array(words.buffer)
}

/** Z: drops and what comes after them. */
export function resumeRules(start: StartStage): void {
  describe('a drop', () => {
    it('[Z1] with 100 edits pending: all are applied once, in order', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      edit(script)((tx) => tx.put({ id: 'a', type: 'list', props: { items: [], twice: [] } }))
      await stage.inStep(...all)
      for (const [author, list] of [
        [program, 'items'],
        [script, 'twice'],
      ] as const) {
        author.line.cut()
        for (const n of numbers(100)) edit(author)((tx) => tx.splice('a', [list], n, 0, [n]))
        expect(author.client.pendingCount).toBe(100)
        await author.client.flush()
      }
      await stage.inStep(...all)
      for (const { client } of [script, window, program])
        expect(client.document.get('a')?.props).toEqual({ items: numbers(100), twice: numbers(100) })
      expect([program.line.opened, script.line.opened, window.line.opened]).toEqual([2, 2, 1])
    })

    it('[Z1] at any byte, again and again: 600 edits are applied once, in order, and every client has them', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      edit(script)((tx) => tx.put({ id: 'a', type: 'list', props: { items: [] } }))
      await stage.inStep(...all)
      const random = randomFrom(testSeed())
      for (const n of numbers(600)) {
        edit(program)((tx) => tx.splice('a', ['items'], n, 0, [n]))
        if (n % 40 === 0) {
          const way = random() < 0.5 ? 'up' : 'down'
          program.line.cutAfter(way, Math.floor(random() * 400))
          if (n % 80 === 0) window.line.cutAfter('down', Math.floor(random() * 400))
          // Some of it under way, some of it not yet sent.
          for (let turn = Math.floor(random() * 6); turn > 0; turn--)
            await new Promise((resolve) => setImmediate(resolve))
        }
      }
      await program.client.flush()
      await stage.inStep(...all)
      for (const { client } of all) expect(client.document.get('a')?.props).toEqual({ items: numbers(600) })
      expect(program.line.opened).toBeGreaterThan(1)
      expect(stage.room.journal.version).toBe(601)
    })

    it(
      '[Y10] [Z1] at any byte of any line, while all edit at once: nothing is lost and all end equal',
      async () => {
        const stage = start()
        const { all, script, program } = await stage.three()
        const second = await stage.join('program')
        const clients = [...all, second]
        const disturb = (random: () => number) => {
          const { line } = clients[Math.floor(random() * clients.length)]!
          line.cutAfter(random() < 0.5 ? 'up' : 'down', Math.floor(random() * 2000))
        }
        await editAllAtOnce(stage, { authors: [script, program, second], clients, forMs: STORMY_MS, disturb })
        expect(clients.reduce((sum, { line }) => sum + line.opened, 0)).toBeGreaterThan(clients.length)
        expect(stage.warnings).toEqual([])
      },
      STORMY_MS + 20_000,
    )

    it('[Z2] in the middle of a large value on its way to the session: it comes whole, once', async () => {
      const stage = start()
      const { window, program, all } = await stage.three()
      const bytes = large(1)
      program.line.cutAfter('up', LARGE_BYTES / 3)
      edit(program)((tx) => tx.put({ id: 'a', type: 'bytes', props: { bytes } }))
      edit(program)((tx) => tx.title('behind it'))
      await program.client.flush()
      expect(program.line.opened).toBe(2)
      await stage.inStep(...all)
      expect(stage.room.journal.version).toBe(2)
      for (const { client } of [window, program]) {
        expect(Buffer.compare(client.document.get('a')!.props['bytes'] as Uint8Array, bytes)).toBe(0)
        expect(client.document.title).toBe('behind it')
      }
      expect(stage.warnings).toEqual([])
    })

    it('[Z2] in the middle of a large value on its way to a client: nothing is half read, and it comes whole', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      const bytes = large(2)
      for (const { line } of [window, program]) line.cutAfter('down', LARGE_BYTES / 3)
      const back = Promise.all([window, program].map((each) => reached(each, 'reconnecting')))
      edit(script)((tx) => tx.put({ id: 'a', type: 'bytes', props: { bytes } }))
      await back
      for (const { client } of [window, program]) expect(client.document.get('a')).toBeUndefined()
      await Promise.all([window, program].map((each) => reached(each, 'open')))
      await stage.inStep(...all)
      for (const { client, line } of [window, program]) {
        expect(Buffer.compare(client.document.get('a')!.props['bytes'] as Uint8Array, bytes)).toBe(0)
        expect(line.opened).toBe(2)
      }
      expect(stage.warnings).toEqual([])
    })

    it('[Z2] in the middle of a large request, and of its large answer: each comes whole, once', async () => {
      const stage = start()
      const { script, window } = await stage.three()
      const bytes = large(3)
      const asked: unknown[] = []
      script.client.onEvent(({ data }) => {
        asked.push(data)
        window.line.cutAfter('down', LARGE_BYTES / 3)
        return data
      })
      window.line.cutAfter('up', LARGE_BYTES / 3)
      const answer = (await window.client.request(WIDGET, 'echo', bytes)) as Uint8Array
      expect(asked).toHaveLength(1)
      for (const arrived of [asked[0] as Uint8Array, answer]) expect(Buffer.compare(arrived, bytes)).toBe(0)
      expect(window.line.opened).toBe(3)
      expect(stage.warnings).toEqual([])
    })

    it('[Z2] in the middle of the snapshot a client comes back to: it comes whole with the next connection', async () => {
      const stage = start({ replayCommits: 2 })
      const { script, window, program, all } = await stage.three()
      const bytes = large(4)
      for (const each of [window, program]) await goAway(each)
      edit(script)((tx) => tx.put({ id: 'a', type: 'bytes', props: { bytes } }))
      for (const n of numbers(10)) edit(script)((tx) => tx.title(String(n)))
      await script.client.flush()
      edit(program)((tx) => tx.put({ id: 'mine', type: 'note', props: {} }))
      for (const each of [window, program]) {
        const { opened } = each.line
        each.line.cutNext('down', LARGE_BYTES / 3)
        await comeBack(each)
        await stage.inStep(each)
        expect(each.line.opened).toBe(opened + 2)
      }
      await stage.inStep(...all)
      for (const { client } of all) {
        expect(Buffer.compare(client.document.get('a')!.props['bytes'] as Uint8Array, bytes)).toBe(0)
        expect([client.document.title, client.document.get('mine')?.type]).toEqual(['9', 'note'])
      }
      expect(stage.room.journal.version).toBe(12)
    })

    it('[Z3] where the log reaches back, what was missed is replayed, and the welcome says resumed', async () => {
      const stage = start({ replayCommits: 100 })
      const { script, window, program, all } = await stage.three()
      for (const each of [window, program]) await goAway(each)
      for (const n of numbers(20)) edit(script)((tx) => tx.title(String(n)))
      await script.client.flush()
      const before = heardOf(window, 'snapshot').length
      for (const each of [window, program]) await comeBack(each)
      await stage.inStep(...all)
      for (const each of [window, program]) {
        expect(heardOf(each, 'welcome').map(({ mode }) => mode)).toEqual(['snapshot', 'resumed'])
        expect(heardOf(each, 'snapshot')).toHaveLength(before)
        // so many come as one, and only those that were missed
        expect(heardOf(each, 'commit')).toEqual([])
        expect(heardOf(each, 'commits').map(({ from, version }) => [from, version])).toEqual([[0, 20]])
        expect(each.client.document.title).toBe('19')
      }
    })

    it('[Z3] where it does not, a snapshot comes, with pending edits on top, and the welcome says so', async () => {
      const stage = start({ replayCommits: 5 })
      const { script, window, program, all } = await stage.three()
      edit(script)((tx) => tx.put({ id: 'a', type: 'list', props: { items: [], n: 0 } }))
      await stage.inStep(...all)
      const { document } = program.client
      for (const each of [window, program]) await goAway(each)
      for (const n of numbers(3)) edit(program)((tx) => tx.splice('a', ['items'], n, 0, [n]))
      for (const n of numbers(50)) edit(script)((tx) => tx.set('a', ['n'], n))
      await script.client.flush()
      for (const each of [window, program]) await comeBack(each)
      await program.client.flush()
      await stage.inStep(...all)
      for (const each of [window, program])
        expect(heardOf(each, 'welcome').map(({ mode }) => mode)).toEqual(['snapshot', 'snapshot'])
      expect(program.client.document).toBe(document)
      for (const { client } of all) expect(client.document.get('a')?.props).toEqual({ items: [0, 1, 2], n: 49 })
    })

    it('[Z3] a session that is gone is said to be gone, and none is made in its place', async () => {
      const stage = start()
      const { script, window, program } = await stage.three()
      edit(script)((tx) => tx.title('before'))
      await stage.inStep(script, window, program)
      for (const each of [window, program]) await goAway(each)
      stage.lobby.removeRoom(stage.room)
      await stage.room.close(new OrielError('session_gone', 'This session has ended.'))
      const other = start()
      expect(other.room.sessionId).toBe(stage.room.sessionId)
      stage.lobby.addRoom(other.room)
      for (const each of [window, program]) {
        each.line.reachable = true
        await reached(each, 'closed')
        expect(each.client.error).toMatchObject({ code: 'session_gone' })
        expect(each.client.document.title).toBe('before')
      }
      expect(script.client.error).toMatchObject({ code: 'session_gone' })
      expect([...other.room.peers('program'), ...other.room.peers('window')]).toEqual([])
      expect(contentOf(other.room.journal.state)).toEqual({ title: '', roots: [], records: [] })
    })

    it('[Z4] a client that takes nothing is sent only so much and holds up nobody; once it is back it has it all', async () => {
      const stage = start({ ahead: { commits: 20, bytes: 1024 * 1024 } })
      const { script, window, program, all } = await stage.three()
      edit(script)((tx) => tx.put({ id: 'a', type: 'note', props: { n: 0 } }))
      await stage.inStep(...all)
      for (const [each, other] of [
        [window, program],
        [program, window],
      ] as const) {
        const { carrier } = stage.room.peers(each === window ? 'window' : 'program')[0]!
        const send = vi.spyOn(carrier!, 'send')
        each.line.stall()
        for (const n of numbers(1000)) edit(script)((tx) => tx.set('a', ['n'], n))
        for (const n of numbers(30)) {
          edit(script)((tx) => tx.set('a', ['n'], -n))
          await script.client.flush()
          await stage.inStep(other)
        }
        expect(send.mock.calls.length).toBeLessThanOrEqual(25)
        each.line.cut()
        await reached(each, 'reconnecting')
        await reached(each, 'open')
        await stage.inStep(...all)
        expect(each.client.document.get('a')?.props).toEqual({ n: -29 })
        expect(contentOf(each.client.document)).toEqual(contentOf(stage.room.journal.state))
      }
    })

    it('[Z6] a line that is half open is noticed by both sides within 20 s, and made anew', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
      try {
        const stage = start()
        const { window, program, script } = await stage.three()
        for (const each of [window, program]) {
          const ended = stage.ends.length
          each.line.stall()
          await vi.advanceTimersByTimeAsync(11_000)
          // What the others say meanwhile arrives in real time.
          for (const other of [script, window, program]) if (other !== each) await other.client.flush()
          expect([each.client.state, stage.ends.length]).toEqual(['open', ended])
          const back = reached(each, 'reconnecting').then(() => reached(each, 'open'))
          await vi.advanceTimersByTimeAsync(9000)
          await expect.poll(() => stage.ends.length).toBeGreaterThan(ended)
          await back
          expect(each.line.opened).toBe(2)
        }
        edit(script)((tx) => tx.title('heard again'))
        await stage.inStep(script, window, program)
        expect(window.client.document.title).toBe('heard again')
      } finally {
        vi.useRealTimers()
      }
    })

    it('[Z6] both sides send heartbeats, so one that is idle stays open', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
      try {
        const stage = start()
        const { all } = await stage.three()
        for (let beat = 1; beat <= 20; beat++) {
          await vi.advanceTimersByTimeAsync(6000)
          for (const each of all) {
            await expect.poll(() => heardOf(each, 'ping').length, { interval: 2 }).toBe(beat)
            await expect.poll(() => heardOf(each, 'pong').length, { interval: 2 }).toBe(beat)
          }
        }
        for (const { line, client } of all) expect([line.opened, client.state]).toEqual([1, 'open'])
      } finally {
        vi.useRealTimers()
      }
    })

    it('[Z1] events and answers that a drop caught arrive once and in order', async () => {
      const stage = start()
      const { script, window } = await stage.three()
      const heard: unknown[] = []
      window.client.onEvent(({ data }) => {
        heard.push(data)
        return data
      })
      const answers = numbers(50).map((n) => {
        if (n === 10) window.line.cut()
        if (n === 30) script.line.cut()
        return script.client.request(WIDGET, 'n', n)
      })
      expect(await Promise.all(answers)).toEqual(numbers(50))
      expect(heard).toEqual(numbers(50))
    })
  })
}

async function goAway(each: StageClient): Promise<void> {
  each.line.reachable = false
  each.line.cut()
  await reached(each, 'reconnecting')
}

async function comeBack(each: StageClient): Promise<void> {
  each.line.reachable = true
  await reached(each, 'open')
}
