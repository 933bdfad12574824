import { BrowserWindow, app, nativeTheme } from 'electron'
import path from 'node:path'
import { createElectronHost } from '../../../src/main/hosts/electron.ts'
import { silentLog } from '../../../src/main/log.ts'
import { serveHosts } from './serve.ts'

/** Serves hosts of real BrowserWindows. Electron's main script, bundled by electron.ts; the preload lies beside it. */

const folder = app.getAppPath()
const windowOf = (id: string): BrowserWindow | null => BrowserWindow.fromId(Number(id))

if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
app.setPath('userData', path.join(folder, 'user-data'))
app.on('window-all-closed', () => undefined)
void app.whenReady().then(() =>
  serveHosts(
    {
      create: () =>
        createElectronHost({
          electron: { BrowserWindow, nativeTheme },
          preload: path.join(folder, 'preload.cjs'),
          log: silentLog,
        }),
      closeByHand: (id) => windowOf(id)?.close(),
      nativeTitle: (id) => windowOf(id)?.getTitle() ?? '',
    },
    () => app.exit(0),
  ),
)
