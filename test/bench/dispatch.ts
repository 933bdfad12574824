import { Eta } from 'eta/core'
import { z } from 'zod'
import { EtaRenderer, StreamingComponent, formatSseFrame } from '../../src/sdk/components.ts'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const ROUNDS = 40
/** Dispatches of one round. */
const CALLS = 500
/** Frames of one stream. */
const FRAMES = 200

const TEMPLATE = `<section id="<%= it.component_id %>">
<ul><% for (const item of it.state.items) { %>
  <li class="<%= item.done ? 'done' : 'open' %>"><b><%= item.title %></b> <button data-event="toggle" data-payload='{"id":<%= item.id %>}'>Done</button></li>
<% } %></ul><p><%= it.state.left %> left</p></section>`

interface TodoState {
  items: { id: number; title: string; done: boolean }[]
  left: number
}

const itemsOf = (): TodoState['items'] =>
  Array.from({ length: 20 }, (_, id) => ({ id, title: `Item ${id} & "more"`, done: id % 3 === 0 }))

class Todo extends StreamingComponent<TodoState> {
  static override templateName = 'todo'
  static override renderer = new EtaRenderer({ templates: { todo: TEMPLATE } })
  static override events = { toggle: z.object({ id: z.number() }) }

  override mount(): void {
    this.state.items = itemsOf()
  }

  override beforeRender(): void {
    this.state.left = this.state.items.filter(({ done }) => !done).length
  }

  onToggle({ id }: { id: number }): void {
    const item = this.state.items[id]!
    item.done = !item.done
  }

  async *onRun(): AsyncGenerator<void> {
    for (let n = 1; n < FRAMES; n++) {
      this.onToggle({ id: n % 20 })
      yield
    }
  }
}

const eta = new Eta({ cache: true })
eta.loadTemplate('@todo', TEMPLATE)
const state: TodoState = { items: itemsOf(), left: 13 }
const renderRaw = (): string => eta.render('@todo', { state, component_id: 'todo' })

/** Mount, event and render of a list of 20 rows against the template engine alone, in thousands a second. */
export async function benchDispatch(): Promise<Row> {
  const samples: { ours: number[]; raw: number[] } = { ours: [], raw: [] }
  for (let round = -10; round < ROUNDS; round++) {
    const ours = rate(() => new Todo().dispatch({ event: 'toggle', payload: { id: 3 } }).html)
    const raw = rate(renderRaw)
    // The first are for warming up.
    if (round < 0) continue
    samples.ours.push(ours)
    samples.raw.push(raw)
  }
  return row('component: mount + event + render', 'Eta alone', 'k/s', samples.ours, samples.raw, '≥ 0.5×')
}

function rate(call: () => string): number {
  const start = performance.now()
  for (let n = 0; n < CALLS; n++) call()
  return CALLS / (performance.now() - start)
}

/** A stream as server-sent events: until its first frame, in µs, and frames a ms; against a generator that renders. */
export async function benchStream(): Promise<Row[]> {
  const first: { ours: number[]; raw: number[] } = { ours: [], raw: [] }
  const frames: { ours: number[]; raw: number[] } = { ours: [], raw: [] }
  for (let round = -5; round < ROUNDS; round++) {
    const ours = await follow(ourFrames())
    const raw = await follow(rawFrames())
    if (round < 0) continue
    first.ours.push(ours.firstUs)
    first.raw.push(raw.firstUs)
    frames.ours.push(ours.framesPerMs)
    frames.raw.push(raw.framesPerMs)
  }
  return [
    row('component stream: first frame', 'a generator with Eta', 'µs', first.ours, first.raw, 'none set'),
    row('component stream: frames', 'a generator with Eta', 'k/s', frames.ours, frames.raw, 'none set'),
  ]
}

async function* ourFrames(): AsyncGenerator<string> {
  for await (const frame of new Todo().asyncStreamDispatch({ event: 'run' })) yield formatSseFrame(frame)
}

async function* rawFrames(): AsyncGenerator<string> {
  for (let n = 0; n < FRAMES; n++)
    yield `data: ${JSON.stringify({ html: renderRaw(), state: JSON.stringify(state) })}\n\n`
}

async function follow(stream: AsyncGenerator<string>): Promise<{ firstUs: number; framesPerMs: number }> {
  const start = performance.now()
  await stream.next()
  const firstUs = (performance.now() - start) * 1000
  let count = 1
  for await (const _ of stream) count++
  return { firstUs, framesPerMs: count / (performance.now() - start) }
}
