import process from 'node:process'

const file = process.argv[2]!
const PAGE_ROWS = 100

async function firstPage(): Promise<number> {
  const begun = performance.now()
  const { DuckDBInstance } = await import('@duckdb/node-api')
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

console.log(`first ${await firstPage()} ms, further ${await firstPage()} ms`)
