import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { DataError, DataTable, OrielError, query, readTable } from '../../../../src/sdk/data.ts'

const datasets = path.resolve('node_modules/vega-datasets/data')
// Loading the native library for the first time takes seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

let folder: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-query-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a query joins files and tables in memory, under the names it is given [O8]', async () => {
  const stocks = await readTable(path.join(datasets, 'stocks.csv'))
  const names = DataTable.fromRows([
    { symbol: 'AAPL', name: 'Apple' },
    { symbol: 'MSFT', name: 'Microsoft' },
  ])
  const sql = `SELECT name, count(*) AS months, max(price) AS top FROM prices JOIN names USING (symbol) GROUP BY ALL ORDER BY name`
  const expected = [
    { name: 'Apple', months: 123, top: 223.02 },
    { name: 'Microsoft', months: 123, top: 43.22 },
  ]
  expect((await query(sql, { tables: { prices: stocks, names } })).toRows()).toEqual(expected)
  const again = await query(sql, { tables: { prices: path.join(datasets, 'stocks.csv'), names } })
  expect(again.toRows()).toEqual(expected)
})

test('every type goes into the database and comes out the same [O8]', async () => {
  const table = await query(`
    SELECT * FROM (VALUES
      (1.5::DOUBLE, 7::BIGINT, 9007199254740993, true, DATE '1969-12-31', TIMESTAMP '2024-02-29 12:30:00.25', TIMESTAMPTZ '2024-02-29 12:30:00+02', 'ä', '\\x01'::BLOB, {'a': [1, 2]}),
      (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
    ) AS t(a, b, c, d, e, f, g, h, i, j)`)
  const back = await query('FROM t', { tables: { t: table } })
  expect(back.info).toEqual(table.info)
  expect(back.toRows()).toEqual(table.toRows())
})

test('a table in memory is written to the database once, however often it is asked about [O8]', async () => {
  const table = DataTable.fromColumns({ n: new Float64Array(100_000).map((_, i) => i) })
  const ask = (): Promise<DataTable> => query('SELECT sum(n) AS total FROM t', { tables: { t: table } })
  const [first, second] = await Promise.all([ask(), ask()])
  expect([first.cell('total', 0), second.cell('total', 0)]).toEqual([4999950000, 4999950000])
  const kept = await query(`SELECT count(*) AS n FROM duckdb_tables() WHERE estimated_size = 100000`)
  expect(kept.row(0)).toEqual({ n: 1 })
})

test('values are bound and never read as SQL; names of tables are quoted [O7]', async () => {
  const evil = `'; DROP TABLE x; --`
  const table = await query('SELECT $1 AS text, $2 + 1 AS n, $3 AS day LIMIT $4', {
    values: [evil, 2, new Date('2024-01-02T03:04:05Z'), 1],
  })
  expect(table.toRows()).toEqual([{ text: evil, n: 3, day: new Date('2024-01-02T03:04:05Z') }])
  const name = `a"; DROP TABLE x; --`
  const rows = DataTable.fromRows([{ x: 1 }])
  expect((await query(`FROM "a""; DROP TABLE x; --"`, { tables: { [name]: rows } })).toRows()).toEqual([{ x: 1 }])
  expect((await query('SELECT $who AS who', { values: { who: evil } })).row(0)).toEqual({ who: evil })
})

test('several statements are done in order and the last one answers; what one creates the next query finds [O8]', async () => {
  const table = await query('CREATE OR REPLACE TABLE kept AS SELECT 1 AS a; INSERT INTO kept VALUES (2); FROM kept')
  expect(table.values('a')).toEqual(new Float64Array([1, 2]))
  expect((await query('SELECT count(*) AS n FROM kept')).row(0)).toEqual({ n: 2 })
})

test('files named in the query are looked for in the working directory [O8]', async () => {
  writeFileSync(path.join(folder, 'near.csv'), 'a\n5\n')
  const before = process.cwd.bind(process)
  process.cwd = () => folder
  try {
    expect((await query(`FROM 'near.csv'`)).toRows()).toEqual([{ a: 5 }])
  } finally {
    process.cwd = before
  }
})

describe('what is wrong with a query', () => {
  test.each([
    ['SELEC 1', 1, 1],
    ['SELECT 1\nFROM nowhere', 2, 6],
    ['SELECT a FROM (SELECT 1 AS b)', 1, 8],
  ])('%s is refused with its place [O9]', async (sql, line, column) => {
    const error = await query(sql).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DataError)
    expect(error).toMatchObject({ code: 'bad_query', line, column })
  })

  test('nothing is fetched from the network: what is not there is an error at once [O9]', async () => {
    await expect(query(`FROM 'https://example.com/a.parquet'`)).rejects.toMatchObject({ code: 'bad_query' })
  })

  test('a query that is given up is interrupted [O9]', async () => {
    const stop = new AbortController()
    const endless = query('SELECT count(*) FROM range(100000000000) a, range(100000) b', { signal: stop.signal })
    stop.abort()
    const error = await endless.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(OrielError)
    expect(error).toMatchObject({ code: 'cancelled' })
  })
})
