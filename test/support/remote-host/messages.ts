import type { HostCapabilities, HostName, WindowHost, WindowPlace } from '../../../src/main/hosts/types.ts'
import type { Bounds } from '../../../src/shared/window.ts'

/*
 * Window hosts in a process of their own, over the channel that Node gives a child (JSON). The other process may make
 * several, one after the other; `host` numbers them.
 */

/** Methods of a window that are called there, and what only tests do with one. */
export type WindowMethod =
  | 'setTitle'
  | 'setBounds'
  | 'getBounds'
  | 'focus'
  | 'minimize'
  | 'capture'
  | 'close'
  | 'closeByHand'
  | 'nativeTitle'

export type ToRemote =
  | { kind: 'create'; host: number }
  /** Answered when it is under way. */
  | { kind: 'prepare'; id: number; host: number; place: WindowPlace }
  | { kind: 'release'; id: number; host: number }
  | { kind: 'call'; id: number; host: number; method: 'open' | 'close'; args: unknown[] }
  | { kind: 'call'; id: number; host: number; method: WindowMethod; window: string; args: unknown[] }

export type FromRemote =
  | { kind: 'ready'; name: HostName; capabilities: HostCapabilities; frame: Frame }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'failure'; id: number; code: string; message: string }
  | { kind: 'closed'; host: number; window: string }
  | { kind: 'bounds'; host: number; window: string; bounds: Bounds }
  | { kind: 'exit'; host: number; reason: string }

/** How much larger than its page a window is, in DIP. */
export interface Frame {
  width: number
  height: number
}

/** What the other process can do with its hosts. */
export interface RemoteHosts {
  create(): WindowHost
  /** default: none */
  frame?: Frame
  /** Closes a window as the person would. */
  closeByHand?(window: string): void
  /** The title of the window itself, where that is not the page's. */
  nativeTitle?(window: string): string
}
