import { encode } from '../../src/shared/carriers/codec.ts'
import { Component } from '../../src/sdk/components.ts'
import { html, show } from '../../src/sdk/index.ts'
import { ComponentStage } from '../support/component-stage.ts'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const ROWS = 1000
const EVENTS = 50

class Rows extends Component<{ rows: { id: number; title: string; done: boolean }[] }> {
  override async mount() {
    await super.mount()
    this.state.rows = Array.from({ length: ROWS }, (_, id) => ({ id, title: `Row number ${id}`, done: false }))
  }
  onToggle({ id }: { id: number }) {
    const found = this.state.rows.find((one) => one.id === id)
    if (found) found.done = !found.done
  }
  override render() {
    const rows = this.state.rows.map(
      ({ id, title, done }) => html`<li data-key="${id}" class="${done ? 'done' : ''}"><span>${title}</span></li>`,
    )
    return String(html`<ul>${rows}</ul>`)
  }
}

/** Bytes that a window is sent for an event that changes one row of a component's 1,000, its answer included, against that row alone as a message. */
export async function benchComponentBytes(): Promise<Row> {
  const stage = await ComponentStage.start()
  try {
    await stage.run(() => show(new Rows()))
    const ours: number[] = []
    const raw: number[] = []
    for (let event = 0; event < EVENTS; event++) {
      const id = (event * 379) % ROWS
      ours.push(await stage.bytesSent(() => stage.event('w1', 'toggle', { id })))
      const changed = `<li data-key="${id}" class="done"><span>Row number ${id}</span></li>`
      raw.push(encode({ html: changed }).byteLength)
    }
    return row('component: one row of 1,000 changes, bytes sent', 'that row alone', 'bytes', ours, raw, 'O(change)')
  } finally {
    await stage.end()
  }
}
