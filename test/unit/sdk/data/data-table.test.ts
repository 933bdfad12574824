import { describe, expect, expectTypeOf, test } from 'vitest'
import { DataTable } from '../../../../src/sdk/data.ts'
import type { Column, Row } from '../../../../src/sdk/data.ts'

describe('a table in memory', () => {
  test('rows become columns with types by what is in them; what is missing is null [O2]', () => {
    const day = new Date('2024-01-02T03:04:05Z')
    const table = DataTable.fromRows([
      { n: 1, x: 1.5, big: 1n, yes: true, at: day, text: 'a', list: [1], mixed: 1 },
      { n: 2, x: 2, big: 2n, yes: false, at: null, text: undefined, list: { a: 1 }, mixed: 'one', late: 3 },
    ])
    expect(Object.fromEntries(table.info.map(({ name, type }) => [name, type]))).toEqual({
      n: 'integer',
      x: 'number',
      big: 'bigint',
      yes: 'boolean',
      at: 'instant',
      text: 'text',
      list: 'json',
      mixed: 'json',
      late: 'integer',
    })
    expect(table.row(0)).toEqual({
      n: 1,
      x: 1.5,
      big: 1n,
      yes: true,
      at: day,
      text: 'a',
      list: [1],
      mixed: 1,
      late: null,
    })
    expect(table.cell('at', 1)).toBeNull()
    expect(table.values('late')).toEqual(new Float64Array([NaN, 3]))
  })

  test('typed arrays are taken without a copy, and parts of a table share its memory [O10]', () => {
    const numbers = new Float64Array([3, NaN, 1])
    const table = DataTable.fromColumns({ numbers, names: ['c', 'b', 'a'] })
    expect(table.values('numbers')).toBe(numbers)
    expect(table.cell('numbers', 1)).toBeNull()
    const part = table.slice(1)
    expect((part.values('numbers') as Float64Array).buffer).toBe(numbers.buffer)
    expect(part.toRows()).toEqual([
      { numbers: null, names: 'b' },
      { numbers: 1, names: 'a' },
    ])
    expect(table.slice(-1).rowCount).toBe(1)
    expect(table.take([2, 0]).toRows()).toEqual([
      { numbers: 1, names: 'a' },
      { numbers: 3, names: 'c' },
    ])
    expect(table.select('names').names).toEqual(['names'])
  })

  test('columns of different length, two of a name and names that are not there are refused [O10]', () => {
    expect(() => DataTable.fromColumns({ a: [1], b: [1, 2] })).toThrow(/2 rows/)
    const column: Column = { name: 'a', type: 'text', values: [], nulls: null }
    expect(() => new DataTable([column, column])).toThrow(/two columns "a"/)
    expect(() => DataTable.fromColumns({ a: [1] }).column('b')).toThrow(/there are a/)
    expect(() => DataTable.fromColumns({ a: [1] }).take([1])).toThrow(RangeError)
    expectTypeOf(DataTable.fromColumns({}).toRows()).toEqualTypeOf<Row[]>()
  })
})
