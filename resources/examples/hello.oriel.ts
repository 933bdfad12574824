// title: Hello
// about: A number, a button and a callback. Close the window and open it again: the count is kept.
import { html, SessionState, show } from 'oriel'
import { z } from 'zod'

class Counter extends SessionState.define({ count: z.number().int().default(0) }) {}
const counter = Counter.get()

const page = html`<h1 id="count">${counter.count}</h1>
  <button data-event="add">Add one</button>`
const w = await show(page, { title: 'Hello', width: 360, height: 240 })
w.on('add', () => w.patch('#count', html`${++counter.count}`))
