// title: Explorer
// about: Opens a CSV, Parquet, JSON or Arrow file: sort, filter and search it, group it, and see the groups as a chart.
import { dialog, session, SessionState, show } from 'oriel'
import { openTable, query, readTable } from 'oriel/data'
import type { DataTable, FileTable } from 'oriel/data'
import { Alert, Button, Chart, Column, Row, Select, Spinner, Table, Text, TextInput } from 'oriel/ui'
import { useEffect, useState } from 'react'
import { z } from 'zod'

const MEASURES = { count: 'How many', avg: 'Average of', sum: 'Sum of', min: 'Lowest', max: 'Highest' } as const
const ENDINGS = ['csv', 'tsv', 'json', 'jsonl', 'parquet', 'arrow', 'feather']
/** From the script's own folder. */
const bundled = 'data/seattle-weather.csv'
const { file: wanted } = session.get('arguments') as Record<string, string>

/** Kept: the same file is open, grouped in the same way, when the window is opened again. */
class Choice extends SessionState.define({
  file: z.string().default(bundled),
  group: z.string().default(''),
  measure: z.enum(['count', 'avg', 'sum', 'min', 'max']).default('count'),
  of: z.string().default(''),
}) {}

type Opened = FileTable | DataTable

function App() {
  const choice = Choice.use()
  const [path, setPath] = useState(choice.file)
  const [table, setTable] = useState<Opened | null>(null)
  const [problem, setProblem] = useState('')

  useEffect(() => {
    let current: Opened | null = null
    let isOver = false
    setProblem('')
    open(choice.file)
      .then((opened) => {
        if (isOver) return close(opened)
        current = opened
        setTable(opened)
        if ('loaded' in opened) opened.loaded.catch((error: Error) => !isOver && setProblem(error.message))
      })
      .catch((error: Error) => !isOver && setProblem(error.message))
    return () => {
      isOver = true
      setTable(null)
      close(current)
    }
  }, [choice.file])

  const choose = async () => {
    const file = await dialog.openFile({ title: 'Open a file', extensions: ENDINGS })
    if (file === null) return
    setPath(file)
    choice.file = file
  }

  return (
    <Column>
      <Row align="end">
        <TextInput label="File" value={path} onChange={setPath} onSubmit={(file) => void (choice.file = file.trim())} />
        <Button variant="primary" onClick={() => (choice.file = path.trim())}>
          Open
        </Button>
        <Button onClick={choose}>Choose…</Button>
      </Row>
      {problem && <Alert kind="error">{problem}</Alert>}
      {!table && !problem && <Spinner label="Reading" />}
      {table && (
        <Column>
          <Text tone="muted">{about(table)}</Text>
          <Table label="Rows" rows={table} height={360} search exportName="rows" />
          <Groups table={table} />
        </Column>
      )}
    </Column>
  )
}

/** The rows in groups: a chart, and the numbers of it. */
function Groups({ table }: { table: Opened }) {
  const choice = Choice.use()
  const [groups, setGroups] = useState<DataTable | null>(null)
  const columns = 'info' in table ? table.info : table.columns
  const numbers = columns.filter(({ type }) => type === 'number' || type === 'integer')
  const group = columns.find(({ name }) => name === choice.group) ?? columns.findLast(({ type }) => type === 'text')
  const of = numbers.find(({ name }) => name === choice.of) ?? numbers[0]
  const measure = of ? choice.measure : 'count'
  const [groupName, ofName] = [group?.name, of?.name]
  const label = measure === 'count' ? 'Rows' : `${MEASURES[measure]} ${of!.name}`

  useEffect(() => {
    if (groupName === undefined) return
    const stop = new AbortController()
    const value = measure === 'count' ? 'count(*)' : `${measure}(${quoted(ofName!)})`
    const sql = `SELECT ${quoted(groupName)} AS "group", ${value} AS "value" FROM rows GROUP BY 1 ORDER BY 2 DESC NULLS LAST LIMIT 50`
    query(sql, { tables: { rows: table }, signal: stop.signal }).then(setGroups, () => {})
    return () => stop.abort()
  }, [table, groupName, ofName, measure])

  if (!group) return null
  return (
    <Column>
      <Row>
        <Select
          label="Group by"
          options={columns.map(({ name }) => name)}
          value={group.name}
          onChange={(name) => (choice.group = name ?? '')}
        />
        <Select
          label="Show"
          options={Object.entries(MEASURES).map(([value, text]) => ({ value, label: text }))}
          value={measure}
          onChange={(value) => (choice.measure = (value ?? 'count') as Choice['measure'])}
        />
        {measure !== 'count' && (
          <Select
            label="of"
            options={numbers.map(({ name }) => name)}
            value={of!.name}
            onChange={(name) => (choice.of = name ?? '')}
          />
        )}
      </Row>
      {groups && (
        <Chart
          label={`${label} by ${group.name}`}
          data={[
            {
              type: 'bar',
              x: groups.toRows().map(({ group: value }) => textOf(value)),
              y: groups.values('value'),
            },
          ]}
          layout={{ xaxis: { type: 'category' }, yaxis: { title: { text: label } } }}
          height={300}
        />
      )}
    </Column>
  )
}

/** Files are read while they are looked at, but Arrow files, which are read whole. */
function open(file: string): Promise<Opened> {
  return /\.(?:arrow|arrows|feather|ipc)$/i.test(file) ? readTable(file) : openTable(file)
}

function close(table: Opened | null): void {
  if (table && 'loaded' in table) void table.close()
}

function about(table: Opened): string {
  const { format, encoding, delimiter } = table.detected!
  const columns = 'info' in table ? table.info : table.columns
  const between = delimiter === undefined ? [] : [delimiter === '\t' ? 'tab' : `“${delimiter}” between values`]
  return [format.toUpperCase(), ...(encoding ? [encoding] : []), ...between, `${columns.length} columns`].join(', ')
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  return typeof value === 'string' ? value : value === null ? '(empty)' : JSON.stringify(value)
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

if (wanted) Choice.get().file = wanted
await show(<App />, { title: 'Explorer', width: 1080, height: 900 })
