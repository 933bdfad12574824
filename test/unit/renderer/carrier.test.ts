import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openCarrier } from '../../../src/renderer/carrier.ts'
import type { Boot } from '../../../src/shared/boot.ts'
import type { Carrier } from '../../../src/shared/carrier.ts'

const carrier = { bufferedBytes: 0 } as Carrier
const boot = { socket: null, widgetId: 'w1' } as Boot
let reload: ReturnType<typeof vi.fn<() => void>>

/** A page as its preload leaves it, and its tab's memory across loads. */
function page(): void {
  vi.stubGlobal('window', { orielCarrier: carrier })
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  reload = vi.fn<() => void>()
  const kept = new Map<string, string>()
  vi.stubGlobal('location', { reload, href: 'http://127.0.0.1:81/w/key', protocol: 'http:' })
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  })
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  page()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const notConnected = expect.objectContaining({ code: 'not_connected' }) as Error

describe('the page’s carrier', () => {
  test('is the one that the preload brought', async () => {
    expect(await openCarrier(boot)()).toBe(carrier)
    expect(reload).not.toHaveBeenCalled()
  })

  test('[H17] is not handed out again: the page is loaded again instead', async () => {
    const open = openCarrier(boot)
    await open()
    await expect(open()).rejects.toThrow(notConnected)
    expect(reload).toHaveBeenCalledOnce()
  })

  test('[H17] the page is loaded again at most once in 2 s, counted across loads', async () => {
    const first = openCarrier(boot)
    await first()
    await expect(first()).rejects.toThrow(notConnected)
    await expect(first()).rejects.toThrow(notConnected)
    page()
    const second = openCarrier(boot)
    expect(await second()).toBe(carrier)
    vi.setSystemTime(Date.now() + 1_999)
    await expect(second()).rejects.toThrow(notConnected)
    expect(reload).toHaveBeenCalledOnce()
    vi.setSystemTime(Date.now() + 1)
    await expect(second()).rejects.toThrow(notConnected)
    expect(reload).toHaveBeenCalledTimes(2)
  })

  test('without a carrier or a socket there is no connection, and loading again would bring none', async () => {
    vi.stubGlobal('window', {})
    await expect(openCarrier(boot)()).rejects.toThrow(notConnected)
    expect(reload).not.toHaveBeenCalled()
  })

  test('is a new socket for each connection where the page was served', async () => {
    const opened: string[] = []
    class Socket extends EventTarget {
      constructor(url: URL) {
        super()
        opened.push(url.href)
      }
    }
    vi.stubGlobal('WebSocket', Socket)
    const open = openCarrier({ ...boot, socket: '/ws' })
    await open()
    await open()
    expect(opened).toEqual(['ws://127.0.0.1:81/ws', 'ws://127.0.0.1:81/ws'])
    expect(reload).not.toHaveBeenCalled()
  })
})
