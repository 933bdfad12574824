import { useState } from 'react'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { Document } from '../../../src/client/document.ts'
import { DataTable, LineData, LiveTable } from '../../../src/sdk/data.ts'
import { RunningSession } from '../../../src/sdk/runtime/session.ts'
import { show } from '../../../src/sdk/show.ts'
import { Chart, LineStream, Table } from '../../../src/sdk/ui.ts'
import { ELEMENT_EVENT } from '../../../src/shared/calls.ts'
import type { Block, RowChanges } from '../../../src/shared/data/block.ts'
import type { RowsRequest } from '../../../src/shared/data/rows.ts'
import type { Op } from '../../../src/shared/document/types.ts'
import type { ElementNode, TreeProps } from '../../../src/shared/elements/node.ts'
import type { Value } from '../../../src/shared/value.ts'
import { LinkDouble } from './support/link-double.ts'

/** A session with a real document, and what a page would see and do. */
function stage() {
  const document = new Document()
  const link = Object.defineProperty(new LinkDouble('c', 's'), 'document', { value: document })
  const problems: unknown[] = []
  const session = new RunningSession({
    link: link.asLink(),
    workerId: 'w',
    scriptPath: '/scripts/a.tsx',
    onProblem: (error) => problems.push(error),
  })
  const commits: Op[][] = []
  document.onChange((event) => commits.push(event.ops))
  const tree = () => document.get('tree:w1')!.props as unknown as TreeProps
  const node = () => tree().nodes[0] as ElementNode
  const happen = (event: string, data: Value) =>
    link.event('w1', ELEMENT_EVENT, { revision: tree().revision, id: node()[1], event, data })
  const ask = async (request: object = {}): Promise<Block> => {
    const answer: unknown = await happen('onRows', {
      start: 0,
      end: 100,
      sort: [],
      filter: [],
      search: '',
      ...request,
    })
    return answer as Block
  }
  return { document, problems, commits, node, happen, ask, run: <T,>(fn: () => T) => session.enter(fn) }
}

/** The record in which a window hears what changes. */
async function followed(node: () => ElementNode): Promise<string> {
  await vi.waitFor(() => expect(node()[2]['changes']).toBeTypeOf('string'))
  return node()[2]['changes'] as string
}

describe('Table', () => {
  test('begins with its first rows, as binary, and gives the others when they are asked for [O14]', async () => {
    const { node, ask, run } = stage()
    const table = DataTable.fromColumns({
      n: Float64Array.from({ length: 1000 }, (_, i) => i),
      name: Array.from({ length: 1000 }, (_, i) => (i === 1 ? null : `row ${i}`)),
    })
    await run(() => show(<Table rows={table} />))
    const { first, rowCount, columns } = node()[2] as unknown as { first: Block; rowCount: number; columns: object[] }
    expect(rowCount).toBe(1000)
    expect(columns).toMatchObject([
      { name: 'n', type: 'number', label: 'n' },
      { name: 'name', type: 'text' },
    ])
    expect(first.ids).toHaveLength(100)
    const values = first.columns[0]!.values as Float64Array
    expect(values).toBeInstanceOf(Float64Array)
    // Not a view of all the rows, which would travel with it.
    expect(values.buffer.byteLength).toBe(800)

    const block = await ask({ start: 990, end: 1090, sort: [{ column: 'n', direction: 'descending' }] })
    expect(block.rowCount).toBe(1000)
    expect(Array.from(block.ids)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    expect(block.columns[1]!.values[8]).toBeNull()
    const found = await ask({ filter: [{ column: 'name', operator: 'endsWith', value: '99' }] })
    expect(found.rowCount).toBe(10)
    expect((await ask({ end: 1_000_000 })).ids).toHaveLength(1000)
  })

  test('rows of objects that are others than before come in their place [O14]', async () => {
    const { node, ask, run } = stage()
    let setRows: (rows: object[]) => void
    function App() {
      const [rows, set] = useState<object[]>([{ a: 1 }])
      setRows = set
      return <Table rows={rows} columns={['a']} />
    }
    await run(() => show(<App />))
    const before = node()[2] as { version: number }
    run(() => setRows([{ a: 1 }, { a: 2 }]))
    await vi.waitFor(() => expect(node()[2]).toMatchObject({ rowCount: 2, version: before.version + 1 }))
    expect(Array.from((await ask()).columns[0]!.values as Float64Array)).toEqual([1, 2])
  })

  test('a source is asked for blocks, with order, filters and search, and its columns are found [O14]', async () => {
    const { node, ask, run } = stage()
    const asked: object[] = []
    const source = {
      rowCount: 3,
      getRows: async ({ start, end, sort, filter, search }: RowsRequest) => {
        asked.push({ start, end, sort, filter, search })
        return { rows: [{ name: 'x', at: new Date(0) }], rowCount: 1, ids: [77] }
      },
    }
    const opened: unknown[] = []
    await run(() => show(<Table rows={source} onRowClick={(row, id) => void opened.push(row, id)} />))
    await vi.waitFor(() => expect(node()[2]).toMatchObject({ columns: [{ type: 'text' }, { type: 'instant' }] }))
    const block = await ask({ search: 'x' })
    expect(block).toMatchObject({ rowCount: 1, ids: new Float64Array([77]) })
    expect(asked.at(-1)).toEqual({ start: 0, end: 100, sort: [], filter: [], search: 'x' })
  })

  test('only edits of columns that allow it and values that fit are written; they can be taken back [O15]', async () => {
    const { document, node, happen, run } = stage()
    const table = new LiveTable(DataTable.fromRows([{ n: 1, name: 'a', locked: 'x', day: new Date(0) }]))
    const edits: unknown[] = []
    const columns = [
      { name: 'n', editable: true, validate: z.number().min(0, 'Too small.') },
      { name: 'name', editable: true, validate: (value: unknown) => (value === 'bad' ? 'Not that.' : null) },
      { name: 'day', editable: true },
      'locked',
    ]
    await run(() =>
      show(
        <Table
          rows={table}
          columns={columns}
          onCellEdit={({ value, before }) => {
            if (value === 13) throw new Error('Unlucky.')
            edits.push([value, before])
          }}
        />,
      ),
    )
    const edit = (column: string, value: Value, id = 0) => happen('onEdit', { id, column, value })
    expect(await edit('n', 5)).toBeNull()
    expect(await edit('n', -1)).toBe('Too small.')
    expect(await edit('n', 'five')).toBe('This is no whole number.')
    expect(await edit('n', 13)).toBe('Unlucky.')
    expect(await edit('name', 'bad')).toBe('Not that.')
    expect(await edit('locked', 'y')).toBe('This cell cannot be edited.')
    expect(await edit('day', Date.UTC(2024, 0, 1))).toBeNull()
    expect(await edit('n', 6, 99)).toMatch(/no row 99/)
    expect(table.row(0)).toEqual({ n: 5, name: 'a', locked: 'x', day: new Date('2024-01-01') })

    expect(await happen('onUndo', 'undo')).toBe(0)
    expect(await happen('onUndo', 'undo')).toBe(0)
    expect(await happen('onUndo', 'undo')).toBeNull()
    expect(table.row(0)).toMatchObject({ n: 1, day: new Date(0) })
    expect(await happen('onUndo', 'redo')).toBe(0)
    expect(table.row(0)).toMatchObject({ n: 5 })
    expect(edits.slice(-3)).toEqual([
      [new Date(0), new Date('2024-01-01')],
      [1, 5],
      [5, 1],
    ])

    const record = await followed(node)
    await vi.waitFor(() => {
      const { column, value, row } = document.get(record)!.props as unknown as RowChanges
      expect([column.length, value.at(-1), Array.from(row)[0]]).toEqual([5, 5, 0])
    })
  })

  test('what changes in a million rows is sent as what has changed [O12]', async () => {
    const { document, commits, node, run } = stage()
    const table = new LiveTable(DataTable.fromColumns({ n: new Float64Array(1_000_000) }))
    await run(() => show(<Table rows={table} />))
    const record = await followed(node)
    commits.length = 0
    table.set(500_000, 'n', 7)
    table.append([{ n: 8 }])
    await vi.waitFor(() => expect(document.get(record)!.props['rowCount']).toBe(1_000_001))
    expect(JSON.stringify(commits).length).toBeLessThan(500)
    // More at once than are kept: windows ask anew.
    table.setCells(Array.from({ length: 1500 }, (_, row) => ({ row, column: 'n', value: 1 })))
    await vi.waitFor(() => expect(document.get(record)!.props['version']).toBe(1))
  })

  test('what is no list of rows, and a column that is not there, are refused [O14]', async () => {
    const { problems, run } = stage()
    const wrong = { rows: 5 } as unknown as { rows: object[] }
    await run(() => show(<Table {...wrong} />)).catch(() => {})
    await run(() => show(<Table rows={[{ a: 1 }]} columns={['b']} />)).catch(() => {})
    expect(problems.map(String).join('\n')).toMatch(/rows: must be a list[^]*no column "b"; there are a/)
  })
})

describe('Chart', () => {
  test('sends typed arrays as they are, and of what changes only that [O16]', async () => {
    const { commits, node, run } = stage()
    let setLast: (last: number) => void
    const x = new Float64Array([1, 2, 3])
    const table = DataTable.fromRows([{ day: new Date(0), yes: true }])
    function App() {
      const [last, set] = useState(3)
      setLast = set
      const data = [
        { type: 'scatter', x, y: [1, 2, last], name: 'a' },
        { type: 'bar', x: table.column('day'), y: table.column('yes'), xaxis: 'x2' },
      ]
      return <Chart data={data} layout={{ title: { text: 'Three points' } }} />
    }
    await run(() => show(<App />))
    const [name, , props, first, second] = node() as unknown as [string, number, object, ElementNode, ElementNode]
    expect([name, props]).toMatchObject(['Chart', { label: 'Three points', layout: { xaxis2: { type: 'date' } } }])
    expect(first[2]).toEqual({ x, y: [1, 2, 3], rest: { type: 'scatter', name: 'a' } })
    expect(second[2]).toMatchObject({ x: new Float64Array([0]), y: ['yes'] })
    commits.length = 0
    run(() => setLast(4))
    await vi.waitFor(() => expect(commits.flat()).toHaveLength(1))
    const place = { path: ['nodes', 0, 3, 2, 'y'], index: 2, remove: 1 }
    expect(commits.flat()[0]).toMatchObject({ op: 'splice', ...place, insert: [4] })
  })
})

describe('LineStream', () => {
  test('points go as binary, once each; as many as are kept are there for who comes later [O17]', async () => {
    const { document, commits, run } = stage()
    const data = run(() => new LineData(['a', 'b'], { points: 1000 }))
    await run(() => show(<LineStream data={data} />))
    commits.length = 0
    const push = (from: number, count: number): void => {
      for (let i = from; i < from + count; i++) data.push(i, [i, -i])
    }
    push(0, 600)
    const kept = () => document.get(data.recordId)!.props as { x: Float64Array; s1: Float64Array }
    await vi.waitFor(() => expect(kept().x).toHaveLength(600))
    push(600, 600)
    await vi.waitFor(() => expect(kept().x.at(-1)).toBe(1199))
    expect([kept().x.length, kept().x[0], kept().s1.at(-1)]).toEqual([1000, 200, -1199])
    const appends = commits.flat().filter((op) => op.op === 'append')
    const sent = appends.reduce((sum, op) => sum + (op.columns['x'] as Float64Array).length, 0)
    expect([sent, appends.every((op) => op.columns['s0'] instanceof Float64Array)]).toEqual([1200, true])
    data.clear()
    expect(kept().x).toHaveLength(0)
    data.close()
    data.push(1, [1, 1])
    expect(document.get(data.recordId)).toBeUndefined()
    expect(() => run(() => new LineData([]))).toThrow(/name of its own/)
    expect(() => run(() => new LineData(['a'])).push(1, [1, 2])).toThrow(/2 values for 1 lines/)
  })
})
