import type { App, Event as ElectronEvent, Protocol, Session, WebContents } from 'electron'
import type { Carrier } from '../../shared/carrier.ts'
import { acceptIpcCarriers } from '../carriers/ipc.ts'
import { readHandoverRequest } from '../handover.ts'
import type { HandoverRequest } from '../handover.ts'
import type { Log } from '../log.ts'
import type { PageHandler } from '../server/types.ts'

/** Scheme of the app's own pages in Electron. */
export const PAGE_SCHEME = 'oriel'
/** Scheme and authority of the app's own pages in Electron. */
export const PAGE_ORIGIN = `${PAGE_SCHEME}://app`

/** What the shell needs of the app behind it. */
export interface AppHandle {
  /** Opens what this process's own command line asks for. */
  openAsked(): Promise<void>
  /** Opens a script that the system brings and nobody named, absolute path. */
  openFile(path: string): Promise<void>
  /** Does what another process asks. */
  answer(request: HandoverRequest): Promise<void>
  /** Opens the window with recent sessions and examples, or brings it to the front. */
  openHome(): Promise<void>
  readonly pages: PageHandler
  attach(carrier: Carrier): void
  /** Stores and closes everything. Idempotent. */
  close(): Promise<void>
  /** The exit code, once nothing is left to do. */
  readonly done: Promise<number>
}

/** What the shell is made with. */
export interface ShellOptions {
  electron: {
    app: App
    protocol: Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'>
    session: {
      defaultSession: Pick<
        Session,
        'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
      >
    }
  }
  /** Absolute path for what Electron itself keeps (caches, and the lock that makes it one instance a home). */
  userDataFolder: string
  /** What this process's own command line asks for. */
  request: HandoverRequest
  /** Called once Electron is ready, in the only instance. */
  createApp: () => Promise<AppHandle>
  /** Told of a file that could not be opened. */
  onProblem: (error: unknown) => void
  log: Log
}

/**
 * Runs the app inside Electron, from before `ready` to its end: the `oriel:` protocol, one instance, what a second
 * instance or macOS brings, permissions denied, a carrier for every page. Resolves with the exit code, which the caller
 * exits with: 0 at once in a second instance, whose request the first has then. Rejects if what the command line asks for
 * cannot be opened. Everything is closed and stored in both cases.
 *
 * To be called before `ready`, and not awaited by the main module: Electron is ready no earlier than that is through.
 */
export async function runShell(options: ShellOptions): Promise<number> {
  const { app, protocol, session } = options.electron
  const { log, request } = options
  let handle: AppHandle | null = null
  /** What was asked before the app was there. */
  const early: ((handle: AppHandle) => Promise<void>)[] = []
  let filesCame = false

  const ask = (work: (handle: AppHandle) => Promise<void>): void => {
    if (handle === null) early.push(work)
    else work(handle).catch(options.onProblem)
  }

  // All of this has to be said before `ready`.
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
  // It would take the switch back, and root then gets no page at all: https://github.com/electron/electron/blob/main/shell/browser/api/electron_api_app.cc
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  app.setPath('userData', options.userDataFolder)
  app.on('open-file', (event, file) => {
    event.preventDefault()
    filesCame = true
    ask((to) => to.openFile(file))
  })
  if (!app.requestSingleInstanceLock(request)) return 0
  app.on('second-instance', (_event, _argv, _folder, data) => {
    const asked = readHandoverRequest(data)
    ask((to) => (asked === null ? to.openHome() : to.answer(asked)))
  })
  // Without a listener Electron would quit; the app knows better when there is nothing left to do.
  app.on('window-all-closed', () => undefined)
  app.on('activate', () => void handle?.openHome().catch(options.onProblem))
  app.on('web-contents-created', (_event, contents: WebContents) => {
    const attach = (carrier: Carrier): void => handle?.attach(carrier)
    acceptIpcCarriers({ contents, origin: PAGE_ORIGIN, attach, log })
  })

  await app.whenReady()
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
  session.defaultSession.setDevicePermissionHandler(() => false)
  const running = await options.createApp()
  handle = running
  protocol.handle(PAGE_SCHEME, (asked) => {
    if (!asked.url.startsWith(`${PAGE_ORIGIN}/`)) return new Response(null, { status: 404 })
    return running.pages(asked, { trusted: true })
  })

  app.on('before-quit', (event: ElectronEvent) => {
    // The caller exits once everything is stored.
    event.preventDefault()
    running.close().catch(options.onProblem)
  })
  try {
    for (const work of early) ask(work)
    // A file on a double-click starts the app too, with nothing on its command line.
    if (!filesCame || request.kind !== 'open-home') await running.openAsked()
    return await running.done
  } finally {
    await running.close()
    // Whoever comes from now on is the first.
    app.releaseSingleInstanceLock()
  }
}
