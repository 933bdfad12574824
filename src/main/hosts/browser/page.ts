import { OrielError } from '../../../shared/errors.ts'
import type { Theme } from '../../../shared/records.ts'
import type { Log } from '../../log.ts'
import type { CdpPipe } from './pipe.ts'
import type { Command, Commands } from './protocol.ts'

/** A page we are attached to, held before its first request. */
export interface PageOptions {
  pipe: CdpPipe
  targetId: string
  sessionId: string
  /** What it will show; its origin is the only one the page may go to. */
  url: string
  theme: Theme
  /** The page's size where there is no window to give it one, DIP. */
  size?: PageSize
  log: Log
}

/** A page's size in DIP, and how many device pixels there are to one. */
export interface PageSize {
  width: number
  height: number
  deviceScaleFactor: number
}

/** One page of a browser of ours. Its calls reject with `closed`, `timeout` or `internal`, as the pipe's do. */
export interface BrowserPage {
  readonly targetId: string
  send<C extends Command>(command: C, params: Commands[C]['params'], timeoutMs?: number): Promise<Commands[C]['result']>
  /** Gives the page its settings and sends it to its address; resolves when it is on its way, not when it is there. */
  load(): Promise<void>
  /** Only for a page with a `size` from the start. */
  setSize(size: PageSize): Promise<void>
  /** Resolves with the first `load` event of a page that has a `size` or a theme of its own. */
  readonly loaded: Promise<void>
  setTitle(title: string): Promise<void>
  /** PNG of what the page shows, in device pixels. */
  capture(): Promise<Uint8Array>
  /** Ends listening; the target itself is not touched. */
  dispose(): void
}

// What the windows' own stylesheet paints in dark mode before anything is there.
const DARK = { r: 24, g: 24, b: 27, a: 1 }

/** Holds the page to its own origin, gives it the theme, and steers it. */
export function createBrowserPage(options: PageOptions): BrowserPage {
  const { pipe, sessionId, targetId, log } = options
  const send: BrowserPage['send'] = (command, params, timeoutMs) => pipe.send(command, params, { sessionId, timeoutMs })
  /** For what may fail without harm; a page that closes meanwhile is no fault at all. */
  const tell = async <C extends Command>(command: C, params: Commands[C]['params']): Promise<void> => {
    try {
      await send(command, params)
    } catch (error) {
      if (!(error instanceof OrielError && error.code === 'closed'))
        log.debug('a page did not take a command', { command, error: String(error) })
    }
  }
  const setSize = (size: PageSize): Promise<void> =>
    tell('Emulation.setDeviceMetricsOverride', { ...size, mobile: false })

  let onLoad = (): void => undefined
  const loaded = new Promise<void>((resolve) => (onLoad = resolve))
  let loading = false

  const unlisten = [
    pipe.on('Fetch.requestPaused', ({ requestId, request, frameId }, from) => {
      if (from !== sessionId) return
      // The main frame's id is the target's. Frames inside may show other sites: content of kind `url` is one.
      if (frameId === targetId && !sameOrigin(request.url, options.url)) {
        log.warn('navigation to another site denied', { origin: originOf(request.url) })
        void tell('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      } else void tell('Fetch.continueRequest', { requestId })
    }),
    pipe.on('Page.loadEventFired', (_params, from) => {
      if (from !== sessionId || !loading) return
      if (options.theme === 'dark') void tell('Emulation.setDefaultBackgroundColorOverride', {})
      onLoad()
    }),
    pipe.on('Inspector.targetCrashed', (_params, from) => {
      if (from === sessionId) log.error('a window’s page crashed')
    }),
  ]

  return {
    targetId,
    send,
    loaded,
    setSize,
    load: async () => {
      void tell('Fetch.enable', { patterns: [{ urlPattern: '*', resourceType: 'Document' }] })
      const settings: Promise<void>[] = []
      if (options.size !== undefined) settings.push(setSize(options.size))
      if (options.theme !== 'system') {
        const features = [{ name: 'prefers-color-scheme', value: options.theme }]
        settings.push(tell('Emulation.setEmulatedMedia', { features }))
      }
      // No white flash; taken back at load so that a page without a background of its own looks as it does anywhere.
      if (options.theme === 'dark') settings.push(tell('Emulation.setDefaultBackgroundColorOverride', { color: DARK }))
      if (settings.length > 0) settings.push(tell('Page.enable', {}))
      void tell('Runtime.runIfWaitingForDebugger', {})
      // What the page has not answered is lost when it moves to another process. It answers only once it runs, which
      // the first window's takes a while to, so a page without settings is sent on its way at once.
      await Promise.all(settings)
      loading = true
      send('Page.navigate', { url: options.url }, 60_000).then(
        ({ errorText }) => {
          if (errorText !== undefined) log.warn('a window’s page did not load', { errorText })
        },
        () => undefined,
      )
    },
    setTitle: async (title) => {
      await send('Runtime.evaluate', { expression: `document.title = ${JSON.stringify(title)}` })
    },
    capture: async () => {
      const { data } = await send('Page.captureScreenshot', { format: 'png' })
      return new Uint8Array(Buffer.from(data, 'base64'))
    },
    dispose: () => {
      for (const stop of unlisten) stop()
    },
  }
}

function sameOrigin(one: string, other: string): boolean {
  return originOf(one) === originOf(other)
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'null'
}
