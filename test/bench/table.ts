import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { chromium } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'
import { firstMatch } from './click.ts'
import { inWords, traceMainThread } from './main-thread.ts'
import type { MainThread } from './main-thread.ts'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const CLI = path.resolve(import.meta.dirname, '../../out/main/cli.js')
const SCRIPT = path.join(import.meta.dirname, 'scripts/table.oriel.tsx')
const ROUNDS = 8
const SCROLLED_ROUNDS = 2
const SCROLL_MS = 3000
const LINES_MS = 8000
const FILL_MS = 10_500

/** Row 5: a table of a million rows against the same table of ten thousand: until its rows are painted, frames while it is scrolled to its end, until it is sorted. */
export async function benchTable(options: { home: string; browser: string }): Promise<Row[]> {
  return withPages(options, [1_000_000, 10_000], async ([large, small]) => {
    const samples = { open: two(), scroll: two(), sort: two() }
    const mainThread = { ours: [] as MainThread[], raw: [] as MainThread[] }
    for (let round = 0; round <= ROUNDS; round++)
      for (const [side, page] of [
        ['ours', large!],
        ['raw', small!],
      ] as const) {
        await page.bringToFront()
        const open = await openTable(page)
        const scroll = round <= SCROLLED_ROUNDS ? await traceMainThread(page, () => scrollToEnd(page)) : null
        const sort = await sortTable(page)
        await page.getByRole('button', { name: 'Nothing' }).click()
        await page.locator('.ag-row').first().waitFor({ state: 'detached' })
        // The first round loads the grid.
        if (round === 0) continue
        samples.open[side].push(open)
        samples.sort[side].push(sort)
        if (!scroll) continue
        samples.scroll[side].push(...scroll.result)
        mainThread[side].push(scroll.mainThread)
      }
    const raw = '10,000 rows'
    return [
      row('table of 1,000,000 rows: click to rows', raw, 'ms', samples.open.ours, samples.open.raw, '≤ 1.5×'),
      {
        ...row(
          '… frames while scrolling to its end',
          raw,
          'ms',
          samples.scroll.ours,
          samples.scroll.raw,
          'p99 ≤ 50 ms',
        ),
        note: `${inWords(mainThread.ours)} (${raw}: ${inWords(mainThread.raw)})`,
      },
      row('… click to sorted rows', raw, 'ms', samples.sort.ours, samples.sort.raw, 'none'),
    ]
  })
}

/** Frames of a page that draws 10 lines of 1,000 points a second each, against the same page with nothing in it. */
export async function benchLines(options: { home: string; browser: string }): Promise<Row> {
  return withPages(options, [10_000], async ([page]) => {
    const nothing = await frames(page!, LINES_MS / 2)
    await page!.getByRole('button', { name: 'Lines' }).click()
    await page!.locator('.oriel-lines canvas').waitFor()
    // Until each line has all the points that it keeps.
    await frames(page!, FILL_MS)
    const { result: lines, mainThread } = await traceMainThread(page!, () => frames(page!, LINES_MS))
    return {
      ...row('10 lines × 1,000 points/s: frames', 'an idle page', 'ms', lines, nothing, 'p99 ≤ 50 ms'),
      note: inWords([mainThread]),
    }
  })
}

const two = (): { ours: number[]; raw: number[] } => ({ ours: [], raw: [] })

async function withPages<T>(
  { home, browser: executablePath }: { home: string; browser: string },
  counts: readonly number[],
  measure: (pages: Page[]) => Promise<T>,
): Promise<T> {
  const apps = counts.map((rows) =>
    spawn(process.execPath, [CLI, SCRIPT, `rows=${rows}`, '--host', 'headless', '--new'], {
      env: { ...process.env, ORIEL_HOME: path.join(home, `table-${rows}`) },
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )
  let browser: Browser | null = null
  try {
    browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 })
    const pages: Page[] = []
    for (const app of apps) {
      const page = await browser.newPage()
      await page.goto(await firstMatch(app.stdout, /: (http:\S+)/))
      await page.getByRole('button', { name: 'Table' }).waitFor()
      pages.push(page)
    }
    return await measure(pages)
  } finally {
    await browser?.close()
    for (const app of apps) {
      app.kill()
      await once(app, 'exit')
    }
  }
}

/** From the click to the frame after the first row is there, in ms. */
function openTable(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Table')!
    const begun = performance.now()
    button.click()
    const cell = () => document.querySelector('.ag-row[row-index="0"] [col-id="0"]')?.textContent
    while (!cell()) await new Promise<number>(requestAnimationFrame)
    await new Promise<number>(requestAnimationFrame)
    return performance.now() - begun
  })
}

/** Lengths of the frames, in ms, while the table is dragged from its first row to its last, until that has come. */
function scrollToEnd(page: Page): Promise<number[]> {
  return page.evaluate(async (ms) => {
    const view = document.querySelector('.ag-grid-viewport, .ag-body-viewport')!
    const lengths: number[] = []
    const begun = performance.now()
    let before = begun
    for (let at = 0; at < 1;) {
      const now = await new Promise<number>(requestAnimationFrame)
      lengths.push(now - before)
      before = now
      at = Math.min(1, (now - begun) / ms)
      view.scrollTop = at * (view.scrollHeight - view.clientHeight)
    }
    view.scrollTop = 0
    return lengths.slice(1)
  }, SCROLL_MS)
}

/** From the click on a heading to another first row, in ms. */
function sortTable(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const heading = document.querySelector('.ag-header-cell[col-id="1"] .ag-header-cell-label') as HTMLElement
    const cell = () => document.querySelector('.ag-row[row-index="0"] [col-id="1"]')?.textContent
    const first = () => document.querySelector('.ag-row[row-index="0"] [col-id="0"]')?.textContent
    while (!first()) await new Promise<number>(requestAnimationFrame)
    const before = cell()
    const begun = performance.now()
    heading.click()
    while (!cell() || cell() === before) await new Promise<number>(requestAnimationFrame)
    return performance.now() - begun
  })
}

function frames(page: Page, ms: number): Promise<number[]> {
  return page.evaluate(async (duration) => {
    const lengths: number[] = []
    const begun = performance.now()
    let before = begun
    while (before - begun < duration) {
      const now = await new Promise<number>(requestAnimationFrame)
      lengths.push(now - before)
      before = now
    }
    return lengths.slice(1)
  }, ms)
}
