import { realpath, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { OrielError } from '../../shared/errors.ts'
import { DEFAULT_WINDOW } from '../../shared/window.ts'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import type { Session } from '../engine/session.ts'
import { chooseHost, detectHost, thisEnvironment } from '../hosts/index.ts'
import { NOTHING_PREPARED } from '../hosts/types.ts'
import type { HostName, Preparation, WindowPlace } from '../hosts/types.ts'
import type { Layout } from '../layout.ts'
import { createLog } from '../log.ts'
import type { Log } from '../log.ts'
import { checkScript } from '../scripts/check-script.ts'
import { openDesktopStores } from '../stores/index.ts'
import type { DesktopStores } from '../stores/types.ts'
import type { HandoverReply } from '../single-instance.ts'
import { STAYS, pushText } from './attach-text.ts'
import { runInElectron } from './electron.ts'
import { EXIT, exitCodeOfScript } from '../exit-code.ts'
import { becomeFirst } from './first-process.ts'
import type { FirstProcess } from './first-process.ts'
import { handoverOf, openAsked } from './open-arguments.ts'
import type { OpenArguments } from './open-arguments.ts'

export interface OpenOptions {
  config: Config
  layout: Layout
  asked: OpenArguments
  /** The same as it was typed, for the app in Electron. */
  commandLine: readonly string[]
  workerId: string
  stdout: (text: string) => void
  stderr: (text: string) => void
  /** Calls back at a signal to end. */
  onSignal: (listener: (signal: NodeJS.Signals) => void) => void
}

interface Work extends OpenOptions {
  requested: HostName | undefined
  log: Log
}

/**
 * `oriel [script]`: opens it and stays until its last window is closed, or hands it to the Oriel that runs already. Where
 * Electron is installed the app runs in it and this process waits. Gives the exit code.
 */
export async function open(options: OpenOptions): Promise<number> {
  const { config, layout, asked } = options
  if (asked.script !== null) await checkScript(asked.script)
  // A picture is taken without a window in anybody's way.
  const requested = config.host ?? (asked.screenshot === null ? undefined : 'headless')
  const electron = await findElectron(options)
  const log = createLog({ file: path.join(config.home, 'oriel.log'), level: config.logLevel })
  const work = { ...options, requested, log }
  try {
    if (requested === 'headless') return await openHere(work, null)
    const onReply = ({ sessionId, access }: HandoverReply) => {
      if (sessionId !== null && access) options.stdout(`${pushText({ sessionId, ...access }, clientModule(layout))}\n`)
    }
    const claim = { homeDir: config.home, request: handoverOf(asked), log, onReply }
    let first = await becomeFirst(claim)
    if (first !== null && electron !== null) {
      // The app in Electron is to be the first.
      await first.close()
      const exitCode = await openInElectron(work, electron)
      if (exitCode !== null) return exitCode
      first = await becomeFirst(claim)
    }
    if (first === null) return EXIT.fine
    try {
      return await openHere(work, first)
    } finally {
      await first.close()
    }
  } finally {
    log.close()
  }
}

/** Path of Electron's binary if the app is to run in it. Where it is asked for and missing, choosing a host says so. Throws bad_usage. */
async function findElectron({ config, asked }: OpenOptions): Promise<string | null> {
  if (asked.screenshot !== null && config.host === 'electron')
    throw new OrielError('bad_usage', 'A screenshot is not taken in Electron: leave out the host, or use headless.')
  if (asked.screenshot !== null || (config.host !== null && config.host !== 'electron')) return null
  const found = await detectHost('electron', thisEnvironment(config.browser))
  return found.available ? found.path : null
}

/** The exit code; null if Electron does not start and something else may open the windows. Throws host_unavailable. */
async function openInElectron(work: Work, binary: string): Promise<number | null> {
  const { layout, commandLine, onSignal, stderr, requested } = work
  const outcome = await runInElectron({
    binary,
    root: layout.root,
    args: commandLine,
    env: process.env,
    onSignal,
    warn: (text) => stderr(`oriel: ${text}\n`),
  })
  if (outcome.state === 'ended') return outcome.exitCode
  const text = `Electron could not be started: ${outcome.reason}.`
  if (requested === 'electron') throw new OrielError('host_unavailable', `${text} Run "oriel doctor".`)
  stderr(`oriel: ${text} Windows are opened without it.\n`)
  return null
}

/** Opens it in this process. */
async function openHere(work: Work, first: FirstProcess | null): Promise<number> {
  const { app, prepared } = await start(work)
  first?.serve(app)
  work.onSignal(() => void app.close())
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
async function start(work: Work): Promise<{ app: App; prepared: Preparation }> {
  const { config, layout, asked, requested, log, stdout, stderr, workerId } = work
  let app: App | null = null
  const { host, note } = await chooseHost(requested, {
    log,
    homeDir: config.home,
    browser: config.browser,
    render: asked.screenshot !== null,
    freshUrl: (url) => app?.freshUrl(url) ?? url,
    announce: ({ title, url }) => stdout(`${title}: ${url}\n`),
    warn: (text) => stderr(`oriel: ${text}\n`),
  })
  if (note) stderr(`oriel: ${note}\n`)
  let prepared = NOTHING_PREPARED
  try {
    const stores = await openDesktopStores({ homeDir: config.home, log, now: Date.now })
    // A program's window may come much later.
    if (!asked.forPrograms) prepared = host.prepare(await likelyPlace(stores, asked))
    await prepared.underWay
    const { createDesktop } = await import('../desktop.ts')
    const openExternal = async (url: string) => {
      const { default: openInBrowser } = await import('open')
      await openInBrowser(url)
    }
    const parts = { config, layout, log, host, stores, origin: null, workerId, openExternal, stdout, stderr }
    app = createDesktop(parts).app
    return { app, prepared }
  } catch (error) {
    prepared.release()
    await host.close()
    throw error
  }
}

/** Where the first window will probably be: where the session that goes on had one, else wherever the host likes. */
async function likelyPlace(stores: DesktopStores, { script, mode }: OpenArguments): Promise<WindowPlace> {
  const anywhere = { ...DEFAULT_WINDOW, x: null, y: null }
  if (script === null || mode === 'new') return anywhere
  try {
    const known = typeof mode === 'object' ? mode.session : await lastSession(stores, script)
    const placements = known === undefined ? [] : await stores.sessions.listPlacements(known)
    return placements.find(({ bounds }) => bounds !== null)?.bounds ?? anywhere
  } catch {
    // A guess: whoever opens the script says what is wrong with it or with the stores.
    return anywhere
  }
}

async function lastSession(stores: DesktopStores, script: string): Promise<string | undefined> {
  return (await stores.sessions.findByScript(await realpath(script)))?.sessionId
}

async function run(app: App, { asked, layout, stdout, stderr }: Work, prepared: Preparation): Promise<number> {
  try {
    const session = await openAsked(app, asked, (access) =>
      stdout(`${pushText(access, clientModule(layout))}\n\n${STAYS}\n`),
    )
    if (session && asked.screenshot !== null) return await takePicture(session, asked.screenshot, asked, stderr)
  } finally {
    prepared.release()
  }
  return app.done
}

/** URL of what programs import as `oriel/client`. */
export function clientModule({ runtime }: Layout): string {
  return runtime['oriel/client']!
}

async function takePicture(
  session: Session,
  file: string,
  { screenshotAfterMs }: OpenArguments,
  stderr: (text: string) => void,
): Promise<number> {
  const [widgetId] = session.windows.widgetIds
  if (session.problem) return exitCodeOfScript(session.problem.code)
  if (widgetId === undefined) {
    stderr('oriel: the script showed no window, so there is nothing to take a picture of.\n')
    return EXIT.scriptFailed
  }
  await session.windows.painted(widgetId)
  if (screenshotAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, screenshotAfterMs))
  const png = await session.windows.get(widgetId).capture()
  await writeFile(file, png).catch((error: unknown) => {
    throw new OrielError('bad_usage', `${file} could not be written (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    })
  })
  return EXIT.fine
}
