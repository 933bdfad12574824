/**
 * The globals that Node, Electron and every browser have alike, for code that must run in all of them. Only
 * tsconfig.shared.json reads this file, so that shared code which reaches for more does not compile; everywhere else
 * the real declarations hold. Add what all of them have, and of it only what is used.
 */

interface EventTarget {
  addEventListener(type: string, listener: (event: unknown) => void, options?: { once?: boolean }): void
  removeEventListener(type: string, listener: (event: unknown) => void): void
}

interface AbortSignal extends EventTarget {
  readonly aborted: boolean
  readonly reason: unknown
  throwIfAborted(): void
}
declare const AbortSignal: {
  abort(reason?: unknown): AbortSignal
  any(signals: readonly AbortSignal[]): AbortSignal
  timeout(milliseconds: number): AbortSignal
}

interface AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}
declare const AbortController: new () => AbortController

/** A number in browsers, an object in Node. */
type TimerHandle = object | number
declare function setTimeout(callback: () => void, milliseconds?: number): TimerHandle
declare function clearTimeout(handle: TimerHandle | null | undefined): void
declare function setInterval(callback: () => void, milliseconds?: number): TimerHandle
declare function clearInterval(handle: TimerHandle | null | undefined): void
declare function queueMicrotask(callback: () => void): void

interface WebSocket {
  binaryType: string
  readonly readyState: number
  readonly bufferedAmount: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'open', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'error', listener: (event: object) => void): void
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void
}
declare const WebSocket: new (url: string) => WebSocket

/** Base64, a byte a character. */
declare function btoa(bytes: string): string
declare function atob(base64: string): string

declare function structuredClone<T>(value: T): T

interface TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}
declare const TextEncoder: new () => TextEncoder

interface TextDecoder {
  decode(bytes?: ArrayBuffer | ArrayBufferView): string
}
declare const TextDecoder: new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }) => TextDecoder

interface URL {
  readonly href: string
  readonly origin: string
  readonly protocol: string
  readonly host: string
  readonly hostname: string
  readonly port: string
  readonly pathname: string
  readonly search: string
  readonly hash: string
}
declare const URL: { new (url: string, base?: string | URL): URL; canParse(url: string, base?: string): boolean }

declare const crypto: {
  randomUUID(): `${string}-${string}-${string}-${string}-${string}`
  getRandomValues<T extends Uint8Array<ArrayBuffer>>(array: T): T
}
declare const performance: { now(): number }
declare const console: Record<'debug' | 'info' | 'log' | 'warn' | 'error', (...values: unknown[]) => void>
