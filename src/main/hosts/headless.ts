import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import type { Bounds } from '../../shared/window.ts'
import type { Log } from '../log.ts'
import { createRenderer } from './headless/renderer.ts'
import type { RenderedPage, Renderer } from './headless/renderer.ts'
import { NOTHING_PREPARED } from './types.ts'
import type { HostWindow, WindowHost, WindowOptions } from './types.ts'

/** What the headless host is made with. */
export interface HeadlessHostOptions {
  /** True: every window is a page in a headless browser from the start. False: it is announced, and painted only to be captured. */
  render: boolean
  /** Tells the person where a window's page is; called once per window, where it is not rendered. The address carries a ticket. */
  announce: (window: { title: string; url: string }) => void
  /**
   * An address of the same page with an unused ticket, for a capture of a window that the person may have opened already.
   * default: the window's own address, whose ticket the capture then uses up
   */
  freshUrl?: (url: string) => string | Promise<string>
  /** Absolute path of the browser to paint with; rejects with `host_unavailable` saying what to install. Asked when first needed. */
  findBrowser: () => Promise<string>
  /** Where the browser's passing profiles are made and removed. */
  profilesFolder: string
  log: Log
  /** Device pixels per DIP of what is painted. default 1 */
  deviceScaleFactor?: number
  /** More flags for the browser. Only tests use it. */
  extraArgs?: readonly string[]
  platform?: NodeJS.Platform
  /** default: read from the process; Chromium refuses its own sandbox to root on Linux. */
  asRoot?: boolean
}

/** How long a page that is painted only for a capture may take to say that it is ready. */
const READY_TIMEOUT_MS = 10_000
/** Resolves once the page has drawn what it shows: its scripts are ready, fonts are there, a frame went by. */
const WHEN_DRAWN = `(async () => {
  await globalThis.oriel?.ready
  await document.fonts.ready
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
})()`

/**
 * Windows without a display. Bounds are kept in memory and sized pages follow them; focus and minimize reject with
 * `not_supported`. `open` with `render`, and `capture`, reject with `host_unavailable` where no browser is installed.
 */
export function createHeadlessHost(options: HeadlessHostOptions): WindowHost {
  const { platform = process.platform } = options
  const windows = new Set<HostWindow>()
  let closed = false
  const renderer = createRenderer({
    ...options,
    platform,
    extraArgs: options.extraArgs ?? [],
    deviceScaleFactor: options.deviceScaleFactor ?? 1,
    asRoot: options.asRoot ?? (platform === 'linux' && process.getuid?.() === 0),
  })

  return {
    name: 'headless',
    capabilities: { canMove: true, canFocus: false, canMinimize: false, paints: options.render, visible: false },
    prepare: () => {
      if (options.render && !closed) renderer.prepare()
      return NOTHING_PREPARED
    },
    open: async (wanted) => {
      if (closed) throw new OrielError('closed', 'The window host is closed.')
      const rendered = options.render ? await renderer.open(wanted) : null
      const window = createHeadlessWindow({ wanted, rendered, renderer, freshUrl: options.freshUrl })
      windows.add(window)
      void window.closed.then(() => windows.delete(window))
      if (rendered === null) options.announce({ title: wanted.title, url: wanted.url })
      return window
    },
    close: async () => {
      closed = true
      await Promise.all([...windows].map((window) => window.close()))
      await renderer.close()
    },
    onExit: (listener) => {
      renderer.onExit((reason) => {
        // A browser that only painted for captures takes no window with it.
        if (options.render) listener(reason)
      })
    },
  }
}

interface HeadlessWindowOptions {
  wanted: WindowOptions
  /** The window's page; null where it is painted only to be captured. */
  rendered: RenderedPage | null
  renderer: Renderer
  freshUrl: HeadlessHostOptions['freshUrl']
}

function createHeadlessWindow({ wanted, rendered, renderer, freshUrl }: HeadlessWindowOptions): HostWindow {
  const { width, height } = wanted
  const listeners: ((bounds: Bounds) => void)[] = []
  let bounds: Bounds = { x: wanted.x ?? 0, y: wanted.y ?? 0, width, height }
  let open = true
  let resolveClosed = (): void => undefined
  const closed = new Promise<void>((resolve) => (resolveClosed = resolve))
  const end = (): void => {
    open = false
    resolveClosed()
  }
  void rendered?.closed.then(end)

  const whileOpen = async <T>(action: () => Promise<T>): Promise<T> => {
    if (open) {
      try {
        return await action()
      } catch (error) {
        if (open && !(rendered !== null && error instanceof OrielError && error.code === 'closed')) throw error
      }
    }
    throw new OrielError('window_closed', 'The window is closed.')
  }
  const refuse = (what: string) => async (): Promise<never> => {
    throw new OrielError('not_supported', `Without a display a window cannot ${what}.`)
  }

  const captureOnce = async (): Promise<Uint8Array> => {
    const url = freshUrl === undefined ? wanted.url : await freshUrl(wanted.url)
    const passing = await renderer.open({ ...wanted, url, width: bounds.width, height: bounds.height })
    try {
      await passing.page.loaded
      const drawn = { expression: WHEN_DRAWN, awaitPromise: true }
      await passing.page.send('Runtime.evaluate', drawn, READY_TIMEOUT_MS)
      return await passing.page.capture()
    } finally {
      await passing.close()
    }
  }

  return {
    id: rendered?.page.targetId ?? randomId(),
    closed,
    // Where there is no page the title was only announced.
    setTitle: (title) => whileOpen(async () => rendered?.page.setTitle(title)),
    setBounds: (change) =>
      whileOpen(async () => {
        const before = bounds
        bounds = { ...bounds, ...withoutUndefined(change) }
        if (bounds.width !== before.width || bounds.height !== before.height)
          await rendered?.resize(bounds.width, bounds.height)
        const keys = ['x', 'y', 'width', 'height'] as const
        if (keys.some((key) => bounds[key] !== before[key])) for (const listener of listeners) listener({ ...bounds })
      }),
    getBounds: () => whileOpen(async () => ({ ...bounds })),
    focus: () => whileOpen(refuse('be focused')),
    minimize: () => whileOpen(refuse('be minimised')),
    capture: () => whileOpen(() => (rendered === null ? captureOnce() : rendered.page.capture())),
    close: async () => {
      if (open) await rendered?.close()
      end()
      await closed
    },
    onBoundsChange: (listener) => {
      listeners.push(listener)
    },
  }
}

function withoutUndefined(bounds: Partial<Bounds>): Partial<Bounds> {
  return Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined))
}
