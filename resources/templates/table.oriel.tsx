// title: Table
// about: Rows from a list in a table that sorts, searches and filters, and a total. Put your own data in place of the list.
import { show } from 'oriel'
import { Column, Metric, Row, Table } from 'oriel/ui'
import { useState } from 'react'

// A file instead: readTable('cities.csv') of oriel/data.
const cities = [
  { name: 'Hamburg', country: 'Germany', people: 1_910_000 },
  { name: 'Lyon', country: 'France', people: 520_000 },
  { name: 'Munich', country: 'Germany', people: 1_510_000 },
  { name: 'Porto', country: 'Portugal', people: 240_000 },
  { name: 'Turin', country: 'Italy', people: 850_000 },
]

function App() {
  const [selected, setSelected] = useState<typeof cities>([])
  const counted = selected.length === 0 ? cities : selected
  const people = counted.reduce((sum, city) => sum + city.people, 0)
  return (
    <Column>
      <Table label="Cities" rows={cities} search exportName="cities" height={320} onSelect={setSelected} />
      <Row>
        <Metric
          label={selected.length === 0 ? 'People in all' : 'People in the selected'}
          value={people.toLocaleString()}
        />
      </Row>
    </Column>
  )
}

await show(<App />, { title: 'Cities', width: 680, height: 560 })
