import { describe, expect, it, vi } from 'vitest'
import type { ChangeEvent } from '../../../src/client/changes.ts'
import { Document } from '../../../src/client/document.ts'
import { Replica, type EditProblem } from '../../../src/client/replica.ts'
import type { DocumentRecord, DocumentSnapshot, Edit, Op } from '../../../src/shared/document/types.ts'
import { contentOf } from '../../support/content-of.ts'

const EPOCH = 'e1'
const SNAPSHOT: DocumentSnapshot = {
  title: 'T',
  roots: ['a'],
  records: [
    { id: 'a', type: 't', props: { n: 1, m: 1, list: [1, 2, 3] } },
    { id: 'b', type: 't', props: { n: 1 } },
  ],
}
const set = (id: string, key: string, value: number): Op => ({ op: 'set', id, path: [key], value })

function connected() {
  const replica = new Replica()
  const sent: Edit[] = []
  const events: ChangeEvent[] = []
  const problems: EditProblem[] = []
  replica.onSubmit = (edit) => sent.push(edit)
  replica.receiveSnapshot(structuredClone(SNAPSHOT), EPOCH, 1)
  replica.document.onChange((event) => events.push(event))
  replica.onReject((problem) => problems.push(problem))
  const { document } = replica
  /** A commit of somebody else, or, with a mutation id, of ours. */
  const commit = (version: number, ops: Op[], mutationId = 'other.1', epoch = EPOCH) =>
    replica.receiveCommit({ epoch, version, origin: { clientId: 'c', mutationId }, ops })
  const edit = (key: string, value: number, id = 'a') => document.transact((tx) => tx.set(id, [key], value))
  const props = (id = 'a') => document.get(id)?.props
  return { replica, document, sent, events, problems, commit, edit, props }
}

describe('own edits', () => {
  it('[Y6] [Y8] held while what was held before no longer fits go on their own, and stay', () => {
    const { replica, document, sent, problems, commit, edit, props } = connected()
    document.hold()
    document.transact((tx) => tx.set('a', ['list', 2], 9))
    commit(2, [{ op: 'set', id: 'a', path: ['list'], value: [] }])
    edit('n', 5, 'b')
    commit(3, [set('b', 'm', 1)])
    expect(props('b')).toEqual({ n: 5, m: 1 })
    document.release()
    expect(sent).toHaveLength(2)
    replica.receiveReject(sent[0]!.mutationId, { code: 'bad_path', message: 'gone', retryable: false })
    replica.receiveAck(sent[1]!.mutationId, 4)
    expect(problems).toHaveLength(1)
    expect(props('b')).toEqual({ n: 5, m: 1 })
    expect(replica.pending()).toEqual([])
  })

  it('show at once, are sent, and an ack changes nothing that readers see', () => {
    const { replica, document, sent, events, edit, props } = connected()
    const id = edit('n', 2)
    expect(props()).toMatchObject({ n: 2 })
    expect(sent).toEqual([{ mutationId: id, ops: [set('a', 'n', 2)] }])
    expect(replica.pending()).toEqual(sent)
    expect(document.version).toBe(1)
    const record = document.get('a')
    replica.receiveAck(id, 2)
    expect(document.version).toBe(2)
    expect(document.get('a')).toBe(record)
    expect(replica.pending()).toEqual([])
    expect(events.map(({ origin }) => origin)).toEqual(['local'])
  })

  it('made before there is a room wait as pending', () => {
    const replica = new Replica()
    replica.document.transact((tx) => tx.put({ id: 'mine', type: 't', props: {} }))
    expect(replica.pending()).toHaveLength(1)
    replica.receiveSnapshot(SNAPSHOT, EPOCH, 1)
    expect(replica.document.get('mine')).toBeDefined()
    expect(replica.document.get('a')).toBeDefined()
  })

  it('have ids that no other replica makes', () => {
    const ids = new Set<string>()
    for (let i = 0; i < 20; i++) {
      const { edit } = connected()
      ids.add(edit('n', 2)).add(edit('n', 3))
    }
    expect(ids.size).toBe(40)
  })

  it('[Y2] the own commit is no new edit and tells nothing', () => {
    const { replica, sent, events, commit, edit } = connected()
    const id = edit('n', 2)
    commit(2, [set('a', 'n', 2)], id)
    expect(replica.pending()).toEqual([])
    expect(sent).toHaveLength(1)
    expect(events).toHaveLength(1)
  })

  it('[Y7] of an edit that the room took in part, the rest is undone and told', () => {
    const { document, events, problems, commit, props } = connected()
    const id = document.transact((tx) => {
      tx.set('a', ['n'], 2)
      tx.set('b', ['n'], 2)
    })
    commit(2, [{ op: 'remove', id: 'b' }])
    expect(events.at(-1)).toEqual({ ops: [{ op: 'remove', id: 'b' }], origin: 'remote', version: 2 })
    commit(3, [set('a', 'n', 2)], id)
    expect(props()).toMatchObject({ n: 2 })
    expect(document.get('b')).toBeUndefined()
    expect(problems).toMatchObject([{ edit: { mutationId: id }, error: null }])
  })

  it('[Y6] a refused edit is rolled back, later edits stay, and the reason is told', () => {
    const { replica, events, problems, edit, props } = connected()
    const first = edit('n', 2)
    edit('m', 5)
    replica.receiveReject(first, { code: 'not_allowed', message: 'No.', retryable: false })
    expect(props()).toMatchObject({ n: 1, m: 5 })
    expect(events.at(-1)).toEqual({ ops: [set('a', 'n', 1)], origin: 'remote', version: 1 })
    expect(problems).toMatchObject([{ edit: { mutationId: first }, error: { code: 'not_allowed', message: 'No.' } }])
    expect(replica.pending()).toHaveLength(1)
  })
})

describe('commits of others', () => {
  it('are applied and told with their ops', () => {
    const { document, events, commit, props } = connected()
    commit(2, [set('a', 'n', 7)])
    expect(props()).toMatchObject({ n: 7 })
    expect(document.version).toBe(2)
    expect(events).toEqual([{ ops: [set('a', 'n', 7)], origin: 'remote', version: 2 }])
  })

  it('[Y3] go below pending edits: my value stays until the room has ordered it last', () => {
    const { replica, events, commit, edit, props } = connected()
    const id = edit('n', 2)
    commit(2, [set('a', 'n', 7), set('a', 'm', 8)])
    expect(props()).toMatchObject({ n: 2, m: 8 })
    expect(events.at(-1)?.ops).toEqual([set('a', 'm', 8)])
    replica.receiveAck(id, 3)
    expect(props()).toMatchObject({ n: 2, m: 8 })
    expect(events).toHaveLength(2)
  })

  it('[Y7] an edit of which nothing had an effect is told as taken in part; one that a snapshot brought is not', () => {
    const { replica, commit, edit } = connected()
    const problems: unknown[] = []
    replica.onReject((problem) => problems.push([problem.edit.mutationId, problem.error]))
    const lost = edit('n', 2)
    commit(2, [{ op: 'remove', id: 'a' }])
    replica.receiveAck(lost, 2, true)
    expect(problems).toEqual([[lost, null]])
    expect(replica.pending()).toEqual([])
    const other = connected()
    other.replica.onReject((problem) => problems.push(problem))
    const taken = other.edit('n', 2)
    other.commit(2, [set('a', 'm', 1)])
    other.replica.receiveAck(taken, 2)
    expect(other.replica.pending()).toEqual([])
    expect(problems).toHaveLength(1)
  })

  it('an equal value that somebody set first does not swallow my pending edit', () => {
    const { replica, commit, edit, props } = connected()
    const id = edit('n', 2)
    commit(2, [set('a', 'n', 2)])
    commit(3, [set('a', 'n', 3)])
    expect(props()).toMatchObject({ n: 2 })
    replica.receiveAck(id, 4)
    expect(props()).toMatchObject({ n: 2 })
  })

  it('keep their place among pending list edits', () => {
    const { replica, document, commit, props } = connected()
    const id = document.transact((tx) => tx.splice('a', ['list'], 3, 0, [4]))
    commit(2, [{ op: 'splice', id: 'a', path: ['list'], index: 0, remove: 3, insert: [9] }])
    // It no longer fits; whether it counts is the room's to say.
    expect(props()?.['list']).toEqual([9])
    expect(replica.pending()).toHaveLength(1)
    replica.receiveReject(id, { code: 'bad_path', message: 'no', retryable: false })
    expect(props()?.['list']).toEqual([9])
  })

  it('a pending removal takes what somebody puts below it meanwhile', () => {
    const { replica, document, commit } = connected()
    const id = document.transact((tx) => tx.remove('a'))
    commit(2, [
      { op: 'put', record: { id: 'a', type: 't', props: {}, children: ['b'] } },
      { op: 'roots', ids: ['a', 'b'] },
    ])
    expect(contentOf(document)).toEqual({ title: 'T', roots: [], records: [] })
    replica.receiveAck(id, 3)
    expect(contentOf(document)).toEqual({ title: 'T', roots: [], records: [] })
  })

  it('leave records that end equal the same objects, so that nobody draws them again', () => {
    const { document, commit, edit } = connected()
    edit('n', 2)
    const [a, b] = [document.get('a'), document.get('b')]
    commit(2, [set('a', 'n', 5)])
    expect(document.get('a')).toBe(a)
    expect(document.get('b')).toBe(b)
  })

  it('[Z1] seen twice count once, and a version that is missing is a gap', () => {
    const { replica, document, events, commit, props } = connected()
    const gap = vi.fn()
    commit(2, [{ op: 'append', id: 'a', columns: { list: [4] } }])
    commit(2, [{ op: 'append', id: 'a', columns: { list: [4] } }])
    expect(props()?.['list']).toEqual([1, 2, 3, 4])
    expect(events).toHaveLength(1)
    expect(() => commit(4, [set('a', 'n', 5)])).toThrow(expect.objectContaining({ code: 'bad_message' }))
    replica.onGap = gap
    commit(4, [set('a', 'n', 5)])
    replica.receiveAck('unknown.1', 3)
    commit(3, [set('a', 'n', 5)], 'other.1', 'e2')
    expect(gap).toHaveBeenCalledTimes(3)
    expect(document.version).toBe(2)
    expect(props()?.['n']).toBe(1)
    expect(replica.epoch).toBe(EPOCH)
  })

  it('a commit that does not fit shows that the copy is wrong: the epoch is given up, so that a snapshot comes', () => {
    const { replica, document, commit } = connected()
    replica.onGap = vi.fn()
    commit(2, [{ op: 'set', id: 'a', path: ['list', 9], value: 1 }])
    expect(replica.onGap).toHaveBeenCalledOnce()
    expect(replica.epoch).toBe('')
    replica.receiveSnapshot(SNAPSHOT, EPOCH, 2)
    expect([replica.epoch, document.version]).toEqual([EPOCH, 2])
  })

  it('[Y7] an op on a record that was removed before this replica came is passed over', () => {
    const { commit, props } = connected()
    commit(2, [set('long-gone', 'n', 1), set('a', 'n', 2)])
    expect(props()).toMatchObject({ n: 2 })
  })
})

describe('snapshots', () => {
  it('[P3] keep the document instance and equal records, and are one change, marked as replaced', () => {
    const { replica, document, sent, events } = connected()
    const a = document.get('a')
    replica.receiveSnapshot(structuredClone(SNAPSHOT), EPOCH, 1)
    expect(events).toEqual([{ ops: [], origin: 'remote', version: 1, replaced: true }])
    expect(replica.document).toBe(document)
    expect(document.get('a')).toBe(a)
    expect(sent).toEqual([])
  })

  it('[Z3] pending edits are laid over them and are still pending', () => {
    const { replica, document, events, edit, props } = connected()
    edit('n', 2)
    edit('n', 9, 'b')
    const records: DocumentRecord[] = [{ id: 'a', type: 't', props: { n: 50, list: [] } }]
    replica.receiveSnapshot({ title: 'New', roots: [], records }, 'e2', 40)
    expect(props()).toEqual({ n: 2, list: [] })
    expect(document.get('b')).toBeUndefined()
    expect(replica.pending()).toHaveLength(2)
    expect([replica.epoch, document.version]).toEqual(['e2', 40])
    expect(events.at(-1)).toEqual({
      ops: [
        { op: 'remove', id: 'b' },
        set('a', 'list', [] as never),
        { op: 'unset', id: 'a', path: ['m'] },
        { op: 'title', title: 'New' },
        { op: 'roots', ids: [] },
      ],
      origin: 'remote',
      version: 40,
      replaced: true,
    })
  })

  it('[Z1] an edit that was in the snapshot already is settled by its ack and not applied twice', () => {
    const { replica, document, props } = connected()
    const id = document.transact((tx) => tx.append('a', { list: [4] }))
    const records = [{ id: 'a', type: 't', props: { list: [1, 2, 3, 4] } }]
    replica.receiveSnapshot({ title: '', roots: [], records }, EPOCH, 2)
    replica.receiveAck(id, 2)
    expect(props()?.['list']).toEqual([1, 2, 3, 4])
    expect(replica.pending()).toEqual([])
  })
})

describe('hold and release', () => {
  it('[Y8] make one edit with the last value per path', () => {
    const { replica, document, sent, edit, props } = connected()
    document.hold()
    const ids = [2, 3, 4].map((n) => edit('n', n))
    edit('m', 5)
    expect(props()).toMatchObject({ n: 4, m: 5 })
    expect(sent).toEqual([])
    expect(replica.pending()).toEqual([])
    document.release()
    expect(sent).toEqual([{ mutationId: ids[0], ops: [set('a', 'n', 4), set('a', 'm', 5)] }])
    const record = document.get('a')
    replica.receiveAck(sent[0]!.mutationId, 2)
    expect(document.get('a')).toBe(record)
  })

  it('[Y8] make no edit when the values end as they were', () => {
    const { replica, document, sent, edit, props } = connected()
    document.hold()
    edit('n', 2)
    edit('n', 1)
    document.release()
    expect(sent).toEqual([])
    expect(replica.pending()).toEqual([])
    expect(props()).toEqual(SNAPSHOT.records[0]!.props)
  })

  it('commits that come meanwhile go below', () => {
    const { document, sent, commit, edit, props } = connected()
    document.hold()
    edit('n', 2)
    commit(2, [set('a', 'n', 7), set('a', 'm', 7)])
    expect(props()).toMatchObject({ n: 2, m: 7 })
    document.release()
    expect(sent).toMatchObject([{ ops: [set('a', 'n', 2)] }])
  })
})

describe('edits that undo each other', () => {
  it('[Y3] show the last of them until all are answered', () => {
    const { replica, document, sent } = connected()
    const { title } = document
    document.transact((tx) => {
      tx.remove('a')
      tx.title('x')
    })
    document.transact((tx) => {
      tx.put({ id: 'a', type: 't', props: {} })
      tx.title('y')
    })
    document.transact((tx) => {
      tx.remove('a')
      tx.title('x')
    })
    expect(title).not.toBe('x')
    for (const [index, { mutationId }] of sent.entries()) {
      replica.receiveAck(mutationId, index + 2)
      expect([document.get('a'), document.title]).toEqual([undefined, 'x'])
    }
  })
})

describe('a document that is pushed', () => {
  it('[P5] becomes the document of the replica and is sent as the difference', () => {
    const { replica, document: old, sent } = connected()
    const mine = Document.fromJSON({
      title: 'T',
      roots: ['a', 'c'],
      records: [SNAPSHOT.records[0]!, { id: 'c', type: 't', props: { x: 1 } }],
    })
    const events: ChangeEvent[] = []
    mine.onChange((event) => events.push(event))
    replica.attach(mine)
    expect(replica.document).toBe(mine)
    expect(sent.map(({ ops }) => ops)).toEqual([
      [
        { op: 'remove', id: 'b' },
        { op: 'put', record: { id: 'c', type: 't', props: { x: 1 } } },
        { op: 'roots', ids: ['a', 'c'] },
      ],
    ])
    replica.receiveAck(sent[0]!.mutationId, 2)
    replica.receiveCommit({ epoch: EPOCH, version: 3, origin: null, ops: [set('c', 'x', 2)] })
    expect(mine.get('c')?.props).toEqual({ x: 2 })
    expect(events).toHaveLength(1)
    old.title = 'alone'
    expect(old.get('b')).toBeDefined()
    expect(mine.title).toBe('T')
    expect(sent).toHaveLength(1)
  })
})
