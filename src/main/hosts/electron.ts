import type { BrowserWindow, BrowserWindowConstructorOptions, NativeTheme, WebContents } from 'electron'
import { OrielError } from '../../shared/errors.ts'
import type { Bounds } from '../../shared/window.ts'
import type { Log } from '../log.ts'
import { NATIVE_DIALOGS, askNative, notifyNative } from './electron-desk.ts'
import type { ElectronDesk } from './electron-desk.ts'
import { NOTHING_PREPARED } from './types.ts'
import type { HostWindow, WindowHost, WindowOptions } from './types.ts'

/** What the Electron host is made with. */
export interface ElectronHostOptions {
  electron: { BrowserWindow: typeof BrowserWindow; nativeTheme: NativeTheme } & ElectronDesk
  /** Absolute path of the preload, one CommonJS file. */
  preload: string
  log: Log
}

// What the windows' own stylesheet paints behind everything.
const LIGHT = '#ffffff'
const DARK = '#18181b'

/** Moves come by the hundred while a window is dragged; its last place is told when it has stood this long, in ms. */
const BOUNDS_SETTLE_MS = 250

/**
 * BrowserWindows of this Electron process: sandboxed, isolated, held to their own page. `theme` is Electron's one setting
 * for all windows; the last window opened decides. `open` rejects with `closed` once the host is closed.
 */
export function createElectronHost(options: ElectronHostOptions): WindowHost {
  const { BrowserWindow: Window, nativeTheme, dialog, clipboard, Notification } = options.electron
  const windows = new Set<HostWindow>()
  let closed = false

  return {
    name: 'electron',
    capabilities: {
      // Wayland lets no program place its windows.
      canMove: !(process.platform === 'linux' && process.env.XDG_SESSION_TYPE === 'wayland'),
      canFocus: true,
      canMinimize: true,
      paints: true,
      visible: true,
      dialogs: NATIVE_DIALOGS,
      canProgress: true,
      canHoldOpen: true,
    },
    notify: (notification) => notifyNative(Notification, notification),
    readClipboard: () => clipboard.readText(),
    writeClipboard: (text) => clipboard.writeText(text),
    // Electron itself is what takes long, and it is running.
    prepare: () => NOTHING_PREPARED,
    open: async (wanted) => {
      if (closed) throw new OrielError('closed', 'The window host is closed.')
      nativeTheme.themeSource = wanted.theme
      const native = new Window(windowSettings(wanted, options.preload, nativeTheme.shouldUseDarkColors))
      const window = createElectronWindow(native, dialog)
      windows.add(window)
      void window.closed.then(() => windows.delete(window))
      holdToItsPage(native.webContents, wanted.url, options.log)
      native.once('ready-to-show', () => native.show())
      // Resolves or rejects at the end of loading; what fails is shown by the page itself.
      native.loadURL(wanted.url).catch((error: unknown) => {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        options.log.warn('a window’s page did not load', { code })
        if (!native.isDestroyed()) native.show()
      })
      return window
    },
    close: async () => {
      closed = true
      await Promise.all([...windows].map((window) => window.close()))
    },
    // This process is the host: when it dies there is nobody to be told.
    onExit: () => undefined,
  }
}

function windowSettings(wanted: WindowOptions, preload: string, dark: boolean): BrowserWindowConstructorOptions {
  const { title, width, height, x, y, resizable } = wanted
  return {
    title,
    width,
    height,
    ...(x === null || y === null ? {} : { x, y }),
    resizable,
    show: false,
    backgroundColor: dark ? DARK : LIGHT,
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      // A covered or minimised window still has to answer and to keep its connection.
      backgroundThrottling: false,
    },
  }
}

/** Navigation and new windows denied. https://www.electronjs.org/docs/latest/tutorial/security */
function holdToItsPage(contents: WebContents, url: string, log: Log): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => {
    // Reloading is going where it already is.
    if (sameOrigin(event.url, url)) return
    log.warn('navigation to another site denied')
    event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    if (event.isMainFrame && !sameOrigin(event.url, url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') log.error('a window’s page crashed', { reason })
  })
}

function createElectronWindow(native: BrowserWindow, dialog: ElectronDesk['dialog']): HostWindow {
  const listeners: ((bounds: Bounds) => void)[] = []
  let timer: NodeJS.Timeout | null = null
  let last = native.getBounds()
  let resolveClosed = (): void => undefined
  const closed = new Promise<void>((resolve) => (resolveClosed = resolve))

  const settle = (): void => {
    timer = null
    if (native.isDestroyed() || native.isMinimized()) return
    const now = native.getBounds()
    if (now.x === last.x && now.y === last.y && now.width === last.width && now.height === last.height) return
    last = now
    for (const listener of listeners) listener({ ...now })
  }
  const note = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(settle, BOUNDS_SETTLE_MS)
  }
  native.on('move', note)
  native.on('resize', note)
  native.once('closed', () => {
    if (timer !== null) clearTimeout(timer)
    resolveClosed()
  })

  const whileOpen = async <T>(action: () => T | Promise<T>): Promise<T> => {
    if (!native.isDestroyed()) {
      try {
        return await action()
      } catch (error) {
        if (!native.isDestroyed()) throw error
      }
    }
    throw new OrielError('window_closed', 'The window is closed.')
  }

  return {
    id: String(native.id),
    closed,
    setTitle: (title) => whileOpen(() => native.setTitle(title)),
    setBounds: (bounds) =>
      whileOpen(() => {
        if (native.isMinimized()) native.restore()
        if (native.isMaximized()) native.unmaximize()
        native.setBounds(bounds)
      }),
    getBounds: () => whileOpen(() => native.getNormalBounds()),
    focus: () =>
      whileOpen(() => {
        if (native.isMinimized()) native.restore()
        native.show()
        native.focus()
      }),
    minimize: () => whileOpen(() => native.minimize()),
    capture: () =>
      whileOpen(async () => {
        // Painted even while it is hidden. https://www.electronjs.org/docs/latest/api/web-contents#contentscapturepagerect-opts
        const image = await native.webContents.capturePage(undefined, { stayHidden: true })
        return new Uint8Array(image.toPNG())
      }),
    close: async () => {
      // Not `close()`: a page may not keep its window open.
      if (!native.isDestroyed()) native.destroy()
      await closed
    },
    dialog: (request) => whileOpen(() => askNative(dialog, native, request)),
    setProgress: (fraction) =>
      whileOpen(() => {
        // -1 takes it away; more than 1 says that nobody knows: https://www.electronjs.org/docs/latest/api/browser-window#winsetprogressbarprogress-options
        native.setProgressBar(fraction === null ? -1 : fraction === 'unknown' ? 2 : fraction)
      }),
    onCloseAsked: (ask) => holdOpen(native, ask),
    onBoundsChange: (listener) => {
      listeners.push(listener)
    },
  }
}

/** Asks before the person's closing takes effect; closing again while that is being asked is meant. */
function holdOpen(native: BrowserWindow, ask: () => Promise<boolean>): void {
  let isAsking = false
  native.on('close', (event) => {
    event.preventDefault()
    if (isAsking) return native.destroy()
    isAsking = true
    ask()
      .catch(() => true)
      .then((mayClose) => {
        isAsking = false
        if (mayClose && !native.isDestroyed()) native.destroy()
      })
      // Nothing above rejects; the window is simply gone then.
      .catch(() => undefined)
  })
}

function sameOrigin(one: string, other: string): boolean {
  return originOf(one) === originOf(other)
}

/** Of `oriel:` too, for which URL itself says `null`. */
function originOf(url: string): string {
  if (!URL.canParse(url)) return 'none'
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}`
}
