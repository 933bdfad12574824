import { describe, expect, it } from 'vitest'
import { Journal } from '../../../../src/main/engine/journal.ts'
import { silentLog } from '../../../../src/main/log.ts'
import { createMemoryStores } from '../../../../src/main/stores/memory.ts'
import type { Op, RecordScope } from '../../../../src/shared/document/types.ts'
import type { DesktopStores } from '../../../../src/main/stores/types.ts'

const SESSION = 'session-1'

async function stores(): Promise<DesktopStores> {
  const made = createMemoryStores()
  const entry = { sessionId: SESSION, clientId: 'c', scriptPath: '/a.ts', arguments: {}, title: '', createdAt: 1 }
  await made.sessions.save({ ...entry, state: 'open', pid: 1, lastUsedAt: 1 })
  return made
}

/** A journal on what the stores hold, as after a restart. */
async function open({ documents }: DesktopStores): Promise<Journal> {
  return new Journal({ sessionId: SESSION, store: documents, stored: await documents.load(SESSION), log: silentLog })
}

const put = (id: string, scope: RecordScope, children?: string[]): Op => ({
  op: 'put',
  record: { id, type: 'note', props: { id }, scope, ...(children && { children }) },
})
const ids = (journal: Journal): string[] => [...journal.state.records()].map(({ id }) => id).toSorted()

describe('a journal', () => {
  it('[Z3] [Z4] keeps commits for who comes back up to 64 MiB; before that it is a snapshot', async () => {
    const journal = await open(await stores())
    for (let n = 0; n < 200; n++) {
      const props = { n: new Uint8Array(2 ** 20).fill(n) }
      journal.commit([{ op: 'put', record: { id: 'a', type: 'image', props, scope: 'view' } }], null)
    }
    expect(journal.since(journal.epoch, 200)).toEqual([])
    expect(journal.since(journal.epoch, 160)).toHaveLength(40)
    expect(journal.since(journal.epoch, 130)).toBe(null)
  })

  it('[J3] state and data are there after a restart, views are not', async () => {
    const kept = await stores()
    const journal = await open(kept)
    journal.commit([put('s', 'state'), put('d', 'data'), put('v', 'view')], null)
    journal.commit([{ op: 'set', id: 's', path: ['n'], value: 1 }], null)
    journal.commit([{ op: 'set', id: 'v', path: ['n'], value: 1 }], null)
    await journal.flush()
    const again = await open(kept)
    expect(ids(again)).toEqual(['d', 's'])
    expect(again.state.get('s')?.props).toEqual({ id: 's', n: 1 })
  })

  it('[J3] what was stored below a view is gone with it, after a restart too', async () => {
    const kept = await stores()
    const journal = await open(kept)
    journal.commit(
      [put('leaf', 'data'), put('other', 'data'), put('inner', 'view', ['leaf']), put('outer', 'view', ['inner'])],
      null,
    )
    journal.commit([{ op: 'remove', id: 'outer' }], null)
    await journal.flush()
    expect(ids(journal)).toEqual(['other'])
    expect(ids(await open(kept))).toEqual(['other'])
  })

  it('[J6] an epoch is one of its own each time, and goes on from the stored version', async () => {
    const kept = await stores()
    const first = await open(kept)
    first.commit([put('a', 'data')], null)
    await first.flush()
    const second = await open(kept)
    expect(second.epoch).not.toBe(first.epoch)
    expect(second.since(first.epoch, 1)).toBeNull()
    second.commit([put('b', 'data')], null)
    await second.flush()
    expect(ids(await open(kept))).toEqual(['a', 'b'])
  })

  it('[Z3] what a client missed comes from the log while that reaches back', async () => {
    const journal = new Journal({ sessionId: SESSION, store: null, stored: null, log: silentLog })
    for (let n = 0; n < 20; n++) journal.commit([put(`r${n}`, 'view')], null)
    expect(journal.since(journal.epoch, 20)).toEqual([])
    expect(journal.since(journal.epoch, 17)?.map(({ version }) => version)).toEqual([18, 19, 20])
    expect(journal.since(journal.epoch, 21)).toBeNull()
    for (let n = 0; n < 7000; n++)
      journal.commit([put('r', 'view'), { op: 'set', id: 'r', path: ['n'], value: n }], null)
    expect(journal.since(journal.epoch, 20)).toBeNull()
    expect(journal.since(journal.epoch, journal.version - 5000)).toHaveLength(5000)
  })

  it('[Y8] ops that change nothing make no commit', () => {
    const journal = new Journal({ sessionId: SESSION, store: null, stored: null, log: silentLog })
    journal.commit([put('a', 'data')], null)
    expect(journal.commit([{ op: 'set', id: 'a', path: ['id'], value: 'a' }], null)).toBeNull()
    expect(journal.version).toBe(1)
  })

  it('[J2] an edit that does not fit changes nothing, not even by the ops before', () => {
    const journal = new Journal({ sessionId: SESSION, store: null, stored: null, log: silentLog })
    expect(() => journal.commit([put('a', 'data'), { op: 'set', id: 'nobody', path: ['x'], value: 1 }], null)).toThrow(
      expect.objectContaining({ code: 'unknown_record' }),
    )
    expect([journal.version, ids(journal)]).toEqual([0, []])
  })

  it('[J1] commits are numbered from 1 without a gap; what is refused or changes nothing takes no number', () => {
    const journal = new Journal({ sessionId: SESSION, store: null, stored: null, log: silentLog })
    const versions = [put('a', 'data'), put('a', 'data'), put('b', 'view')].map(
      (op) => journal.commit([op], null)?.version ?? null,
    )
    expect(() => journal.commit([{ op: 'set', id: 'nobody', path: ['x'], value: 1 }], null)).toThrow()
    expect([...versions, journal.commit([put('c', 'state')], null)?.version]).toEqual([1, null, 2, 3])
  })

  it('[J13] a stored commit that no longer fits is left out with one warning; the others count', async () => {
    const kept = await stores()
    const commit = (version: number, ops: Op[]) => ({ epoch: 'e', version, origin: null, ops })
    await kept.documents.append(SESSION, [
      commit(1, [put('a', 'data')]),
      commit(2, [put('lost', 'data'), { op: 'set', id: 'nobody', path: ['x'], value: 1 }]),
      commit(3, [put('b', 'data')]),
    ])
    const warnings: object[] = []
    const log = { ...silentLog, warn: (_message: string, fields: object = {}) => void warnings.push(fields) }
    const stored = await kept.documents.load(SESSION)
    const journal = new Journal({ sessionId: SESSION, store: kept.documents, stored, log })
    expect(ids(journal)).toEqual(['a', 'b'])
    expect(journal.version).toBe(3)
    expect(warnings).toEqual([expect.objectContaining({ version: 2 })])
  })

  it('[J4] a session that was removed is no longer stored, says so once, and flush settles', async () => {
    const kept = await stores()
    let lost = 0
    const journal = new Journal({
      sessionId: SESSION,
      store: kept.documents,
      stored: null,
      log: silentLog,
      onStoreLost: () => lost++,
    })
    await kept.sessions.remove(SESSION)
    journal.commit([put('a', 'data')], null)
    await journal.flush()
    journal.commit([put('b', 'data')], null)
    await journal.flush()
    expect(lost).toBe(1)
  })
})
