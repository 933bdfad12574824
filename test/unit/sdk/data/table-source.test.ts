import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { DataTable, LiveTable, openTable, query } from '../../../../src/sdk/data.ts'
import type { FileTable, Filter, RowsRequest, Sort, TableChange } from '../../../../src/sdk/data.ts'
import { tableRows } from '../../../../src/sdk/data/arranged-rows.ts'

// Loading the native library for the first time takes seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const ALL: RowsRequest = { start: 0, end: 1000, sort: [], filter: [], search: '' }
let folder: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-source-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a table that changes', () => {
  const begin = (): LiveTable =>
    new LiveTable(DataTable.fromColumns({ n: new Float64Array([1, 2]), name: ['a', 'b'], yes: [true, null] }))

  test('rows are added, cells are set, and whoever listens is told just that [O12]', () => {
    const table = begin()
    const changes: TableChange[] = []
    const stop = table.onChange((change) => changes.push(change))
    table.append([{ n: 3, name: 'c', yes: false, other: 'left out' }, { n: null }])
    table.set(1, 'n', 2.5)
    table.setCells([
      { row: 0, column: 'name', value: null },
      { row: 3, column: 'yes', value: true },
    ])
    stop()
    table.append([{ n: 9 }])
    expect(changes).toEqual([
      { kind: 'appended', rowCount: 4 },
      { kind: 'cells', cells: [{ row: 1, column: 'n', value: 2.5 }] },
      {
        kind: 'cells',
        cells: [
          { row: 0, column: 'name', value: null },
          { row: 3, column: 'yes', value: true },
        ],
      },
    ])
    expect(table.snapshot().toRows()).toEqual([
      { n: 1, name: null, yes: true },
      { n: 2.5, name: 'b', yes: null },
      { n: 3, name: 'c', yes: false },
      { n: null, name: null, yes: true },
      { n: 9, name: null, yes: null },
    ])
    expect(table.row(2)).toEqual({ n: 3, name: 'c', yes: false })
  })

  test('what does not fit is refused, and nothing of it is done [O12]', () => {
    const table = begin()
    expect(() => table.append([{ n: 3 }, { n: 'four' }])).toThrow(/Column "n".*"four"/)
    expect(() => table.set(0, 'yes', 'x')).toThrow(/boolean/)
    expect(() => table.set(0, 'nope', 1)).toThrow(/no column/)
    expect(() => table.set(2, 'n', 1)).toThrow(RangeError)
    const cells = [
      { row: 0, column: 'n', value: 7 },
      { row: 0, column: 'n', value: 'x' },
    ]
    expect(() => table.setCells(cells)).toThrow()
    expect(table.snapshot().toRows()).toEqual(begin().snapshot().toRows())
  })

  test('what was taken out does not change with the table, and the order follows it [O12]', () => {
    const table = begin()
    const before = table.snapshot()
    const request = { ...ALL, sort: [{ column: 'n', direction: 'descending' }] as Sort[] }
    expect(Array.from(table.getRows(request).ids!)).toEqual([1, 0])
    table.set(0, 'n', 5)
    expect(Array.from(table.getRows(request).ids!)).toEqual([0, 1])
    table.append([{ n: 9 }])
    expect(Array.from(table.getRows(request).ids!)).toEqual([2, 0, 1])
    expect(before.values('n')).toEqual(new Float64Array([1, 2]))
    table.replace(DataTable.fromRows([{ other: 1 }]))
    expect(table.columns).toEqual([{ name: 'other', type: 'integer' }])
  })

  test('a million cells are set and rows added at the cost of one each [O12]', () => {
    const table = new LiveTable(DataTable.fromColumns({ n: new Float64Array(1_000_000) }))
    let told = 0
    table.onChange(() => (told += 1))
    const begun = process.cpuUsage().user
    for (let i = 0; i < 10_000; i++) {
      table.set(i * 100, 'n', i)
      table.append([{ n: i }])
    }
    // Copying the column for each would be 160 GB to write.
    expect((process.cpuUsage().user - begun) / 1e6).toBeLessThan(10)
    expect([told, table.rowCount]).toEqual([20_000, 1_010_000])
  })

  test('it can be asked in SQL, as it is at that moment [O8]', async () => {
    const table = begin()
    const sum = (): Promise<DataTable> => query('SELECT sum(n) AS total FROM t', { tables: { t: table } })
    expect((await sum()).row(0)).toEqual({ total: 3 })
    table.append([{ n: 4 }])
    expect((await sum()).row(0)).toEqual({ total: 7 })
  })
})

describe('a file as a source', () => {
  test('its first rows are there before the rest is read; damage further down is told then [O13]', async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i},name ${i % 7}`)
    const file = path.join(folder, 'long.csv')
    writeFileSync(file, `id,name\n${lines.join('\n')}\n`)
    await using table = await openTable(file)
    expect(table.columns).toEqual([
      { name: 'id', type: 'integer' },
      { name: 'name', type: 'text' },
    ])
    expect(table.first.rowCount).toBe(1000)
    expect(table.detected).toMatchObject({ format: 'csv', delimiter: ',' })
    await table.loaded
    expect(table.rowCount).toBe(50_000)
    const { rows } = await table.getRows({ ...ALL, start: 49_990, end: 50_010 })
    expect(rows.values('id')).toEqual(Float64Array.from({ length: 10 }, (_, i) => 49_990 + i))
    const counted = await query('SELECT name, count(*) AS n FROM t GROUP BY ALL ORDER BY ALL LIMIT 1', {
      tables: { t: table },
    })
    expect(counted.toRows()).toEqual([{ name: 'name 0', n: 7143 }])

    writeFileSync(file, `id,name\n${lines.join('\n')}\n1,2,3\n`)
    await using damaged = await openTable(file)
    expect(damaged.first.rowCount).toBe(1000)
    await expect(damaged.loaded).rejects.toMatchObject({ code: 'file_damaged', line: 50_002 })
    await expect(damaged.getRows({ ...ALL, start: 2000, end: 2010 })).rejects.toMatchObject({ code: 'file_damaged' })
  })

  test('closing it ends what it was doing and takes the rows out of the database [O13]', async () => {
    const file = path.join(folder, 'closed.csv')
    writeFileSync(file, 'a\n1\n')
    const table = await openTable(file)
    await table.loaded
    await table.close()
    await table.close()
    await expect(table.getRows(ALL)).rejects.toMatchObject({ code: 'closed' })
    const left = await query(`SELECT count(*) AS n FROM duckdb_tables() WHERE table_name LIKE 'oriel file%'`)
    expect(left.row(0)).toEqual({ n: 0 })
    const arrow = path.join(folder, 'a.arrow')
    writeFileSync(arrow, 'ARROW1')
    await expect(openTable(arrow)).rejects.toMatchObject({ code: 'not_supported' })
  })

  describe('it sorts, filters and searches as a table in memory does', () => {
    const rows = [
      { name: 'Zoë', age: 30, born: new Date('1994-05-06'), member: true },
      { name: 'ada', age: null, born: new Date('1815-12-10'), member: false },
      { name: 'Ärni', age: -5, born: null, member: true },
      { name: `O'Neil 100%_`, age: 30, born: new Date('2000-01-01'), member: null },
      { name: null, age: 2.5, born: new Date('1994-05-05'), member: false },
      { name: 'Zoe', age: 7, born: new Date('1994-05-07'), member: true },
    ]
    const memory = tableRows(DataTable.fromRows(rows))
    let file: FileTable

    beforeAll(async () => {
      const day = (date: Date | null): string => date?.toISOString().slice(0, 10) ?? ''
      const lines = rows.map(({ name, age, born, member }) => `${name ?? ''},${age ?? ''},${day(born)},${member ?? ''}`)
      writeFileSync(path.join(folder, 'people.csv'), `name,age,born,member\n${lines.join('\n')}\n`)
      file = await openTable(path.join(folder, 'people.csv'))
    })
    afterAll(() => file.close())

    test.each<Partial<RowsRequest>>([
      { sort: [{ column: 'name', direction: 'ascending' }] },
      { sort: [{ column: 'name', direction: 'descending' }] },
      { sort: [{ column: 'age', direction: 'ascending' }] },
      {
        sort: [
          { column: 'member', direction: 'descending' },
          { column: 'born', direction: 'ascending' },
        ],
      },
      { sort: [{ column: 'age', direction: 'descending' }], start: 1, end: 3 },
      ...(
        [
          { column: 'name', operator: 'equals', value: 'ADA' },
          { column: 'name', operator: 'notEquals', value: 'ada' },
          { column: 'name', operator: 'contains', value: `'NEIL 100%_` },
          { column: 'name', operator: 'notContains', value: 'z' },
          { column: 'name', operator: 'startsWith', value: 'ä' },
          { column: 'name', operator: 'endsWith', value: 'E' },
          { column: 'name', operator: 'empty' },
          { column: 'name', operator: 'notEmpty' },
          { column: 'name', operator: 'in', value: ['ada', 'zoe', null] },
          { column: 'name', operator: 'in', value: [] },
          { column: 'age', operator: 'equals', value: '30' },
          { column: 'age', operator: 'notEquals', value: 30 },
          { column: 'age', operator: 'less', value: 2.5 },
          { column: 'age', operator: 'greaterOrEqual', value: 2.5 },
          { column: 'age', operator: 'between', value: -5, to: 2.5 },
          { column: 'born', operator: 'greater', value: '1994-05-05' },
          { column: 'born', operator: 'lessOrEqual', value: Date.parse('1994-05-05') },
          { column: 'member', operator: 'equals', value: true },
          { column: 'member', operator: 'notEmpty' },
        ] as Filter[]
      ).map((filter) => ({ filter: [filter] })),
      { search: 'zo 1994-05-06' },
      { search: '100%_' },
      { search: 'true', filter: [{ column: 'age', operator: 'greater', value: 0 }] },
    ])('%j [O11]', async (request) => {
      const expected = memory({ ...ALL, ...request })
      const { rows: found, rowCount } = await file.getRows({ ...ALL, ...request })
      expect(found.toRows()).toEqual(expected.rows.toRows())
      expect(rowCount).toBe(expected.rowCount)
    })

    test('what cannot be compared is refused [O11]', async () => {
      const wrong = file.getRows({ ...ALL, filter: [{ column: 'age', operator: 'less', value: '1; DROP TABLE x' }] })
      await expect(wrong).rejects.toMatchObject({ code: 'bad_value' })
    })
  })
})
