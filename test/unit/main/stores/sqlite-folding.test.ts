import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DesktopStores } from '../../../../src/main/stores/types.ts'
import { restoreDocument } from '../../../../src/shared/document/restore.ts'
import type { DocumentRecord } from '../../../../src/shared/document/types.ts'
import { commit, NOON, noticesOf, sessionEntry, StoreHome } from '../../../support/store-home.ts'

const MIB = 2 ** 20
const VERSION_1 = new URL('../../../support/store-version-1.db.gz', import.meta.url)
const NO_CHANGE = { head: null, changed: [], added: [], removed: [] }

const records = (count: number, of: number): DocumentRecord[] =>
  Array.from({ length: count }, (_, n) => ({ id: `r${n}`, type: 'note', props: { n, of } }))

/** Bytes that are nowhere the same. */
const bytes = (length: number): Uint8Array =>
  new Uint8Array(new Uint32Array(length / 4).map((_, n) => Math.imul(n, 2654435761)).buffer)

describe('documents in rows', () => {
  let home: StoreHome
  let stores: DesktopStores
  beforeEach(async () => {
    home = new StoreHome()
    stores = home.open()
    await stores.sessions.save(sessionEntry('s1'))
  })
  afterEach(() => home.remove())

  /** How many rows each table has, and the bytes of the pieces. */
  function rows(): { commits: number; records: number; pieces: number; pieceBytes: number } {
    const db = new Database(home.file, { readonly: true })
    const ask = (sql: string): number => Number(db.prepare(sql).pluck().get())
    const found = {
      commits: ask('SELECT count(*) FROM commits'),
      records: ask('SELECT count(*) FROM records'),
      pieces: ask('SELECT count(*) FROM pieces'),
      pieceBytes: ask('SELECT coalesce(sum(length(value)), 0) FROM pieces'),
    }
    db.close()
    return found
  }

  /** Ends the store as a kill would, after so many turns of the event loop; `call` must not have got through. */
  async function cutShort(call: Promise<unknown>, turns: number): Promise<void> {
    const ended = expect(call).rejects.toMatchObject({ code: 'closed' })
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
    await stores.close()
    await ended
    stores = home.open()
  }

  it('[J15] a fold writes what has changed and leaves no row that is not read', async () => {
    const whole = { title: '', roots: [], records: records(2_000, 1) }
    await stores.documents.saveSnapshot('s1', 'e1', 1, whole)
    await stores.documents.append('s1', [commit(2), commit(3)])
    const changed = records(3, 3)
    await stores.documents.fold('s1', { epoch: 'e1', version: 3 }, { ...NO_CHANGE, changed, removed: ['r9'] })
    expect(rows()).toMatchObject({ commits: 0, records: 1_999 })
    const db = new Database(home.file, { readonly: true })
    const newest = db.prepare('SELECT count(*) FROM records WHERE generation = (SELECT max(generation) FROM records)')
    expect(newest.pluck().get()).toBe(3)
    db.close()
  })

  it('[J15] a fold that is cut short changes nothing that is read, and what it left is deleted later', async () => {
    const before = { title: 'before', roots: [], records: records(2_000, 1) }
    await stores.documents.saveSnapshot('s1', 'e1', 1, before)
    await stores.documents.append('s1', [commit(2)])
    const change = { head: { title: 'after', roots: [] }, changed: records(2_000, 2), added: [], removed: [] }
    await cutShort(stores.documents.fold('s1', { epoch: 'e1', version: 2 }, change), 1)
    expect(rows().records).toBeGreaterThan(2_000)
    const load = () => stores.documents.load('s1')
    expect(await load()).toEqual({ epoch: 'e1', version: 1, snapshot: before, commits: [commit(2)] })
    await stores.documents.takeOver('s1', { epoch: 'e1', version: 2 }, 'e2')
    expect(rows().records).toBe(2_000)
    await stores.documents.fold('s1', { epoch: 'e2', version: 2 }, change)
    expect(await load()).toMatchObject({
      version: 2,
      snapshot: { title: 'after', records: change.changed },
      commits: [],
    })
    expect(rows()).toMatchObject({ records: 2_000, commits: 0 })
  })

  it('[J15] two folds of one document at once: the later one goes through, the other says so', async () => {
    await stores.documents.saveSnapshot('s1', 'e1', 1, { title: '', roots: [], records: records(2_000, 1) })
    const fold = (version: number) =>
      stores.documents.fold('s1', { epoch: 'e1', version }, { ...NO_CHANGE, changed: records(2_000, version) })
    const first = fold(2)
    const refused = expect(first).rejects.toMatchObject({ code: 'session_busy', retryable: true })
    await fold(3)
    await refused
    expect((await stores.documents.load('s1'))?.snapshot.records).toEqual(records(2_000, 3))
    expect(rows().records).toBe(2_000)
  })

  it('[J16] a large value is written over many turns of the event loop, in pieces of at most 1 MiB', async () => {
    let turns = 0
    let ended = false
    const count = () => {
      turns++
      if (!ended) setImmediate(count)
    }
    setImmediate(count)
    const value = bytes(64 * MIB)
    await stores.documents.append('s1', [commit(1, [{ op: 'set', id: 'a', path: ['x'], value }])])
    ended = true
    expect(turns).toBeGreaterThan(16)
    expect(rows()).toMatchObject({ commits: 1, pieceBytes: value.length })
    const db = new Database(home.file, { readonly: true })
    expect(db.prepare('SELECT max(length(value)) FROM pieces').pluck().get()).toBeLessThanOrEqual(MIB)
    db.close()
  })

  it('[J16] a large commit that is cut short is not there, what was stored before is; its pieces are deleted later', async () => {
    await stores.documents.append('s1', [commit(1)])
    const large = commit(2, [{ op: 'set', id: 'a', path: ['x'], value: bytes(64 * MIB) }])
    await cutShort(stores.documents.append('s1', [large]), 5)
    expect(rows().pieces).toBeGreaterThan(0)
    expect((await stores.documents.load('s1'))?.commits).toEqual([commit(1)])
    await stores.documents.takeOver('s1', { epoch: 'e1', version: 1 }, 'e2')
    expect(rows().pieces).toBe(0)
  })

  it('[J16] [Y9] what is stored already is not stored again, and goes when nothing names it', async () => {
    const column = bytes(8 * MIB)
    const record = (x: Uint8Array): DocumentRecord => ({ id: 'a', type: 'table', props: { x } })
    await stores.documents.append('s1', [commit(1, [{ op: 'put', record: record(column) }])])
    const { pieces } = rows()
    await stores.documents.fold('s1', { epoch: 'e1', version: 1 }, { ...NO_CHANGE, added: [record(column)] })
    expect(rows()).toMatchObject({ commits: 0, records: 1, pieces })
    // Ten more rows: only the last piece is another.
    const longer = new Uint8Array(column.length + 80)
    longer.set(column)
    await stores.documents.append('s1', [commit(2)])
    await stores.documents.fold('s1', { epoch: 'e1', version: 2 }, { ...NO_CHANGE, changed: [record(longer)] })
    expect(rows()).toMatchObject({ pieces: pieces + 1, pieceBytes: longer.length })
    const read = (await stores.documents.load('s1'))!.snapshot.records[0]!.props['x'] as Uint8Array
    expect(Buffer.from(longer).equals(read)).toBe(true)
    await stores.documents.append('s1', [commit(3)])
    await stores.documents.fold('s1', { epoch: 'e1', version: 3 }, { ...NO_CHANGE, removed: ['a'] })
    expect(rows()).toMatchObject({ records: 0, pieces: 0 })
  })

  it.each([
    ['a record', 'q', async (value: string) => ({ ...records(1, 1)[0]!, props: { value: value.repeat(50) } })],
    ['a piece', 'z', async (value: string) => ({ ...records(1, 1)[0]!, props: { value: value.repeat(2 * MIB) } })],
  ])('[J10] one flipped byte in %s costs that session only, and nothing is moved', async (_, letter, make) => {
    await stores.sessions.save(sessionEntry('s2'))
    const of = { s1: await make(letter), s2: await make('w') }
    for (const [id, record] of Object.entries(of))
      await stores.documents.saveSnapshot(id, 'e1', 1, { title: id, roots: [], records: [record] })
    await stores.close()
    const handle = openSync(home.file, 'r+')
    writeSync(handle, 'Q', readFileSync(home.file).indexOf(letter.repeat(50)) + 20)
    closeSync(handle)
    stores = home.open()
    await expect(stores.documents.load('s1')).rejects.toMatchObject({ code: 'store_damaged' })
    expect((await stores.documents.load('s2'))?.snapshot.records).toEqual([of.s2])
    expect(noticesOf(stores)).toEqual([])
    await stores.documents.saveSnapshot('s1', 'e2', 1, { title: 'anew', roots: [], records: [of.s1] })
    expect((await stores.documents.load('s1'))?.snapshot.records).toEqual([of.s1])
  })

  it('[J10] a record that is missing is noticed', async () => {
    await stores.documents.saveSnapshot('s1', 'e1', 1, { title: '', roots: [], records: records(3, 1) })
    const db = new Database(home.file)
    db.exec("DELETE FROM records WHERE record = 'r1'")
    db.close()
    await expect(stores.documents.load('s1')).rejects.toMatchObject({ code: 'store_damaged' })
  })

  describe('a database as version 0.1.0 left it', () => {
    beforeEach(async () => {
      await stores.close()
      writeFileSync(home.file, gunzipSync(readFileSync(VERSION_1)))
      stores = home.open()
    })

    const read = async (sessionId: string) => {
      const stored = (await stores.documents.load(sessionId))!
      return { ...stored, state: restoreDocument(stored, (_, error) => expect.unreachable(String(error))) }
    }

    it('is read whole: sessions, placements, trust and documents', async () => {
      expect(noticesOf(stores)).toEqual([])
      expect((await stores.sessions.list()).map(({ sessionId }) => sessionId)).toEqual(['log', 'folded'])
      expect(await stores.sessions.get('folded')).toMatchObject({ arguments: { city: 'Zürich' }, createdAt: NOON })
      expect(await stores.sessions.listPlacements('log')).toHaveLength(1)
      expect(await stores.trust.isTrusted('aa')).toBe(true)
      const { epoch, version, commits, state } = await read('folded')
      expect({ epoch, version, commits: commits.length }).toEqual({ epoch: 'e1', version: 7, commits: 3 })
      expect([state.title, state.roots, state.size]).toEqual(['as of 10', ['r3'], 18])
      expect(state.get('r4')?.props).toEqual({ n: 400, text: 'Grüße 4', xs: new Float64Array([4, 4 / 3, NaN]) })
      expect(state.get('added')?.props).toEqual({ bytes: new Uint8Array([0, 1, 254, 255]) })
      expect((await read('log')).state.get('a')?.props).toEqual({ list: [1, 2, 3] })
    })

    it('a log alone is gone on with; a snapshot of one blob is stored anew, and then folded like any other', async () => {
      expect(await stores.documents.takeOver('log', { epoch: 'e1', version: 2 }, 'e2')).toMatchObject({ logCommits: 2 })
      const { state } = await read('folded')
      expect(await stores.documents.takeOver('folded', { epoch: 'e1', version: 11 }, 'e2')).toBeNull()
      const fold = stores.documents.fold('folded', { epoch: 'e1', version: 11 }, NO_CHANGE)
      await expect(fold).rejects.toMatchObject({ code: 'store_damaged' })
      await stores.documents.saveSnapshot('folded', 'e2', 11, state.toSnapshot())
      await stores.documents.append('folded', [{ ...commit(12), epoch: 'e2' }])
      const change = { head: { title: 'as of 12', roots: [] }, changed: [], added: [], removed: ['r5'] }
      await stores.documents.fold('folded', { epoch: 'e2', version: 12 }, change)
      expect((await read('folded')).state.size).toBe(17)
      expect(rows()).toMatchObject({ records: 17, commits: 2 })
    })

    it('[J10] that is damaged is taken over as far as it can be read', async () => {
      await stores.close()
      const file = gunzipSync(readFileSync(VERSION_1))
      // The page of its last table.
      file.fill(0xa5, file.length - 4096)
      writeFileSync(home.file, file)
      stores = home.open()
      expect(noticesOf(stores)).toMatchObject([{ text: expect.stringContaining('2 of its sessions') }])
      expect((await read('folded')).state.size).toBe(18)
    })
  })
})
