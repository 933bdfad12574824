import { setImmediate } from 'node:timers/promises'
import { portLines } from './lines/port.ts'
import { socketLines } from './lines/socket.ts'
import type { LineKind } from './lines/types.ts'
import { SessionStage, WIDGET } from './session-stage.ts'

/*
 * Opens and closes sessions over the kind of line in argv[2] and prints, as JSON, the bytes of the heap before and after
 * 100 of them and the timers that are left. For `node --expose-gc`.
 */

const kinds: { [name: string]: LineKind } = { port: portLines, socket: socketLines }
const lines = kinds[process.argv[2] ?? '']
if (!lines) throw new Error('usage: session-life-child.ts port|socket')
const subject = { name: '', lines: { script: lines, window: lines, program: lines } }

/** A session with everything in it that could be left behind. */
async function openAndClose(): Promise<void> {
  const stage = new SessionStage(subject)
  const { script, window, program, all } = await stage.three()
  script.client.onEvent(() => new Promise(() => {}))
  script.client.document.transact((tx) => tx.put({ id: 'a', type: 'big', props: { n: new Float64Array(10_000) } }))
  program.client.document.transact((tx) => tx.title('by a program'))
  window.client.request(WIDGET, 'never answered').catch(() => {})
  stage.ticket('window')
  await stage.inStep(...all)
  window.line.cut()
  await stage.end()
}

async function heapBytes(): Promise<number> {
  for (let round = 0; round < 5; round++) {
    await setImmediate()
    globalThis.gc!()
  }
  return process.memoryUsage().heapUsed
}

for (let n = 0; n < 30; n++) await openAndClose()
const before = await heapBytes()
for (let n = 0; n < 100; n++) await openAndClose()
const after = await heapBytes()
const timers = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
console.log(JSON.stringify({ before, after, timers }))
