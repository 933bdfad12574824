import { session } from 'oriel'
import { openTable } from 'oriel/data'

const { file } = session.get('arguments') as { file: string }
const PAGE_ROWS = 100

async function firstPage(): Promise<number> {
  const begun = performance.now()
  const table = await openTable(file)
  const { rows } = await table.getRows({ start: 0, end: PAGE_ROWS, sort: [], filter: [], search: '' })
  const taken = performance.now() - begun
  if (rows.rowCount !== PAGE_ROWS) throw new Error(`There are ${rows.rowCount} rows.`)
  await table.close()
  return taken
}

console.log(`first ${await firstPage()} ms, further ${await firstPage()} ms`)
