import { realpath, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { OrielError } from '../../shared/errors.ts'
import { DEFAULT_WINDOW } from '../../shared/window.ts'
import type { App, OpenMode } from '../app.ts'
import type { Config } from '../config.ts'
import type { Session } from '../engine/session.ts'
import { chooseHost } from '../hosts/index.ts'
import type { HostName, WindowPlace } from '../hosts/types.ts'
import type { Layout } from '../layout.ts'
import { createLog } from '../log.ts'
import type { Log } from '../log.ts'
import { checkScript } from '../scripts/check-script.ts'
import { claimHome } from '../single-instance.ts'
import type { HandoverReply, HandoverRequest } from '../single-instance.ts'
import { openDesktopStores } from '../stores/index.ts'
import type { DesktopStores } from '../stores/types.ts'
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

/** How often a process that was about to be handed to may have ended just then. */
const CLAIM_ATTEMPTS = 5

/** `oriel [script]`: opens it and stays until its last window is closed, or hands it to the Oriel that runs already. Gives the exit code. */
export async function open(options: OpenOptions): Promise<number> {
  const { config, script } = options
  const scriptPath = script === null ? null : path.resolve(script)
  if (scriptPath !== null) await checkScript(scriptPath)
  // A picture is taken without a window in anybody's way.
  const requested = config.host ?? (options.screenshot === null ? undefined : 'headless')
  const log = createLog({ file: path.join(config.home, 'oriel.log'), level: config.logLevel })
  const work = { options, scriptPath, requested, log }
  try {
    if (requested === 'headless') return await openHere(work, () => {})
    for (let attempt = 1; ; attempt++) {
      const started = Promise.withResolvers<App>()
      // Nobody may ever hand anything over.
      started.promise.catch(() => {})
      const claim = await claimHome({
        homeDir: config.home,
        log,
        // A request that comes while this process still starts waits for it.
        onRequest: async (request) => handle(await started.promise, request),
      })
      if (claim.role === 'first') {
        try {
          return await openHere(work, (app) => started.resolve(app))
        } catch (error) {
          started.reject(error)
          throw error
        } finally {
          await claim.close()
        }
      }
      try {
        await claim.send(handover(options, scriptPath))
        return EXIT.fine
      } catch (error) {
        // It was just ending: this process may be the first now.
        const ended = error instanceof OrielError && error.code === 'not_connected'
        if (!ended || attempt === CLAIM_ATTEMPTS) throw error
      }
    }
  } finally {
    log.close()
  }
}

interface Work {
  options: OpenOptions
  scriptPath: string | null
  requested: HostName | undefined
  log: Log
}

/** Opens it in this process. `onStarted`: from now on others may hand their scripts over. */
async function openHere(work: Work, onStarted: (app: App) => void): Promise<number> {
  const { app, prepared } = await start(work)
  onStarted(app)
  work.options.onSignal(() => void app.close())
  try {
    return await run(app, work, prepared)
  } finally {
    await app.close()
  }
}

/*
 * What takes longest is the browser's start. So the little that it needs comes first (the host, the place of the window),
 * and the rest of the app is loaded while it starts.
 */
async function start({ options, scriptPath, requested, log }: Work): Promise<{ app: App; prepared: () => void }> {
  const { config, layout, stdout, stderr, workerId } = options
  const { host, note } = await chooseHost(requested, {
    log,
    homeDir: config.home,
    browser: config.browser,
    render: options.screenshot !== null,
    announce: ({ title, url }) => stdout(`${title}: ${url}\n`),
    warn: (text) => stderr(`oriel: ${text}\n`),
  })
  if (note) stderr(`oriel: ${note}\n`)
  let prepared = () => {}
  try {
    const stores = await openDesktopStores({ homeDir: config.home, log, now: Date.now })
    prepared = host.prepare(await likelyPlace(stores, scriptPath, options.mode))
    const { createDesktop } = await import('../desktop.ts')
    const openExternal = async (url: string) => {
      const { default: openInBrowser } = await import('open')
      await openInBrowser(url)
    }
    const parts = { config, layout, log, host, stores, origin: null, workerId, openExternal, stdout, stderr }
    return { app: createDesktop(parts).app, prepared }
  } catch (error) {
    prepared()
    await host.close()
    throw error
  }
}

/** Where the first window will probably be: where the session that goes on had one, else wherever the host likes. */
async function likelyPlace(stores: DesktopStores, scriptPath: string | null, mode: OpenMode): Promise<WindowPlace> {
  const anywhere = { ...DEFAULT_WINDOW, x: null, y: null }
  if (scriptPath === null || mode === 'new') return anywhere
  const sessionId =
    typeof mode === 'object'
      ? mode.session
      : (await stores.sessions.findByScript(await realpath(scriptPath)))?.sessionId
  const placements = sessionId === undefined ? [] : await stores.sessions.listPlacements(sessionId)
  return placements.find(({ bounds }) => bounds !== null)?.bounds ?? anywhere
}

async function run(app: App, { options, scriptPath }: Work, prepared: () => void): Promise<number> {
  try {
    if (scriptPath === null) await app.openHome()
    else {
      const session = await app.openScript({
        path: scriptPath,
        arguments: options.arguments,
        mode: options.mode,
        named: !options.ask,
        watch: options.watch,
      })
      if (session && options.screenshot !== null) return await takePicture(session, options.screenshot, options)
    }
  } finally {
    prepared()
  }
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
  if (app.isClosing) throw new OrielError('not_connected', 'This Oriel is just ending.')
  if (request.kind === 'open-home') {
    await app.openHome()
    return { sessionId: null }
  }
  const { path: file, arguments: given, mode, asked } = request
  const session = await app.openScript({ path: file, arguments: given, mode, named: asked })
  return { sessionId: session?.id ?? null }
}

function handover(options: OpenOptions, scriptPath: string | null): HandoverRequest {
  if (scriptPath === null) return { kind: 'open-home' }
  return {
    kind: 'open-script',
    path: scriptPath,
    arguments: options.arguments,
    mode: options.mode,
    asked: !options.ask,
  }
}
