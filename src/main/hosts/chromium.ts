import { OrielError } from '../../shared/errors.ts'
import type { Bounds } from '../../shared/window.ts'
import type { Log } from '../log.ts'
import { createBrowserPage } from './browser/page.ts'
import type { NewTarget } from './browser/targets.ts'
import { launchAppBrowser } from './chromium/launcher.ts'
import type { AppBrowser } from './chromium/launcher.ts'
import { createChromiumWindow } from './chromium/window.ts'
import type { ChromiumWindow } from './chromium/window.ts'
import { NOTHING_PREPARED } from './types.ts'
import type { HostWindow, WindowHost, WindowOptions, WindowPlace } from './types.ts'

/** What the Chromium host is made with. */
export interface ChromiumHostOptions {
  /** Absolute path of a Chromium, Chrome or Edge. */
  browserPath: string
  /** Its own profile; no other browser uses the folder. Made if missing. */
  profileFolder: string
  log: Log
  /** Takes one sentence for the person. default: only logged */
  warn?: (text: string) => void
  /** More flags for the browser. Only tests use it: `--remote-debugging-port=0` lets Playwright attach beside us. */
  extraArgs?: readonly string[]
  /** Between two looks at where the windows are. default 1,000 */
  boundsPollMs?: number
  platform?: NodeJS.Platform
  /** default: read from the process; Chromium refuses its own sandbox to root on Linux. */
  asRoot?: boolean
  /** default `process.env`; read for the kind of display. */
  env?: NodeJS.ProcessEnv
}

/** A browser and the windows in it. `ending` once its last window is closed or it was asked to close. */
interface Running {
  app: AppBrowser
  /** Where the window it started with was put, until that window is used; null from then on. */
  spare: WindowPlace | null
  windows: Map<string, { target: NewTarget; window: ChromiumWindow }>
  ending: boolean
}

const SANDBOX_OFF = 'Chromium’s sandbox is off because Oriel runs as root.'
/** How far a window without a place of its own stands from the one before, DIP. */
const CASCADE = 32

/**
 * App windows (no tabs, no address bar) of an installed browser: one process for all of them, started at the first `open`
 * and ended with the last window. `resizable: false` is not in Chromium's power and has no effect.
 * `open` rejects with `host_unavailable` if the browser does not start, `closed` once the host is closed.
 */
export function createChromiumHost(options: ChromiumHostOptions): WindowHost {
  const { log, platform = process.platform, env = process.env } = options
  const asRoot = options.asRoot ?? (platform === 'linux' && process.getuid?.() === 0)
  const exitListeners: ((reason: string) => void)[] = []
  let running: Running | null = null
  /** Settles when the browser before is gone; the next may not use the profile earlier. */
  let ended: Promise<unknown> = Promise.resolve()
  /** Windows are asked for one after the other, so that each new target is known to be the one asked for. */
  let queue: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let timer: NodeJS.Timeout | null = null
  let closed = false
  let warned = false

  const start = async (first: WindowPlace, dark: boolean, onSpawn: () => void = () => undefined): Promise<Running> => {
    await ended
    if (asRoot && !warned) {
      warned = true
      log.warn(SANDBOX_OFF)
      options.warn?.(SANDBOX_OFF)
    }
    const { width, height, x, y } = first
    const place = { width, height, x: x ?? undefined, y: y ?? undefined }
    const app = await launchAppBrowser(
      { ...options, platform, asRoot, extraArgs: options.extraArgs ?? [] },
      place,
      dark,
      onSpawn,
    )
    const started: Running = { app, spare: first, windows: new Map(), ending: false }
    app.pipe.on('Target.targetDestroyed', ({ targetId }) => {
      const gone = started.windows.get(targetId)
      if (gone === undefined) return
      started.windows.delete(targetId)
      gone.window.end()
      endIfUnused()
    })
    ended = app.browser.exited.then((reason) => {
      const had = started.windows.size
      const expected = started.ending || had === 0
      started.spare = null
      started.ending = true
      if (running === started) running = null
      for (const { window } of started.windows.values()) window.end()
      started.windows.clear()
      if (!expected) for (const listener of exitListeners) listener(`The browser ended: ${reason}.`)
    })
    timer ??= setInterval(() => {
      for (const { window } of running?.windows.values() ?? []) void window.poll()
    }, options.boundsPollMs ?? 1_000).unref()
    return started
  }

  /** Said to the browser too: on macOS it would stay without a window. */
  const end = async (which: Running): Promise<void> => {
    which.ending = true
    if (running === which) running = null
    await which.app.browser.close()
  }

  const endIfUnused = (): void => {
    if (running !== null && running.windows.size === 0 && waiting === 0) void end(running)
  }

  /** `placed`: whether the window is where it is wanted already. */
  const newTarget = async (wanted: WindowOptions): Promise<{ on: Running; target: NewTarget; placed: boolean }> => {
    if (closed) throw new OrielError('closed', 'The window host is closed.')
    if (running !== null && running.spare !== null) {
      const on = running
      const { spare } = on
      on.spare = null
      const placed = samePlace(spare!, wanted)
      // The person may have closed the empty window; then a browser is started as if there had been none.
      const target = await on.app.first.catch(() => null)
      if (target !== null && !on.ending) return { on, target, placed }
    }
    if (running !== null && running.windows.size > 0) {
      const on = running
      try {
        const target = await on.app.another([...on.windows.values()].map((entry) => entry.target))
        return { on, target, placed: false }
      } catch (error) {
        // The browser ended while it was asked, for instance because its last window was closed just now.
        if (!(error instanceof OrielError && error.code === 'closed')) throw error
      }
    }
    // A browser without windows is about to end, and would take a new one with it.
    if (running !== null) await end(running)
    running = await start(wanted, wanted.theme === 'dark')
    running.spare = null
    try {
      return { on: running, target: await running.app.first, placed: true }
    } catch (error) {
      throw new OrielError('host_unavailable', 'The browser started but opened no window.', { cause: error })
    }
  }

  const openNext = async (wanted: WindowOptions): Promise<HostWindow> => {
    const { on, target, placed } = await newTarget(wanted)
    const { pipe } = on.app
    const before = [...on.windows.values()].at(-1)?.window.lastBounds ?? null
    const page = createBrowserPage({ pipe, ...target, url: wanted.url, theme: wanted.theme, log })
    const window = createChromiumWindow(pipe, page)
    on.windows.set(target.targetId, { target, window })
    const { width, height } = wanted
    const inPlace = placed ? Promise.resolve() : window.setBounds({ width, height, ...placeOf(wanted, before) })
    try {
      await Promise.all([page.load(), inPlace.then(() => window.getBounds())])
    } catch (error) {
      // Nobody would ever close a window that nobody got.
      void window.close()
      throw error
    }
    return window
  }

  return {
    name: 'chromium',
    capabilities: {
      // Wayland lets no program place its windows.
      canMove: !(platform === 'linux' && env.XDG_SESSION_TYPE === 'wayland' && env.WAYLAND_DISPLAY !== undefined),
      canFocus: true,
      canMinimize: true,
      paints: true,
      visible: true,
    },
    prepare: (place) => {
      if (closed || running !== null || waiting > 0) return NOTHING_PREPARED
      const spawned = Promise.withResolvers<void>()
      waiting++
      queue = queue.then(async () => {
        if (running !== null || closed) return spawned.resolve()
        // Whoever opens the window is told; here there is nobody to tell.
        running = await start(place, false, spawned.resolve).catch((error: unknown) => {
          log.debug('the browser could not be started ahead', { error: String(error) })
          spawned.resolve()
          return null
        })
      })
      let kept = true
      const release = (): void => {
        if (!kept) return
        kept = false
        void queue.then(() => {
          waiting--
          endIfUnused()
        })
      }
      return { underWay: spawned.promise, release }
    },
    open: (wanted) => {
      waiting++
      const opened = queue
        .then(() => openNext(wanted))
        .finally(() => {
          waiting--
          endIfUnused()
        })
      queue = opened.catch(() => undefined)
      return opened
    },
    close: async () => {
      closed = true
      if (timer !== null) clearInterval(timer)
      await queue
      if (running !== null) await end(running)
      await ended
    },
    onExit: (listener) => {
      exitListeners.push(listener)
    },
  }
}

function samePlace(one: WindowPlace, other: WindowPlace): boolean {
  return one.width === other.width && one.height === other.height && one.x === other.x && one.y === other.y
}

/** The wanted place, else one beside the window before: all windows start where the first was told to. */
function placeOf(wanted: WindowOptions, before: Bounds | null): { x?: number; y?: number } {
  if (wanted.x !== null && wanted.y !== null) return { x: wanted.x, y: wanted.y }
  if (before === null) return {}
  return { x: before.x + CASCADE, y: before.y + CASCADE }
}
