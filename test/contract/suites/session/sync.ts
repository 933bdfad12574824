import { describe, expect, it } from 'vitest'
import type { Op } from '../../../../src/shared/document/types.ts'
import type { OrielError } from '../../../../src/shared/errors.ts'
import { editAllAtOnce } from '../../../support/busy-author.ts'
import { heardOf, type StageClient, type StartStage } from '../../../support/session-stage.ts'

const note = (id: string, props: { [key: string]: number | string | number[] } = {}) => ({ id, type: 'note', props })
const edit = ({ client }: StageClient) => client.document.transact.bind(client.document)

/** How long clients edit all at once, in ms. */
const BUSY_MS = process.env['ORIEL_LONG'] === '1' ? 10_000 : 2000

/** Y: editing a document. */
export function syncRules(start: StartStage): void {
  describe('editing', () => {
    it('[Y1] roots, title, values and removals of the script and of a program show at every other client', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      for (const [author, reader] of [
        [script, program],
        [program, script],
      ] as const) {
        const name = author === script ? 'script' : 'program'
        edit(author)((tx) => {
          tx.put(note(name, { n: 0, list: [1, 2, 3] }))
          tx.roots([...author.client.document.roots, name])
          tx.title(name)
        })
        edit(author)((tx) => {
          tx.set(name, ['n'], 5)
          tx.move(name, ['list'], 0, 2)
        })
        await stage.inStep(...all)
        for (const { client } of [reader, window]) {
          expect(client.document.get(name)?.props).toEqual({ n: 5, list: [2, 3, 1] })
          expect([client.document.title, client.document.roots.at(-1)]).toEqual([name, name])
        }
        edit(author)((tx) => tx.remove(name))
        await stage.inStep(...all)
        for (const { client } of [reader, window]) {
          expect(client.document.get(name)).toBeUndefined()
          expect(client.document.roots).not.toContain(name)
        }
      }
    })

    it('[Y2] commits are numbered without a gap and reach everyone once; the author gets an acknowledgement, nobody an edit', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      const local = new Map(all.map((each) => [each, 0]))
      for (const each of all)
        each.client.document.onChange(({ origin }) => {
          if (origin === 'local') local.set(each, local.get(each)! + 1)
        })
      edit(script)((tx) => tx.put(note('a')))
      await stage.inStep(...all)
      for (let n = 1; n <= 20; n++) {
        edit(n % 2 ? program : script)((tx) => tx.set('a', ['n'], n))
        await stage.inStep(...all)
      }
      const versions = Array.from({ length: 21 }, (_, index) => index + 1)
      expect(heardOf(window, 'commit').map(({ commit }) => commit.version)).toEqual(versions)
      for (const [author, acknowledged] of [
        [script, 11],
        [program, 10],
      ] as const) {
        const acks = heardOf(author, 'ack').map(({ version }) => version)
        const commits = heardOf(author, 'commit').map(({ commit }) => commit.version)
        expect(acks).toHaveLength(acknowledged)
        expect([...acks, ...commits].toSorted((a, b) => a - b)).toEqual(versions)
      }
      expect([local.get(script), local.get(program), local.get(window)]).toEqual([11, 10, 0])
      await program.client.flush()
      expect(stage.room.journal.version).toBe(21)
    })

    it('[Y2] an author whose edit the room took only in part gets the commit as it is', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      edit(script)((tx) => {
        tx.put(note('a', { n: 0 }))
        tx.put(note('b', { n: 0 }))
      })
      await stage.inStep(...all)
      stage.room.edit([{ op: 'remove', id: 'a' }])
      // It does not know of that yet.
      edit(program)((tx) => {
        tx.set('a', ['n'], 1)
        tx.set('b', ['n'], 1)
      })
      await stage.inStep(...all)
      expect(heardOf(program, 'commit').at(-1)?.commit.ops).toEqual([{ op: 'set', id: 'b', path: ['n'], value: 1 }])
      for (const { client } of [script, window, program])
        expect([client.document.get('a'), client.document.get('b')?.props]).toEqual([undefined, { n: 1 }])
    })

    it('[Y3] several set one value at once: all end with the one that was ordered last', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      const second = await stage.join('program')
      edit(script)((tx) => tx.put(note('a', { n: 0 })))
      await stage.inStep(...all, second)
      for (let round = 1; round <= 10; round++) {
        for (const [index, author] of [script, program, second].entries())
          edit(author)((tx) => tx.set('a', ['n'], 10 * round + index))
        await stage.inStep(...all, second)
        const last = heardOf(window, 'commit').at(-1)!.commit.ops as { value?: unknown }[]
        for (const { client } of [...all, second])
          expect(client.document.get('a')?.props).toEqual({ n: last[0]!.value })
        expect(stage.room.journal.state.get('a')?.props).toEqual({ n: last[0]!.value })
      }
    })

    it('[Y4] a commit that comes while a client waits for an answer is applied', async () => {
      const stage = start()
      const { script, window, program } = await stage.three()
      let answer: (value: string) => void = () => {}
      script.client.onEvent(() => {
        edit(script)((tx) => tx.put(note('a', { n: 1 })))
        return new Promise((resolve) => (answer = resolve))
      })
      const asked = [program.client.request('', 'slow')]
      await expect.poll(() => program.client.document.get('a')?.props).toEqual({ n: 1 })
      await expect.poll(() => window.client.document.get('a')?.props).toEqual({ n: 1 })
      answer('done')
      expect(await Promise.all(asked)).toEqual(['done'])
    })

    it('[Y5] each of three clients receives a new record in full', async () => {
      const stage = start()
      const { program, all } = await stage.three()
      const record = {
        id: 'full',
        type: 'table',
        props: {
          columns: { x: new Float64Array([1, Number.NaN]) },
          nested: [{ deep: [null, 'é'] }],
          bytes: new ArrayBuffer(3),
        },
        children: ['below'],
        scope: 'data' as const,
      }
      edit(program)((tx) => tx.put(record))
      await stage.inStep(...all)
      for (const { client } of all) expect(client.document.get('full')).toEqual(record)
    })

    it('[Y6] a transaction that throws leaves nothing, and nothing of it is sent', async () => {
      const stage = start()
      const { script, program, all } = await stage.three()
      edit(script)((tx) => tx.put(note('a', { n: 0 })))
      await stage.inStep(...all)
      const mistake = new Error('mistake')
      for (const author of [script, program])
        expect(() =>
          edit(author)((tx) => {
            tx.set('a', ['n'], 1)
            tx.title('half')
            expect(tx.get('a')?.props).toEqual({ n: 1 })
            throw mistake
          }),
        ).toThrow(mistake)
      expect(() => edit(program)((tx) => tx.set('nowhere', ['n'], 1))).toThrow(
        expect.objectContaining({ code: 'unknown_record' }),
      )
      await program.client.flush()
      expect(stage.room.journal.version).toBe(1)
      for (const { client } of all)
        expect([client.document.get('a')?.props, client.document.title]).toEqual([{ n: 0 }, ''])
    })

    it('[Y6] one that the room refuses is taken back whole at its author, with the reason, and nobody else sees it', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      edit(script)((tx) => tx.put(note('a', { list: [1] })))
      await stage.inStep(...all)
      const seen: Op[] = []
      for (const other of [window, script]) other.client.document.onChange(({ ops }) => seen.push(...ops))
      const problems: (OrielError | null)[] = []
      program.client.onReject(({ error }) => problems.push(error))
      stage.room.edit([{ op: 'set', id: 'a', path: ['list'], value: [] }])
      edit(program)((tx) => {
        tx.put(note('other'))
        tx.set('a', ['list', 0], 2)
      })
      expect(program.client.document.get('other')).toBeDefined()
      await expect(program.client.flush()).rejects.toMatchObject({ code: 'bad_path' })
      expect(problems.map((error) => error?.code)).toEqual(['bad_path'])
      await stage.inStep(...all)
      for (const { client } of all)
        expect([client.document.get('other'), client.document.get('a')?.props]).toEqual([undefined, { list: [] }])
      const emptied = { op: 'set', id: 'a', path: ['list'], value: [] }
      expect(seen).toEqual([emptied, emptied])
    })

    it('[Y6] a window cannot change the document: it is refused and taken back', async () => {
      const stage = start()
      const { script, window, all } = await stage.three()
      edit(script)((tx) => tx.put(note('a', { n: 0 })))
      await stage.inStep(...all)
      edit(window)((tx) => tx.set('a', ['n'], 9))
      await expect(window.client.flush()).rejects.toMatchObject({ code: 'not_allowed' })
      for (const { client } of all) expect(client.document.get('a')?.props).toEqual({ n: 0 })
      expect(stage.room.journal.version).toBe(1)
    })

    it('[Y7] removing wins over editing: the edit does nothing, and its author can tell', async () => {
      const stage = start()
      const { script, program, all } = await stage.three()
      edit(script)((tx) => tx.put(note('a', { n: 0 })))
      await stage.inStep(...all)
      const problems: unknown[] = []
      program.client.onReject(({ edit: { ops }, error }) => problems.push([ops, error]))
      stage.room.edit([{ op: 'remove', id: 'a' }])
      edit(program)((tx) => tx.set('a', ['n'], 1))
      await stage.inStep(...all)
      for (const { client } of all) expect(client.document.get('a')).toBeUndefined()
      expect(problems).toEqual([[[{ op: 'set', id: 'a', path: ['n'], value: 1 }], null]])
      const { version } = stage.room.journal
      // Now it knows, and nothing is sent.
      edit(program)((tx) => tx.set('a', ['n'], 2))
      expect(program.client.pendingCount).toBe(0)
      await program.client.flush()
      expect(stage.room.journal.version).toBe(version)
    })

    it('[Y8] an equal value, NaN too, makes no commit; what is held makes one, with the last value of each path', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      edit(script)((tx) => tx.put(note('a', { n: 1, nan: Number.NaN, list: [1, 2] })))
      await stage.inStep(...all)
      for (const author of [script, program]) {
        edit(author)((tx) => tx.set('a', ['n'], 1))
        edit(author)((tx) => tx.set('a', ['nan'], Number.NaN))
        edit(author)((tx) => tx.set('a', ['list'], [1, 2]))
        edit(author)((tx) => tx.title(''))
      }
      await program.client.flush()
      await script.client.flush()
      expect(stage.room.journal.version).toBe(1)
      const { document } = program.client
      document.hold()
      for (let n = 2; n < 50; n++) document.transact((tx) => tx.set('a', ['n'], n))
      document.title = 'first'
      document.title = 'last'
      expect(document.get('a')?.props['n']).toBe(49)
      document.release()
      await stage.inStep(...all)
      expect(
        heardOf(window, 'commit')
          .slice(1)
          .map(({ commit }) => commit.ops),
      ).toEqual([
        [
          { op: 'set', id: 'a', path: ['n'], value: 49 },
          { op: 'title', title: 'last' },
        ],
      ])
    })

    it('[Y9] what goes over the line is about as large as what changed, however large the document', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      edit(script)((tx) => {
        tx.put({ id: 'list', type: 'list', props: { items: Array.from({ length: 10_000 }, (_, n) => `item ${n}`) } })
        tx.put({ id: 'table', type: 'table', props: { n: new Float64Array(1_000_000) } })
      })
      await stage.inStep(...all)
      const changes: [what: string, payload: number, change: Parameters<typeof program.client.document.transact>[0]][] =
        [
          ['splice at the head', 8, (tx) => tx.splice('list', ['items'], 0, 0, ['new item'])],
          ['one move', 0, (tx) => tx.move('list', ['items'], 9_999, 0)],
          ['ten rows', 80, (tx) => tx.append('table', { n: new Float64Array(10).fill(7) })],
        ]
      for (const [what, payload, change] of changes) {
        for (const { line } of [program, window]) line.traffic()
        edit(program)(change)
        await stage.inStep(...all)
        for (const { line } of [program, window]) {
          const bytes = line.traffic()
          expect(bytes, what).toBeGreaterThan(payload)
          expect(bytes, what).toBeLessThan(1024 + payload)
        }
      }
      const { items } = window.client.document.get('list')!.props as { items: string[] }
      expect([items.length, items[0], items[1]]).toEqual([10_001, 'item 9998', 'new item'])
      const { n } = window.client.document.get('table')!.props as { n: Float64Array }
      expect([n.length, n.at(-11), n.at(-1)]).toEqual([1_000_010, 0, 7])
    }, 20_000)

    it(
      '[Y10] all edit at once, each millisecond or three: still connected, all equal, nothing lost',
      async () => {
        const stage = start()
        const { all, script, program } = await stage.three()
        const second = await stage.join('program')
        await editAllAtOnce(stage, { authors: [script, program, second], clients: [...all, second], forMs: BUSY_MS })
        for (const { line } of [...all, second]) expect(line.opened).toBe(1)
      },
      BUSY_MS + 20_000,
    )
  })
}
