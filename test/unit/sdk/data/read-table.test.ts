import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { tableFromArrays, tableToIPC } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { DataError, query, readTable } from '../../../../src/sdk/data.ts'

// Loading the native library for the first time takes seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

let folder: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-data-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name)
  writeFileSync(file, content)
  return file
}

async function problem(work: Promise<unknown>): Promise<DataError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(DataError)
  return error as DataError
}

describe('kinds of files', () => {
  const rows = [
    { name: 'Ada', born: 1815, score: 1.5 },
    { name: 'Grace', born: 1906, score: null },
  ]

  test('CSV, TSV, JSON, JSON lines, Parquet and Arrow give the same table, and say what they are [O1]', async () => {
    const csv = write('people.csv', 'name,born,score\nAda,1815,1.5\nGrace,1906,\n')
    const parquet = path.join(folder, 'people.parquet')
    await query(`COPY (FROM people) TO '${parquet.replaceAll("'", "''")}' (FORMAT parquet)`, {
      tables: { people: csv },
    })
    const arrow = tableToIPC(
      tableFromArrays({
        name: ['Ada', 'Grace'],
        born: new Int32Array([1815, 1906]),
        score: [1.5, null] as unknown as Float64Array,
      }),
      'file',
    )
    const files = {
      csv,
      tsv: write('people.tsv', 'name\tborn\tscore\nAda\t1815\t1.5\nGrace\t1906\t\n'),
      json: write('people.json', JSON.stringify(rows)),
      jsonl: write('people.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')),
      parquet,
      arrow: write('people.arrow', arrow),
    }
    for (const [format, file] of Object.entries(files)) {
      const table = await readTable(file)
      expect(table.info, format).toEqual([
        { name: 'name', type: 'text' },
        { name: 'born', type: 'integer' },
        { name: 'score', type: 'number' },
      ])
      expect(table.toRows(), format).toEqual(rows)
      expect(table.detected, format).toMatchObject({ file, format })
    }
  })

  test('a file whose name says nothing is known by its content [O1]', async () => {
    expect((await readTable(write('list', '[{"a":1}]'))).detected?.format).toBe('json')
    expect((await readTable(write('rows.txt', 'a;b\n1;2\n'))).detected).toMatchObject({ format: 'csv', delimiter: ';' })
    const error = await problem(readTable(write('photo.jpg', new Uint8Array([0xff, 0xd8, 0, 0, 1]))))
    expect(error.code).toBe('file_unreadable')
  })

  test('columns, types and rows can be chosen; a file may be named by its URL [O1]', async () => {
    const file = write('wide.csv', 'zip,city,n\n01234,Dresden,1\n80331,Munich,2\n')
    const table = await readTable(pathToFileURL(file), { columns: ['n', 'zip'], types: { zip: 'text' }, limit: 1 })
    expect(table.toRows()).toEqual([{ n: 1, zip: '01234' }])
  })

  test('names with quotes, brackets and stars are names, not SQL and not patterns [O7]', async () => {
    write('a1.csv', 'x\n9\n')
    const name = `it's "[a]*'); DROP TABLE t; --.csv`
    expect((await readTable(write(name, 'x\n1\n'))).toRows()).toEqual([{ x: 1 }])
    const star = await problem(readTable(path.join(folder, 'a*.csv')))
    expect(star.code).toBe('file_missing')
  })
})

describe('types', () => {
  test('each value comes in the type that fits, with nulls told apart from zero, NaN and empty text [O2]', async () => {
    const table = await query(`
      SELECT * FROM (VALUES
        (1.5::DOUBLE, 7::INTEGER, true, DATE '2024-02-29', TIMESTAMP '2024-02-29 12:30:00.25', TIMESTAMPTZ '2024-02-29 12:30:00+02', 'a', '\\x01\\x02'::BLOB, [1, 2], 1.25::DECIMAL(9, 2)),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
      ) AS t(number, integer, boolean, date, datetime, instant, text, "binary", json, decimal)`)
    expect(Object.fromEntries(table.columns.map(({ name, type }) => [name, type]))).toEqual({
      number: 'number',
      integer: 'integer',
      boolean: 'boolean',
      date: 'date',
      datetime: 'datetime',
      instant: 'instant',
      text: 'text',
      binary: 'binary',
      json: 'json',
      decimal: 'number',
    })
    expect(table.row(0)).toEqual({
      number: 1.5,
      integer: 7,
      boolean: true,
      date: new Date('2024-02-29'),
      datetime: new Date('2024-02-29T12:30:00.250Z'),
      instant: new Date('2024-02-29T10:30:00Z'),
      text: 'a',
      binary: new Uint8Array([1, 2]),
      json: [1, 2],
      decimal: 1.25,
    })
    expect(new Set(Object.values(table.row(1)))).toEqual(new Set([null]))
    expect(table.values('number')).toEqual(new Float64Array([1.5, NaN]))
    expect(table.column('boolean').values).toBeInstanceOf(Uint8Array)
  })

  test('whole numbers stay exact: numbers up to 2^53, bigints up to 64 bits, text beyond [O3]', async () => {
    const table = await query(`
      SELECT * FROM (VALUES (1::BIGINT, 1::BIGINT, 1::HUGEINT), (NULL, NULL, NULL), (2, 9007199254740993, 170141183460469231731687303715884105727))
      AS t(small, large, huge)`)
    expect(table.info.map(({ type }) => type)).toEqual(['integer', 'bigint', 'text'])
    expect(table.values('small')).toEqual(new Float64Array([1, NaN, 2]))
    expect(table.values('large')).toBeInstanceOf(BigInt64Array)
    expect(table.row(2)).toEqual({
      small: 2,
      large: 9007199254740993n,
      huge: '170141183460469231731687303715884105727',
    })
    expect(table.row(1)).toEqual({ small: null, large: null, huge: null })
    const sum = await query('SELECT sum(i) AS total FROM range(10) t(i)')
    expect(sum.row(0)).toEqual({ total: 45 })
  })

  test('days, times and decimal commas of other countries are understood [O4]', async () => {
    const table = await readTable(write('german.csv', 'Tag;Wert\n31.12.2024;1,5\n01.02.2024;-2,25\n'))
    expect(table.detected).toMatchObject({ delimiter: ';', decimal: ',', header: true })
    expect(table.toRows()).toEqual([
      { Tag: new Date('2024-12-31'), Wert: 1.5 },
      { Tag: new Date('2024-02-01'), Wert: -2.25 },
    ])
  })
})

describe('encodings', () => {
  const text = 'name;place\nMüller;Zürich\nÉmile;“Orléans”\n'
  const expected = [
    { name: 'Müller', place: 'Zürich' },
    { name: 'Émile', place: '“Orléans”' },
  ]
  const western = Uint8Array.from(text, (character) =>
    character === '“' ? 0x93 : character === '”' ? 0x94 : character.charCodeAt(0),
  )
  const utf16be = Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()])

  test.each([
    ['utf-8', Buffer.from(text)],
    ['utf-8', Buffer.from(`\uFEFF${text}`)],
    ['utf-16le', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['utf-16le', Buffer.from(text, 'utf16le')],
    ['utf-16be', utf16be],
    ['windows-1252', western],
  ])('%s is read right and reported [O4]', async (encoding, bytes) => {
    const table = await readTable(write('encoded.csv', bytes))
    expect(table.detected).toMatchObject({ encoding, delimiter: ';' })
    expect(table.toRows()).toEqual(expected)
  })

  test('a file that is plain ASCII for long and then of an older kind is read as that [O4]', async () => {
    const long = `name,n\n${'plain,1\n'.repeat(60_000)}M\u00fcller,2\n`
    const table = await readTable(write('late.csv', Buffer.from(long, 'latin1')))
    expect(table.detected?.encoding).toBe('windows-1252')
    expect(table.row(60_000)).toEqual({ name: 'Müller', n: 2 })
  })

  test('a file that is UTF-8 but for one byte is damaged, and where [O5]', async () => {
    const good = Buffer.from(`name,n\nZoë,1\n${'plain,1\n'.repeat(60_000)}`)
    const file = write('broken.csv', Buffer.concat([good, Buffer.from([0x61, 0xff, 0x2c, 0x32, 0x0a])]))
    expect(await problem(readTable(file))).toMatchObject({ code: 'file_damaged', file, line: 60_003, column: 2 })
  })
})

describe('what is wrong with a file', () => {
  test.each([
    ['ragged.csv', 'a,b,c\n1,2,3\n4,5\n6,7,8\n', 3, 3],
    ['wide.csv', 'a,b\n1,2\n3,4,5\n', 3, 5],
    ['open.csv', 'a,b\n1,"two\n3,4\n', 2, 3],
    ['after.csv', 'a,b\n1,"two"x\n3,4\n', 2, 8],
    ['late.csv', `a,b\n${'1,2\n'.repeat(30_000)}1,2,3\n`, 30_002, 5],
    ['type.csv', `a,b\n${'1,2\n'.repeat(30_000)}1,x\n`, 30_002, 3],
    ['comma.json', '[{"a":1},\n {"a":2 "b"},\n{"a":3}]', 2, 9],
    ['cut.json', '[{"a":1},\n{"a":', 2, 6],
    ['line.jsonl', '{"a":1}\n{"a":2\n{"a":3}\n', 2, 7],
  ])('%s is refused with line and column [O5]', async (name, text, line, column) => {
    const file = write(name, text)
    const error = await problem(readTable(file))
    expect(error).toMatchObject({ code: 'file_damaged', file, line, column })
    expect(error.message).toContain(`line ${line}`)
  })

  test('the message says what to do where a type was guessed wrong, and doing it helps [O5]', async () => {
    const file = write('mixed.csv', `id,n\n${'1,2\n'.repeat(30_000)}A1,3\n`)
    const error = await problem(readTable(file))
    expect(error.message).toContain(`types: { "id": 'text' }`)
    const table = await readTable(file, { types: { id: 'text' } })
    expect(table.row(30_000)).toEqual({ id: 'A1', n: 3 })
  })

  test('missing, a folder, empty, not readable, cut off: each says which [O6]', async () => {
    mkdirSync(path.join(folder, 'sub.csv'))
    expect((await problem(readTable(path.join(folder, 'none.csv')))).code).toBe('file_missing')
    expect((await problem(readTable(path.join(folder, 'sub.csv')))).code).toBe('file_unreadable')
    expect((await problem(readTable(write('empty.csv', '')))).message).toContain('empty')
    expect((await problem(readTable(write('blank.json', ' \n')))).code).toBe('file_damaged')
    expect((await problem(readTable(write('cut.parquet', 'PAR1xxxxxxxx')))).code).toBe('file_damaged')
    expect((await problem(readTable(write('cut.arrow', 'ARROW1xxxxxx')))).code).toBe('file_damaged')
    const locked = write('locked.csv', 'a\n1\n')
    chmodSync(locked, 0)
    // root may read everything
    if (process.getuid?.() !== 0) expect((await problem(readTable(locked))).code).toBe('file_unreadable')
    expect((await problem(readTable(write('few.csv', 'a,b\n1,2\n'), { columns: ['nope'] }))).code).toBe('bad_query')
  })
})
