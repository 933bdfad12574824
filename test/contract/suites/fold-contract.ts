import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DesktopStores, StoredDocument } from '../../../src/main/stores/types.ts'
import type { DocumentRecord, Op } from '../../../src/shared/document/types.ts'
import type { Value } from '../../../src/shared/value.ts'
import { commitOf, entryOf, NO_CHANGE, snapshotOf } from './store-contract.ts'
import type { StoreSubject } from './store-contract.ts'

const MIB = 2 ** 20

const recordOf = (id: string, props: { [key: string]: Value } = {}): DocumentRecord => ({ id, type: 'note', props })
const end = (version: number, epoch = 'e1') => ({ epoch, version })

/** Bytes that are nowhere the same. */
function bytes(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(length / 4)
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + seed * 977, 2654435761)
  return new Uint8Array(words.buffer)
}

/** Every form in which a value can be large. */
const LARGE: { [key: string]: Value } = {
  buffer: bytes(3 * MIB).buffer as ArrayBuffer,
  float64: new Float64Array(MIB / 4).map((_, n) => n / 3),
  part: bytes(2 * MIB, 2).subarray(MIB / 2),
  text: `${'Grüße 👋 '.repeat(200_000)}\u{d83d}`.slice(0, 1_500_000),
  numbers: Array.from({ length: 100_000 }, (_, n) => n / 7),
  nested: Array.from({ length: 8 }, (_, n) => ({ n, inner: [bytes(400_000, n), 'x'.repeat(300_000)] })),
  keys: Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`key ${n}`, { n, text: `text ${n}` }])),
  small: [1, 'two', null],
}

/** What every implementation promises of long logs and of large values. */
export function foldContract(name: string, createSubject: () => StoreSubject): void {
  describe(`folding and large values: ${name}`, () => {
    let subject: StoreSubject
    let stores: DesktopStores

    beforeEach(async () => {
      subject = createSubject()
      stores = await subject.open()
      await stores.sessions.save(entryOf('s1'))
    })
    afterEach(async () => {
      await stores.close()
      await subject.dispose()
    })

    const reread = async (): Promise<DesktopStores> => {
      if (!subject.reopen) return stores
      await stores.close()
      stores = await subject.reopen()
      return stores
    }

    it('[J5] a fold changes, adds and removes records, and drops the log up to its version', async () => {
      const records = ['a', 'b', 'c', 'd'].map((id) => recordOf(id, { of: 2 }))
      await stores.documents.saveSnapshot('s1', 'e1', 2, { title: 'at 2', roots: ['a'], records })
      await stores.documents.append('s1', [commitOf(3), commitOf(4), commitOf(5)])
      const size = await stores.documents.fold('s1', end(4), {
        head: { title: 'at 4', roots: ['a', 'e'] },
        changed: [recordOf('b', { of: 4 })],
        added: [recordOf('e', { of: 4 }), recordOf('a', { of: 4 })],
        removed: ['c', 'never there'],
      })
      expect(size.logCommits).toBe(1)
      expect(await (await reread()).documents.load('s1')).toEqual({
        epoch: 'e1',
        version: 4,
        snapshot: {
          title: 'at 4',
          roots: ['a', 'e'],
          records: [
            recordOf('b', { of: 4 }),
            recordOf('d', { of: 2 }),
            recordOf('e', { of: 4 }),
            recordOf('a', { of: 4 }),
          ],
        },
        commits: [commitOf(5)],
      })
    })

    it('[J5] folds follow upon another; what one removed the next may add again', async () => {
      await stores.documents.append('s1', [commitOf(1)])
      for (let version = 1; version <= 12; version++) {
        await stores.documents.append('s1', [commitOf(version)])
        await stores.documents.fold('s1', end(version), {
          head: version % 3 === 0 ? { title: `at ${version}`, roots: [] } : null,
          changed: version % 2 === 1 && version > 1 ? [recordOf('kept', { version })] : [],
          added:
            version === 1
              ? [recordOf('kept'), recordOf('other')]
              : version % 2 === 0
                ? [recordOf('x', { version })]
                : [],
          removed: version % 2 === 1 ? ['x'] : [],
        })
      }
      expect(await (await reread()).documents.load('s1')).toEqual({
        epoch: 'e1',
        version: 12,
        snapshot: {
          title: 'at 12',
          roots: [],
          records: [recordOf('kept', { version: 11 }), recordOf('other'), recordOf('x', { version: 12 })],
        },
        commits: [],
      })
    })

    it('a fold up to a version that is not stored yet has its commits in it', async () => {
      await stores.documents.append('s1', [commitOf(1)])
      await stores.documents.fold('s1', end(3), { ...NO_CHANGE, added: [recordOf('a')] })
      expect(await stores.documents.append('s1', [commitOf(2), commitOf(3)])).toMatchObject({ logCommits: 0 })
      expect(await stores.documents.append('s1', [commitOf(4)])).toMatchObject({ logCommits: 1 })
      const stored = await (await reread()).documents.load('s1')
      expect(stored).toMatchObject({ version: 3, snapshot: { records: [recordOf('a')] }, commits: [{ version: 4 }] })
    })

    it.each([
      ['another epoch', 'bad_value', 's1', end(9, 'e2')],
      ['a version before the snapshot', 'bad_value', 's1', end(2)],
      ['an unknown session', 'unknown_session', 'nobody', end(9)],
    ])('a fold of %s is refused, and nothing changes', async (_, code, sessionId, to) => {
      await stores.documents.saveSnapshot('s1', 'e1', 3, snapshotOf('s'))
      await stores.documents.append('s1', [commitOf(4)])
      const before = await stores.documents.load('s1')
      const fold = stores.documents.fold(sessionId, to, { ...NO_CHANGE, added: [recordOf('new')], removed: ['a'] })
      await expect(fold).rejects.toMatchObject({ code })
      expect(await (await reread()).documents.load('s1')).toEqual(before)
    })

    it('a fold of a session of which nothing is stored is refused', async () => {
      await expect(stores.documents.fold('s1', end(1), NO_CHANGE)).rejects.toMatchObject({ code: 'bad_value' })
      expect(await stores.documents.load('s1')).toBeNull()
    })

    it('a fold may go on beside appends, and keeps what comes meanwhile', async () => {
      const records = Array.from({ length: 3_000 }, (_, n) => recordOf(`r${n}`, { n }))
      await stores.documents.append('s1', [commitOf(1)])
      const fold = stores.documents.fold('s1', end(1), { ...NO_CHANGE, added: records })
      const versions = Array.from({ length: 50 }, (_, n) => n + 2)
      for (const version of versions) await stores.documents.append('s1', [commitOf(version)])
      await fold
      expect(await stores.documents.append('s1', [])).toMatchObject({ logCommits: 50 })
      const stored = await (await reread()).documents.load('s1')
      expect(stored).toMatchObject({ version: 1, commits: versions.map((version) => ({ version })) })
      expect(stored!.snapshot.records).toEqual(records)
    })

    it('[J6] a process that takes a session over goes on with its document; the one before can write no more', async () => {
      await stores.documents.saveSnapshot('s1', 'e1', 2, snapshotOf('s'))
      await stores.documents.append('s1', [commitOf(3)])
      expect(await stores.documents.takeOver('s1', end(3), 'e2')).toMatchObject({ logCommits: 1 })
      await expect(stores.documents.append('s1', [commitOf(4)])).rejects.toMatchObject({ code: 'bad_value' })
      await expect(stores.documents.fold('s1', end(4), NO_CHANGE)).rejects.toMatchObject({ code: 'bad_value' })
      await stores.documents.append('s1', [{ ...commitOf(4), epoch: 'e2' }])
      expect(await (await reread()).documents.load('s1')).toEqual({
        epoch: 'e2',
        version: 2,
        snapshot: snapshotOf('s'),
        commits: [3, 4].map((version) => ({ ...commitOf(version), epoch: 'e2' })),
      })
    })

    it('[J6] a document that has gone on meanwhile is not taken over', async () => {
      expect(await stores.documents.takeOver('s1', end(1), 'e2')).toBeNull()
      await stores.documents.append('s1', [commitOf(1), commitOf(2)])
      expect(await stores.documents.takeOver('s1', end(1), 'e2')).toBeNull()
      expect(await stores.documents.takeOver('s1', end(2, 'other'), 'e2')).toBeNull()
      await expect(stores.documents.takeOver('nobody', end(2), 'e2')).rejects.toMatchObject({ code: 'unknown_session' })
      expect(await (await reread()).documents.load('s1')).toMatchObject({ epoch: 'e1', commits: [{}, {}] })
    })

    it('keeps large values of every form, in commits, in folds and in snapshots', { timeout: 60_000 }, async () => {
      const commit = commitOf(1, [{ op: 'put', record: recordOf('large', LARGE) }, ...many(5_000)])
      const { logBytes } = await stores.documents.append('s1', [commit])
      expect(logBytes).toBeGreaterThan(10 * MIB)
      const same = async (expected: unknown, of: (stored: StoredDocument) => unknown): Promise<boolean> =>
        isDeepStrictEqual(of((await (await reread()).documents.load('s1'))!), expected)
      expect(await same([commit], ({ commits }) => commits)).toBe(true)
      const records = [recordOf('large', LARGE), recordOf('small')]
      await stores.documents.fold('s1', end(1), { ...NO_CHANGE, added: records })
      expect(await same({ title: '', roots: [], records }, ({ snapshot }) => snapshot)).toBe(true)
      await stores.documents.saveSnapshot('s1', 'e2', 1, { title: 'whole', roots: [], records })
      expect(await same({ title: 'whole', roots: [], records }, ({ snapshot }) => snapshot)).toBe(true)
    })

    it('what comes after a large commit is stored after it, without being waited for', async () => {
      const large = commitOf(1, [{ op: 'set', id: 'a', path: ['x'], value: bytes(4 * MIB) }])
      const order: number[] = []
      await Promise.all(
        [large, commitOf(2), commitOf(3)].map(async (commit) => {
          await stores.documents.append('s1', [commit])
          order.push(commit.version)
        }),
      )
      expect(order).toEqual([1, 2, 3])
      const stored = await (await reread()).documents.load('s1')
      expect(stored?.commits.map(({ version }) => version)).toEqual([1, 2, 3])
    })

    it('a session that is removed while something large of it is written stays removed', async () => {
      const large = commitOf(1, [{ op: 'set', id: 'a', path: ['x'], value: bytes(4 * MIB) }])
      const append = stores.documents.append('s1', [large]).then(
        () => 'stored',
        (error: { code?: string }) => error.code,
      )
      expect(await stores.sessions.remove('s1')).toBe(true)
      expect(['stored', 'unknown_session']).toContain(await append)
      expect(await (await reread()).sessions.get('s1')).toBeNull()
      expect(await stores.documents.load('s1')).toBeNull()
    })
  })
}

/** So many ops that together they are large, though none of them is. */
function many(count: number): Op[] {
  return Array.from({ length: count }, (_, n): Op => ({
    op: 'put',
    record: recordOf(`many ${n}`, { n, text: `${n}` }),
  }))
}
