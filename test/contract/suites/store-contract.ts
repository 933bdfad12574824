import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Commit, DocumentSnapshot, Op } from '../../../src/shared/document/types.ts'
import type { DesktopStores, DocumentChange, SessionEntry, WidgetPlacement } from '../../../src/main/stores/types.ts'
import type { Value } from '../../../src/shared/value.ts'

/** How the suite gets at one implementation. */
export interface StoreSubject {
  /** Fresh and empty. */
  open(): Promise<DesktopStores>
  /** The same stores opened again, as a restarted process would; null where nothing outlives the process. */
  reopen: (() => Promise<DesktopStores>) | null
  /** Closes and removes what `open` and `reopen` made. */
  dispose(): Promise<void>
}

export const entryOf = (sessionId: string, change: Partial<SessionEntry> = {}): SessionEntry => ({
  sessionId,
  clientId: `client of ${sessionId}`,
  scriptPath: '/home/someone/counter.oriel.tsx',
  arguments: { city: 'Zürich', limit: '10' },
  title: 'Counter',
  state: 'open',
  pid: 4711,
  createdAt: 1_000,
  lastUsedAt: 1_000,
  ...change,
})

export const commitOf = (version: number, ops: Op[] = [{ op: 'title', title: `title ${version}` }]): Commit => ({
  epoch: 'e1',
  version,
  origin: { clientId: 'c', mutationId: `m${version}` },
  ops,
})

export const snapshotOf = (title: string, props: { [key: string]: Value } = {}): DocumentSnapshot => ({
  title,
  roots: ['a'],
  records: [
    { id: 'a', type: 'note', props, children: ['b'], scope: 'state' },
    { id: 'b', type: 'note', props: {} },
  ],
})

/** Nothing has become of the document. */
export const NO_CHANGE: DocumentChange = { head: null, changed: [], added: [], removed: [] }

const placementOf = (widgetId: string, change: Partial<WidgetPlacement> = {}): WidgetPlacement => ({
  widgetId,
  title: 'Main',
  bounds: { x: -10, y: 20.5, width: 960, height: 640 },
  open: true,
  ...change,
})

const EVERY_KIND_OF_VALUE: { [key: string]: Value } = {
  nothing: null,
  yes: true,
  text: 'Grüße 👋 \u0000',
  numbers: [0, -1, 0.1, 2 ** 53 - 1, -(2 ** 40), 1e300, Number.NaN, Number.POSITIVE_INFINITY],
  nested: { list: [[], {}, { deep: [1, { deeper: 'x' }] }], '': 'empty key', '0': 'index key' },
  buffer: new Uint8Array([0, 1, 254, 255]).buffer,
  int8: new Int8Array([-128, 127]),
  uint8: new Uint8Array([0, 1, 254, 255]),
  clamped: new Uint8ClampedArray([255]),
  int16: new Int16Array([-32768]),
  uint16: new Uint16Array([65535]),
  int32: new Int32Array([-(2 ** 31)]),
  uint32: new Uint32Array([2 ** 32 - 1]),
  float32: new Float32Array([1.5, Number.NaN]),
  float64: new Float64Array([Number.MIN_VALUE, -0, Number.NaN]),
  bigint64: new BigInt64Array([-(2n ** 63n)]),
  biguint64: new BigUint64Array([2n ** 64n - 1n]),
  part: new Float64Array([1, 2, 3, 4]).subarray(1, 3),
  none: new Float64Array(0),
}

/** What every implementation of `DesktopStores` promises. */
export function storeContract(name: string, createSubject: () => StoreSubject): void {
  describe(`stores: ${name}`, () => {
    let subject: StoreSubject
    let stores: DesktopStores

    beforeEach(async () => {
      subject = createSubject()
      stores = await subject.open()
    })
    afterEach(async () => {
      await stores.close()
      await subject.dispose()
    })

    /** Reads through a new process's eyes where that is possible, else through the same stores. */
    const reread = async (): Promise<DesktopStores> => {
      if (!subject.reopen) return stores
      await stores.close()
      stores = await subject.reopen()
      return stores
    }

    describe('sessions', () => {
      it('[J7] gives back what was saved, every field', async () => {
        await stores.sessions.save(entryOf('s1'))
        expect(await (await reread()).sessions.get('s1')).toEqual(entryOf('s1'))
      })

      it('knows nothing of a session never saved', async () => {
        expect(await stores.sessions.get('nobody')).toBeNull()
        expect(await stores.sessions.update('nobody', { title: 'x' })).toBe(false)
        expect(await stores.sessions.remove('nobody')).toBe(false)
        expect(await stores.sessions.listPlacements('nobody')).toEqual([])
        expect(await stores.documents.load('nobody')).toBeNull()
        expect(await stores.sessions.findByScript('/nobody.ts')).toBeNull()
        expect(await stores.sessions.list()).toEqual([])
      })

      it('saving again replaces the entry and keeps placements and document', async () => {
        await stores.sessions.save(entryOf('s1'))
        await stores.sessions.savePlacement('s1', placementOf('w1'))
        await stores.documents.append('s1', [commitOf(1)])
        await stores.sessions.save(entryOf('s1', { title: 'New', arguments: {}, pid: null, state: 'closed' }))
        const again = await reread()
        expect(await again.sessions.get('s1')).toEqual(
          entryOf('s1', { title: 'New', arguments: {}, pid: null, state: 'closed' }),
        )
        expect(await again.sessions.listPlacements('s1')).toHaveLength(1)
        expect((await again.documents.load('s1'))?.commits).toHaveLength(1)
      })

      it('[J7] keeps what was saved when the caller changes its object later, and the other way round', async () => {
        const entry = entryOf('s1')
        await stores.sessions.save(entry)
        entry.arguments['city'] = 'Bern'
        const read = await stores.sessions.get('s1')
        read!.arguments['city'] = 'Basel'
        expect(await stores.sessions.get('s1')).toEqual(entryOf('s1'))
      })

      it('lists newest use first, the later saved first among equals', async () => {
        await stores.sessions.save(entryOf('old', { lastUsedAt: 1 }))
        await stores.sessions.save(entryOf('new', { lastUsedAt: 3 }))
        await stores.sessions.save(entryOf('tie', { lastUsedAt: 3 }))
        await stores.sessions.save(entryOf('mid', { lastUsedAt: 2 }))
        expect((await stores.sessions.list()).map((entry) => entry.sessionId)).toEqual(['tie', 'new', 'mid', 'old'])
        await stores.sessions.update('old', { lastUsedAt: 9 })
        expect((await (await reread()).sessions.list())[0]?.sessionId).toBe('old')
      })

      it('finds the newest session of a script', async () => {
        await stores.sessions.save(entryOf('a1', { scriptPath: '/a.ts', lastUsedAt: 1 }))
        await stores.sessions.save(entryOf('a2', { scriptPath: '/a.ts', lastUsedAt: 2 }))
        await stores.sessions.save(entryOf('b', { scriptPath: '/b.ts', lastUsedAt: 3 }))
        expect((await stores.sessions.findByScript('/a.ts'))?.sessionId).toBe('a2')
        expect((await stores.sessions.findByScript('/b.ts'))?.sessionId).toBe('b')
        expect(await stores.sessions.findByScript('/A.ts')).toBeNull()
      })

      it('update changes the given fields only; undefined is not given, null is', async () => {
        await stores.sessions.save(entryOf('s1'))
        expect(await stores.sessions.update('s1', { title: 'Other', pid: null, state: undefined })).toBe(true)
        expect(await (await reread()).sessions.get('s1')).toEqual(entryOf('s1', { title: 'Other', pid: null }))
      })

      it('gives an open session of a dead process as it was saved', async () => {
        await stores.sessions.save(entryOf('s1', { state: 'open', pid: 2 ** 22 + 1 }))
        expect(await (await reread()).sessions.get('s1')).toMatchObject({ state: 'open', pid: 2 ** 22 + 1 })
      })

      it('[J9] remove takes placements and document along, and the id starts empty again', async () => {
        await stores.sessions.save(entryOf('s1'))
        await stores.sessions.save(entryOf('s2'))
        for (const id of ['s1', 's2']) {
          await stores.sessions.savePlacement(id, placementOf('w'))
          await stores.documents.saveSnapshot(id, 'e1', 1, snapshotOf('x'))
          await stores.documents.append(id, [commitOf(2)])
        }
        expect(await stores.sessions.remove('s1')).toBe(true)
        const again = await reread()
        expect(await again.sessions.get('s1')).toBeNull()
        expect(await again.documents.load('s1')).toBeNull()
        await again.sessions.save(entryOf('s1'))
        expect(await again.sessions.listPlacements('s1')).toEqual([])
        expect(await again.documents.load('s1')).toBeNull()
        expect(await again.documents.append('s1', [commitOf(1)])).toMatchObject({ logCommits: 1 })
        expect((await again.documents.load('s2'))?.commits).toHaveLength(1)
        expect(await again.sessions.listPlacements('s2')).toHaveLength(1)
      })
    })

    describe('placements', () => {
      it('keeps one per widget, in the order first placed', async () => {
        await stores.sessions.save(entryOf('s1'))
        await stores.sessions.savePlacement('s1', placementOf('w1'))
        await stores.sessions.savePlacement('s1', placementOf('w2', { bounds: null, open: false }))
        await stores.sessions.savePlacement('s1', placementOf('w1', { title: 'Renamed' }))
        expect(await (await reread()).sessions.listPlacements('s1')).toEqual([
          placementOf('w1', { title: 'Renamed' }),
          placementOf('w2', { bounds: null, open: false }),
        ])
      })

      it('refuses one of an unknown session', async () => {
        await expect(stores.sessions.savePlacement('nobody', placementOf('w'))).rejects.toMatchObject({
          code: 'unknown_session',
        })
      })
    })

    describe('documents', () => {
      beforeEach(() => stores.sessions.save(entryOf('s1')))

      it('is null until something is stored', async () => {
        expect(await stores.documents.load('s1')).toBeNull()
        expect(await stores.documents.append('s1', [])).toEqual({ logCommits: 0, logBytes: 0 })
        expect(await stores.documents.load('s1')).toBeNull()
      })

      it('[J5] the first append starts from the empty document; all commits come back in order', async () => {
        await stores.documents.append('s1', [commitOf(1), commitOf(2)])
        await stores.documents.append('s1', [commitOf(7)])
        expect(await (await reread()).documents.load('s1')).toEqual({
          epoch: 'e1',
          version: 0,
          snapshot: { title: '', roots: [], records: [] },
          commits: [commitOf(1), commitOf(2), commitOf(7)],
        })
      })

      it('keeps every kind of value in commits and snapshots, typed arrays with their type', async () => {
        const ops: Op[] = [
          { op: 'put', record: { id: 'a', type: 't', props: EVERY_KIND_OF_VALUE } },
          { op: 'set', id: 'a', path: ['nested', 'list', 0], value: EVERY_KIND_OF_VALUE },
          { op: 'append', id: 'a', columns: { x: new Float64Array([1, 2]) }, rollover: 10 },
          { op: 'columns', id: 'a', patches: { x: [[1, 5]] } },
        ]
        const commit: Commit = { epoch: 'e1', version: 5, origin: null, ops }
        await stores.documents.saveSnapshot('s1', 'e1', 4, snapshotOf('all', EVERY_KIND_OF_VALUE))
        await stores.documents.append('s1', [commit])
        expect(await (await reread()).documents.load('s1')).toEqual({
          epoch: 'e1',
          version: 4,
          snapshot: snapshotOf('all', EVERY_KIND_OF_VALUE),
          commits: [commit],
        })
      })

      it('keeps what was stored when the caller changes its objects later', async () => {
        const bytes = new Uint8Array([1, 2, 3])
        const commit = commitOf(1, [{ op: 'set', id: 'a', path: ['x'], value: bytes }])
        await stores.documents.append('s1', [commit])
        bytes[0] = 9
        commit.ops.length = 0
        expect((await stores.documents.load('s1'))?.commits[0]?.ops).toEqual([
          { op: 'set', id: 'a', path: ['x'], value: new Uint8Array([1, 2, 3]) },
        ])
      })

      it('[J5] append tells how long the log is, and a snapshot makes it shorter', async () => {
        const one = await stores.documents.append('s1', [commitOf(1)])
        expect(one.logCommits).toBe(1)
        expect(one.logBytes).toBeGreaterThan(10)
        const block = commitOf(3, [{ op: 'set', id: 'a', path: ['x'], value: new Uint8Array(100_000) }])
        const three = await stores.documents.append('s1', [commitOf(2), block])
        expect(three.logCommits).toBe(3)
        expect(three.logBytes).toBeGreaterThan(one.logBytes + 100_000)
        expect(three.logBytes).toBeLessThan(one.logBytes + 101_000)
        await stores.documents.saveSnapshot('s1', 'e1', 3, snapshotOf('s'))
        const after = await (await reread()).documents.append('s1', [commitOf(4)])
        expect(after).toEqual({ logCommits: 1, logBytes: one.logBytes })
      })

      it('[J5] a snapshot drops the log up to its version and keeps later commits', async () => {
        await stores.documents.append('s1', [commitOf(1), commitOf(2), commitOf(3)])
        await stores.documents.saveSnapshot('s1', 'e1', 2, snapshotOf('at 2'))
        expect(await (await reread()).documents.load('s1')).toEqual({
          epoch: 'e1',
          version: 2,
          snapshot: snapshotOf('at 2'),
          commits: [commitOf(3)],
        })
      })

      it('a snapshot of a new epoch replaces all', async () => {
        await stores.documents.append('s1', [commitOf(8), commitOf(9)])
        await stores.documents.saveSnapshot('s1', 'e2', 1, snapshotOf('again'))
        expect(await stores.documents.append('s1', [{ ...commitOf(2), epoch: 'e2' }])).toMatchObject({ logCommits: 1 })
        expect(await (await reread()).documents.load('s1')).toMatchObject({
          epoch: 'e2',
          version: 1,
          commits: [{ epoch: 'e2', version: 2 }],
        })
      })

      it.each([
        ['the same version twice', [commitOf(4), commitOf(4)]],
        ['versions out of order', [commitOf(5), commitOf(4)]],
        ['another epoch', [{ ...commitOf(4), epoch: 'e2' }]],
        ['two epochs', [commitOf(4), { ...commitOf(5), epoch: 'e2' }]],
        ['something that is no version', [commitOf(Number.NaN)]],
      ])('append refuses %s, and nothing of it is stored', async (_, commits) => {
        await stores.documents.saveSnapshot('s1', 'e1', 2, snapshotOf('s'))
        await stores.documents.append('s1', [commitOf(3)])
        await expect(stores.documents.append('s1', commits)).rejects.toMatchObject({ code: 'bad_value' })
        expect((await (await reread()).documents.load('s1'))?.commits).toEqual([commitOf(3)])
      })

      it('append may be repeated: what is stored already is not stored twice', async () => {
        await stores.documents.saveSnapshot('s1', 'e1', 2, snapshotOf('s'))
        const once = await stores.documents.append('s1', [commitOf(3), commitOf(4)])
        expect(await stores.documents.append('s1', [commitOf(1), commitOf(3), commitOf(4)])).toEqual(once)
        expect(await stores.documents.append('s1', [commitOf(4), commitOf(5)])).toMatchObject({ logCommits: 3 })
        const stored = await (await reread()).documents.load('s1')
        expect(stored?.commits).toEqual([commitOf(3), commitOf(4), commitOf(5)])
      })

      it('a process that takes a session on ends the writing of the one before', async () => {
        await stores.documents.append('s1', [commitOf(1)])
        await stores.documents.saveSnapshot('s1', 'e2', 1, snapshotOf('taken on'))
        await expect(stores.documents.append('s1', [commitOf(2)])).rejects.toMatchObject({ code: 'bad_value' })
        expect(await stores.documents.load('s1')).toMatchObject({ epoch: 'e2', commits: [] })
      })

      it('[J7] append is all or nothing: one commit that cannot be encoded leaves none', async () => {
        const cyclic: { [key: string]: Value } = {}
        cyclic['self'] = cyclic
        const bad = commitOf(2, [{ op: 'set', id: 'a', path: ['x'], value: cyclic }])
        await expect(stores.documents.append('s1', [commitOf(1), bad])).rejects.toThrow()
        expect(await stores.documents.load('s1')).toBeNull()
        await stores.documents.append('s1', [commitOf(1)])
      })

      it('refuses a snapshot older than the stored one', async () => {
        await stores.documents.saveSnapshot('s1', 'e1', 5, snapshotOf('new'))
        await expect(stores.documents.saveSnapshot('s1', 'e1', 4, snapshotOf('old'))).rejects.toMatchObject({
          code: 'bad_value',
        })
        expect((await stores.documents.load('s1'))?.snapshot.title).toBe('new')
      })

      it('refuses commits and snapshots of an unknown session', async () => {
        await expect(stores.documents.append('nobody', [commitOf(1)])).rejects.toMatchObject({
          code: 'unknown_session',
        })
        await expect(stores.documents.saveSnapshot('nobody', 'e1', 1, snapshotOf('x'))).rejects.toMatchObject({
          code: 'unknown_session',
        })
        expect(await stores.sessions.get('nobody')).toBeNull()
      })

      it('calls made without waiting are stored in the order made', async () => {
        const versions = Array.from({ length: 50 }, (_, index) => index + 1)
        await Promise.all(versions.map((version) => stores.documents.append('s1', [commitOf(version)])))
        const stored = await (await reread()).documents.load('s1')
        expect(stored?.commits.map((commit) => commit.version)).toEqual(versions)
      })

      it('keeps the documents of two sessions apart', async () => {
        await stores.sessions.save(entryOf('s2'))
        await stores.documents.append('s1', [commitOf(1)])
        await stores.documents.append('s2', [commitOf(1), commitOf(2)])
        expect((await stores.documents.load('s1'))?.commits).toHaveLength(1)
        expect((await stores.documents.load('s2'))?.commits).toHaveLength(2)
      })
    })

    describe('trust', () => {
      it('remembers a hash and no other', async () => {
        expect(await stores.trust.isTrusted('aa')).toBe(false)
        await stores.trust.trust('aa', '/a.ts')
        await stores.trust.trust('aa', '/moved/a.ts')
        const again = await reread()
        expect(await again.trust.isTrusted('aa')).toBe(true)
        expect(await again.trust.isTrusted('ab')).toBe(false)
      })
    })

    it('after close every call rejects with closed, and close may be called again', async () => {
      await stores.close()
      await stores.close()
      const calls = [
        () => stores.sessions.save(entryOf('s1')),
        () => stores.sessions.get('s1'),
        () => stores.sessions.list(),
        () => stores.sessions.findByScript('/a.ts'),
        () => stores.sessions.update('s1', {}),
        () => stores.sessions.remove('s1'),
        () => stores.sessions.savePlacement('s1', placementOf('w')),
        () => stores.sessions.listPlacements('s1'),
        () => stores.documents.load('s1'),
        () => stores.documents.append('s1', [commitOf(1)]),
        () => stores.documents.saveSnapshot('s1', 'e1', 1, snapshotOf('x')),
        () => stores.documents.takeOver('s1', { epoch: 'e1', version: 1 }, 'e2'),
        () => stores.documents.fold('s1', { epoch: 'e1', version: 1 }, NO_CHANGE),
        () => stores.trust.isTrusted('aa'),
        () => stores.trust.trust('aa', '/a.ts'),
      ]
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'closed' })
    })

    it('says whether it outlives the process', () => {
      expect(stores.durable).toBe(subject.reopen !== null)
    })
  })
}
