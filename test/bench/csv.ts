import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { openTable } from '../../src/sdk/data.ts'
import { currentDatabase } from '../../src/sdk/data/database.ts'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const BYTES = 100_000_000
const PAGE_ROWS = 100
const ROUNDS = 5

/**
 * A CSV file of 100 MB to its first page of rows, as columns, against DuckDB alone in this process: the first file of a session,
 * for which a process with DuckDB is started, and any further one.
 */
export async function benchCsv({ home }: { home: string }): Promise<Row[]> {
  const file = path.join(home, 'large.csv')
  await pipeline(lines, createWriteStream(file))
  const samples = { first: [] as number[], further: [] as number[], raw: [] as number[] }
  for (let round = 0; round <= ROUNDS; round++) {
    const first = await firstPage(file)
    const further = await firstPage(file)
    currentDatabase().close()
    const raw = await firstPageOfDuckDB(file)
    if (round === 0) continue
    samples.first.push(first)
    samples.further.push(further)
    samples.raw.push(raw)
  }
  await rm(file)
  const [what, baseline] = ['CSV of 100 MB to its first rows', 'DuckDB alone']
  return [
    row(`${what}, a session's first file`, baseline, 'ms', samples.first, samples.raw, 'about 1×'),
    row(`${what}, a further one`, baseline, 'ms', samples.further, samples.raw, 'about 1×'),
  ]
}

async function firstPage(file: string): Promise<number> {
  const begun = performance.now()
  const table = await openTable(file)
  const { rows } = await table.getRows({ start: 0, end: PAGE_ROWS, sort: [], filter: [], search: '' })
  const taken = performance.now() - begun
  if (rows.rowCount !== PAGE_ROWS) throw new Error(`There are ${rows.rowCount} rows.`)
  await table.close()
  return taken
}

async function firstPageOfDuckDB(file: string): Promise<number> {
  const begun = performance.now()
  const database = await DuckDBInstance.create(':memory:')
  const connection = await database.connect()
  const reader = await connection.runAndReadAll(`SELECT * FROM read_csv('${file}') LIMIT ${PAGE_ROWS}`)
  const rows = reader.getColumns()[0]!.length
  const taken = performance.now() - begun
  if (rows !== PAGE_ROWS) throw new Error(`There are ${rows} rows.`)
  connection.closeSync()
  database.closeSync()
  return taken
}

function* lines(): Generator<string> {
  yield 'id,day,place,kind,amount,share\n'
  let written = 0
  for (let id = 0; written < BYTES;) {
    let text = ''
    for (let i = 0; i < 1000; i++, id++)
      text += `${id},2024-${String((id % 12) + 1).padStart(2, '0')}-15,place ${id % 997},kind ${id % 7},${id * 1.25},0.${id % 10_000}\n`
    written += text.length
    yield text
  }
}
