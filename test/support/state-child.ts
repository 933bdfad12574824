import { createInterface } from 'node:readline'
import { writeSync } from 'node:fs'
import { answering, openStateStores } from './state-backend.ts'
import type { Backend } from './state-backend.ts'
import type { StateStores } from '../../src/main/stores/state/types.ts'

/*
 * A process of its own on a backend of the tests: `node state-child.ts BACKEND-AS-JSON`. It takes one request a line on
 * its input and answers in lines of JSON; it ends with its input.
 */

/** `calls` are made all at once, or one after the other; `listen` prints what comes. */
export type ChildRequest =
  | { kind: 'calls'; inSeries?: boolean; calls: [store: keyof StateStores, method: string, ...args: unknown[]][] }
  | { kind: 'listen'; channel: string }

const print = (value: unknown): void => void writeSync(1, `${JSON.stringify(value)}\n`)
const stores = openStateStores(JSON.parse(process.argv[2]!) as Backend)

const call = ([store, method, ...args]: [keyof StateStores, string, ...unknown[]]): Promise<unknown> =>
  (stores[store] as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[method]!(...args)

async function listen(channel: string): Promise<void> {
  const events = stores.bus.subscribe(channel)
  print({ listening: channel })
  for await (const event of events) print({ event })
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as ChildRequest
  if (request.kind === 'listen') {
    void listen(request.channel)
    continue
  }
  await answering(stores)
  if (request.inSeries) {
    const answers: unknown[] = []
    for (const one of request.calls) answers.push(await call(one))
    print({ answers })
  } else print({ answers: await Promise.all(request.calls.map(call)) })
}
await stores.close()
