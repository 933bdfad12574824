// title: Todo
// about: A list that is there again tomorrow, and after a crash: with it what you had typed and not yet added.
import { SessionState, dialog, shortcut, show, toast } from 'oriel'
import { Button, Column, Row, Text, TextInput } from 'oriel/ui'
import { useState } from 'react'
import { z } from 'zod'

const Item = z.object({ id: z.int(), text: z.string(), done: z.boolean() })

class Todo extends SessionState.define({ items: z.array(Item).default([]), lastId: z.int().default(0) }) {
  add(text: string): void {
    if (text.trim() !== '') this.items.push({ id: ++this.lastId, text: text.trim(), done: false })
  }
}

/** Takes one out; who did not mean it gets it back where it was. */
async function remove(todo: Todo, id: number): Promise<void> {
  const at = todo.items.findIndex((item) => item.id === id)
  const [item] = todo.items.splice(at, 1)
  // Not awaited here: the event that asked for it is done.
  void toast(`“${item!.text}” was removed`, { action: 'Undo' }).then((undo) => undo && todo.items.splice(at, 0, item!))
}

async function clear(todo: Todo): Promise<void> {
  const done = todo.items.filter((item) => item.done).length
  const question = done === 1 ? 'Remove the one that is done?' : `Remove the ${done} that are done?`
  if (await dialog.confirm(question, { ok: 'Remove', danger: true }))
    todo.items = todo.items.filter(({ done: is }) => !is)
}

function App() {
  const todo = Todo.use()
  const [draft, setDraft] = useState('')
  const add = () => {
    todo.add(draft)
    setDraft('')
  }
  const open = todo.items.filter((item) => !item.done).length
  return (
    <Column gap="lg">
      <h1>Todo</h1>
      <TextInput label="What is to be done" value={draft} onChange={setDraft} onSubmit={add} />
      <Row>
        <Button variant="primary" disabled={draft.trim() === ''} onClick={add}>
          Add
        </Button>
      </Row>
      {todo.items.length === 0 && (
        <Text tone="muted">Nothing yet. Close this window half-way through a line, too.</Text>
      )}
      <Column gap="xs">
        {todo.items.map(({ id, text, done }, at) => (
          <Row key={id} justify="between">
            <label>
              <input
                type="checkbox"
                checked={done}
                onChange={({ target }) => (todo.items[at]!.done = target.checked)}
              />{' '}
              {done ? <s>{text}</s> : text}
            </label>
            <Button variant="plain" onClick={() => remove(todo, id)}>
              Remove
            </Button>
          </Row>
        ))}
      </Column>
      {todo.items.length > 0 && (
        <Row justify="between">
          <Text tone="muted">{open === 1 ? '1 left' : `${open} left`}</Text>
          <Button disabled={open === todo.items.length} onClick={() => clear(todo)}>
            Clear what is done
          </Button>
        </Row>
      )}
    </Column>
  )
}

await show(<App />, { title: 'Todo', width: 560, height: 620 })
shortcut('Mod+D', () => Todo.get().items.forEach((item) => (item.done = true)))
