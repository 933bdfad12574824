import { OrielError } from '../../../shared/errors.ts'
import type { Bounds } from '../../../shared/window.ts'
import type { BrowserPage } from '../browser/page.ts'
import type { CdpPipe } from '../browser/pipe.ts'
import type { CdpBounds } from '../browser/protocol.ts'
import { closeTarget } from '../browser/targets.ts'
import type { HostWindow } from '../types.ts'

/** An app window and what its host needs to do with it. */
export interface ChromiumWindow extends HostWindow {
  /** Last known place; null before the first look. */
  readonly lastBounds: Bounds | null
  /** Reads the place and tells the listeners if it has changed. Costs one message, and only while someone listens. */
  poll(): Promise<void>
  /** The window is gone. */
  end(): void
}

/** The window around `page`. */
export function createChromiumWindow(pipe: CdpPipe, page: BrowserPage): ChromiumWindow {
  const { targetId } = page
  const listeners: ((bounds: Bounds) => void)[] = []
  let open = true
  let last: Bounds | null = null
  let resolveClosed = (): void => undefined
  const closed = new Promise<void>((resolve) => (resolveClosed = resolve))
  let windowId: Promise<number> | null = null

  const id = (): Promise<number> =>
    (windowId ??= pipe.send('Browser.getWindowForTarget', { targetId }).then((found) => found.windowId))

  /** Runs `action`; whatever goes wrong because the window closed meanwhile is `window_closed`. */
  const whileOpen = async <T>(action: () => Promise<T>): Promise<T> => {
    if (open) {
      try {
        return await action()
      } catch (error) {
        if (open && !(error instanceof OrielError && error.code === 'closed')) throw error
      }
    }
    throw new OrielError('window_closed', 'The window is closed.')
  }

  const look = async (): Promise<CdpBounds> =>
    (await pipe.send('Browser.getWindowBounds', { windowId: await id() })).bounds
  /** Where a minimised window is says nothing of where it will be. */
  const read = async (): Promise<Bounds | null> => {
    const found = await look()
    return found.windowState === 'minimized' ? last : toBounds(found)
  }
  const note = (now: Bounds): void => {
    const before = last
    last = now
    if (before !== null && !same(before, now)) for (const listener of listeners) listener({ ...now })
  }
  /** The protocol refuses to move or resize a window that is maximised or minimised. */
  const restore = async (): Promise<void> => {
    if ((await look()).windowState !== 'normal')
      await pipe.send('Browser.setWindowBounds', { windowId: await id(), bounds: { windowState: 'normal' } })
  }

  return {
    id: targetId,
    closed,
    get lastBounds() {
      return last
    },
    setTitle: (title) => whileOpen(() => page.setTitle(title)),
    setBounds: (bounds) =>
      whileOpen(async () => {
        await restore()
        const { x: left, y: top, width, height } = bounds
        await pipe.send('Browser.setWindowBounds', { windowId: await id(), bounds: { left, top, width, height } })
        last ??= toBounds(await look())
      }),
    getBounds: () =>
      whileOpen(async () => {
        const now = (await read()) ?? toBounds(await look())
        note(now)
        return { ...now }
      }),
    focus: () =>
      whileOpen(async () => {
        if ((await look()).windowState === 'minimized') await restore()
        await pipe.send('Target.activateTarget', { targetId })
      }),
    minimize: () =>
      whileOpen(async () => {
        last ??= toBounds(await look())
        const bounds: CdpBounds = { windowState: 'minimized' }
        await pipe.send('Browser.setWindowBounds', { windowId: await id(), bounds })
      }),
    capture: () => whileOpen(() => page.capture()),
    close: async () => {
      if (open) await closeTarget(pipe, targetId, closed)
    },
    onBoundsChange: (listener) => {
      listeners.push(listener)
    },
    poll: async () => {
      if (!open || listeners.length === 0) return
      const now = await read().catch(() => null)
      if (open && now !== null) note(now)
    },
    end: () => {
      open = false
      page.dispose()
      resolveClosed()
    },
  }
}

function toBounds({ left = 0, top = 0, width = 0, height = 0 }: CdpBounds): Bounds {
  return { x: left, y: top, width, height }
}

function same(one: Bounds, other: Bounds): boolean {
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height
}
