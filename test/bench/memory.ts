import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const CHILD = path.resolve(import.meta.dirname, '../support/memory-child.ts')
const RUNS = 5

/** Row 6: MiB that one more idle session costs, a script's thread with its room and no window, against a bare thread. */
export async function benchMemory(): Promise<Row> {
  const samples: { session: number[]; thread: number[] } = { session: [], thread: [] }
  for (let run = 0; run < RUNS; run++)
    for (const kind of ['session', 'thread'] as const) {
      const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', CHILD, kind])
      samples[kind].push(Number(stdout))
    }
  return row('memory of an idle session', 'bare worker thread', 'MiB', samples.session, samples.thread, '≤ 1.5×')
}
