import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { chromium } from '@playwright/test'
import type { Page } from '@playwright/test'
import { build } from 'esbuild'
import { firstMatch } from './click.ts'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const CLI = path.resolve(import.meta.dirname, '../../out/main/cli.js')
const SCRIPTS = path.join(import.meta.dirname, 'scripts')
/** Elements → how often it is measured. */
const COUNTS: readonly [count: number, samples: number][] = [
  [1, 40],
  [100, 30],
  [10_000, 8],
]

/** From a click to the painted frame: elements that a script renders, against React with the same components in the page itself. */
export async function benchElements(options: { home: string; browser: string }): Promise<Row[]> {
  const app = spawn(process.execPath, [CLI, path.join(SCRIPTS, 'elements.oriel.tsx'), '--host', 'headless', '--new'], {
    env: { ...process.env, ORIEL_HOME: options.home },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const browser = await chromium.launch({ executablePath: options.browser, chromiumSandbox: process.getuid?.() !== 0 })
  try {
    const url = await firstMatch(app.stdout, /: (http:\S+)/)
    const ours = await browser.newPage()
    await ours.goto(url)
    const raw = await browser.newPage()
    // The same styles, which are a good part of what is painted.
    const css = await (await fetch(new URL('/assets/page.css', url))).text()
    await raw.setContent(`<!doctype html><style>${css}</style><main id="oriel-content"><div id="app"></div></main>`)
    await raw.addScriptTag({ content: await pageScript() })
    for (const page of [ours, raw]) await page.waitForSelector('#clear')
    const rows: Row[] = []
    for (const [count, samples] of COUNTS) {
      const times = {
        new: { ours: [] as number[], raw: [] as number[] },
        change: { ours: [] as number[], raw: [] as number[] },
      }
      for (let n = -2; n < samples; n++) {
        for (const [side, page] of [['ours', ours] as const, ['raw', raw] as const]) {
          await page.bringToFront()
          await measure(page, 'clear')
          for (const kind of ['new', 'change'] as const) {
            const ms = await measure(page, `${kind}-${count}`)
            // The first ones warm up.
            if (n >= 0) times[kind][side].push(ms)
          }
        }
      }
      for (const kind of ['new', 'change'] as const) {
        const name = `${count.toLocaleString('en')} ${kind === 'new' ? 'new' : 'changed'} elements → pixels`
        rows.push(row(name, 'React in the page', 'ms', times[kind].ours, times[kind].raw, '≤ 1.5×'))
      }
    }
    return rows
  } finally {
    await browser.close()
    app.kill('SIGTERM')
    await once(app, 'close')
  }
}

/** Milliseconds from a click on the button until a frame with what it changed is painted; 0 if there was nothing to change. */
function measure(page: Page, button: string): Promise<number> {
  return page.evaluate(async (id) => {
    const list = document.getElementById('list')!
    if (id === 'clear' && list.childElementCount === 0) return 0
    const changed = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        observer.disconnect()
        resolve()
      })
      observer.observe(list, { childList: true, characterData: true, subtree: true })
    })
    const start = performance.now()
    document.getElementById(id)!.click()
    await changed
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    return performance.now() - start
  }, button)
}

async function pageScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(SCRIPTS, 'elements-page.tsx')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return outputFiles[0]!.text
}
