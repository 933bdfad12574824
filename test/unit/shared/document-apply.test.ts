import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyOps, prepareOps } from '../../../src/shared/document/apply.ts'
import { diffStates } from '../../../src/shared/document/diff.ts'
import { equal } from '../../../src/shared/document/equal.ts'
import { DocumentState, MAX_TOMBSTONES } from '../../../src/shared/document/state.ts'
import type { DocumentRecord, Op } from '../../../src/shared/document/types.ts'
import type { Value } from '../../../src/shared/value.ts'
import { contentOf } from '../../support/content-of.ts'
import { anyOp, anyState } from '../../support/document-arbitraries.ts'

function stateWith(props: DocumentRecord['props'], id = 'r'): DocumentState {
  return new DocumentState('', [], [{ id, type: 't', props }])
}
function after(props: DocumentRecord['props'], ...ops: Op[]): DocumentRecord['props'] | undefined {
  const state = stateWith(props)
  applyOps(state, ops)
  return state.get('r')?.props
}

describe('each op', () => {
  it('takes more items, children or ops at once than a call takes arguments', () => {
    const many = Array.from({ length: 300_000 }, (_, index) => `c${index}`)
    const state = new DocumentState('', [], [{ id: 'a', type: 't', props: { list: [0, 1] }, children: many }])
    applyOps(state, [{ op: 'splice', id: 'a', path: ['list'], index: 1, remove: 1, insert: many }])
    expect(state.get('a')?.props['list']).toHaveLength(300_001)
    applyOps(state, [{ op: 'remove', id: 'a' }])
    expect(state.size).toBe(0)
  })

  it('set and unset change one value and share all others', () => {
    const state = stateWith({ a: { x: 1, y: { z: 1 } }, b: [1] })
    const before = state.get('r')!
    applyOps(state, [
      { op: 'set', id: 'r', path: ['a', 'x'], value: 2 },
      { op: 'unset', id: 'r', path: ['a', 'none'] },
    ])
    const now = state.get('r')!
    expect(before.props).toEqual({ a: { x: 1, y: { z: 1 } }, b: [1] })
    expect(now.props).toEqual({ a: { x: 2, y: { z: 1 } }, b: [1] })
    expect(now.props['b']).toBe(before.props['b'])
    expect((now.props['a'] as { y: Value }).y).toBe((before.props['a'] as { y: Value }).y)
  })

  it('splice inserts and removes; what is no longer there need not be removed', () => {
    const splice = (index: number, remove: number, ...insert: Value[]) =>
      after({ l: [1, 2, 3] }, { op: 'splice', id: 'r', path: ['l'], index, remove, insert })?.['l']
    expect(splice(0, 1, 8, 9)).toEqual([8, 9, 2, 3])
    expect(splice(3, 0, 4)).toEqual([1, 2, 3, 4])
    expect(splice(1, 99)).toEqual([1])
    expect(() => splice(4, 0, 1)).toThrow(expect.objectContaining({ code: 'bad_path' }))
  })

  it('move counts the target after the item was taken out', () => {
    const move = (from: number, to: number) =>
      after({ l: ['a', 'b', 'c', 'd'] }, { op: 'move', id: 'r', path: ['l'], from, to })?.['l']
    expect(move(0, 2)).toEqual(['b', 'c', 'a', 'd'])
    expect(move(3, 0)).toEqual(['d', 'a', 'b', 'c'])
    expect(() => move(0, 4)).toThrow(expect.objectContaining({ code: 'bad_path' }))
  })

  it('append adds rows to lists and typed columns, makes columns that are missing and keeps the last `rollover` rows', () => {
    expect(after({}, { op: 'append', id: 'r', columns: { x: [1, 2], y: new Float32Array([3, 4]) } })).toEqual({
      x: [1, 2],
      y: new Float32Array([3, 4]),
    })
    const props = { x: new Float64Array([1, 2, 3]), y: ['a', 'b', 'c'] }
    expect(after(props, { op: 'append', id: 'r', columns: { x: [4, 5], y: ['d', 'e'] }, rollover: 3 })).toEqual({
      x: new Float64Array([3, 4, 5]),
      y: ['c', 'd', 'e'],
    })
    expect(after(props, { op: 'append', id: 'r', columns: { x: [4, 5, 6, 7] }, rollover: 2 })?.['x']).toEqual(
      new Float64Array([6, 7]),
    )
    expect(props.x).toEqual(new Float64Array([1, 2, 3]))
  })

  it('append refuses uneven columns and values that a typed column cannot hold, and then changes nothing', () => {
    const state = stateWith({ u: new Uint8Array([1]), x: [1], long: [1, 2] })
    const append = (columns: { [name: string]: Value }) => applyOps(state, [{ op: 'append', id: 'r', columns }])
    const refused: { [name: string]: Value }[] = [
      { u: [300] },
      { u: ['1'] },
      { u: [1, null] },
      { u: [1], x: [1, 2] },
      { x: [1], long: [1] },
    ]
    for (const columns of refused)
      expect(() => append(columns), JSON.stringify(columns)).toThrow(expect.objectContaining({ code: 'bad_value' }))
    append({ u: [7] })
    append({ u: [8] })
    expect(() => append({ u: [9, -1] })).toThrow(/-1 does not fit into a Uint8Array/)
    append({ u: [10] })
    expect(state.get('r')?.props['u']).toEqual(new Uint8Array([1, 7, 8, 10]))
  })

  it('two histories that append to one typed column do not see each other', () => {
    const base = stateWith({ x: new Float64Array([1]) })
    applyOps(base, [{ op: 'append', id: 'r', columns: { x: [2] } }])
    const held = base.get('r')!
    const one = prepareOps(base, [{ op: 'append', id: 'r', columns: { x: [3] } }]).layer.get('r')!
    const other = prepareOps(base, [{ op: 'append', id: 'r', columns: { x: [4] } }]).layer.get('r')!
    expect(held.props['x']).toEqual(new Float64Array([1, 2]))
    expect(one.props['x']).toEqual(new Float64Array([1, 2, 3]))
    expect(other.props['x']).toEqual(new Float64Array([1, 2, 4]))
  })

  it('columns changes cells, the last value per cell', () => {
    const op: Op = { op: 'columns', id: 'r', patches: { x: [[0, 5], [2, 6], [0, 7]], y: [[1, 'B']] } } // prettier-ignore
    expect(after({ x: new Int16Array([1, 2, 3]), y: ['a', 'b', 'c'] }, op)).toEqual({
      x: new Int16Array([7, 2, 6]),
      y: ['a', 'B', 'c'],
    })
    expect(() => after({ x: [1], y: [1, 2] }, op)).toThrow(/column 'x' has 1 rows, no index 2/)
  })

  it('remove takes the records below and the root entry along', () => {
    const leaf = (id: string, children: string[]): DocumentRecord => ({ id, type: 't', props: {}, children })
    const state = new DocumentState(
      '',
      ['a', 'z'],
      [leaf('a', ['b', 'c']), leaf('b', ['a']), leaf('c', []), leaf('z', [])],
    )
    const whole = contentOf(state)
    const inverse = applyOps(state, [{ op: 'remove', id: 'a' }])
    expect(state.toSnapshot()).toEqual({ title: '', roots: ['z'], records: [leaf('z', [])] })
    expect([...state.tombstones].sort()).toEqual(['a', 'b', 'c'])
    applyOps(state, inverse)
    expect(contentOf(state)).toEqual(whole)
    expect(state.tombstones.size).toBe(0)
  })
})

describe('all or nothing', () => {
  it('[Y6] an op that does not fit leaves everything as it was and is named by index, id and path', () => {
    const state = stateWith({ a: { x: 1 }, l: [1] })
    const record = state.get('r')
    const good: Op = { op: 'set', id: 'r', path: ['a', 'x'], value: 2 }
    const cases: [Op, string, RegExp][] = [
      [{ op: 'set', id: 'no', path: ['x'], value: 1 }, 'unknown_record', /^Op 1 \(set on record 'no' at x\)/],
      [{ op: 'remove', id: 'no' }, 'unknown_record', /^Op 1 \(remove on record 'no'\)/],
      [{ op: 'set', id: 'r', path: ['l', 1], value: 1 }, 'bad_path', /at l\[1\]\): the list at l has 1 items/],
      [{ op: 'set', id: 'r', path: ['a', 'x', 'y'], value: 1 }, 'bad_path', /no list or object at a.x/],
      [{ op: 'set', id: 'r', path: ['a', 0], value: 1 }, 'bad_path', /a is an object/],
      [{ op: 'set', id: 'r', path: ['l', '0'], value: 1 }, 'bad_path', /l is a list/],
      [{ op: 'set', id: 'r', path: ['toString', 'x'], value: 1 }, 'bad_path', /no list or object at toString/],
      [{ op: 'unset', id: 'r', path: ['l', 0] }, 'bad_path', /splice/],
      [{ op: 'splice', id: 'r', path: ['a'], index: 0, remove: 0, insert: [1] }, 'bad_path', /there is no list/],
      [{ op: 'append', id: 'r', columns: { a: [1] } }, 'bad_path', /'a' is not a column/],
    ]
    for (const [op, code, message] of cases) {
      let thrown: unknown
      try {
        applyOps(state, [good, op])
      } catch (error) {
        thrown = error
      }
      expect(thrown).toMatchObject({ name: 'OrielError', code, message: expect.stringMatching(message) })
      expect(state.get('r')).toBe(record)
    }
  })

  it('[Y7] editing a removed record is a no-op and the room can tell; removing wins', () => {
    const state = stateWith({ a: 1 })
    applyOps(state, [{ op: 'remove', id: 'r' }])
    const title: Op = { op: 'title', title: 'T' }
    const { applied } = prepareOps(state, [
      { op: 'set', id: 'r', path: ['a'], value: 2 },
      { op: 'remove', id: 'r' },
      title,
    ])
    expect(applied).toEqual([title])
    expect(state.get('r')).toBeUndefined()
  })

  it('remembers a bounded number of removed records', () => {
    const state = DocumentState.empty()
    for (let i = 0; i <= MAX_TOMBSTONES; i++) {
      state.write(`r${i}`, { id: `r${i}`, type: 't', props: {} })
      applyOps(state, [{ op: 'remove', id: `r${i}` }])
    }
    expect(state.tombstones.size).toBe(MAX_TOMBSTONES)
    expect(state.isRemoved('r0')).toBe(false)
  })

  it('[Y8] an equal value, NaN included, has no effect and keeps the record', () => {
    const props = { n: NaN, o: { l: [1, NaN] }, f: new Float64Array([1, NaN]) }
    const state = stateWith(props)
    const record = state.get('r')!
    const inverse = applyOps(state, [
      { op: 'set', id: 'r', path: ['n'], value: NaN },
      { op: 'set', id: 'r', path: ['o'], value: { l: [1, NaN] } },
      { op: 'set', id: 'r', path: ['f'], value: new Float64Array([1, NaN]) },
      { op: 'columns', id: 'r', patches: { f: [[1, NaN]] } },
      { op: 'put', record: structuredClone(record) },
      { op: 'splice', id: 'r', path: ['o', 'l'], index: 1, remove: 1, insert: [NaN] },
    ])
    expect(inverse).toEqual([])
    expect(state.get('r')).toBe(record)
  })

  it('the inverse of any ops that fit restores the document', () => {
    fc.assert(
      fc.property(anyState, fc.array(anyOp, { maxLength: 8 }), (state, ops) => {
        const before = structuredClone(contentOf(state))
        let inverse: Op[]
        try {
          inverse = applyOps(state, ops)
        } catch (error) {
          expect(error).toHaveProperty('name', 'OrielError')
          expect(contentOf(state)).toEqual(before)
          return
        }
        applyOps(state, inverse)
        expect(contentOf(state)).toEqual(before)
      }),
      { numRuns: 500 },
    )
  })

  it('[P5] the difference of any two documents leads from one to the other and touches only what differs', () => {
    fc.assert(
      fc.property(anyState, anyState, (from, to) => {
        const same = [...from.records()].filter((record) => equal(record, to.get(record.id)))
        applyOps(from, diffStates(from, to))
        expect(contentOf(from)).toEqual(contentOf(to))
        for (const record of same) expect(from.get(record.id)).toBe(record)
      }),
      { numRuns: 500 },
    )
  })
})

describe('snapshots', () => {
  it('hold the asked scopes only, an absent scope being data, and the roots among them', () => {
    const records: DocumentRecord[] = [
      { id: 's', type: 't', props: {}, scope: 'state' },
      { id: 'v', type: 't', props: {}, scope: 'view' },
      { id: 'd', type: 't', props: {} },
    ]
    const state = new DocumentState('T', ['v', 'd'], records)
    expect(DocumentState.fromSnapshot(state.toSnapshot()).toSnapshot()).toEqual({
      title: 'T',
      roots: ['v', 'd'],
      records,
    })
    expect(state.toSnapshot(['state', 'data'])).toEqual({ title: 'T', roots: ['d'], records: [records[0], records[2]] })
  })
})

describe('speed', () => {
  it('[Y9] appending 10 rows to a 1,000,000-row column does not copy it each time', () => {
    const state = stateWith({ x: new Float64Array(1_000_000) })
    const column = () => state.get('r')!.props['x'] as Float64Array
    const buffers = new Set<unknown>()
    for (let i = 0; i < 1000; i++) {
      applyOps(state, [{ op: 'append', id: 'r', columns: { x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] } }])
      buffers.add(column().buffer)
    }
    expect(column().length).toBe(1_010_000)
    expect(buffers.size).toBe(1)
  })
})
