/*
 * What a test asks of a page without a window: plain data, since the page has a world of its own.
 */

/** A text that is looked for: a part of it, whatever the case; all of it with `isExact`; or a pattern. */
export type WantedText = { text: string; isExact: boolean } | { source: string; flags: string }

export type PageQuery =
  | { by: 'role'; role: string; name: WantedText | null }
  | { by: 'text'; text: WantedText }
  | { by: 'label'; text: WantedText }

/** What is done to the one element that a query finds, or read of it. */
export type PageAction =
  | { do: 'click' | 'blur' | 'focus' }
  | { do: 'fill' | 'type' | 'press' | 'select'; text: string }
  | { do: 'check'; isChecked: boolean }
  | { do: 'read'; what: 'text' | 'value' | 'isChecked' | 'isDisabled' }

/** `wait`: why it cannot be done yet, for the message if it never can. */
export type ActionOutcome = { ok: true; value: string | boolean | null } | { ok: false; wait: string }

/** The page's side, as `window.orielTest`. */
export interface PageDriver {
  /** Begins what the page does by itself: its connection, drawing, events. */
  start(): void
  count(query: PageQuery): number
  act(query: PageQuery, action: PageAction): ActionOutcome
  /** Roles, names and texts, an element a line, indented. */
  snapshot(): string
}

/** What the page is given, as `window.orielPipe`: frames to and from the session. */
export interface PagePipe {
  send(bytes: Uint8Array): void
  /** Called once; `onBytes` for each frame, `onClose` at the end. */
  listen(onBytes: (bytes: Uint8Array<ArrayBuffer>) => void, onClose: (code: number, reason: string) => void): void
  close(code: number, reason: string): void
}
