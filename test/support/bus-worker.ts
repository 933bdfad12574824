import { workerData } from 'node:worker_threads'
import { silentLog } from '../../src/main/log.ts'
import { createRedisStores } from '../../src/main/stores/state/redis.ts'

/* A thread with a connection of its own, for who must not turn meanwhile: for each number in `asked` it publishes one event on the channel of that number, then says so in `done`. */

const { url, prefix, shared } = workerData as { url: string; prefix: string; shared: SharedArrayBuffer }
const [asked, done] = [new Int32Array(shared, 0, 1), new Int32Array(shared, 4, 1)]
const { bus } = createRedisStores({ url, prefix, workerId: 'elsewhere', log: silentLog })
await bus.publish('warm', { eventType: 'tick', widgetId: 'w' })
const tell = (round: number): void => {
  Atomics.store(done, 0, round)
  Atomics.notify(done, 0)
}
tell(0)
for (let round = 1; ; round++) {
  while (Atomics.load(asked, 0) < round) await Atomics.waitAsync(asked, 0, round - 1).value
  await bus.publish(`c${round}`, { eventType: 'tick', widgetId: 'w', data: { n: 'elsewhere' } })
  tell(round)
}
