import { OrielError } from '../../src/shared/errors.ts'
import type { Bounds } from '../../src/shared/window.ts'
import type { HostWindow, Preparation, WindowHost, WindowOptions } from '../../src/main/hosts/types.ts'

/** A window that exists only in the test. */
export interface FakeWindow extends HostWindow {
  readonly options: WindowOptions
  title: string
  focused: number
  /** What a person does: closes, or drags it somewhere. */
  closeByHand(): void
  dragTo(bounds: Bounds): void
}

/** A window host whose windows live in memory, for tests of what opens them. */
export class FakeHost implements WindowHost {
  readonly name = 'chromium'
  readonly capabilities = { canMove: true, canFocus: true, canMinimize: true, paints: true, visible: true }
  readonly windows: FakeWindow[] = []
  prepared = 0
  #waiting: { count: number; resolve: () => void }[] = []

  /** Windows that are open. */
  get openWindows(): FakeWindow[] {
    return this.windows.filter(({ id }) => this.#openIds.has(id))
  }
  readonly #openIds = new Set<string>()

  /** Resolves once `count` windows have been opened since the beginning. */
  async opened(count: number): Promise<FakeWindow> {
    if (this.windows.length < count) await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }))
    return this.windows[count - 1]!
  }

  prepare(): Preparation {
    this.prepared++
    const release = () => {
      this.prepared--
    }
    return { underWay: Promise.resolve(), release }
  }

  async open(options: WindowOptions): Promise<HostWindow> {
    const id = `window-${this.windows.length + 1}`
    const closed = Promise.withResolvers<void>()
    let bounds: Bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width, height: options.height }
    const listeners: ((bounds: Bounds) => void)[] = []
    const openIds = this.#openIds
    openIds.add(id)
    const end = () => {
      openIds.delete(id)
      closed.resolve()
    }
    const whileOpen = () => {
      if (!openIds.has(id)) throw new OrielError('window_closed', 'The window is closed.')
    }
    const window: FakeWindow = {
      id,
      options,
      title: options.title,
      focused: 0,
      closed: closed.promise,
      closeByHand: end,
      dragTo(to) {
        bounds = to
        for (const listener of listeners) listener(to)
      },
      async setTitle(title) {
        whileOpen()
        window.title = title
      },
      async setBounds(change) {
        whileOpen()
        bounds = { ...bounds, ...change }
      },
      async getBounds() {
        whileOpen()
        return bounds
      },
      async focus() {
        whileOpen()
        window.focused++
      },
      async minimize() {
        whileOpen()
      },
      async capture() {
        whileOpen()
        return new Uint8Array()
      },
      async close() {
        end()
      },
      onBoundsChange: (listener) => void listeners.push(listener),
    }
    this.windows.push(window)
    for (const { count, resolve } of this.#waiting) if (this.windows.length >= count) resolve()
    return window
  }

  async close(): Promise<void> {
    for (const window of this.openWindows) await window.close()
  }

  onExit(): void {
    // It never dies by itself.
  }
}
