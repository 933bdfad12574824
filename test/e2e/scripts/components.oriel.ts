import { html, show } from 'oriel'
import { Component } from 'oriel/components'

interface Row {
  id: number
  text: string
}

/** How often the page has said `go` with nobody waiting, and who waits for it. */
const lets: (() => void)[] = []
let ahead = 0

/** Handlers wait here, each until the page says `go` once. */
async function hold(): Promise<void> {
  if (ahead > 0) ahead--
  else await new Promise<void>((resolve) => lets.push(resolve))
}

function go(): void {
  const next = lets.shift()
  if (next) next()
  else ahead++
}

/** What the tests of components in windows do with one. */
class Stage extends Component<{ count: number; likes: number; rows: Row[]; note: string }> {
  override async mount() {
    await super.mount()
    this.state = { count: 0, likes: 0, note: '', rows: ['a', 'b', 'c', 'd'].map((text, id) => ({ id, text })) }
  }

  async onAdd() {
    const { count } = this.state
    await hold()
    this.state.count = count + 1
  }

  async onLike({ fail = false }: { fail?: boolean }) {
    await hold()
    if (fail) throw new Error('no more likes')
    this.state.likes++
  }

  override getOptimisticPatch(event: string) {
    return event === 'like' ? { likes: this.state.likes + 1 } : null
  }

  onReverse() {
    this.state.rows.reverse()
  }

  onSave({ note }: { note: string }) {
    this.state.note = note
  }

  override render() {
    const { count, likes, rows, note } = this.state
    return String(
      html`<section>
        <h1 id="count">${count}</h1>
        <button data-event="add">Add</button>
        <p id="likes">${likes} likes</p>
        <button data-event="like">Like</button>
        <button data-event="like" data-payload='{"fail":true}'>Like too much</button>
        <ul>
          ${rows.map(
            ({ id, text }) =>
              html`<li data-key="${id}"><input name="row" aria-label="Row ${text}" value="${text}" data-event="reverse" data-on="keydown.ctrl.enter" /></li>`,
          )}
        </ul>
        <form data-event="save">
          <label>Note <textarea name="note"></textarea></label>
          <button>Save</button>
        </form>
        <p id="note">${note}</p>
      </section>`,
    )
  }
}

await show(new Stage(), { title: 'Stage', on: { go } })
