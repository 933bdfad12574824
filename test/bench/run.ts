import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { findBrowser } from '../../src/main/hosts/find-browser.ts'
import startDisplay from '../support/display.ts'
import { benchClick } from './click.ts'
import { benchCommits } from './commits.ts'
import { benchComponentBytes, benchComponentPage } from './components.ts'
import { benchDispatch, benchStream } from './dispatch.ts'
import { benchCsv } from './csv.ts'
import { benchDocument } from './document.ts'
import { benchElements } from './elements.ts'
import { benchImages } from './images.ts'
import { benchLarge } from './large.ts'
import { benchMemory } from './memory.ts'
import { benchOpen } from './open.ts'
import { benchRouted } from './routed.ts'
import { benchServe } from './serve.ts'
import {
  benchStateRedisPublish,
  benchStateRedisRead,
  benchStateRedisWrite,
  benchStateSqliteRead,
  benchStateSqliteWrite,
} from './state.ts'
import { benchLines, benchTable } from './table.ts'
import { formatRows } from './stats.ts'
import type { Row } from './stats.ts'

/*
 * `npm run bench [-- --json] [-- NAME…]`: each figure beside a raw baseline taken in the same run. Ratios are what
 * counts; the absolute times are this machine's.
 */
const args = process.argv.slice(2)
const json = args.includes('--json')
const wanted = args.filter((arg) => !arg.startsWith('--'))
const BENCHES: Record<string, (options: { home: string; browser: string }) => Promise<Row | Row[]>> = {
  click: benchClick,
  open: benchOpen,
  elements: benchElements,
  images: benchImages,
  large: benchLarge,
  commits: benchCommits,
  document: benchDocument,
  memory: benchMemory,
  'component-bytes': benchComponentBytes,
  'component-page': benchComponentPage,
  'component-dispatch': benchDispatch,
  'component-stream': benchStream,
  table: benchTable,
  lines: benchLines,
  csv: benchCsv,
  routed: benchRouted,
  serve: benchServe,
  'state-sqlite-write': benchStateSqliteWrite,
  'state-sqlite-read': benchStateSqliteRead,
  'state-redis-write': benchStateRedisWrite,
  'state-redis-read': benchStateRedisRead,
  'state-redis-publish': benchStateRedisPublish,
}

const browser = await findBrowser({
  browser: process.env.ORIEL_BROWSER ?? null,
  platform: process.platform,
  env: process.env,
})
if (!browser) throw new Error('The benchmark needs Chromium, Chrome or Edge. "oriel doctor" says how to get one.')
const home = mkdtempSync(path.join(tmpdir(), 'oriel-bench-'))
const closeDisplay = await startDisplay()
const rows: Row[] = []
try {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    rows.push(...[await bench({ home, browser })].flat())
  }
} finally {
  closeDisplay?.()
  rmSync(home, { recursive: true, force: true })
}
if (json) console.log(JSON.stringify({ node: process.version, cpus: cpus().length, rows }, null, 2))
else console.log(formatRows(rows))
