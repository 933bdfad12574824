import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LanguageServer } from '../../support/language-server.ts'
import type { OpenScript } from '../../support/language-server.ts'

const SCRIPT = `
import { SessionState, show, useSessionState } from 'oriel'
import { Button, FileInput, Form, Log, Metric, Table, TextInput } from 'oriel/ui'
import { z } from 'zod'

class Settings extends SessionState.define({
  /** Degrees Celsius, measured in the shade. */
  outside: z.number().default(20),
}) {
  /** Adds one degree. */
  warm() {
    this.outside += 1
  }
}

function App() {
  const settings = Settings.use()
  settings.outside
  settings.warm()
  const [size] = useSessionState('size', 10)
  return (
    <>
      <Metric label="Outside" value={settings.outside} delta={size} />
      <TextInput label="Name" maxLength={20} onSubmit={(text) => console.log(text)} />
      <Button variant="primary">Add</Button>
      <Log lines={[]} maxLines={100} />
      <Table rows={[]} search />
      <FileInput label="Bill" maxBytes={5} onChange={() => {}} />
      <Form schema={z.object({})} onSubmit={() => {}} resetOnSuccess />
    </>
  )
}

show(<App />, { title: 'Editor help' })
`

describe('an editor shows', () => {
  let server: LanguageServer
  let script: OpenScript
  beforeAll(async () => {
    server = await LanguageServer.start()
    script = server.open('script.oriel.tsx', SCRIPT)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it.each([
    ['an element', 'Metric', 2, 'One number that matters, large, with what it is and how it has changed.'],
    ['an element that is a component', 'FileInput', 2, 'A file that a person chooses or drops'],
    ['an element with a part in the script', 'Log', 2, 'Lines of text, the newest at the end.'],
    ['a prop', 'delta', 1, 'How it has changed'],
    ['a prop that all inputs have', 'label', 2, 'What to enter. Read aloud with the field.'],
    ['a prop that is a choice', 'variant', 1, "Default 'default'."],
    ['a prop of one with a part in the script', 'maxLines', 1, 'The newest lines that are shown. Default 1000.'],
    ['a prop of a component', 'maxBytes', 1, 'Bytes that a file may have at most. Default 100,000,000.'],
    ['a prop of a form', 'resetOnSuccess', 1, 'Default false.'],
    ['an event', 'onSubmit', 1, 'The text, when Enter is pressed.'],
    ['a method of session state', 'warm', 2, 'Adds one degree.'],
    ['a hook', 'useSessionState', 2, 'One value of the session, by its key'],
    ['a function of the package', 'show', 2, 'Opens a widget in its own window.'],
    ['an option', 'title', 1, "Default: the script's name."],
  ])('the docstring of %s [I32]', async (_what, word, place, docstring) => {
    expect(await script.hover(word, place)).toContain(docstring)
  })

  // TypeScript 7.0 shows no docstrings of what it computes from a type (microsoft/typescript-go#3659); others do, from here.
  it('for a field of session state the field of its schema, with its docstring [T8]', async () => {
    const [found] = await script.definitions('outside', 3)
    const lines = SCRIPT.split('\n')
    expect(lines[found!]).toContain('outside: z.number()')
    expect(lines[found! - 1]).toContain('Degrees Celsius, measured in the shade.')
  })
})
