import { BrowserWindow, Notification, app, clipboard, dialog, nativeTheme, protocol, session, shell } from 'electron'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { STAYS, pushText } from './commands/attach-text.ts'
import { ELECTRON_CLOSE, ELECTRON_STARTED } from './commands/electron.ts'
import { EXIT, reportFailure } from './commands/exit-code.ts'
import { becomeFirst } from './commands/first-process.ts'
import type { FirstProcess } from './commands/first-process.ts'
import { handoverOf } from './commands/open-arguments.ts'
import { readConfig } from './config.ts'
import { createDesktop } from './desktop.ts'
import { appHandle } from './electron/app-handle.ts'
import { readElectronCommandLine } from './electron/command-line.ts'
import { PAGE_ORIGIN, runShell } from './electron/shell.ts'
import type { AppHandle } from './electron/shell.ts'
import { createElectronHost } from './hosts/electron.ts'
import { layoutOf } from './layout.ts'
import { createLog } from './log.ts'
import { onEndSignal } from './process.ts'
import { checkScript } from './scripts/check-script.ts'
import { openDesktopStores } from './stores/index.ts'

/** The Electron app: wires the parts and sets the exit code. Nothing imports it. */

const stdout = (text: string) => void process.stdout.write(text)
const stderr = (text: string) => void process.stderr.write(text)
/** The command that started this, if one did, waits to hear that Electron works. */
const sayStarted = () => void process.send?.(ELECTRON_STARTED)

function end(exitCode: number): void {
  sayStarted()
  app.exit(exitCode)
}

function fail(error: unknown): void {
  end(reportFailure(error, stderr))
}

try {
  const asked = readElectronCommandLine(process.argv, app.isPackaged)
  const config = readConfig({ flags: asked.settings, env: process.env })
  const layout = layoutOf(import.meta.url)
  const log = createLog({ file: path.join(config.home, 'oriel.log'), level: config.logLevel })
  const request = handoverOf(asked)

  const createApp = async (first: FirstProcess): Promise<AppHandle> => {
    sayStarted()
    const host = createElectronHost({
      electron: { BrowserWindow, nativeTheme, dialog, clipboard, Notification },
      preload: layout.preload,
      log,
    })
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
      stdout,
      stderr,
    })
    onEndSignal(() => void oriel.close())
    process.on('message', (message) => {
      if (message === ELECTRON_CLOSE) void oriel.close()
    })
    first.serve(oriel)
    const { 'oriel/client': clientModule = '' } = layout.runtime
    return appHandle(oriel, pages, asked, (access) => stdout(`${pushText(access, clientModule)}\n\n${STAYS}\n`))
  }

  // Awaited, so that Electron is not ready before: a second process ends here, without a window, and the shell has to
  // speak before `ready`. The shell itself is not awaited, for it waits for `ready`: https://github.com/electron/electron/issues/40719
  if (asked.script !== null) await checkScript(asked.script)
  const first = await becomeFirst({ homeDir: config.home, request, log })
  if (first === null) end(EXIT.fine)
  else {
    runShell({
      electron: { app, protocol, session },
      userDataFolder: path.join(config.home, 'electron'),
      request,
      createApp: () => createApp(first),
      onProblem: (error) => void reportFailure(error, stderr),
      log,
    })
      .finally(() => first.close())
      .finally(() => log.close())
      .then(end, fail)
  }
} catch (error) {
  fail(error)
}
