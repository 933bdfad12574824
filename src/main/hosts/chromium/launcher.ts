import { spawn } from 'node:child_process'
import { OrielError } from '../../../shared/errors.ts'
import type { Bounds } from '../../../shared/window.ts'
import type { Log } from '../../log.ts'
import { browserFlags } from '../browser/flags.ts'
import type { CdpPipe } from '../browser/pipe.ts'
import { startBrowser } from '../browser/process.ts'
import type { Browser } from '../browser/process.ts'
import { prepareProfile, removeProfile } from '../browser/profile.ts'
import { watchTargets } from '../browser/targets.ts'
import type { NewTarget } from '../browser/targets.ts'

/** What a browser for app windows is started with. */
export interface LauncherOptions {
  browserPath: string
  profileFolder: string
  log: Log
  extraArgs: readonly string[]
  platform: NodeJS.Platform
  asRoot: boolean
}

/** A running browser and the way to one more app window in it. */
export interface AppBrowser {
  readonly browser: Browser
  readonly pipe: CdpPipe
  /** The window that the browser was started with. */
  readonly first: Promise<NewTarget>
  /**
   * One more app window. `pages`: targets of windows that are open, one of which is asked to open it.
   * One call at a time. Rejects with `closed` if the browser ends meanwhile, with `timeout` if no window came.
   */
  another(pages: readonly NewTarget[]): Promise<NewTarget>
}

/*
 * The address of a window's page carries a ticket and a command line can be read by everybody on the machine, so a window
 * starts empty and is sent to its address over the pipe. That costs no time: measured, the first paint comes as early as
 * with the address on the command line.
 */
const emptyPage = (dark: boolean): string =>
  `data:text/html,<title>Oriel</title><style>:root{color-scheme:${dark ? 'dark' : 'light dark'}}</style>`

/** How long a page may take to open a window before the browser's own way is used. */
const ASK_TIMEOUT_MS = 1_500
const HANDOVER_TIMEOUT_MS = 15_000

/** Starts the browser with one app window at `place`; `onSpawn` is called when its process exists. Rejects with `host_unavailable` if it does not start. */
export async function launchAppBrowser(
  options: LauncherOptions,
  place: Partial<Bounds>,
  dark: boolean,
  onSpawn: () => void,
): Promise<AppBrowser> {
  const profileFolder = await prepareProfile(options.profileFolder)
  const flags = browserFlags({ ...options, profileFolder })
  const { width, height, x, y } = place
  const { browser, started } = startBrowser({
    path: options.browserPath,
    log: options.log,
    args: [
      ...flags,
      ...(width !== undefined && height !== undefined ? [`--window-size=${width},${height}`] : []),
      ...(x !== undefined && y !== undefined ? [`--window-position=${x},${y}`] : []),
      `--app=${emptyPage(dark)}`,
    ],
  })
  onSpawn()
  const { pipe } = browser
  const expect = watchTargets(pipe, options.log)
  const first = expect(HANDOVER_TIMEOUT_MS)
  first.catch(() => undefined)
  await started

  const exited = browser.exited.then(async (reason) => {
    if (profileFolder !== options.profileFolder)
      await removeProfile(profileFolder).catch((error: unknown) =>
        options.log.warn('a profile folder stays', { error }),
      )
    return reason
  })
  return {
    browser: { ...browser, exited },
    pipe,
    first,
    another: async (pages) => {
      if (pages.length > 0) {
        const target = expect(ASK_TIMEOUT_MS)
        askForWindow(pipe, pages).catch((error: unknown) => options.log.debug('no page could open a window', { error }))
        const found = await target.catch((error: unknown) => {
          if (error instanceof OrielError && error.code === 'timeout') return null
          throw error
        })
        if (found !== null) return found
        options.log.info('no page answered; the window is opened by handing over to the browser')
      }
      const target = expect(HANDOVER_TIMEOUT_MS)
      handOver(options.browserPath, [
        ...flags.filter((flag) => flag !== '--remote-debugging-pipe'),
        `--app=${emptyPage(dark)}`,
      ])
      return target
    },
  }
}

/**
 * Has a page open an app window of its kind. DevTools itself opens windows with a tab strip only. Whichever page answers
 * first is taken, in a world of its own where the page's scripts cannot interfere; an endless loop in one stops nothing.
 */
async function askForWindow(pipe: CdpPipe, pages: readonly NewTarget[]): Promise<void> {
  const timeoutMs = ASK_TIMEOUT_MS
  const { sessionId, contextId } = await Promise.any(
    pages.map(async ({ targetId, sessionId: page }) => {
      const world = await pipe.send(
        'Page.createIsolatedWorld',
        { frameId: targetId, worldName: 'oriel' },
        { sessionId: page, timeoutMs },
      )
      return { sessionId: page, contextId: world.executionContextId }
    }),
  )
  // Without `noopener` both windows would share one process and its thread.
  const expression = `window.open('about:blank', '_blank', 'popup,noopener')`
  await pipe.send('Runtime.evaluate', { expression, contextId, userGesture: true }, { sessionId, timeoutMs })
}

/** Starts the browser once more: it finds the first by the profile, hands its command line over and ends. */
function handOver(path: string, args: readonly string[]): void {
  const child = spawn(path, args, { stdio: 'ignore', windowsHide: true })
  // If the first ended just now, this one would stay as a browser that nobody steers.
  const timer = setTimeout(() => child.kill('SIGKILL'), HANDOVER_TIMEOUT_MS)
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const done = (): void => {
    clearTimeout(timer)
    process.removeListener('exit', kill)
  }
  child.once('exit', done).once('error', done)
}
