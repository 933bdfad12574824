import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { chromium } from '@playwright/test'
import type { Page } from '@playwright/test'
import { WebSocketServer } from 'ws'
import { firstMatch } from './click.ts'
import { FRAME_BYTES, HEIGHT, WIDTH, makeFrames } from './scripts/frames.ts'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const CLI = path.resolve(import.meta.dirname, '../../out/main/cli.js')
const ROUNDS = 6
const ROUND_MS = 2500
/** Frames that may be on their way, on both sides. */
const AHEAD = 2

/** The raw baseline: each binary message is drawn and acknowledged; the next is sent for each acknowledgement. */
const RAW_PAGE = `<!doctype html><canvas id="c" width="${WIDTH}" height="${HEIGHT}" style="width: 800px"></canvas><script>
const context = document.getElementById('c').getContext('2d')
const socket = new WebSocket('ws://' + location.host)
socket.binaryType = 'arraybuffer'
window.run = (on) => socket.send(on ? 'go' : 'stop')
window.frames = 0
socket.onopen = () => { document.title = 'ready' }
socket.onmessage = ({ data }) => {
  context.putImageData(new ImageData(new Uint8ClampedArray(data), ${WIDTH}, ${HEIGHT}), 0, 0)
  window.frames++
  socket.send('shown')
}
</script>`

/** Acknowledged frames of 1920×1080 pixels a second, ours against a bare `ws` with the same bytes, in alternating rounds. */
export async function benchImages(options: { home: string; browser: string }): Promise<Row> {
  const raw = await startRaw()
  const app = spawn(
    process.execPath,
    [CLI, path.join(import.meta.dirname, 'scripts/images.oriel.ts'), '--host', 'headless', '--new'],
    { env: { ...process.env, ORIEL_HOME: options.home }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const browser = await chromium.launch({ executablePath: options.browser, chromiumSandbox: process.getuid?.() !== 0 })
  try {
    const url = await firstMatch(app.stdout, /: (http:\S+)/)
    const [ours, theirs] = [await browser.newPage(), await browser.newPage()]
    await ours.goto(url)
    await ours.evaluate(() => window.oriel!.ready)
    await theirs.goto(raw.url)
    await theirs.waitForFunction(() => document.title === 'ready')
    const measureOurs = () => ours.evaluate((ms) => window.oriel!.request('measure', ms), ROUND_MS) as Promise<number>
    const samples: { ours: number[]; raw: number[] } = { ours: [], raw: [] }
    // One round each to warm up, then alternate so that both see the same machine.
    await ours.bringToFront()
    await measureOurs()
    await theirs.bringToFront()
    await measureRaw(theirs)
    for (let round = 0; round < ROUNDS; round++) {
      await ours.bringToFront()
      samples.ours.push(await measureOurs())
      await theirs.bringToFront()
      samples.raw.push(await measureRaw(theirs))
    }
    return row('1920×1080 RGBA frames shown', 'raw ws, drawn', 'fps', samples.ours, samples.raw, '≥ 0.9×')
  } finally {
    await browser.close()
    app.kill('SIGTERM')
    await once(app, 'close')
    await raw.close()
  }
}

/** Frames a second that the page has drawn. */
async function measureRaw(page: Page): Promise<number> {
  return page.evaluate(async (ms) => {
    const raw = window as unknown as { run: (on: boolean) => void; frames: number }
    const [began, before] = [performance.now(), raw.frames]
    raw.run(true)
    await new Promise((resolve) => setTimeout(resolve, ms))
    const rate = ((raw.frames - before) / (performance.now() - began)) * 1000
    raw.run(false)
    return rate
  }, ROUND_MS)
}

async function startRaw(): Promise<{ url: string; close(): Promise<void> }> {
  const frames = makeFrames().map((bytes) => bytes.subarray(0, FRAME_BYTES))
  const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(RAW_PAGE))
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  sockets.on('connection', (socket) => {
    let [running, underWay, n] = [false, 0, 0]
    socket.on('message', (message) => {
      const said = (message as Buffer).toString()
      if (said === 'shown') underWay--
      else running = said === 'go'
      if (!running) return
      for (; underWay < AHEAD; underWay++) socket.send(frames[n++ % frames.length]!)
    })
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
