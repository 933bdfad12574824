// title: Page
// about: One window with HTML of your own, a form in it, and a callback that answers it.
import { html, SessionState, show } from 'oriel'
import { z } from 'zod'

// Kept when the window is closed, and there again next time.
class Greeting extends SessionState.define({ name: z.string().default('world') }) {}
const greeting = Greeting.get()

const w = await show(
  html`<h1>Hello, <span id="name">${greeting.name}</span></h1>
    <form data-event="greet">
      <label>Your name <input name="name" required autocomplete="off" /></label>
      <button type="submit">Greet</button>
    </form>`,
  { title: 'Hello', width: 480, height: 320 },
)

const Form = z.object({ name: z.string().min(1) })
w.on('greet', (data) => {
  greeting.name = Form.parse(data).name
  return w.patch('#name', html`${greeting.name}`)
})
