import { appendFileSync } from 'node:fs'
import { useEffect, useRef, useState } from 'react'
import { SessionState, session, show, useSessionState } from 'oriel'
import { Button, Column, Metric, Text, TextInput } from 'oriel/ui'
import type { ElementHandle } from 'oriel/ui'
import { z } from 'zod'

class Counter extends SessionState.define({
  count: z.number().int().default(0),
  lines: z.array(z.string()).default([]),
}) {}

// What components do as they come and go is told in a file of the test's own, if it names one.
const told = process.env.ORIEL_TEST_TOLD
const tell = (text: string) => void (told && appendFileSync(told, `${text}\n`))

function Guest({ name }: { name: string }) {
  useEffect(() => {
    tell(`${name} mounted`)
    return () => tell(`${name} gone, count ${Counter.get().count}`)
  }, [name])
  return null
}

// Elements of oriel/ui, plain tags, hooks and both kinds of session state, in one tree.
function App() {
  const counter = Counter.use()
  const [size, setSize] = useSessionState('size', 10)
  const [senders, setSenders] = useState<readonly string[]>([])
  const field = useRef<ElementHandle>(null)
  useEffect(() => field.current?.focus(), [])
  const heard = () => setSenders((before) => [...before, session.get('connectionId')])
  return (
    <Column>
      <Guest name={session.get('clientId')} />
      <Metric label="Count" value={counter.count} />
      <Button
        onClick={() => {
          counter.count++
          heard()
        }}
      >
        Add
      </Button>
      <TextInput label="Line" ref={field} onSubmit={(line) => counter.lines.push(line)} />
      <ul>
        {counter.lines.map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </ul>
      <button onClick={() => setSize((now) => now + 1)}>Grow</button>
      <Text>Size {size}</Text>
      <Text>From {new Set(senders).size}</Text>
      <Text>Last of {senders.at(-1)}</Text>
    </Column>
  )
}

export default async function () {
  await show(<App />, { title: 'Live' })
  if ('windows' in (session.get('arguments') as object)) await show(<App />, { title: 'Live too' })
}
