import { beforeEach, describe, expect, test } from 'vitest'
import { createElectronHost } from '../../../../src/main/hosts/electron.ts'
import type { WindowHost, WindowOptions } from '../../../../src/main/hosts/types.ts'
import { silentLog } from '../../../../src/main/log.ts'
import { hostContract } from '../../../contract/suites/host-contract.ts'
import { createElectronDouble } from '../../../support/electron-double.ts'
import type { BrowserWindowDouble, ElectronDouble } from '../../../support/electron-double.ts'

let double: ElectronDouble
let host: WindowHost

const create = (): WindowHost => {
  double = createElectronDouble()
  return createElectronHost({ electron: double.electron, preload: '/app/preload.cjs', log: silentLog })
}

hostContract('electron, on its double', () => ({
  create,
  rendersPages: false,
  closeByHand: async ({ id }) => double.windows.find((window) => String(window.id) === id)?.close(),
}))

describe('electron host', () => {
  const wanted: WindowOptions = {
    url: 'oriel://app/w/key?ticket=one',
    title: 'Sales',
    width: 640,
    height: 480,
    x: null,
    y: null,
    resizable: false,
    theme: 'dark',
  }
  const openOne = async (change: Partial<WindowOptions> = {}): Promise<BrowserWindowDouble> => {
    await host.open({ ...wanted, ...change })
    const window = double.windows.at(-1)
    if (window === undefined) throw new Error('no window was made')
    return window
  }
  beforeEach(() => {
    host = create()
  })

  test('windows are isolated, sandboxed and without Node', async () => {
    const { options } = await openOne()
    expect(options.webPreferences).toMatchObject({
      preload: '/app/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
    })
  })

  test('a window is as it was asked for', async () => {
    const window = await openOne({ x: 5, y: 6 })
    expect(window.options).toMatchObject({ title: 'Sales', width: 640, height: 480, x: 5, y: 6, resizable: false })
    expect(window.url).toBe(wanted.url)
    expect(double.electron.nativeTheme.themeSource).toBe('dark')
    const without = await openOne()
    expect(without.options).not.toHaveProperty('x')
  })

  test('a window is shown when its page has painted, and has a background before', async () => {
    const window = await openOne()
    expect(window.shown).toBe(false)
    expect(window.options.backgroundColor).toMatch(/^#/)
    window.paint()
    expect(window.shown).toBe(true)
  })

  test('a page whose address cannot be loaded is shown with what there is', async () => {
    const { BrowserWindow } = double.electron
    class Failing extends (BrowserWindow as unknown as typeof BrowserWindowDouble) {
      override async loadURL(): Promise<void> {
        throw Object.assign(new Error('failed'), { code: 'ERR_FAILED' })
      }
    }
    const failing = { ...double.electron, BrowserWindow: Failing as unknown as typeof BrowserWindow }
    await createElectronHost({ electron: failing, preload: '', log: silentLog }).open(wanted)
    await expect.poll(() => double.windows.at(-1)?.shown).toBe(true)
  })

  test('new windows, webviews and other sites are denied; the page itself may be loaded again', async () => {
    const { webContents } = await openOne()
    expect(webContents.windowOpenHandler?.({ url: 'https://example.org' } as never)).toEqual({ action: 'deny' })
    const denied = (event: string, details: object): boolean => {
      let prevented = false
      webContents.emit(event, { ...details, preventDefault: () => (prevented = true) })
      return prevented
    }
    expect(denied('will-navigate', { url: 'https://example.org/' })).toBe(true)
    expect(denied('will-navigate', { url: 'oriel://elsewhere/w/key' })).toBe(true)
    expect(denied('will-navigate', { url: 'file:///etc/passwd' })).toBe(true)
    expect(denied('will-navigate', { url: 'oriel://app/w/key' })).toBe(false)
    expect(denied('will-redirect', { url: 'https://example.org/', isMainFrame: true })).toBe(true)
    expect(denied('will-redirect', { url: 'https://example.org/', isMainFrame: false })).toBe(false)
    expect(denied('will-attach-webview', {})).toBe(true)
  })

  test('a minimised window comes back when it is focused', async () => {
    const window = await host.open(wanted)
    const native = double.windows[0]
    await window.minimize()
    expect(native?.isMinimized()).toBe(true)
    await window.focus()
    expect([native?.isMinimized(), native?.shown, native?.focused]).toEqual([false, true, true])
  })
})

describe('the desk in Electron', () => {
  const wanted: WindowOptions = {
    url: 'oriel://app/w/key',
    title: 'Sales',
    width: 640,
    height: 480,
    x: null,
    y: null,
    resizable: true,
    theme: 'system',
  }

  test('questions are asked in dialogs of the system, with the same answers as elsewhere [A15]', async () => {
    host = create()
    const window = await host.open(wanted)
    const files = { title: 'Open', extensions: ['csv'], folder: '/data' }
    double.answers.push(
      { response: 0 },
      { response: 1 },
      { response: 0 },
      { canceled: false, filePaths: ['/a.csv', '/b.csv'] },
      { canceled: true, filePaths: [] },
      { canceled: false, filePath: '/data/x.csv' },
    )
    const confirm = { kind: 'confirm', title: 'Delete?', text: '', ok: 'Delete', cancel: 'Keep', danger: true } as const
    const answers = [
      await window.dialog?.(confirm),
      await window.dialog?.(confirm),
      await window.dialog?.({ kind: 'message', title: 'Done', text: 'All of it', level: 'info', ok: 'OK' }),
      await window.dialog?.({ kind: 'openFile', multiple: true, ...files }),
      await window.dialog?.({ kind: 'openFolder', title: 'Choose', folder: null }),
      await window.dialog?.({ kind: 'saveFile', name: 'x.csv', ...files }),
    ]
    expect(answers).toEqual([true, null, true, ['/a.csv', '/b.csv'], null, '/data/x.csv'])
    expect(double.dialogs.map(({ kind }) => kind)).toEqual(['message', 'message', 'message', 'open', 'open', 'save'])
    expect(double.dialogs[0]?.options).toMatchObject({ buttons: ['Delete', 'Keep'], defaultId: 1, cancelId: 1 })
    expect(double.dialogs[3]?.options).toMatchObject({
      filters: [{ extensions: ['csv'] }],
      properties: ['openFile', 'multiSelections'],
    })
    expect(double.dialogs[5]?.options).toMatchObject({ defaultPath: '/data/x.csv' })
    expect(host.capabilities.dialogs).not.toContain('prompt')
  })

  test('the task bar, notifications and the clipboard are the system’s [A19, A20]', async () => {
    host = create()
    const window = await host.open(wanted)
    const shown: (number | undefined)[] = []
    for (const fraction of [0.5, 'unknown', null] as const) {
      await window.setProgress?.(fraction)
      shown.push(double.windows[0]?.progress)
    }
    expect(shown).toEqual([0.5, 2, -1])
    await host.notify?.({ title: 'Done', body: '' })
    expect(double.notifications).toEqual([{ title: 'Done', body: '' }])
    await host.writeClipboard?.('text')
    expect(await host.readClipboard?.()).toBe('text')
  })

  test('closing by hand is asked about first; closing again while that is asked is meant [A22]', async () => {
    host = create()
    const window = await host.open(wanted)
    const native = double.windows[0]!
    let answer = Promise.withResolvers<boolean>()
    window.onCloseAsked?.(() => answer.promise)
    native.close()
    expect(native.isDestroyed()).toBe(false)
    answer.resolve(false)
    await answer.promise
    await new Promise(setImmediate)
    expect(native.isDestroyed()).toBe(false)
    answer = Promise.withResolvers<boolean>()
    native.close()
    native.close()
    expect(native.isDestroyed()).toBe(true)
    await window.closed
  })
})
