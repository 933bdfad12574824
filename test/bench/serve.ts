import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { VisitorsCommand } from '../support/visitors-child.ts'
import { percentile, row } from './stats.ts'
import type { Row } from './stats.ts'

const SUPPORT = path.resolve(import.meta.dirname, '../support')
const CLI = path.resolve(import.meta.dirname, '../../out/main/cli.js')
const SCRIPT = path.join(import.meta.dirname, 'scripts/visitors.oriel.ts')
/** Sessions that memory and start are measured over, after those that warm up. */
const [WARM, MEASURED] = [20, 80]
/** Sessions at which the click is measured, for as long. The last that held counts. */
const [STEPS, SECONDS] = [[100, 200, 400, 800], 4]
const LIMIT_MS = 100

/** One served session: memory, start, and how many of them one process holds until p99 of a click passes 100 ms, each clicking once a second. */
export async function benchServe({ home }: { home: string }): Promise<Row[]> {
  const ours = await measure('served', [CLI, 'serve', SCRIPT, '--auth', 'none', '--max-sessions', '2000'], home)
  const raw = await measure('raw', [path.join(SUPPORT, 'raw-serve-child.ts')], home)
  const unlike = 'as it is'
  return [
    row('memory of a served session', 'bare WebSocket', 'MiB', [ours.memoryMiB], [raw.memoryMiB], unlike),
    row('start of a served session', 'bare page and WebSocket', 'ms', ours.startMs, raw.startMs, unlike),
    row(
      `sessions of one process, p99 of a click ≤ ${LIMIT_MS} ms${ours.isMore ? ' (or more)' : ''}`,
      `bare echo${raw.isMore ? ' (or more)' : ''}`,
      '',
      [ours.held],
      [raw.held],
      unlike,
    ),
  ]
}

interface Measured {
  memoryMiB: number
  startMs: number[]
  held: number
  /** All that was tried held. */
  isMore: boolean
}

async function measure(kind: 'served' | 'raw', command: string[], home: string): Promise<Measured> {
  const server = spawn(process.execPath, command, {
    env: { ...process.env, ORIEL_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let visitors: Visitors | undefined
  try {
    visitors = new Visitors(kind, await addressOf(server.stdout))
    await visitors.ask({ kind: 'come', count: WARM })
    await visitors.ask({ kind: 'click', seconds: 2 })
    const before = await memoryOf(server.pid!)
    const startMs = await visitors.ask({ kind: 'come', count: MEASURED })
    const memoryMiB = ((await memoryOf(server.pid!)) - before) / MEASURED
    return { memoryMiB, startMs, ...(await hold(visitors)) }
  } finally {
    visitors?.kill()
    server.kill('SIGKILL')
    await once(server, 'close')
  }
}

async function hold(visitors: Visitors): Promise<{ held: number; isMore: boolean }> {
  let [count, held] = [WARM + MEASURED, 0]
  for (const step of STEPS) {
    if (step > count) await visitors.ask({ kind: 'come', count: step - count })
    count = Math.max(count, step)
    if (percentile(await visitors.ask({ kind: 'click', seconds: SECONDS }), 0.99) > LIMIT_MS)
      return { held, isMore: false }
    held = count
  }
  return { held, isMore: true }
}

/** Visitors without browsers, in a process of their own. */
class Visitors {
  readonly #child
  readonly #lines

  constructor(kind: 'served' | 'raw', url: string) {
    this.#child = spawn(process.execPath, [path.join(SUPPORT, 'visitors-child.ts'), kind, url], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  async ask(command: VisitorsCommand): Promise<number[]> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`)
    const { done, value } = await this.#lines.next()
    if (done) throw new Error('the visitors ended')
    return JSON.parse(value) as number[]
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

async function memoryOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
  return Number(stdout) / 1024
}

async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const url = /served at (http\S+)/.exec(line)?.[1]
    if (url) {
      output.resume()
      return url
    }
  }
  throw new Error('the server ended')
}
