import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { chromium } from '@playwright/test'
import type { Page } from '@playwright/test'
import { WebSocketServer } from 'ws'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const CLI = path.resolve(import.meta.dirname, '../../out/main/cli.js')
const ROUNDS = 12
const CLICKS_A_ROUND = 100

/** The raw baseline: a page whose click sends over a WebSocket and whose answer becomes the text of the number. */
const RAW_PAGE = `<!doctype html><p id="n">0</p><button id="add">Add</button><script>
const socket = new WebSocket('ws://' + location.host)
socket.onmessage = (event) => { document.getElementById('n').textContent = event.data }
socket.onopen = () => { document.title = 'ready' }
document.getElementById('add').onclick = () => socket.send('add')
</script>`

/** Row 1: from a click to the changed number in the page, ours against a bare `ws` echo, in alternating rounds. */
export async function benchClick(options: { home: string; browser: string }): Promise<Row> {
  const raw = await startRaw()
  const app = spawn(
    process.execPath,
    [CLI, path.join(import.meta.dirname, 'scripts/click.oriel.ts'), '--host', 'headless', '--new'],
    {
      env: { ...process.env, ORIEL_HOME: options.home },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const browser = await chromium.launch({ executablePath: options.browser, chromiumSandbox: process.getuid?.() !== 0 })
  try {
    const url = await firstMatch(app.stdout, /: (http:\S+)/)
    const [ours, theirs] = [await browser.newPage(), await browser.newPage()]
    await ours.goto(url)
    await ours.evaluate(() => window.oriel!.ready)
    await theirs.goto(raw.url)
    await theirs.waitForFunction(() => document.title === 'ready')
    const samples: { ours: number[]; raw: number[] } = { ours: [], raw: [] }
    // One round each to warm up, then alternate so that both see the same machine.
    await measure(ours, CLICKS_A_ROUND)
    await measure(theirs, CLICKS_A_ROUND)
    for (let round = 0; round < ROUNDS; round++) {
      await ours.bringToFront()
      samples.ours.push(...(await measure(ours, CLICKS_A_ROUND)))
      await theirs.bringToFront()
      samples.raw.push(...(await measure(theirs, CLICKS_A_ROUND)))
    }
    return row('click → callback → number changed', 'raw ws echo', 'ms', samples.ours, samples.raw, '≤ 1.2× / ≤ 1.5×')
  } finally {
    await browser.close()
    app.kill('SIGTERM')
    await once(app, 'close')
    await raw.close()
  }
}

function measure(page: Page, clicks: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const number = document.getElementById('n')!
    const button = document.getElementById('add')!
    const times: number[] = []
    for (let n = 0; n < count; n++) {
      const changed = new Promise<number>((resolve) => {
        const observer = new MutationObserver(() => {
          observer.disconnect()
          resolve(performance.now())
        })
        observer.observe(number, { childList: true, characterData: true, subtree: true })
      })
      const start = performance.now()
      button.click()
      times.push((await changed) - start)
      // Lets each side finish what follows an answer (acknowledgements, frames) before the next click.
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    return times
  }, clicks)
}

async function startRaw(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(RAW_PAGE))
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  sockets.on('connection', (socket) => {
    let n = 0
    socket.on('message', () => socket.send(String(++n)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** The first group of the first match in what a stream says. */
export function firstMatch(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const onData = (chunk: Buffer | string) => {
      text += String(chunk)
      const match = pattern.exec(text)
      if (!match) return
      stream.off('data', onData)
      stream.resume()
      resolve(match[1] ?? match[0])
    }
    stream.on('data', onData)
    stream.once('end', () => reject(new Error(`${pattern} never came. Got: ${text}`)))
  })
}
