import type {
  App,
  BrowserWindow,
  BrowserWindowConstructorOptions,
  Clipboard,
  Dialog,
  NativeTheme,
  Notification as ElectronNotification,
  Protocol,
  Rectangle,
  Session,
  WebContents,
  WebFrameMain,
} from 'electron'
import { EventEmitter } from 'node:events'
import { solidPng } from './png.ts'

/*
 * The one stand-in for Electron that all tests share: what Oriel uses of it, behaving as documented, typed by Electron's
 * own types. Messages between page and main process are copied and come later, in order.
 */

type WindowOpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0]
type FrameParts = Pick<WebFrameMain, 'url'>
type ContentsParts = Pick<WebContents, 'id' | 'send' | 'isDestroyed' | 'setWindowOpenHandler' | 'capturePage'>
type WindowParts = Pick<
  BrowserWindow,
  | 'id'
  | 'show'
  | 'focus'
  | 'minimize'
  | 'restore'
  | 'unmaximize'
  | 'isMinimized'
  | 'isMaximized'
  | 'isDestroyed'
  | 'getBounds'
  | 'getNormalBounds'
  | 'setBounds'
  | 'setTitle'
  | 'loadURL'
  | 'close'
  | 'destroy'
  | 'setProgressBar'
>

/** What a preload sees: its own end of the channels. */
export interface PageEnd {
  on(channel: string, listener: (event: object, ...args: unknown[]) => void): void
  send(channel: string, ...args: unknown[]): void
}

export class WebContentsDouble extends EventEmitter implements ContentsParts {
  static #last = 0
  readonly id = ++WebContentsDouble.#last
  readonly ipc = new EventEmitter()
  mainFrame: FrameParts = { url: 'about:blank' }
  windowOpenHandler: WindowOpenHandler | null = null
  destroyed = false
  size = (): { width: number; height: number } => ({ width: 0, height: 0 })
  #page = new EventEmitter()

  /** A page is there: what was sent to the one before no longer arrives. Gives its end of the channels. */
  commit(url: string): PageEnd {
    const page = new EventEmitter()
    const frame: FrameParts = { url }
    this.#page = page
    this.mainFrame = frame
    this.emit('did-navigate', {}, url)
    return {
      on: (channel, listener) => void page.on(channel, listener),
      send: (channel, ...args) => this.receive(frame, channel, ...args),
    }
  }

  /** A message from a frame, which need not be the main one; null: a frame that is gone. */
  receive(senderFrame: FrameParts | null, channel: string, ...args: unknown[]): void {
    const copy = structuredClone(args)
    setImmediate(() => this.ipc.emit(channel, { sender: this, senderFrame }, ...copy))
  }

  send(channel: string, ...args: unknown[]): void {
    this.#check()
    const page = this.#page
    const copy = structuredClone(args)
    setImmediate(() => page.emit(channel, {}, ...copy))
  }

  isDestroyed(): boolean {
    return this.destroyed
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.windowOpenHandler = handler
  }

  async capturePage(): Promise<Awaited<ReturnType<WebContents['capturePage']>>> {
    this.#check()
    const { width, height } = this.size()
    const image = { toPNG: () => solidPng(width, height, [200, 100, 50]) }
    return image as Awaited<ReturnType<WebContents['capturePage']>>
  }

  #check(): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed')
  }
}

export class BrowserWindowDouble extends EventEmitter implements WindowParts {
  static #last = 0
  readonly id = ++BrowserWindowDouble.#last
  readonly webContents = new WebContentsDouble()
  readonly options: BrowserWindowConstructorOptions
  url = ''
  title: string
  shown: boolean
  focused = false
  /** What the task bar shows: -1 nothing, above 1 that nobody knows. */
  progress = -1
  #bounds: Rectangle
  #minimized = false
  #destroyed = false

  constructor(options: BrowserWindowConstructorOptions) {
    super()
    this.options = options
    this.title = options.title ?? ''
    this.shown = options.show ?? true
    this.#bounds = {
      x: options.x ?? 80,
      y: options.y ?? 60,
      width: options.width ?? 800,
      height: options.height ?? 600,
    }
    this.webContents.size = () => this.#bounds
  }

  async loadURL(url: string): Promise<void> {
    this.#check()
    this.url = url
    this.webContents.commit(url)
  }

  /** What Electron does when the page has painted for the first time. */
  paint(): void {
    this.emit('ready-to-show')
  }

  /** The person moves the window, or a script does. */
  setBounds(bounds: Partial<Rectangle>): void {
    this.#check()
    this.#bounds = { ...this.#bounds, ...bounds }
    this.emit('move')
    this.emit('resize')
  }

  getBounds(): Rectangle {
    this.#check()
    return { ...this.#bounds }
  }

  getNormalBounds(): Rectangle {
    return this.getBounds()
  }

  setTitle(title: string): void {
    this.#check()
    this.title = title
  }

  show(): void {
    this.#check()
    this.shown = true
  }

  focus(): void {
    this.#check()
    this.focused = true
  }

  minimize(): void {
    this.#check()
    this.#minimized = true
  }

  restore(): void {
    this.#check()
    this.#minimized = false
  }

  unmaximize(): void {
    this.#check()
  }

  isMinimized(): boolean {
    this.#check()
    return this.#minimized
  }

  isMaximized(): boolean {
    this.#check()
    return false
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  /** The person closes it. */
  close(): void {
    if (this.#destroyed) return
    let isHeld = false
    this.emit('close', { preventDefault: () => (isHeld = true) })
    if (!isHeld) this.destroy()
  }

  setProgressBar(progress: number): void {
    this.#check()
    this.progress = progress
  }

  destroy(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    this.webContents.destroyed = true
    this.webContents.emit('destroyed')
    this.emit('closed')
  }

  #check(): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed')
  }
}

export class AppDouble extends EventEmitter {
  /** Whether this is the first instance. */
  isFirst = true
  readonly paths: Record<string, string> = {}
  sandboxed = false
  lockData: unknown = null
  hasLock = false
  /** Switches on Electron's command line. */
  readonly switches = new Set<string>()
  readonly commandLine = { hasSwitch: (name: string): boolean => this.switches.has(name) }
  becomeReady = (): void => undefined
  readonly #ready = new Promise<void>((resolve) => {
    this.becomeReady = resolve
  })

  enableSandbox(): void {
    this.sandboxed = true
  }

  setPath(name: string, path: string): void {
    this.paths[name] = path
  }

  requestSingleInstanceLock(data?: object): boolean {
    this.lockData = data
    this.hasLock = this.isFirst
    return this.isFirst
  }

  releaseSingleInstanceLock(): void {
    this.hasLock = false
  }

  whenReady(): Promise<void> {
    return this.#ready
  }
}

/** Electron's objects as Oriel takes them, and what a test sees and does behind them. */
export interface ElectronDouble {
  electron: {
    BrowserWindow: typeof BrowserWindow
    nativeTheme: NativeTheme
    app: App
    dialog: Pick<Dialog, 'showMessageBox' | 'showOpenDialog' | 'showSaveDialog'>
    clipboard: Pick<Clipboard, 'readText' | 'writeText'>
    Notification: typeof ElectronNotification
    protocol: Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'>
    session: { defaultSession: Session }
  }
  app: AppDouble
  windows: BrowserWindowDouble[]
  /** Dialogs of the system that were asked for; each answers with the next of `answers`. */
  dialogs: { kind: 'message' | 'open' | 'save'; options: object }[]
  answers: object[]
  notifications: object[]
  schemes: Electron.CustomScheme[]
  /** Handlers of schemes. */
  handlers: Map<string, (request: Request) => Response | Promise<Response>>
  /** What the session's permission handlers answer to everything. */
  permissions(): { request: boolean | null; check: boolean | null; device: boolean | null }
}

/** A fresh one. */
export function createElectronDouble(): ElectronDouble {
  const app = new AppDouble()
  const windows: BrowserWindowDouble[] = []
  const schemes: Electron.CustomScheme[] = []
  const handlers: ElectronDouble['handlers'] = new Map()
  const dialogs: ElectronDouble['dialogs'] = []
  const answers: object[] = []
  const notifications: object[] = []
  let copied = ''
  const ask = (kind: 'message' | 'open' | 'save') => async (_window: unknown, options: object) => {
    dialogs.push({ kind, options })
    return answers.shift()
  }
  class NotificationDouble {
    readonly #options: object
    constructor(options: object) {
      this.#options = options
    }
    show(): void {
      notifications.push(this.#options)
    }
  }
  let onRequest: Parameters<Session['setPermissionRequestHandler']>[0] = null
  let onCheck: Parameters<Session['setPermissionCheckHandler']>[0] = null
  let onDevice: Parameters<Session['setDevicePermissionHandler']>[0] = null

  class Window extends BrowserWindowDouble {
    constructor(options: BrowserWindowConstructorOptions) {
      super(options)
      windows.push(this)
      app.emit('web-contents-created', {}, this.webContents)
    }
  }
  const defaultSession = {
    setPermissionRequestHandler: (handler: typeof onRequest) => void (onRequest = handler),
    setPermissionCheckHandler: (handler: typeof onCheck) => void (onCheck = handler),
    setDevicePermissionHandler: (handler: typeof onDevice) => void (onDevice = handler),
  } satisfies Partial<Session>

  return {
    app,
    windows,
    dialogs,
    answers,
    notifications,
    schemes,
    handlers,
    electron: {
      BrowserWindow: Window as unknown as typeof BrowserWindow,
      nativeTheme: { themeSource: 'system', shouldUseDarkColors: false } as NativeTheme,
      app: app as unknown as App,
      dialog: {
        showMessageBox: ask('message') as Dialog['showMessageBox'],
        showOpenDialog: ask('open') as Dialog['showOpenDialog'],
        showSaveDialog: ask('save') as Dialog['showSaveDialog'],
      },
      clipboard: {
        readText: async () => copied,
        writeText: async (text) => {
          copied = text
        },
      },
      Notification: NotificationDouble as unknown as typeof ElectronNotification,
      protocol: {
        registerSchemesAsPrivileged: (more) => void schemes.push(...more),
        handle: (scheme, handler) => void handlers.set(scheme, (request) => handler(request)),
      },
      session: { defaultSession: defaultSession as unknown as Session },
    },
    permissions: () => {
      let request: boolean | null = null
      const contents = new WebContentsDouble() as unknown as WebContents
      onRequest?.(contents, 'geolocation', (granted) => (request = granted), {} as never)
      return {
        request,
        check: onCheck?.(contents, 'geolocation', '', {} as never) ?? null,
        device: onDevice?.({} as never) ?? null,
      }
    },
  }
}
