import { SessionState, show } from 'oriel'
import { z } from 'zod'

class Counter extends SessionState.define({ count: z.number().int().default(0) }) {}

export default async function serve(): Promise<void> {
  const counter = Counter.get()
  const w = await show('<p>Counter</p>')
  w.on('add', () => ++counter.count)
}
