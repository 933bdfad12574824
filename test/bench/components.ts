import path from 'node:path'
import { chromium } from '@playwright/test'
import { build } from 'esbuild'
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

const PAGE = `
  import { ComponentFrames } from './src/renderer/html/component-frames.ts'
  import { morphInside } from './src/renderer/html/morph.ts'
  import { parseInside } from './src/renderer/html/parse.ts'
  const place = (document.body.innerHTML = '<main></main>') && document.querySelector('main')
  const frames = new ComponentFrames()
  window.draw = (parts) => frames.draw(place, parts) || morphInside(place, parseInside(place, parts.join('')))
`

/** What a page takes to draw an event that changes one row of a component's 1,000, against putting all of its HTML in place. */
export async function benchComponentPage(options: { browser: string }): Promise<Row> {
  const resolveDir = path.resolve(import.meta.dirname, '../..')
  const { outputFiles } = await build({ stdin: { contents: PAGE, resolveDir }, bundle: true, write: false })
  const browser = await chromium.launch({ executablePath: options.browser, chromiumSandbox: process.getuid?.() !== 0 })
  try {
    const page = await browser.newPage()
    await page.addScriptTag({ content: outputFiles[0]!.text })
    const { ours, raw } = await page.evaluate(
      ({ count, events }) => {
        const { draw } = window as unknown as { draw: (parts: string[]) => void }
        const place = document.createElement('main')
        document.body.append(place)
        const rows = Array.from({ length: count }, (_, id) => `<li data-key="${id}"><span>Row number ${id}</span></li>`)
        let parts = ['<ul data-component="w1">', ...rows.with(count - 1, `${rows.at(-1)}</ul>`)]
        draw(parts)
        const times = { ours: [] as number[], raw: [] as number[] }
        for (let event = 0; event < events; event++) {
          const at = 1 + ((event * 379) % (count - 1))
          parts = parts.with(at, `<li data-key="${at - 1}" class="done"><span>Row number ${at - 1}</span></li>`)
          let start = performance.now()
          draw(parts)
          times.ours.push(performance.now() - start)
          start = performance.now()
          place.innerHTML = parts.join('')
          times.raw.push(performance.now() - start)
        }
        return times
      },
      { count: ROWS, events: EVENTS },
    )
    return row('component: one row of 1,000 changes, drawn', 'all by innerHTML', 'ms', ours, raw, '≤ 0.3×')
  } finally {
    await browser.close()
  }
}
