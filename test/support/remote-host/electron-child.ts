import { BrowserWindow, Notification, app, clipboard, dialog, nativeTheme } from 'electron'
import path from 'node:path'
import { createElectronHost } from '../../../src/main/hosts/electron.ts'
import { silentLog } from '../../../src/main/log.ts'
import type { Frame } from './messages.ts'
import { serveHosts } from './serve.ts'

/** Serves hosts of real BrowserWindows. Electron's main script, bundled by electron.ts; the preload lies beside it. */

const folder = app.getAppPath()
/** What this system draws around a page. */
function measureFrame(): Frame {
  const window = new BrowserWindow({ width: 420, height: 310, show: false, autoHideMenuBar: true })
  const [outer, inner] = [window.getBounds(), window.getContentBounds()]
  window.destroy()
  return { width: outer.width - inner.width, height: outer.height - inner.height }
}

const windowOf = (id: string): BrowserWindow | null => BrowserWindow.fromId(Number(id))

if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
app.setPath('userData', path.join(folder, 'user-data'))
app.on('window-all-closed', () => undefined)
void app.whenReady().then(() =>
  serveHosts(
    {
      create: () =>
        createElectronHost({
          electron: { BrowserWindow, nativeTheme, dialog, clipboard, Notification },
          preload: path.join(folder, 'preload.cjs'),
          log: silentLog,
        }),
      frame: measureFrame(),
      closeByHand: (id) => windowOf(id)?.close(),
      nativeTitle: (id) => windowOf(id)?.getTitle() ?? '',
    },
    () => app.exit(0),
  ),
)
