// title: Component: to-do list
// about: A list and a summary in the slots of a page, each a component with events and state of its own.
import { html, show } from 'oriel'
import { Component, compose, registry } from 'oriel/components'
import { z } from 'zod'

interface Task {
  id: number
  text: string
  done: boolean
}

/** The tasks. Rows are named by `data-key`, so that each stays the same row, with its focus, wherever it goes. */
class TaskList extends Component<{ tasks: Task[]; next: number }> {
  static override events = {
    add: z.object({ text: z.string().trim().min(1, 'Write down what is to be done.').max(200) }),
    toggle: z.object({ id: z.number(), checked: z.boolean(), value: z.string() }),
    up: z.object({ id: z.number() }),
    remove: z.object({ id: z.number() }),
  }

  override async mount() {
    await super.mount()
    const tasks = ['Look at this list', 'Put a task first', 'Close the window and open it again']
    this.state = { tasks: tasks.map((text, id) => ({ id, text, done: id === 0 })), next: tasks.length }
  }

  onAdd({ text }: { text: string }) {
    this.state.tasks.push({ id: this.state.next++, text, done: false })
  }

  onToggle({ id, checked }: { id: number; checked: boolean }) {
    const task = this.state.tasks.find((one) => one.id === id)
    if (task) task.done = checked
  }

  onUp({ id }: { id: number }) {
    const at = this.state.tasks.findIndex((task) => task.id === id)
    if (at > 0) this.state.tasks.splice(at - 1, 0, ...this.state.tasks.splice(at, 1))
  }

  onRemove({ id }: { id: number }) {
    this.state.tasks = this.state.tasks.filter((task) => task.id !== id)
  }

  override render() {
    const row = ({ id, text, done }: Task) =>
      html`<li data-key="${id}" class="row" style="align-items: center; margin-block: 0.4rem">
        <label style="flex: 1; margin: 0">
          <input
            type="checkbox"
            value="done"
            data-event="toggle"
            data-payload="${JSON.stringify({ id })}"
            ${done ? html`checked` : ''}
          />
          ${done ? html`<s class="muted">${text}</s>` : text}
        </label>
        <button class="plain" data-event="up" data-payload="${JSON.stringify({ id })}" aria-label="Move up: ${text}">↑</button>
        <button
          class="plain"
          data-event="remove"
          data-confirm="Remove “${text}”?"
          data-payload="${JSON.stringify({ id })}"
          aria-label="Remove: ${text}"
        >
          ×
        </button>
      </li>`
    const { tasks } = this.state
    return String(
      html`<section>
        <form data-event="add" data-reset class="row">
          <input name="text" required maxlength="200" placeholder="What is to be done?" aria-label="Task" style="flex: 1" />
          <button class="primary">Add</button>
        </form>
        ${
          tasks.length === 0
            ? html`<p class="muted">Nothing to do.</p>`
            : html`<ul style="list-style: none; padding: 0">
              ${tasks.map(row)}
            </ul>`
        }
      </section>`,
    )
  }
}

/** What is left to do, of a list that it is given. */
class Summary extends Component<{ left: number; all: number }> {
  list: TaskList | null = null

  override beforeRender() {
    const tasks = this.list?.state.tasks ?? []
    this.state = { left: tasks.filter(({ done }) => !done).length, all: tasks.length }
  }

  override render() {
    const { left, all } = this.state
    return String(html`<p class="muted" aria-live="polite">${left} of ${all} left</p>`)
  }
}

class Todo extends Component {
  static override slots = ['list', 'summary']

  override render() {
    const { list, summary } = this.renderSlots()
    return `<section><h1>To do</h1>${summary ?? ''}${list ?? ''}</section>`
  }
}

/** The whole of it, as windows and requests get it. */
function todo(): Todo {
  const list = new TaskList()
  const summary = new Summary()
  summary.list = list
  return compose(Todo, { slots: { list, summary } })
}

registry.register('tasks', TaskList)
await show(todo(), { title: 'To do', width: 520, height: 560 })
