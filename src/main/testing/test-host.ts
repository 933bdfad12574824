import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import { NOTHING_PREPARED } from '../hosts/types.ts'
import type { HostWindow, WindowHost, WindowOptions } from '../hosts/types.ts'
import { TestPage } from './test-page.ts'

/** A window that nobody sees: a page, and what a native window would be told. */
export interface TestHostWindow extends HostWindow {
  readonly page: TestPage
  readonly options: WindowOptions
  title: string
}

export interface TestHostOptions {
  /** Loads the page at `url` into `page`. */
  load: (url: string, page: TestPage) => Promise<void>
}

/** Windows without a display, for tests. */
export class TestHost implements WindowHost {
  readonly name = 'headless'
  readonly capabilities = { canMove: true, canFocus: true, canMinimize: true, paints: true, visible: true }
  /** Those that are open, oldest first. */
  windows: TestHostWindow[] = []
  /** Those that were ever opened. */
  readonly all: TestHostWindow[] = []
  readonly #options: TestHostOptions

  constructor(options: TestHostOptions) {
    this.#options = options
  }

  prepare() {
    return NOTHING_PREPARED
  }

  async open(options: WindowOptions): Promise<HostWindow> {
    const page = new TestPage()
    const closed = Promise.withResolvers<void>()
    let { width, height } = options
    let [x, y] = [options.x ?? 0, options.y ?? 0]
    const whileOpen = async <T>(work: () => T): Promise<T> => {
      if (!this.windows.includes(window)) throw new OrielError('window_closed', 'The window is closed.')
      return work()
    }
    const window: TestHostWindow = {
      id: randomId(),
      page,
      options,
      title: options.title,
      closed: closed.promise,
      setTitle: (title) => whileOpen(() => void (window.title = title)),
      setBounds: (bounds) => whileOpen(() => void ({ x, y, width, height } = { x, y, width, height, ...bounds })),
      getBounds: () => whileOpen(() => ({ x, y, width, height })),
      focus: () => whileOpen(() => undefined),
      minimize: () => whileOpen(() => undefined),
      capture: () =>
        whileOpen(() => {
          throw new OrielError('not_supported', 'A window of a test is not painted.')
        }),
      close: async () => {
        if (!this.windows.includes(window)) return
        this.windows = this.windows.filter((other) => other !== window)
        page.end()
        closed.resolve()
      },
      onBoundsChange: () => {},
    }
    this.windows.push(window)
    this.all.push(window)
    await this.#options.load(options.url, page)
    return window
  }

  async close(): Promise<void> {
    for (const window of [...this.windows]) await window.close()
  }

  onExit(): void {
    // It has nothing that could die.
  }
}
