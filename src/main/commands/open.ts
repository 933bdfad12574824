import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { OrielError } from '../../shared/errors.ts'
import type { App, OpenMode } from '../app.ts'
import type { Config } from '../config.ts'
import type { Session } from '../engine/session.ts'
import { createDesktop } from '../desktop.ts'
import { chooseHost } from '../hosts/index.ts'
import type { HostName } from '../hosts/types.ts'
import type { Layout } from '../layout.ts'
import { createLog } from '../log.ts'
import type { Log } from '../log.ts'
import { checkScript } from '../scripts/check-script.ts'
import { claimHome } from '../single-instance.ts'
import type { HandoverReply, HandoverRequest, HomeClaim } from '../single-instance.ts'
import { EXIT } from './exit-code.ts'

export interface OpenOptions {
  config: Config
  layout: Layout
  /** Null: the home window. */
  script: string | null
  arguments: Record<string, string>
  mode: OpenMode
  watch: boolean
  /** PNG file to write the first window's picture to; then the app ends. */
  screenshot: string | null
  /** ms between the first paint and the picture. */
  screenshotAfterMs: number
  /** The file came by double-click: ask if it was never seen before. */
  ask: boolean
  workerId: string
  stdout: (text: string) => void
  stderr: (text: string) => void
  /** Calls back at SIGINT, SIGTERM or SIGHUP. */
  onSignal: (listener: () => void) => void
}

/** `oriel [script]`: opens it and stays until its last window is closed. Gives the exit code. */
export async function open(options: OpenOptions): Promise<number> {
  const { config, script } = options
  const scriptPath = script === null ? null : path.resolve(script)
  if (scriptPath !== null) await checkScript(scriptPath)
  // A picture is taken without a window in anybody's way.
  const requested = config.host ?? (options.screenshot === null ? undefined : 'headless')
  const own = requested === 'headless'
  const log = createLog({ file: path.join(config.home, 'oriel.log'), level: config.logLevel })
  let app: App | null = null
  const started = Promise.withResolvers<App>()
  started.promise.catch(() => {})
  const claim = own
    ? null
    : await claimHome({
        homeDir: config.home,
        log,
        // A request that comes while this one still starts waits for it.
        onRequest: async (request) => handle(await started.promise, request),
      })
  try {
    if (claim?.role === 'second') return await handOver(claim, options, scriptPath)
    app = await start(options, log, requested)
    const opened = app
    started.resolve(opened)
    options.onSignal(() => void opened.close())
    const code = await run(opened, options, scriptPath)
    await opened.close()
    return code
  } catch (error) {
    started.reject(error)
    throw error
  } finally {
    await app?.close()
    if (claim?.role === 'first') await claim.close()
    log.close()
  }
}

async function start(options: OpenOptions, log: Log, requested: HostName | undefined): Promise<App> {
  const { config, layout, stdout, stderr, workerId } = options
  const chosen = await chooseHost(requested, {
    log,
    homeDir: config.home,
    browser: config.browser,
    render: options.screenshot !== null,
    announce: ({ title, url }) => stdout(`${title}: ${url}\n`),
    warn: (text) => stderr(`oriel: ${text}\n`),
  })
  if (chosen.note) stderr(`oriel: ${chosen.note}\n`)
  const openExternal = async (url: string) => {
    const { default: openInBrowser } = await import('open')
    await openInBrowser(url)
  }
  const { app } = await createDesktop({
    config,
    layout,
    log,
    host: chosen.host,
    origin: null,
    workerId,
    openExternal,
    stdout,
    stderr,
  })
  return app
}

async function run(app: App, options: OpenOptions, scriptPath: string | null): Promise<number> {
  if (scriptPath === null) {
    await app.openHome()
    return app.done
  }
  const session = await app.openScript({
    path: scriptPath,
    arguments: options.arguments,
    mode: options.mode,
    named: !options.ask,
    watch: options.watch,
  })
  if (session && options.screenshot !== null) return takePicture(session, options.screenshot, options)
  return app.done
}

async function takePicture(session: Session, file: string, options: OpenOptions): Promise<number> {
  const [widgetId] = session.windows.widgetIds
  if (session.problem) return EXIT.scriptFailed
  if (widgetId === undefined) {
    options.stderr('oriel: the script showed no window, so there is nothing to take a picture of.\n')
    return EXIT.scriptFailed
  }
  await session.windows.painted(widgetId)
  if (options.screenshotAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, options.screenshotAfterMs))
  const png = await session.windows.get(widgetId).capture()
  await writeFile(file, png).catch((error: unknown) => {
    throw new OrielError('bad_usage', `${file} could not be written (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    })
  })
  return EXIT.fine
}

/** What another process asks of the one that has the home. */
async function handle(app: App, request: HandoverRequest): Promise<HandoverReply> {
  if (request.kind === 'open-home') {
    await app.openHome()
    return { sessionId: null }
  }
  const { path: file, arguments: given, mode, asked } = request
  const session = await app.openScript({ path: file, arguments: given, mode, named: asked })
  return { sessionId: session?.id ?? null }
}

async function handOver(
  claim: Extract<HomeClaim, { role: 'second' }>,
  options: OpenOptions,
  scriptPath: string | null,
): Promise<number> {
  await claim.send(
    scriptPath === null
      ? { kind: 'open-home' }
      : {
          kind: 'open-script',
          path: scriptPath,
          arguments: options.arguments,
          mode: options.mode,
          asked: !options.ask,
        },
  )
  return EXIT.fine
}
