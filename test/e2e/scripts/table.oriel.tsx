import { show } from 'oriel'
import { DataTable, LineData, LiveTable } from 'oriel/data'
import type { Column as DataColumn, ColumnType } from 'oriel/data'
import { Button, Column, LineStream, Row, Table, Text } from 'oriel/ui'
import { useState } from 'react'
import { z } from 'zod'

const ROWS = 1_000_000
const names = ['Ada', 'Grace', 'Edith', 'Zoë']
const filled = (name: string, type: ColumnType, values: DataColumn['values']): DataColumn => ({
  name,
  type,
  values,
  nulls: null,
})
const table = new LiveTable(
  new DataTable([
    filled(
      'id',
      'integer',
      new Float64Array(ROWS).map((_, i) => i),
    ),
    // Every number once, in no order.
    filled(
      'value',
      'number',
      new Float64Array(ROWS).map((_, i) => (i * 7919) % ROWS),
    ),
    filled(
      'name',
      'text',
      Array.from({ length: ROWS }, (_, i) => names[i % names.length]!),
    ),
    filled(
      'day',
      'date',
      new Float64Array(ROWS).map((_, i) => Date.UTC(2024, 0, 1 + (i % 366))),
    ),
    filled(
      'done',
      'boolean',
      new Uint8Array(ROWS).map((_, i) => (i % 3 === 0 ? 1 : 0)),
    ),
  ]),
)
let asked = 0
const source = {
  columns: [
    { name: 'n', type: 'integer' as const },
    { name: 'square', type: 'integer' as const },
  ],
  rowCount: 5000,
  async getRows({ start, end }: { start: number; end: number }) {
    asked += 1
    return Array.from({ length: Math.min(end, 5000) - start }, (_, i) => ({ n: start + i, square: (start + i) ** 2 }))
  },
}
const data = new LineData(['a', 'b'], { points: 500 })

function App() {
  const [note, setNote] = useState('nothing yet')
  const [kind, setKind] = useState<'live' | 'source' | 'none'>('live')
  return (
    <Column>
      <Row>
        <Button onClick={() => table.set(2, 'value', 123456)}>Set a cell</Button>
        <Button onClick={() => table.append([{ id: table.rowCount, value: -1, name: 'New' }])}>Append</Button>
        <Button onClick={() => setKind(kind === 'live' ? 'source' : kind === 'source' ? 'none' : 'live')}>
          Other rows
        </Button>
        <Button onClick={() => setNote(`asked ${asked} times`)}>Asked</Button>
        <Button
          onClick={() => {
            for (let i = 0; i < 800; i++) data.push(i, [Math.sin(i / 20), Math.cos(i / 20)])
          }}
        >
          Push lines
        </Button>
      </Row>
      <Text>{note}</Text>
      <Table
        label="Numbers"
        rows={kind === 'live' ? table : kind === 'source' ? source : []}
        columns={
          kind === 'live'
            ? [
                { name: 'id', pinned: true },
                { name: 'value', editable: true, validate: z.number().min(0, 'It must not be negative.') },
                { name: 'name', label: 'Name', editable: true, choices: names },
                'day',
                { name: 'done', editable: true },
              ]
            : undefined
        }
        height={420}
        search
        exportName="numbers"
        onSelect={(rows, ids) => setNote(`selected ${ids.join(', ')}: ${JSON.stringify(rows[0])}`)}
        onCellEdit={({ id, column: name, value, before }) =>
          setNote(`row ${id} ${name}: ${String(before)} → ${String(value)}`)
        }
      />
      <LineStream data={data} time={false} label="Two waves" />
    </Column>
  )
}

await show(<App />, { title: 'Table', width: 1000, height: 900 })
