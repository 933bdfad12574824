// A number, buttons, and state that is there again tomorrow.
import { SessionState, show } from 'oriel'
import { Button, Column, Metric, Row, Text } from 'oriel/ui'
import { z } from 'zod'

class Counter extends SessionState.define({ count: z.number().int().default(0) }) {}

function App() {
  const counter = Counter.use()
  return (
    <Column>
      <Metric label="Count" value={counter.count} />
      <Row gap="sm">
        <Button variant="primary" onClick={() => counter.count++}>
          Add one
        </Button>
        <Button onClick={() => counter.count--}>Take one away</Button>
        <Button variant="plain" disabled={counter.count === 0} onClick={() => (counter.count = 0)}>
          Start again
        </Button>
      </Row>
      <Text tone="muted">Close the window and open this file again: the number is still here.</Text>
    </Column>
  )
}

await show(<App />, { title: 'Counter', width: 460, height: 320 })
