import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HostWindow, WindowHost, WindowOptions } from '../../../src/main/hosts/types.ts'
import type { Bounds } from '../../../src/shared/window.ts'
import { readPng } from '../../support/png.ts'
import { startTestSite } from '../../support/test-site.ts'
import type { TestSite } from '../../support/test-site.ts'

/** One way to make a host, and what a test cannot do through the host itself. */
export interface HostUnderTest {
  /** A fresh host each time. */
  create(): WindowHost
  /** Closes the window as the person would, without the host being asked. */
  closeByHand(window: HostWindow): Promise<void>
  /** The host paints real pages: what they report and what they look like can be asked for. */
  rendersPages: boolean
  /** How much larger than its page a window is, in DIP; default: not at all, as without a window manager. */
  frame?: { width: number; height: number }
  /** The title of the window itself, where that is not the page's. */
  titleOf?(window: HostWindow): Promise<string>
}

/** What every window host promises (src/main/hosts/types.ts). */
export function hostContract(name: string, hostUnderTest: () => HostUnderTest): void {
  describe(`window host: ${name}`, () => {
    let site: TestSite
    let foreign: TestSite
    let host: WindowHost
    const on = (): HostUnderTest => hostUnderTest()
    /** Size of the page in a window of the usual size. */
    const pageSize = (): { width: number; height: number } => {
      const { width, height } = on().frame ?? { width: 0, height: 0 }
      return { width: 420 - width, height: 310 - height }
    }

    beforeAll(async () => {
      site = await startTestSite()
      foreign = await startTestSite()
    })
    beforeEach(() => {
      host = on().create()
    })
    afterEach(() => host.close())
    afterAll(async () => {
      await site.close()
      await foreign.close()
    })

    const wanted = (url: string, change: Partial<WindowOptions> = {}): WindowOptions => ({
      url,
      title: 'A window',
      width: 420,
      height: 310,
      x: 40,
      y: 50,
      resizable: true,
      theme: 'system',
      ...change,
    })
    const mark = (): Record<string, string> => ({ mark: Math.random().toString(36).slice(2) })
    const open = (change: Partial<WindowOptions> = {}): Promise<HostWindow> =>
      host.open(wanted(site.url('/plain', mark()), change))

    test('[H1] windows have ids of their own and load the page they were given', async ({ skip }) => {
      const marks = [mark(), mark(), mark()]
      const windows = await Promise.all(marks.map((query) => host.open(wanted(site.url('/plain', query)))))
      expect(new Set(windows.map((window) => window.id)).size).toBe(3)
      if (!on().rendersPages) skip()
      for (const query of marks) await site.report('width', query.mark)
    })

    test('[H5] a window is as large as it was asked to be, with nothing of a browser around its page', async ({
      skip,
    }) => {
      const query = mark()
      const window = await host.open(wanted(site.url('/plain', query)))
      expect(await window.getBounds()).toEqual({ x: 40, y: 50, width: 420, height: 310 })
      if (!on().rendersPages) skip()
      // A tab strip or an address bar would show here.
      const { width, height } = pageSize()
      expect((await site.report('width', query.mark)).values).toMatchObject({
        width: String(width),
        height: String(height),
      })
    })

    test('a window without a place gets one, and so does the next', async () => {
      const first = await open({ x: null, y: null })
      const second = await open({ x: null, y: null })
      for (const window of [first, second]) {
        const { x, y, width, height } = await window.getBounds()
        expect([Number.isFinite(x), Number.isFinite(y), width, height]).toEqual([true, true, 420, 310])
      }
    })

    test('[H5] setBounds changes what it is given and nothing else', async () => {
      const window = await open()
      await window.setBounds({ width: 500 })
      expect(await window.getBounds()).toEqual({ x: 40, y: 50, width: 500, height: 310 })
      if (host.capabilities.canMove) {
        await window.setBounds({ x: 60, y: 70 })
        expect(await window.getBounds()).toEqual({ x: 60, y: 70, width: 500, height: 310 })
      }
    })

    test('[H6] onBoundsChange tells of a change once', async () => {
      const window = await open()
      const other = await open()
      const heard: Bounds[] = []
      const next = new Promise<void>((resolve) => {
        window.onBoundsChange((bounds) => {
          heard.push(bounds)
          resolve()
        })
      })
      other.onBoundsChange(() => expect.unreachable('another window changed'))
      await window.setBounds({ width: 480, height: 350 })
      await next
      await window.getBounds()
      expect(heard).toEqual([{ x: 40, y: 50, width: 480, height: 350 }])
    })

    test('setTitle reaches the window', async ({ skip }) => {
      const query = mark()
      const window = await host.open(wanted(site.url('/titled', query)))
      if (!on().rendersPages) {
        await window.setTitle('Without a page')
        skip()
      }
      await site.report('ready', query.mark)
      await window.setTitle('Umlaut Ö "and" </script>')
      const titled = on().titleOf?.(window)
      if (titled) expect(await titled).toBe('Umlaut Ö "and" </script>')
      else expect((await site.report('title', query.mark)).values.title).toBe('Umlaut Ö "and" </script>')
    })

    test('[H7] focus and minimize do what the capabilities say, else they refuse', async () => {
      const window = await open()
      const refused = expect.objectContaining({ code: 'not_supported' }) as Error
      if (host.capabilities.canMinimize) await window.minimize()
      else await expect(window.minimize()).rejects.toThrow(refused)
      if (host.capabilities.canFocus) await window.focus()
      else await expect(window.focus()).rejects.toThrow(refused)
      expect(await window.getBounds()).toEqual({ x: 40, y: 50, width: 420, height: 310 })
    })

    test('capture is a PNG of the page as large as it is, even when it is covered or minimised', async () => {
      const query = mark()
      const window = await host.open(wanted(site.url('/plain', query)))
      const above = await open()
      if (on().rendersPages) await site.report('width', query.mark)
      expect(readPng(await window.capture())).toEqual({ ...pageSize(), color: [200, 100, 50] })
      if (host.capabilities.canMinimize) await window.minimize()
      expect(readPng(await window.capture())).toEqual({ ...pageSize(), color: [200, 100, 50] })
      await above.close()
    })

    test('theme decides the page’s colour scheme, in the first window and in later ones', async ({ skip }) => {
      if (!on().rendersPages) skip()
      for (const theme of ['dark', 'light', 'dark'] as const) {
        const query = mark()
        await host.open(wanted(site.url('/plain', query), { theme }))
        expect((await site.report('scheme', query.mark)).values.scheme).toBe(theme)
      }
    })

    test('a page cannot take its window to another site', async ({ skip }) => {
      if (!on().rendersPages) skip()
      const query = mark()
      await host.open(wanted(site.url('/leaving', { ...query, to: foreign.url('/plain') })))
      await site.report('stayed', query.mark)
      expect(foreign.requests).toEqual([])
    })

    test('a page cannot open windows', async ({ skip }) => {
      if (!on().rendersPages) skip()
      const query = mark()
      const window = await host.open(wanted(site.url('/popping', { ...query, to: foreign.url('/plain') })))
      await site.report('popped', query.mark)
      expect(foreign.requests).toEqual([])
      // The window that tried is still itself, and the host still opens windows.
      expect((await window.getBounds()).width).toBe(420)
      await open()
    })

    test('another site inside a frame is shown', async ({ skip }) => {
      if (!on().rendersPages) skip()
      const query = mark()
      await host.open(wanted(site.url('/framing', { ...query, to: foreign.url('/plain', query) })))
      await site.report('framed', query.mark)
      await foreign.report('width', query.mark)
    })

    test('[H3] close is idempotent; afterwards every call rejects with window_closed', async () => {
      const window = await open()
      await Promise.all([window.close(), window.close()])
      await window.closed
      await window.close()
      const gone = expect.objectContaining({ code: 'window_closed' }) as Error
      await expect(window.getBounds()).rejects.toThrow(gone)
      await expect(window.setBounds({ width: 1 })).rejects.toThrow(gone)
      await expect(window.setTitle('Late')).rejects.toThrow(gone)
      await expect(window.focus()).rejects.toThrow(gone)
      await expect(window.minimize()).rejects.toThrow(gone)
      await expect(window.capture()).rejects.toThrow(gone)
    })

    test('[H2] a window that the person closes is noticed, and the others stay', async () => {
      const query = mark()
      const window = await host.open(wanted(site.url('/plain', query)))
      const other = await open()
      if (on().rendersPages) await site.report('width', query.mark)
      await on().closeByHand(window)
      await window.closed
      expect((await other.getBounds()).width).toBe(420)
      await expect(window.getBounds()).rejects.toThrow(expect.objectContaining({ code: 'window_closed' }))
    })

    test('after the last window is closed another can be opened, at once too', async () => {
      const first = await open()
      const [, second] = await Promise.all([first.close(), open()])
      await second.close()
      const third = await open()
      expect((await third.getBounds()).width).toBe(420)
    })

    test('a window that was prepared for opens where it is wanted, there or elsewhere', async () => {
      for (const x of [40, 90]) {
        const prepared = host.prepare({ width: 420, height: 310, x: 40, y: 50 })
        const query = mark()
        const window = await host.open(wanted(site.url('/plain', query), { x }))
        prepared.release()
        prepared.release()
        if (on().rendersPages) await site.report('width', query.mark)
        expect(await window.getBounds()).toEqual({ x, y: 50, width: 420, height: 310 })
        await window.close()
      }
    })

    test('what was prepared for and never opened keeps nothing from opening or closing later', async () => {
      host.prepare({ width: 420, height: 310, x: null, y: null }).release()
      const window = await open()
      expect((await window.getBounds()).width).toBe(420)
      host.prepare({ width: 420, height: 310, x: null, y: null })
      await window.close()
      host.prepare({ width: 420, height: 310, x: null, y: null })
    })

    test('[H10] closing the host closes every window; then it opens none', async () => {
      const exits: string[] = []
      host.onExit((reason) => exits.push(reason))
      const windows = [await open(), await open()]
      await Promise.all([host.close(), host.close()])
      await Promise.all(windows.map((window) => window.closed))
      await expect(open()).rejects.toThrow(expect.objectContaining({ code: 'closed' }))
      expect(exits).toEqual([])
    })

    test('a host that opened nothing closes too', async () => {
      await host.close()
    })
  })
}
