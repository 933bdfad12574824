import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arrange } from '../../../../src/sdk/data/arrange.ts'
import type { Arrangement } from '../../../../src/sdk/data/arrange.ts'
import { DataTable } from '../../../../src/sdk/data.ts'
import type { Filter, Row } from '../../../../src/sdk/data.ts'

const people = DataTable.fromRows([
  { name: 'Zoë', age: 30, born: new Date('1994-05-06'), member: true, id: 9007199254740993n },
  { name: 'ada', age: null, born: new Date('1815-12-10'), member: false, id: -1n },
  { name: 'Ärni', age: -5, born: null, member: true, id: 2n },
  { name: null, age: 30, born: new Date('2000-01-01'), member: null, id: null },
  { name: 'Zoe', age: 2.5, born: new Date('1994-05-05'), member: false, id: 9007199254740992n },
])

function shown(part: Partial<Arrangement>, table = people): Row[] {
  const rows = arrange(table.columns, table.rowCount, { sort: [], filter: [], search: '', ...part })
  return rows ? table.take(rows).toRows() : table.toRows()
}

function names(part: Partial<Arrangement>): unknown[] {
  return shown(part).map(({ name }) => name)
}

describe('order', () => {
  test.each([
    ['name', 'ascending', ['ada', 'Ärni', 'Zoë', 'Zoe', null]],
    ['name', 'descending', ['Zoë', 'Zoe', 'Ärni', 'ada', null]],
    ['age', 'ascending', ['Ärni', 'Zoe', 'Zoë', null, 'ada']],
    ['born', 'descending', [null, 'Zoë', 'Zoe', 'ada', 'Ärni']],
    ['member', 'ascending', ['ada', 'Zoe', 'Zoë', 'Ärni', null]],
    ['id', 'ascending', ['ada', 'Ärni', 'Zoe', 'Zoë', null]],
  ] as const)('by %s, %s: empty ones last, equal ones as they were [O11]', (column, direction, expected) => {
    expect(names({ sort: [{ column, direction }] })).toEqual(expected)
  })

  test('by several columns, the first one counting most [O11]', () => {
    const sort = [
      { column: 'age', direction: 'descending' },
      { column: 'name', direction: 'ascending' },
    ] as const
    expect(names({ sort })).toEqual(['Zoë', null, 'Zoe', 'Ärni', 'ada'])
  })

  test('any numbers and any texts come out as comparing would have them [O11]', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.double({ noNaN: true }))), fc.boolean(), (values, descending) => {
        const table = DataTable.fromColumns({ value: [...values, 0.5] })
        const direction = descending ? 'descending' : 'ascending'
        const sorted = shown({ sort: [{ column: 'value', direction }] }, table).map(({ value }) => value)
        const full = [...values, 0.5].filter((value) => value !== null)
        const expected = full.toSorted((a, b) => (descending ? b - a : a - b))
        const empty = values.filter((value) => value === null)
        // -0 and 0 are equal to a person, and so is their order.
        expect([...sorted].map((value) => (value === 0 ? 0 : value))).toEqual(
          [...expected, ...empty].map((value) => (value === 0 ? 0 : value)),
        )
      }),
      { numRuns: 200 },
    )
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'A', '0', '~') }), { minLength: 1 }),
        (values) => {
          const table = DataTable.fromColumns({ value: values })
          const sorted = shown({ sort: [{ column: 'value', direction: 'ascending' }] }, table).map(({ value }) => value)
          const key = (value: unknown): string => String(value).toLowerCase()
          expect(sorted).toEqual(values.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)))
        },
      ),
      { numRuns: 200 },
    )
  })

  test('many different texts, with a beginning in common, are in order too [O11]', () => {
    const values = Array.from({ length: 30_000 }, (_, i) => `item-${(i * 7919) % 30_000}`)
    const table = DataTable.fromColumns({ value: values })
    const sorted = shown({ sort: [{ column: 'value', direction: 'ascending' }] }, table).map(({ value }) => value)
    expect(sorted).toEqual(values.toSorted())
  })
})

describe('filters and search', () => {
  test.each<[Omit<Filter, 'column'> & { column: string }, unknown[]]>([
    [{ column: 'name', operator: 'equals', value: 'ADA' }, ['ada']],
    [{ column: 'name', operator: 'notEquals', value: 'ada' }, ['Zoë', 'Ärni', null, 'Zoe']],
    [{ column: 'name', operator: 'contains', value: 'ZO' }, ['Zoë', 'Zoe']],
    [{ column: 'name', operator: 'notContains', value: 'zo' }, ['ada', 'Ärni', null]],
    [{ column: 'name', operator: 'startsWith', value: 'Ä' }, ['Ärni']],
    [{ column: 'name', operator: 'endsWith', value: 'E' }, ['Zoe']],
    [{ column: 'name', operator: 'empty' }, [null]],
    [{ column: 'name', operator: 'in', value: ['ada', 'zoe', null] }, ['ada', null, 'Zoe']],
    [{ column: 'age', operator: 'equals', value: '30' }, ['Zoë', null]],
    [{ column: 'age', operator: 'less', value: 2.5 }, ['Ärni']],
    [{ column: 'age', operator: 'greaterOrEqual', value: 2.5 }, ['Zoë', null, 'Zoe']],
    [{ column: 'age', operator: 'between', value: -5, to: 2.5 }, ['Ärni', 'Zoe']],
    [{ column: 'age', operator: 'notEmpty' }, ['Zoë', 'Ärni', null, 'Zoe']],
    [{ column: 'born', operator: 'greater', value: '1994-05-05' }, ['Zoë', null]],
    [{ column: 'member', operator: 'equals', value: true }, ['Zoë', 'Ärni']],
    [{ column: 'id', operator: 'equals', value: '9007199254740993' }, ['Zoë']],
  ])('%j [O11]', (filter, expected) => {
    expect(names({ filter: [filter] })).toEqual(expected)
  })

  test('every word of a search must be somewhere in the row [O11]', () => {
    expect(names({ search: ' zo  1994-05-06' })).toEqual(['Zoë'])
    expect(names({ search: 'true' })).toEqual(['Zoë', 'Ärni'])
    expect(names({ search: 'nothing' })).toEqual([])
  })

  test('a column that is not there and a value that cannot be compared are refused [O11]', () => {
    expect(() => names({ sort: [{ column: 'x', direction: 'ascending' }] })).toThrow(/no column "x"/)
    expect(() => names({ filter: [{ column: 'age', operator: 'less', value: 'old' }] })).toThrow(/a number, not "old"/)
  })
})
