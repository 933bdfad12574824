import { html, session, SessionState, show } from 'oriel'
import { z } from 'zod'

class Counter extends SessionState.define({ count: z.number().int().default(0) }) {}

export default async function () {
  const counter = Counter.get()
  const w = await show(
    html`<h1>Count</h1>
      <p id="n">${counter.count}</p>
      <button data-event="add">Add</button>`,
    { title: 'Counter' },
  )
  w.on('add', () => w.patch('#n', String(++counter.count)))
  await show(html`<h1>Notes of ${session.get('userId') ?? 'nobody in particular'}</h1>`, {
    id: 'notes',
    title: 'Notes',
  })
}
