import { show } from 'oriel'
import { Button, Chart, Column, Text } from 'oriel/ui'
import type { ChartPoint } from 'oriel/ui'
import { useState } from 'react'

const told = (points: ChartPoint[]): string =>
  points.map(({ trace, index, x, y }) => `${trace}/${index} at ${String(x)},${String(y)}`).join(' and ') || 'nothing'

function App() {
  const [points, setPoints] = useState(4)
  const [hovered, setHovered] = useState('nothing')
  const [selected, setSelected] = useState('nothing yet')
  const [changed, setChanged] = useState('nothing')
  const x = Float64Array.from({ length: points }, (_, i) => i + 1)
  return (
    <Column>
      <Button onClick={() => setPoints(points + 1)}>Grow</Button>
      <Text>Hovered: {hovered}</Text>
      <Text>Selected: {selected}</Text>
      <Text>Changed: {changed}</Text>
      <Chart
        label="Squares"
        fileName="squares"
        height={360}
        data={[{ type: 'scatter', mode: 'markers', marker: { size: 12 }, x, y: x.map((value) => value ** 2) }]}
        layout={{ dragmode: 'select', xaxis: { range: [0, 8] }, yaxis: { range: [-5, 60] } }}
        onHover={(all) => setHovered(told(all))}
        onSelect={(all) => setSelected(told(all))}
        onRelayout={(changes) => setChanged(Object.keys(changes).sort().join(' '))}
      />
    </Column>
  )
}

await show(<App />, { title: 'Chart', width: 900, height: 640 })
