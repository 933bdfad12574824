import { session, show } from 'oriel'
import { DataTable, LineData } from 'oriel/data'
import { Button, Column, LineStream, Table } from 'oriel/ui'
import { useEffect, useState } from 'react'

const { rows = '10000' } = session.get('arguments') as Record<string, string>
const count = Number(rows)
const table = DataTable.fromColumns(
  Object.fromEntries(
    Array.from({ length: 8 }, (_, column) => [
      `c${column}`,
      new Float64Array(count).map((__, row) => (row * 7919 + column) % count),
    ]),
  ),
)
const LINES = Array.from({ length: 10 }, (_, i) => `line ${i}`)
const POINTS_A_SECOND = 1000

function App() {
  const [shown, setShown] = useState<'nothing' | 'table' | 'lines'>('nothing')
  return (
    <Column>
      <Button onClick={() => setShown('nothing')}>Nothing</Button>
      <Button onClick={() => setShown('table')}>Table</Button>
      <Button onClick={() => setShown('lines')}>Lines</Button>
      {shown === 'table' && <Table rows={table} height={500} />}
      {shown === 'lines' && <Lines />}
    </Column>
  )
}

/** As many points as are due by the clock, every few ms. */
function Lines() {
  const [data] = useState(() => new LineData(LINES, { points: 10_000 }))
  useEffect(() => {
    const begun = performance.now()
    let pushed = 0
    const timer = setInterval(() => {
      const due = ((performance.now() - begun) * POINTS_A_SECOND) / 1000
      for (; pushed < due; pushed++)
        data.push(
          pushed,
          LINES.map((_, i) => Math.sin(pushed / 200 + i) + i),
        )
    }, 4)
    return () => {
      clearInterval(timer)
      data.close()
    }
  }, [data])
  return <LineStream data={data} time={false} height={400} />
}

await show(<App />, { title: 'table' })
