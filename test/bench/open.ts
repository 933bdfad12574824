import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { browserFlags } from '../../src/main/hosts/browser/flags.ts'
import { firstMatch } from './click.ts'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const CLI = path.resolve(import.meta.dirname, '../../out/main/cli.js')
const RUNS = 15

/** The raw baseline: a static page that says when it has been painted. */
const STATIC_PAGE = `<!doctype html><title>painted</title><h1>Hello</h1><script>
requestAnimationFrame(() => requestAnimationFrame(() => {
  fetch('/painted?' + (performance.timeOrigin + performance.now()))
}))
</script>`

/** Row 2: from the command to the first painted widget, ours against `chromium --app` on a static page with the same flags; caches are warm. */
export async function benchOpen(options: { home: string; browser: string }): Promise<Row> {
  const samples: { ours: number[]; raw: number[] } = { ours: [], raw: [] }
  const profile = path.join(options.home, 'bare-profile')
  await openOurs(options.home)
  await openBare(options.browser, profile)
  for (let n = 0; n < RUNS; n++) {
    samples.ours.push(await openOurs(options.home))
    samples.raw.push(await openBare(options.browser, profile))
  }
  return row('open: command → first painted widget', 'chromium --app', 'ms', samples.ours, samples.raw, '≤ 1.5×')
}

async function openOurs(home: string): Promise<number> {
  const start = Date.now()
  const app = spawn(
    process.execPath,
    [CLI, path.join(import.meta.dirname, 'scripts/painted.oriel.ts'), '--host', 'chromium', '--new'],
    {
      env: { ...process.env, ORIEL_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const elapsed = Number(await firstMatch(app.stdout, /painted (\S+)\n/)) - start
  app.kill('SIGTERM')
  await once(app, 'close')
  return elapsed
}

async function openBare(browser: string, profileFolder: string): Promise<number> {
  const painted = Promise.withResolvers<number>()
  const server = createServer((request, response) => {
    const at = /^\/painted\?(.+)/.exec(request.url ?? '')?.[1]
    if (at !== undefined) painted.resolve(Number(at))
    response.setHeader('content-type', 'text/html').end(request.url === '/' ? STATIC_PAGE : '')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const flags = browserFlags({
    profileFolder,
    platform: process.platform,
    asRoot: process.getuid?.() === 0,
    extraArgs: [],
  })
  const start = Date.now()
  const child = spawn(browser, [...flags, `--app=${url}`], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const elapsed = (await painted.promise) - start
  child.kill('SIGTERM')
  await once(child, 'close')
  server.close()
  server.closeAllConnections()
  return elapsed
}
