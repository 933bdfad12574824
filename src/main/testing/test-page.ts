import { setImmediate as later } from 'node:timers'
import { decode, encode } from '../../shared/carriers/codec.ts'
import { Receiver } from '../../shared/carriers/receiver.ts'
import type { Carrier } from '../../shared/carrier.ts'
import { DESK_EVENT } from '../../shared/desk/asks.ts'
import type { PageAsk } from '../../shared/desk/asks.ts'
import { CLOSE } from '../../shared/protocol.ts'
import type { PageDriver, PagePipe } from '../../shared/testing.ts'
import type { Value } from '../../shared/value.ts'
import type { PageWindow } from './jsdom.ts'

/** Something that a page sent to its script. */
export interface SentEvent {
  widgetId: string
  type: string
  data: Value
}

/** One window's page in a test, with both ends of its connection. */
export class TestPage {
  /** What the page sent, oldest first. */
  readonly sent: SentEvent[] = []
  /** What the script asked of the page: toasts, downloads and their like, oldest first. */
  readonly asked: PageAsk[] = []
  /** What the page's own scripts threw. */
  readonly errors: unknown[] = []
  readonly pipe: PagePipe
  /** The session's end. */
  readonly carrier: Carrier
  readonly #main = new Receiver()
  readonly #page = new Receiver()
  #window: PageWindow | null = null

  constructor() {
    this.pipe = {
      send: (bytes) => {
        const message = decode(Uint8Array.from(bytes))
        this.#noteSent(message)
        later(() => this.#main.deliver(message))
      },
      listen: (onBytes, onClose) => {
        this.#page.onMessage((bytes) => onBytes(bytes as Uint8Array<ArrayBuffer>))
        this.#page.onClose(onClose)
      },
      close: (code, reason) => void later(() => this.#main.end(code, reason)),
    }
    this.carrier = {
      bufferedBytes: 0,
      send: (message) => {
        this.#noteAsked(message)
        const bytes = encode(message).slice()
        later(() => this.#page.deliver(bytes))
      },
      onMessage: (listener) => this.#main.onMessage(listener),
      onClose: (listener) => this.#main.onClose(listener),
      close: (code = CLOSE.normal, reason = '') => {
        if (this.#main.end(code, reason)) later(() => this.#page.end(code, reason))
      },
    }
  }

  get driver(): PageDriver {
    return (this.#window as { orielTest?: PageDriver } | null)?.orielTest ?? GONE
  }

  /** The page is parsed: it begins to live. */
  begin(window: PageWindow): void {
    this.#window = window
    this.driver.start()
  }

  /** The window is closed. */
  end(): void {
    this.#main.end(CLOSE.normal)
    this.#page.end(CLOSE.normal)
    const window = this.#window
    this.#window = null
    window?.close()
  }

  #noteSent(message: unknown): void {
    const { type, event, widgetId, data } = message as { type: string; event: string } & SentEvent
    if (type === 'event') this.sent.push({ widgetId, type: event, data })
  }

  #noteAsked(message: object): void {
    const { type, event, data } = message as { type: string; event?: string; data?: unknown }
    if (type === 'event' && event === DESK_EVENT) this.asked.push(data as PageAsk)
  }
}

/** Of a window that is closed. */
const GONE: PageDriver = {
  start: () => {},
  count: () => 0,
  act: () => ({ ok: false, wait: 'the window is closed' }),
  snapshot: () => '',
}
