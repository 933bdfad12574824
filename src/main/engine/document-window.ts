import { DOCUMENT_WIDGET_ID } from '../../shared/calls.ts'
import type { DocumentWindowOptions } from '../../shared/calls.ts'
import type { Op } from '../../shared/document/types.ts'
import { OrielError } from '../../shared/errors.ts'
import { widgetRecordId } from '../../shared/records.ts'
import { DEFAULT_WINDOW } from '../../shared/window.ts'
import type { Room } from './room.ts'
import { putViewWidget } from './view-window.ts'
import type { Windows } from './windows.ts'

/** DIP, and how far a place may lie from the first screen's corner. */
const MAX_SIDE = 20_000
const SIDES = ['width', 'height', 'x', 'y'] as const
const THEMES: readonly unknown[] = ['light', 'dark', 'system']

/** The window that shows a session's document: its roots and what is below them. */
export class DocumentWindow {
  readonly #room: Room
  readonly #windows: Windows
  /** While the document itself has none. */
  readonly #title: string
  #opening: Promise<void> | null = null

  constructor(options: { room: Room; windows: Windows; title: string }) {
    this.#room = options.room
    this.#windows = options.windows
    this.#title = options.title
  }

  /** Opens it, or brings it to the front. Rejects with bad_value, host_unavailable. */
  async open(options: DocumentWindowOptions = {}): Promise<void> {
    const wanted = checkOptions(options)
    await this.#opening
    if (this.#windows.widgetIds.includes(DOCUMENT_WIDGET_ID)) return this.#windows.focus(DOCUMENT_WIDGET_ID)
    this.#opening = this.#open(wanted).finally(() => (this.#opening = null))
    await this.#opening
  }

  /** In the document of a session without a script something has changed: opens it if there is now something to show. */
  async openForContent(): Promise<void> {
    if (!this.#opening && this.#windows.widgetIds.length === 0 && this.#hasContent) await this.open()
  }

  async #open(wanted: DocumentWindowOptions): Promise<void> {
    putViewWidget(this.#room, DOCUMENT_WIDGET_ID, 'document', { title: this.#shownTitle, ...DEFAULT_WINDOW, ...wanted })
    try {
      await this.#windows.open(DOCUMENT_WIDGET_ID)
    } catch (error) {
      this.#room.edit([{ op: 'remove', id: widgetRecordId(DOCUMENT_WIDGET_ID) }])
      throw error
    }
  }

  /** Its title is the document's. */
  follow(ops: readonly Op[]): void {
    if (!ops.some(({ op }) => op === 'title')) return
    // Later: what follows a commit must not make one.
    queueMicrotask(() => {
      const id = widgetRecordId(DOCUMENT_WIDGET_ID)
      if (this.#room.journal.state.get(id))
        this.#room.edit([{ op: 'set', id, path: ['title'], value: this.#shownTitle }])
    })
  }

  /** Whether the document has something for it to show. */
  get #hasContent(): boolean {
    const { state } = this.#room.journal
    return state.roots.some((id) => (state.get(id)?.type ?? 'widget') !== 'widget')
  }

  get #shownTitle(): string {
    return this.#room.journal.state.title || this.#title
  }
}

function checkOptions(options: unknown): DocumentWindowOptions {
  const wrong = (what: string) => new OrielError('bad_value', `show: ${what}.`)
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw wrong('options must be an object')
  const checked: DocumentWindowOptions = {}
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue
    const side = SIDES.find((name) => name === key)
    if (side) {
      const least = side === 'x' || side === 'y' ? -MAX_SIDE : 1
      if (typeof value !== 'number' || !(value >= least && value <= MAX_SIDE))
        throw wrong(`${side} must be a number from ${least} to ${MAX_SIDE}`)
      checked[side] = value
    } else if (key === 'resizable') {
      if (typeof value !== 'boolean') throw wrong('resizable must be true or false')
      checked.resizable = value
    } else if (key === 'theme') {
      if (!THEMES.includes(value)) throw wrong("theme must be 'light', 'dark' or 'system'")
      checked.theme = value as NonNullable<DocumentWindowOptions['theme']>
    } else throw wrong('there are width, height, x, y, resizable and theme, nothing else')
  }
  return checked
}
