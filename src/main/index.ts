import { BrowserWindow, app, nativeTheme, protocol, session, shell } from 'electron'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { exitCodeOf } from './commands/exit-code.ts'
import { readConfig } from './config.ts'
import { createDesktop } from './desktop.ts'
import { PAGE_ORIGIN, runShell } from './electron/shell.ts'
import type { AppHandle } from './electron/shell.ts'
import { createElectronHost } from './hosts/electron.ts'
import { layoutOf } from './layout.ts'
import { createLog } from './log.ts'
import { openDesktopStores } from './stores/index.ts'

/** The Electron app: wires the parts and sets the exit code. Nothing imports it. */

const config = readConfig({ flags: {}, env: process.env })
const layout = layoutOf(import.meta.url)
const log = createLog({ file: path.join(config.home, 'oriel.log'), level: config.logLevel })
const stderr = (text: string) => void process.stderr.write(text)
const say = (error: unknown) => stderr(`oriel: ${error instanceof Error ? error.message : String(error)}\n`)

async function createApp(): Promise<AppHandle> {
  const host = createElectronHost({ electron: { BrowserWindow, nativeTheme }, preload: layout.preload, log })
  const stores = await openDesktopStores({ homeDir: config.home, log, now: Date.now })
  const { app: oriel, pages } = createDesktop({
    config,
    layout,
    log,
    host,
    stores,
    origin: PAGE_ORIGIN,
    workerId: process.env.ORIEL_DEPLOY__WORKER_ID || `worker-${randomBytes(4).toString('hex')}`,
    openExternal: (url) => shell.openExternal(url),
    stdout: (text) => void process.stdout.write(text),
    stderr,
  })
  return {
    pages,
    done: oriel.done,
    attach: (carrier) => oriel.lobby.receive(carrier),
    openFile: async (file, { named }) => {
      await oriel.openScript({ path: file, arguments: {}, mode: 'resume', named })
    },
    openHome: () => oriel.openHome(),
    close: () => oriel.close(),
  }
}

try {
  const exitCode = await runShell({
    electron: { app, protocol, session },
    userDataFolder: path.join(config.home, 'electron'),
    // Unpackaged, the first argument is the app's own folder.
    files: process.argv.slice(app.isPackaged ? 1 : 2).filter((argument) => !argument.startsWith('-')),
    createApp,
    onProblem: say,
    log,
  })
  log.close()
  app.exit(exitCode)
} catch (error) {
  say(error)
  app.exit(exitCodeOf(error))
}
