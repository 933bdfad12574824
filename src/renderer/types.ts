import type { FrameHandler } from '../shared/stream.ts'
import type { ClientEvent, RequestOptions, SessionLink } from '../client/types.ts'
import type { Carrier } from '../shared/carrier.ts'
import type { DocumentRecord, Op } from '../shared/document/types.ts'
import type { Value } from '../shared/value.ts'

/** What a handler in a page is told beside the data. */
export interface PageEvent {
  readonly type: string
  readonly widgetId: string
  /** Aborted when the asker gave up, or the session closed. */
  readonly signal: AbortSignal
}
/** Its value (or what its promise gives) answers a script's request; undefined leaves the answer to the next handler. */
export type PageHandler = (data: Value, event: PageEvent) => unknown

/** `window.oriel`: what an HTML page's own scripts talk to. Works from the first script of the page on; what comes before the connection waits for it. */
export interface OrielPage {
  /** Resolves to the number of receivers reached. Rejects with an error that has a `code`. */
  emit(type: string, data?: Value): Promise<number>
  /** The script's answer. `timeoutMs`: default 30,000. */
  request(type: string, data?: Value, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<Value>
  /** Several handlers per type; `'*'` hears all. Returns unsubscribe. */
  on(type: string, handler: PageHandler): () => void
  /** Without a handler: all handlers of the type. */
  off(type: string, handler?: PageHandler): void
  /**
   * Calls `handler` with the newest frame of a stream of the script ({ kind, width, height, bytes, number }), if there is
   * one, and with each newer one; the next comes when what it returns has settled. Returns what ends it.
   */
  onFrame(stream: string, handler: FrameHandler): () => void
  readonly session: { readonly id: string; readonly clientId: string }
  /** Resolves when the page is connected and its document is here. */
  readonly ready: Promise<void>
}

/** The other end of `window.oriel`, left by `early.js` for `page.js`, which takes it away from the window. */
export interface EarlyHook {
  /** From now on the page talks over `link`; what waited is sent in the order it was asked for. */
  attach(link: PageSender): void
  /** There will be no connection: everything that waits rejects with `error`. */
  fail(error: unknown): void
  /** Whether any handler listens for `type`. */
  hears(type: string): boolean
  /** Runs the handlers of one event in order. Gives the first answer; throws the first error if there is no answer. */
  dispatch(event: ClientEvent): Promise<unknown>
}

/** One window's way to its script. */
export interface PageSender {
  emit(type: string, data?: Value): Promise<number>
  request(type: string, data?: Value, options?: RequestOptions): Promise<Value>
  watch(stream: string, handler: FrameHandler): () => void
}

/** What a change of a document looks like to someone who draws from it. */
export interface DocumentChange {
  readonly ops: readonly Op[]
}
/** As much of a session document as the page reads. */
export interface DocumentReader {
  readonly roots: readonly string[]
  get(id: string): Readonly<DocumentRecord> | undefined
  records(): Iterable<Readonly<DocumentRecord>>
  /** With `id`, only for changes of that record, with only their ops. Returns unsubscribe. */
  onChange(listener: (change: DocumentChange) => void, filter?: { id?: string }): () => void
}
/** As much of a SessionLink as the page uses. */
export type PageLink = Pick<SessionLink, 'emit' | 'request' | 'call' | 'onEvent' | 'onStateChange' | 'state'> & {
  readonly document: DocumentReader
}

/** What a preload may add for the renderer alone. */
export interface NativeBridge {
  /** Absolute path of a file that was dropped on the page; '' if there is none. */
  pathForFile(file: File): string
}

declare global {
  interface Window {
    oriel?: OrielPage
    orielEarly?: EarlyHook
    orielCarrier?: Carrier
    orielNative?: NativeBridge
  }
}
