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
