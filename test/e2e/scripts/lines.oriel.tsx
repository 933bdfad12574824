import { show } from 'oriel'
import { LineData } from 'oriel/data'
import { Button, Column, LineStream, Text } from 'oriel/ui'
import { useState } from 'react'

const POINTS_A_SECOND = 1000
const POINTS = 5000
const LINES = Array.from({ length: 10 }, (_, i) => `line ${i}`)
const data = new LineData(LINES, { points: 3000 })
let last = 0

function App() {
  const [note, setNote] = useState('nothing yet')
  /** As many points as are due by the clock. */
  const start = (): void => {
    const begun = performance.now()
    let x = 0
    const timer = setInterval(() => {
      const due = Math.min(POINTS, ((performance.now() - begun) * POINTS_A_SECOND) / 1000)
      for (; x < due; x++)
        data.push(
          x,
          LINES.map((_, i) => i * 10_000 + x),
        )
      if (x < POINTS) return
      clearInterval(timer)
      setNote('all pushed')
    }, 4)
  }
  /** A thousand points at once. */
  const once = (): void => {
    for (let i = 0; i < POINTS_A_SECOND; i++, last++)
      data.push(
        last,
        LINES.map((_, line) => line * 10_000 + last),
      )
    setNote(`${last.toLocaleString('en')} points`)
  }
  return (
    <Column>
      <Button onClick={start}>Start</Button>
      <Button onClick={once}>Once</Button>
      <Text>{note}</Text>
      <LineStream data={data} time={false} label="Ten lines" />
    </Column>
  )
}

await show(<App />, { title: 'Lines', width: 1000, height: 600 })
