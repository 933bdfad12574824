import { html, session, SessionState, show } from 'oriel'
import { z } from 'zod'

class Counter extends SessionState.define({ count: z.number().int().default(0) }) {}

/** For each visitor: a number that counts its clicks. */
export default async function (): Promise<void> {
  const counter = Counter.get()
  const widget = await show(html`<h1 id="n">${counter.count}</h1><button data-event="add">Add</button>`, {
    id: 'counter',
    title: 'Counter',
  })
  widget.on('add', async () => {
    await widget.patch('#n', String(++counter.count))
    return [counter.count, session.get('clientId')]
  })
}
