import { createHook } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import { DOCUMENT_WIDGET_ID } from '../../src/shared/calls.ts'
import { AppBench } from './app-bench.ts'
import { portLines } from './lines/port.ts'
import { socketLines } from './lines/socket.ts'
import type { LineKind } from './lines/types.ts'
import { SessionStage, WIDGET } from './session-stage.ts'

/*
 * Opens and closes sessions of the kind in argv[2], over a kind of line or as the whole app has them, and prints, as JSON,
 * the bytes of the heap before and after 100 of them, and how many more timers run then. For `node --expose-gc`.
 */

const kinds: { [name: string]: () => Promise<void> } = {
  'over ports': () => overLines(portLines),
  'over sockets': () => overLines(socketLines),
  'of the app': inApp,
  'of programs': ofPrograms,
}
const openAndClose = kinds[process.argv[2] ?? '']
if (!openAndClose) throw new Error(`usage: session-life-child.ts ${Object.keys(kinds).join('|')}`)

/** A session with everything in it that could be left behind. */
async function overLines(lines: LineKind): Promise<void> {
  const stage = new SessionStage({ name: '', lines: { script: lines, window: lines, program: lines } })
  const { script, window, program, all } = await stage.three()
  script.client.onEvent(() => new Promise(() => {}))
  script.client.document.transact((tx) =>
    tx.put({ id: 'a', type: 'big', props: { n: Array.from({ length: 10_000 }, (_, n) => n + 0.5) } }),
  )
  program.client.document.transact((tx) => tx.title('by a program'))
  window.client.request(WIDGET, 'never answered').catch(() => {})
  stage.ticket('window')
  await stage.inStep(...all)
  window.line.cut()
  await stage.end()
}

/** One of the app's own sessions, with a window and a program, ended by closing its window. */
async function inApp(): Promise<void> {
  const session = (await bench.app.openScript(bench.request))!
  const program = await bench.program(session.id)
  const window = await bench.window()
  program.document.transact((tx) =>
    tx.put({ id: 'a', type: 'big', props: { n: Array.from({ length: 10_000 }, (_, n) => n + 0.5) } }),
  )
  await program.flush()
  program.request('', 'never answered').catch(() => {})
  window.emit(WIDGET, 'click').catch(() => {})
  await window.settled()
  bench.host.windows[0]!.closeByHand()
  await session.ended
  bench.host.windows.length = 0
  // Nobody told them, so they tried to come back.
  await Promise.all([program.close(), window.close()])
}

/** One that a program made, shown, and ended by closing its window. */
async function ofPrograms(): Promise<void> {
  const { sessionId, ticket } = await bench.app.attachNew('', {})
  const session = bench.app.sessions.find(({ id }) => id === sessionId)!
  const program = await bench.join(ticket)
  program.document.transact((tx) => {
    tx.put({ id: 'p', type: 'p', props: { text: 'Hello', on: { click: 'hello' } } })
    tx.roots(['p'])
  })
  await program.flush()
  await bench.host.opened(1)
  const window = await bench.window()
  window.request(DOCUMENT_WIDGET_ID, 'hello').catch(() => {})
  await window.settled()
  bench.host.windows[0]!.closeByHand()
  await session.ended
  bench.host.windows.length = 0
  await Promise.all([program.close(), window.close()])
}

async function heapBytes(): Promise<number> {
  for (let round = 0; round < 5; round++) {
    await setImmediate()
    globalThis.gc!()
  }
  return process.memoryUsage().heapUsed
}

/** Timers that run, those too which hold no process. */
const timers = new Map<number, unknown>()
createHook({
  init: (id, type) => void (type === 'Timeout' && timers.set(id, new Error().stack)),
  destroy: (id) => void timers.delete(id),
}).enable()

const bench = new AppBench(import.meta.filename)
for (let n = 0; n < 30; n++) await openAndClose()
const before = await heapBytes()
const timersBefore = timers.size
for (let n = 0; n < 100; n++) await openAndClose()
const after = await heapBytes()
console.log(JSON.stringify({ before, after, timers: timers.size - timersBefore }))
process.exit()
