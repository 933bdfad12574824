import type { Separated } from '../../shared/bulk/separate.ts'
import { randomId } from '../../shared/ids.ts'
import type { Delivery } from './delivery.ts'

/** A client that has taken nothing for so long, in ms, is not waited for: it gets the values with the commit. */
const PATIENCE_MS = 250

/**
 * Brings the large values of an edit to the clients that keep up before the edit is ordered, so that the commits after
 * it need not wait for them anywhere (rule Z5). Resolves when all of these have them, with what takes back those that no
 * commit has used.
 */
export async function stageValues(values: Separated['values'], deliveries: readonly Delivery[]): Promise<() => void> {
  const id = `s${randomId(8)}`
  const waiting = new Map(deliveries.map((delivery) => [delivery, delivery.progress]))
  const timer = setInterval(() => {
    for (const [delivery, before] of waiting) {
      if (delivery.progress > before) waiting.set(delivery, delivery.progress)
      else delivery.unstage(id)
    }
  }, PATIENCE_MS)
  const bring = async (delivery: Delivery) => {
    await delivery.stage(id, values)
    waiting.delete(delivery)
  }
  await Promise.all(deliveries.map(bring))
  clearInterval(timer)
  return () => {
    for (const delivery of deliveries) delivery.unstage(id)
  }
}
