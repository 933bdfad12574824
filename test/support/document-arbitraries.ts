import fc from 'fast-check'
import { DocumentState } from '../../src/shared/document/state.ts'
import type { DocumentRecord, Op, Path } from '../../src/shared/document/types.ts'
import type { Value } from '../../src/shared/value.ts'

/*
 * Documents and ops for property tests: few ids and keys, so that ops meet. Many of the ops do not fit, on purpose.
 */

const id = fc.constantFrom('a', 'b', 'c', 'd')
const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom<Value>(NaN, 'x', '', null, true, 0.5),
)
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.record({ x: scalar, y: fc.array(scalar, { maxLength: 2 }) }, { requiredKeys: [] }) },
  { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }).map((a) => new Float64Array(a)) },
)
const path: fc.Arbitrary<Path> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Path>(['p'], ['q'], ['list']) },
  { weight: 2, arbitrary: fc.constantFrom<Path>(['list', 0], ['list', 1], ['p', 'x'], ['q', 'y'], ['q', 'y', 0]) },
)
const index = fc.nat({ max: 4 })
const record: fc.Arbitrary<DocumentRecord> = fc.record(
  {
    id,
    type: fc.constantFrom('t', 'u'),
    props: fc.record(
      {
        p: value,
        q: value,
        list: fc.array(scalar, { maxLength: 5 }),
        m: fc.array(fc.nat({ max: 9 }), { maxLength: 4 }).map((a) => new Float64Array(a)),
        n: fc.array(scalar, { maxLength: 4 }),
      },
      { requiredKeys: ['list'] },
    ),
    children: fc.uniqueArray(id, { maxLength: 2 }),
    scope: fc.constantFrom('state', 'view', 'data'),
  },
  { requiredKeys: ['id', 'type', 'props'] },
)
const numbers = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 3 })

/** Any op on any of a few records. */
export const anyOp: fc.Arbitrary<Op> = fc.oneof(
  { weight: 3, arbitrary: record.map((each): Op => ({ op: 'put', record: each })) },
  { weight: 1, arbitrary: id.map((each): Op => ({ op: 'remove', id: each })) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('set' as const), id, path, value }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('unset' as const), id, path }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('splice' as const),
      id,
      path: fc.constantFrom<Path>(['list'], ['p'], ['q', 'y']),
      index,
      remove: index,
      insert: fc.array(scalar, { maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant('move' as const), id, path: fc.constant(['list']), from: index, to: index }),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        op: fc.constant('append' as const),
        id,
        columns: fc.oneof(
          fc.record({ m: numbers }),
          fc.record({ n: numbers }),
          numbers.map((rows) => ({ m: new Float64Array(rows), n: rows })),
        ),
        rollover: fc.integer({ min: 1, max: 6 }),
      },
      { requiredKeys: ['op', 'id', 'columns'] },
    ) as fc.Arbitrary<Op>,
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('columns' as const),
      id,
      patches: fc.record({ m: fc.array(fc.tuple(index, fc.nat({ max: 9 })), { maxLength: 3 }) }),
    }) as fc.Arbitrary<Op>,
  },
  { weight: 1, arbitrary: fc.uniqueArray(id).map((ids): Op => ({ op: 'roots', ids })) },
  { weight: 1, arbitrary: fc.constantFrom('', 'one', 'two').map((title): Op => ({ op: 'title', title })) },
)

/** A document of up to four records. */
export const anyState: fc.Arbitrary<DocumentState> = fc
  .record({ title: fc.constantFrom('', 'one'), roots: fc.uniqueArray(id), records: fc.array(record, { maxLength: 4 }) })
  .map(({ title, roots, records }) => new DocumentState(title, roots, records))
