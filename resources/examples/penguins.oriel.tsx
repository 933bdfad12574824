// title: Penguins
// about: A table and a chart of 344 penguins. What is selected in one is selected in the other.
import { SessionState, show } from 'oriel'
import { readTable } from 'oriel/data'
import { Chart, Column, Table, Text } from 'oriel/ui'
import { z } from 'zod'

const penguins = await readTable(new URL('data/penguins.json', import.meta.url))
const species = ['Adelie', 'Chinstrap', 'Gentoo']
const rowsOf = new Map(
  species.map((name) => [
    name,
    Array.from({ length: penguins.rowCount }, (_, row) => row).filter((row) => penguins.cell('Species', row) === name),
  ]),
)

/** Kept: the same penguins are selected when the window is opened again. */
class Selection extends SessionState.define({ rows: z.array(z.number().int().min(0)).default([]) }) {}

const columns = [
  { name: 'Species', pinned: true },
  'Island',
  { name: 'Beak Length (mm)', label: 'Beak length', decimals: 1 },
  { name: 'Beak Depth (mm)', label: 'Beak depth', decimals: 1 },
  { name: 'Flipper Length (mm)', label: 'Flipper' },
  { name: 'Body Mass (g)', label: 'Mass' },
  'Sex',
]

const layout = {
  xaxis: { title: { text: 'Flipper length (mm)' } },
  yaxis: { title: { text: 'Body mass (g)' } },
  legend: { orientation: 'h', y: 1.12 },
  dragmode: 'lasso',
}

function App() {
  const selection = Selection.use()
  const selected = new Set(selection.rows)
  const traces = species.map((name) => {
    const rows = rowsOf.get(name)!
    const part = penguins.take(rows)
    return {
      type: 'scatter',
      mode: 'markers',
      name,
      x: part.values('Flipper Length (mm)'),
      y: part.values('Body Mass (g)'),
      marker: { size: 9, opacity: 0.8 },
      // null: none of them is dimmed.
      selectedpoints: selected.size === 0 ? null : rows.flatMap((row, index) => (selected.has(row) ? [index] : [])),
    }
  })
  return (
    <Column>
      <Text>
        {selected.size === 0
          ? 'Draw around points in the chart, or pick rows in the table.'
          : `${selected.size} of ${penguins.rowCount} penguins, ${averageMass([...selected])} g on average`}
      </Text>
      <div style={{ display: 'grid', gridTemplateColumns: 'minmax(0, 7fr) minmax(0, 6fr)', gap: '1.25rem' }}>
        <Table
          label="Penguins"
          rows={penguins}
          columns={columns}
          height={520}
          search
          filters={false}
          selected={selection.rows}
          onSelect={(_, ids) => (selection.rows = ids)}
        />
        <Chart
          label="Body mass by flipper length"
          data={traces}
          layout={layout}
          height={520}
          onSelect={(points) =>
            (selection.rows = points.map(({ trace, index }) => rowsOf.get(species[trace]!)![index!]!))
          }
        />
      </div>
    </Column>
  )
}

function averageMass(rows: number[]): string {
  const masses = rows.map((row) => penguins.cell('Body Mass (g)', row)).filter((mass) => typeof mass === 'number')
  return Math.round(masses.reduce((sum, mass) => sum + mass, 0) / masses.length).toLocaleString()
}

await show(<App />, { title: 'Penguins', width: 1180, height: 700 })
