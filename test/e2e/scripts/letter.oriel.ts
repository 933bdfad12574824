import { html, show } from 'oriel'
import { FormComponent } from 'oriel/components'
import type { FormState } from 'oriel/components'
import { z } from 'zod'

/** A form with something beside it that changes by itself. */
class Letter extends FormComponent<FormState & { ticks?: number; sent?: number }> {
  static override schema = z.object({ to: z.string().min(1), text: z.string().min(1), secret: z.string() })

  override onSubmit() {
    this.state.sent = (this.state.sent ?? 0) + 1
  }

  override render() {
    return String(
      html`<section>
        <p id="ticks">${this.state.ticks ?? 0}</p>
        <p id="sent">${this.state.sent ?? 0} sent</p>
        <form data-event="submit" data-reset>
          <label>To <input name="to" /></label>
          <label>Text <textarea name="text"></textarea></label>
          <label>Secret <input name="secret" type="password" /></label>
          <button>Send</button>
        </form>
      </section>`,
    )
  }
}

const letter = new Letter()
const widget = await show(letter, { title: 'Letter' })
widget.on('tick', () => {
  letter.state.ticks = (letter.state.ticks ?? 0) + 1
  return widget.update(letter)
})
