import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { answering, openStateStores } from './state-backend.ts'
import type { Backend } from './state-backend.ts'
import { silentLog } from '../../src/main/log.ts'
import { CallbackRegistry } from '../../src/main/stores/state/callback-registry.ts'
import type { Callback } from '../../src/main/stores/state/callback-registry.ts'
import { ServerStateManager } from '../../src/main/stores/state/server-state.ts'
import type { JsonObject } from '../../src/main/stores/state/types.ts'

/*
 * A process of its own that serves widgets in deploy mode: `node call-child.ts BACKEND-AS-JSON WORKER-ID`. It takes one
 * request a line on its input, all at once, and answers each in a line of JSON with its number; it ends with its input.
 */

export type CallRequest =
  | { kind: 'register'; widgetIds: string[]; events?: string[] }
  | { kind: 'remove'; widgetId: string }
  | { kind: 'connect'; widgetId: string }
  | { kind: 'invoke'; calls: Call[]; timeoutMs?: number; gapMs?: number }
  | { kind: 'counts' }

/** Widget, event and data. */
export type Call = [widgetId: string, eventType: string, data: JsonObject]

const [backend, workerId] = process.argv.slice(2)
const place = JSON.parse(backend!) as Backend
const stores = openStateStores({ ...place, options: { ...place.options, workerId, log: silentLog } } as Backend)
const state = new ServerStateManager({
  stores,
  callbacks: new CallbackRegistry({ log: silentLog }),
  workerId: workerId!,
  deployMode: true,
  callbackHeartbeatMs: 1_500,
  log: silentLog,
})
const print = (value: unknown): void => void writeSync(1, `${JSON.stringify(value)}\n`)

/** Widget → what was counted for it here, in the order of counting. */
const counted = new Map<string, number[]>()
/** What each widget's callbacks are, in every process that registers them. */
const CALLBACKS: Record<string, Callback> = {
  async count({ n }, widgetId) {
    const numbers = counted.get(widgetId) ?? []
    counted.set(widgetId, [...numbers, Number(n)])
    // What it counted is counted, also while nothing can be sent.
    await state.sendToWidget(widgetId, { type: 'counted', data: { n: n! } }).catch(() => false)
    return { n: n!, widgetId, worker: workerId!, place: numbers.length }
  },
  fail() {
    throw new Error('no rain')
  },
  hang: () => new Promise(() => {}),
  where: ({ n }, widgetId) => ({ n: n!, widgetId, worker: workerId!, place: 0 }),
}

async function answer(request: CallRequest): Promise<unknown> {
  switch (request.kind) {
    case 'register':
      for (const widgetId of request.widgetIds)
        for (const [event, callback] of Object.entries(CALLBACKS))
          if (request.events?.includes(event) ?? true) await state.registerCallback(widgetId, event, callback)
      return null
    case 'remove':
      return await state.removeWidget(request.widgetId)
    case 'connect': {
      await state.registerConnection(request.widgetId, {})
      const queue = state.getEventQueue(request.widgetId)!
      const pump = async (): Promise<void> => {
        for await (const event of queue) print({ event })
      }
      void pump()
      return null
    }
    case 'invoke': {
      const results: Promise<unknown>[] = []
      for (const [widgetId, eventType, data] of request.calls) {
        if (request.gapMs) await sleep(request.gapMs)
        results.push(invoke(widgetId, eventType, data, request.timeoutMs))
      }
      return await Promise.all(results)
    }
    case 'counts':
      return { ...state.callCounts, counted: Object.fromEntries(counted) }
  }
}

async function invoke(...[widgetId, eventType, data, timeoutMs]: [...Call, number | undefined]): Promise<unknown> {
  const result = await state.invokeCallback(widgetId, eventType, data, { timeoutMs })
  if (result.ok || result.reason === 'missing') return result
  const { code, message, stack } = result.error as Error & { code?: string }
  return { ok: false, code, message, stack }
}

await answering(stores)

for await (const line of createInterface({ input: process.stdin })) {
  const { id, request } = JSON.parse(line) as { id: number; request: CallRequest }
  void answer(request).then(
    (value) => print({ id, value }),
    (error: unknown) => print({ id, error: String(error) }),
  )
}
await state.cleanup()
await stores.close()
