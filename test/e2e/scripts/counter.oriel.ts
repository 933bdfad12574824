import { session, SessionState, show } from 'oriel'
import { z } from 'zod'

class Counter extends SessionState.define({ count: z.number().int().default(0) }) {}

const counter = Counter.get()
const widget = await show(
  `<h1 id="n">${counter.count}</h1>
   <button data-event="add">Add</button>
   <button data-event="fail">Fail</button>
   <button data-event="loop">Loop</button>
   <input name="note" placeholder="Note" data-event="note" data-on="change">
   <p id="note"></p>`,
  { title: 'Counter', width: 520, height: 400 },
)
widget.on('add', () => {
  counter.count++
  return widget.patch('#n', String(counter.count))
})
widget.on('fail', () => {
  throw new Error('the handler failed on purpose')
})
widget.on('loop', () => {
  for (;;) {
    // never answers again
  }
})
widget.on('note', (data) =>
  widget.patch('#note', `You wrote: ${(data as { value: string }).value.replaceAll('<', '&lt;')}`),
)
widget.on('whoami', () => [session.get('clientId'), session.get('sessionId')] as string[])
console.log('counter is ready')
