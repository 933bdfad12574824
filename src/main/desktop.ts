import path from 'node:path'
import type { ScriptProblem } from '../shared/records.ts'
import { App } from './app.ts'
import { problemText } from './commands/problem-text.ts'
import type { Config } from './config.ts'
import type { WindowHost } from './hosts/types.ts'
import type { Layout } from './layout.ts'
import type { Log } from './log.ts'
import { createScriptRunner } from './scripts/index.ts'
import { admitByKey } from './server/component-key-admission.ts'
import { createServer } from './server/index.ts'
import type { PageServer } from './server/index.ts'
import { createPageHandler } from './server/pages.ts'
import type { PageHandler } from './server/types.ts'
import type { DesktopStores } from './stores/types.ts'

export interface DesktopOptions {
  config: Config
  layout: Layout
  log: Log
  host: WindowHost
  stores: DesktopStores
  /** Scheme and authority of page addresses where the host brings its own way to them; null: a server on 127.0.0.1, started when the first window opens. */
  origin: string | null
  workerId: string
  openExternal: (url: string) => Promise<void>
  stdout: (text: string) => void
  stderr: (text: string) => void
}

/** An app with its stores, script runner and pages, for whichever host makes its windows. */
export function createDesktop(options: DesktopOptions): { app: App; pages: PageHandler } {
  const { config, layout, log, host, stores, stdout, stderr } = options
  stores.onNotice((notice) => {
    if (!('cleared' in notice)) stderr(`oriel: ${notice.text}\n`)
  })
  const runner = createScriptRunner({
    runtime: layout.runtime,
    workerUrl: layout.worker,
    tempDir: path.join(config.home, 'cache'),
    log,
  })
  let server: Promise<PageServer> | null = null
  const serve = (): Promise<PageServer> =>
    (server ??= createServer({
      maxMessageBytes: config.maxMessageMiB * 1024 * 1024,
      pages,
      attach: (carrier, request) => app.lobby.receive(carrier, request),
      port: config.port,
      log,
      cookies: config.cookies,
      admitToComponents: admitByKey((key) => app.componentKeys.find(key)),
      allowPrograms: () => app.lobby.expectsPrograms,
    }))
  const app: App = new App({
    config,
    host,
    stores,
    runner,
    log,
    origin: async () => options.origin ?? (await serve()).origin,
    socketUrl: async () => (await serve()).socketUrl,
    version: layout.version,
    openExternal: options.openExternal,
    examplesDir: layout.examples,
    workerId: options.workerId,
    onOutput: (_session, stream, text) => (stream === 'stdout' ? stdout : stderr)(`${text}\n`),
    onProblem: (_session, problem: ScriptProblem) => stderr(problemText(problem, process.cwd())),
  })
  const pages = createPageHandler({ directory: app.pages, assetsDir: path.join(layout.renderer, 'assets'), log })
  app.onClosed(async () => {
    if (server) await (await server).close()
  })
  return { app, pages }
}
