import { OrielError } from '../../../shared/errors.ts'
import type { Log } from '../../log.ts'
import { browserFlags } from '../browser/flags.ts'
import { createBrowserPage } from '../browser/page.ts'
import type { BrowserPage } from '../browser/page.ts'
import { startBrowser } from '../browser/process.ts'
import type { Browser } from '../browser/process.ts'
import { makeOwnProfile, removeProfile } from '../browser/profile.ts'
import { closeTarget, watchTargets } from '../browser/targets.ts'
import type { NewTarget } from '../browser/targets.ts'
import type { WindowOptions } from '../types.ts'

/** What a renderer is made with. */
export interface RendererOptions {
  /** Absolute path of the browser to use; rejects with `host_unavailable` if there is none. Asked at the first page. */
  findBrowser: () => Promise<string>
  /** The profile is a folder of its own in here, removed at close. */
  profilesFolder: string
  log: Log
  extraArgs: readonly string[]
  /** Device pixels per DIP. */
  deviceScaleFactor: number
  platform: NodeJS.Platform
  asRoot: boolean
}

/** A page that is painted without a display. */
export interface RenderedPage {
  readonly page: BrowserPage
  /** Sets the page's size, DIP. */
  resize(width: number, height: number): Promise<void>
  /** Resolves when the page is gone. */
  close(): Promise<void>
  /** Resolves when the page is gone, whyever. */
  readonly closed: Promise<void>
}

/** A headless browser, started at the first page. */
export interface Renderer {
  /** Resolves when the page exists and has begun to load. Rejects with `host_unavailable`, or `closed` after close. */
  open(options: Pick<WindowOptions, 'url' | 'theme' | 'width' | 'height'>): Promise<RenderedPage>
  /** Starts the browser, for a page that is about to be opened. */
  prepare(): void
  /** Ends the browser and removes its profile. Idempotent. */
  close(): Promise<void>
  /** Called if the browser ends by itself; its pages are closed already. */
  onExit(listener: (reason: string) => void): void
}

interface Running {
  browser: Browser
  pages: Map<string, () => void>
  create: () => Promise<NewTarget>
}

/** Paints pages in an installed browser in `--headless=new`. */
export function createRenderer(options: RendererOptions): Renderer {
  const { log } = options
  const exitListeners: ((reason: string) => void)[] = []
  let running: Promise<Running> | null = null
  /** Settles when the browser and its profile are gone. */
  let ended: Promise<void> = Promise.resolve()
  let closed = false

  const start = async (): Promise<Running> => {
    const path = await options.findBrowser()
    const profileFolder = await makeOwnProfile(options.profilesFolder)
    const flags = browserFlags({ ...options, profileFolder })
    const { browser, started } = startBrowser({
      path,
      log,
      args: [...flags, '--headless=new', '--hide-scrollbars', '--mute-audio', '--no-startup-window'],
    })
    const pages = new Map<string, () => void>()
    ended = browser.exited.then(async (reason) => {
      running = null
      for (const end of pages.values()) end()
      pages.clear()
      await removeProfile(profileFolder).catch((error: unknown) => log.warn('a profile folder stays', { error }))
      if (!closed) for (const listener of exitListeners) listener(`The headless browser ended: ${reason}.`)
    })
    const { pipe } = browser
    const expect = watchTargets(pipe, log)
    pipe.on('Target.targetDestroyed', ({ targetId }) => {
      pages.get(targetId)?.()
      pages.delete(targetId)
    })
    await started

    // One after the other, so that each new target is known to be the one asked for.
    let queue: Promise<unknown> = Promise.resolve()
    const createNext = async (): Promise<NewTarget> => {
      const target = expect(10_000)
      const created = pipe.send('Target.createTarget', { url: 'about:blank', newWindow: true })
      created.catch((error: unknown) => log.debug('no page was made', { error }))
      return target
    }
    const create = (): Promise<NewTarget> => {
      const target = queue.then(createNext)
      queue = target.catch(() => undefined)
      return target
    }
    return { browser, pages, create }
  }

  const ready = (): Promise<Running> =>
    (running ??= ended.then(start).catch((error: unknown) => {
      running = null
      throw error
    }))

  return {
    // Whoever opens a page is told what went wrong.
    prepare: () => void ready().catch(() => undefined),
    open: async ({ url, theme, width, height }) => {
      if (closed) throw new OrielError('closed', 'The window host is closed.')
      const { browser, pages, create } = await ready()
      const { pipe } = browser
      const target = await create()
      const size = { width, height, deviceScaleFactor: options.deviceScaleFactor }
      const page = createBrowserPage({ pipe, ...target, url, theme, size, log })
      let whenClosed = (): void => undefined
      const gone = new Promise<void>((resolve) => (whenClosed = resolve))
      pages.set(target.targetId, () => {
        page.dispose()
        whenClosed()
      })
      await page.load()
      return {
        page,
        closed: gone,
        resize: (newWidth, newHeight) => page.setSize({ ...size, width: newWidth, height: newHeight }),
        close: () => closeTarget(pipe, target.targetId, gone),
      }
    },
    close: async () => {
      closed = true
      const last = await running?.catch(() => null)
      await last?.browser.close()
      await ended
    },
    onExit: (listener) => {
      exitListeners.push(listener)
    },
  }
}
