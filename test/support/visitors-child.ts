import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { TestBrowser } from './serve-bench.ts'

/*
 * Many visitors in a process of their own: `node visitors-child.ts KIND URL`. KIND `served` are visitors of a script that
 * counts clicks, `raw` ones of a bare server that echoes. It takes a command a line and answers each in a line of JSON.
 */

export type VisitorsCommand =
  /** So many more come, a few at once; gives how long each took from the first request to a page that is live, in ms. */
  | { kind: 'come'; count: number }
  /** Each clicks once a second for so long; gives how long each click took to be answered and shown, in ms. */
  | { kind: 'click'; seconds: number }

/** Resolves when the click was answered. */
type Click = () => Promise<void>

/** Who come at the same time. */
const AT_ONCE = 4
const [kind, url] = process.argv.slice(2) as ['served' | 'raw', string]
const clicks: Click[] = []

async function comeServed(): Promise<Click> {
  const { client } = await new TestBrowser(() => url, []).visit()
  let count = 0
  return async () => {
    const [shown] = (await client.request('counter', 'add')) as [number]
    if (shown !== ++count) throw new Error(`a visitor saw ${shown} after ${count} clicks of its own`)
  }
}

async function comeRaw(): Promise<Click> {
  await (await fetch(url)).text()
  const socket = new WebSocket(url.replace(/^http/, 'ws'))
  const waiting: (() => void)[] = []
  socket.on('message', () => waiting.shift()?.())
  const heard = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))
  await heard()
  return () => {
    socket.send('add')
    return heard()
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function come(count: number): Promise<number[]> {
  const times: number[] = []
  let left = count
  const oneByOne = async (): Promise<void> => {
    while (left-- > 0)
      times.push(await timed(async () => void clicks.push(await (kind === 'served' ? comeServed() : comeRaw()))))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, oneByOne))
  return times
}

async function click(seconds: number): Promise<number[]> {
  const clickers = clicks.map(async (one, n) => {
    const times: number[] = []
    // Spread over the second, and on time whatever the answer before took.
    const begin = performance.now() + (1000 * n) / clicks.length
    const under: Promise<unknown>[] = []
    for (let second = 0; second < seconds; second++) {
      await wait(Math.max(0, begin + 1000 * second - performance.now()))
      under.push(timed(one).then((ms) => times.push(ms)))
    }
    await Promise.all(under)
    return times
  })
  return (await Promise.all(clickers)).flat()
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as VisitorsCommand
  const times = command.kind === 'come' ? await come(command.count) : await click(command.seconds)
  writeSync(1, `${JSON.stringify(times)}\n`)
}
process.exit(0)
