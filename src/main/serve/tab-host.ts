import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import type { Bounds } from '../../shared/window.ts'
import { NOTHING_PREPARED } from '../hosts/types.ts'
import type { HostWindow, WindowHost, WindowOptions } from '../hosts/types.ts'

/** Windows that are addresses: a visitor's own browser shows them in tabs, as many as it likes. */
export function createTabHost(): WindowHost {
  const windows = new Set<HostWindow>()
  return {
    name: 'headless',
    capabilities: { canMove: false, canFocus: false, canMinimize: false, paints: false, visible: true, tabs: true },
    prepare: () => NOTHING_PREPARED,
    open: async (options) => {
      const window = createTab(options)
      windows.add(window)
      void window.closed.then(() => windows.delete(window))
      return window
    },
    close: async () => {
      await Promise.all([...windows].map((window) => window.close()))
    },
    // It has nothing that could die.
    onExit: () => {},
  }
}

function createTab({ width, height }: WindowOptions): HostWindow {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  let isOpen = true
  const whileOpen = async <T>(work: () => T): Promise<T> => {
    if (!isOpen) throw new OrielError('window_closed', 'The window is closed.')
    return work()
  }
  const refuse = (what: string) => () =>
    whileOpen(() => {
      throw new OrielError('not_supported', `A visitor's tab cannot ${what}.`)
    })
  return {
    id: randomId(),
    closed,
    // The page follows its record by itself.
    setTitle: () => whileOpen(() => undefined),
    setBounds: refuse('be moved or resized'),
    getBounds: () => whileOpen((): Bounds => ({ x: 0, y: 0, width, height })),
    focus: refuse('be brought to the front'),
    minimize: refuse('be minimised'),
    capture: refuse('be taken a picture of'),
    close: async () => {
      isOpen = false
      resolve()
    },
    onBoundsChange: () => {},
  }
}
