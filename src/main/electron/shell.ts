import type { App, Event as ElectronEvent, Protocol, Session, WebContents } from 'electron'
import path from 'node:path'
import type { Carrier } from '../../shared/carrier.ts'
import { acceptIpcCarriers } from '../carriers/ipc.ts'
import type { Log } from '../log.ts'
import type { PageHandler } from '../server/types.ts'

/** Scheme of the app's own pages in Electron. */
export const PAGE_SCHEME = 'oriel'
/** Scheme and authority of the app's own pages in Electron. */
export const PAGE_ORIGIN = `${PAGE_SCHEME}://app`

/** What the shell needs of the app behind it. */
export interface AppHandle {
  /** Opens a script, absolute path; `named` if the person wrote its name on a command line. */
  openFile(path: string, options: { named: boolean }): Promise<void>
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
  /** Script files named on the command line. */
  files: readonly string[]
  /** Called once Electron is ready, in the only instance. */
  createApp: () => Promise<AppHandle>
  /** Told of a file that could not be opened. */
  onProblem: (error: unknown) => void
  log: Log
}

/** What a second instance hands to the first. */
interface Handover {
  files: string[]
}

/**
 * Runs the app inside Electron, from before `ready` to the exit: the `oriel:` protocol, one instance, files from the
 * command line, from a second instance and from macOS, permissions denied, a carrier for every page. Resolves with the
 * exit code, which the caller exits with: 0 at once in a second instance, whose files the first has then.
 */
export async function runShell(options: ShellOptions): Promise<number> {
  const { app, protocol, session } = options.electron
  const { log } = options
  let handle: AppHandle | null = null
  /** Files that came before the app was there. */
  const early: { file: string; named: boolean }[] = []

  const openFile = (file: string, named: boolean): void => {
    if (handle === null) early.push({ file, named })
    else handle.openFile(file, { named }).catch(options.onProblem)
  }
  const openHome = (): void => void handle?.openHome().catch(options.onProblem)

  // All of this has to be said before `ready`.
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
  app.enableSandbox()
  app.setPath('userData', options.userDataFolder)
  app.on('open-file', (event, file) => {
    event.preventDefault()
    openFile(file, false)
  })
  const mine: Handover = { files: options.files.map((file) => path.resolve(file)) }
  if (!app.requestSingleInstanceLock(mine)) return 0
  app.on('second-instance', (_event, _argv, _folder, data) => {
    const files = filesOf(data)
    for (const file of files) openFile(file, true)
    if (files.length === 0) openHome()
  })
  // Without a listener Electron would quit; the app knows better when there is nothing left to do.
  app.on('window-all-closed', () => undefined)
  app.on('activate', openHome)
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
  protocol.handle(PAGE_SCHEME, (request) => {
    if (!request.url.startsWith(`${PAGE_ORIGIN}/`)) return new Response(null, { status: 404 })
    return running.pages(request, { trusted: true })
  })

  app.on('before-quit', (event: ElectronEvent) => {
    // The caller exits once everything is stored.
    event.preventDefault()
    running.close().catch(options.onProblem)
  })
  for (const file of mine.files) openFile(file, true)
  for (const { file, named } of early) openFile(file, named)
  if (mine.files.length + early.length === 0) openHome()
  return running.done
}

function filesOf(data: unknown): string[] {
  const files = (data as Partial<Handover> | null)?.files
  return Array.isArray(files) ? files.filter((file) => typeof file === 'string') : []
}
