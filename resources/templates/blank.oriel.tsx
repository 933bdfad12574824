// title: Blank
// about: One window with a field, and state that is there again next time.
import { SessionState, show } from 'oriel'
import { Column, Heading, TextInput } from 'oriel/ui'
import { z } from 'zod'

// Kept when the window is closed, and there again next time.
class Greeting extends SessionState.define({ name: z.string().default('world') }) {}

function App() {
  const greeting = Greeting.use()
  return (
    <Column>
      <Heading>Hello, {greeting.name}</Heading>
      <TextInput label="Your name" value={greeting.name} onChange={(name) => (greeting.name = name)} />
    </Column>
  )
}

await show(<App />, { title: 'Hello', width: 480, height: 320 })
