import type { DialogAnswer, DialogKind, DialogRequest } from '../../shared/desk/dialogs.ts'
import type { Theme } from '../../shared/records.ts'
import type { Bounds } from '../../shared/window.ts'

export type HostName = 'electron' | 'chromium' | 'headless'

/** What a host's windows can do. The engine reads these and never asks for a host's name. */
export interface HostCapabilities {
  canMove: boolean
  canFocus: boolean
  canMinimize: boolean
  /** Windows paint their page from the start. False: a page is loaded only to be captured, or by whoever opens its address. */
  paints: boolean
  /** The person can see the window without doing anything. False: its address is printed. */
  visible: boolean
  /** A window is no more than an address, for any number of tabs, each of which is given a place of its own. Default false. */
  tabs?: boolean
  /** Questions that its windows ask by themselves, in the system's own dialogs; the page asks all others. Default none. */
  dialogs?: readonly DialogKind[]
  /** Shows how far work is in the task bar. Default false. */
  canProgress?: boolean
  /** Asks before a person closes a window. Default false: the page does as far as a browser lets it. */
  canHoldOpen?: boolean
}

export interface WindowOptions {
  /** The page to show, ticket included. Never logged. */
  url: string
  title: string
  /** DIP. Without x and y the host chooses a place on the screen. */
  width: number
  height: number
  x: number | null
  y: number | null
  resizable: boolean
  theme: Theme
}

/** One native window. Every method rejects with `window_closed` once it is closed, close() excepted. */
export interface HostWindow {
  readonly id: string
  setTitle(title: string): Promise<void>
  setBounds(bounds: Partial<Bounds>): Promise<void>
  getBounds(): Promise<Bounds>
  focus(): Promise<void>
  minimize(): Promise<void>
  /** PNG of the page as it is now painted, in device pixels. */
  capture(): Promise<Uint8Array>
  /** Idempotent; resolves when the window is gone. */
  close(): Promise<void>
  /** Resolves when the window is gone, whoever closed it. */
  readonly closed: Promise<void>
  /** Asks in a dialog of the system's, over this window. Null: cancelled. Only where the host says so in `dialogs`. */
  dialog?(request: DialogRequest): Promise<DialogAnswer>
  /** How far work is, 0 to 1; 'unknown' where nobody knows; null: none is under way. Only with `canProgress`. */
  setProgress?(fraction: number | 'unknown' | null): Promise<void>
  /** Called when the person closes the window; it stays if that resolves to false. Only with `canHoldOpen`. */
  onCloseAsked?(ask: () => Promise<boolean>): void
  /** Moved or resized by anyone; may be called up to a second late. */
  onBoundsChange(listener: (bounds: Bounds) => void): void
}

/** Where a window is likely to open. DIP; null lets the host choose. */
export type WindowPlace = Pick<WindowOptions, 'width' | 'height' | 'x' | 'y'>

/** Something begun for a window to come. */
export interface Preparation {
  /** Never rejects. */
  readonly underWay: Promise<void>
  /** Idempotent. */
  release(): void
}

/** Nothing had to be begun. */
export const NOTHING_PREPARED: Preparation = { underWay: Promise.resolve(), release: () => undefined }

/** Something the system tells the person, whichever window they look at. */
export interface Notification {
  title: string
  body: string
}

/** Makes windows. One per process; starts lazily at the first open. */
export interface WindowHost {
  readonly name: HostName
  readonly capabilities: HostCapabilities
  /**
   * A window will probably be opened there soon: what takes long may begin now. Nothing else should keep this
   * thread busy before that is under way. Until it is released, what was begun is kept; then it is ended unless a window
   * uses it.
   */
  prepare(place: WindowPlace): Preparation
  /** Resolves when the window exists and has begun to load its page. */
  open(options: WindowOptions): Promise<HostWindow>
  /** Has the system tell something. Absent: pages do. */
  notify?(notification: Notification): Promise<void>
  /** The system's clipboard. Absent: pages do it. */
  readClipboard?(): Promise<string>
  writeClipboard?(text: string): Promise<void>
  /** Closes every window and ends what the host started. Idempotent. */
  close(): Promise<void>
  /** Called if the host itself dies (the browser crashed or was quit); its windows are closed already. */
  onExit(listener: (reason: string) => void): void
}

/** Whether a host can work here, for choosing one and for `oriel doctor`. */
export type HostAvailability =
  | { available: true; version: string; path: string | null }
  | { available: false; reason: string; fix: string }
