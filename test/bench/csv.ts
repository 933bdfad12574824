import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const CLI = path.resolve(import.meta.dirname, '../../out/main/cli.js')
const SCRIPTS = path.join(import.meta.dirname, 'scripts')
const BYTES = 100_000_000
const ROUNDS = 7

/**
 * A CSV file of 100 MB to its first page of rows, as columns, counted from a script's first line, against a program that asks
 * DuckDB itself, counted from its first line; and any further file.
 */
export async function benchCsv({ home }: { home: string }): Promise<Row[]> {
  const file = path.join(home, 'large.csv')
  await pipeline(lines, createWriteStream(file))
  const samples = { first: two(), further: two() }
  for (let round = 0; round <= ROUNDS; round++)
    for (const [side, args] of [
      ['ours', [CLI, path.join(SCRIPTS, 'csv.oriel.ts'), `file=${file}`, '--host', 'headless', '--new']],
      ['raw', [path.join(SCRIPTS, 'csv-duckdb.ts'), file]],
    ] as const) {
      const [first, further] = await timesOf(args, home)
      // The first round fills the caches.
      if (round === 0) continue
      samples.first[side].push(first)
      samples.further[side].push(further)
    }
  await rm(file)
  const [what, baseline] = ['CSV of 100 MB to its first rows', 'DuckDB alone']
  return [
    row(`${what}, a session's first file`, baseline, 'ms', samples.first.ours, samples.first.raw, 'about 1×'),
    row(`${what}, a further one`, baseline, 'ms', samples.further.ours, samples.further.raw, 'about 1×'),
  ]
}

const two = (): { ours: number[]; raw: number[] } => ({ ours: [], raw: [] })

/** Runs a program that prints two times, in ms, and ends. */
async function timesOf(args: readonly string[], home: string): Promise<[number, number]> {
  const program = spawn(process.execPath, args, {
    env: { ...process.env, ORIEL_HOME: path.join(home, 'csv') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  program.stdout.on('data', (chunk) => (text += String(chunk)))
  await once(program, 'close')
  const [, first, further] = /first (\S+) ms, further (\S+) ms/.exec(text) ?? []
  if (!further) throw new Error(`The program says: ${text}`)
  return [Number(first), Number(further)]
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
