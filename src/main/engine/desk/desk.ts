import { COMMANDS_TYPE, LEAVING_TYPE, leavingRecordId } from '../../../shared/desk/commands.ts'
import type { CommandsProps, LeavingProps } from '../../../shared/desk/commands.ts'
import { CLOSE_ASKED_EVENT, COMMAND_EVENT, DESK_EVENT, TASK_CANCEL_EVENT } from '../../../shared/desk/asks.ts'
import type { PageAsk } from '../../../shared/desk/asks.ts'
import { PROGRESS_TYPE, progressRecordId } from '../../../shared/desk/progress.ts'
import type { ProgressProps } from '../../../shared/desk/progress.ts'
import type { ToastRequest } from '../../../shared/desk/toasts.ts'
import type { Op } from '../../../shared/document/types.ts'
import { OrielError } from '../../../shared/errors.ts'
import { NO_TIMEOUT_MS } from '../../../shared/patience.ts'
import type { Value } from '../../../shared/value.ts'
import type { HostCapabilities, Notification } from '../../hosts/types.ts'
import type { Log } from '../../log.ts'
import type { Peer } from '../peer.ts'
import type { Room } from '../room.ts'
import { keepTyped } from '../typed.ts'
import type { Windows } from '../windows.ts'
import { Dialogs } from './dialogs.ts'
import type { DeskFiles } from './files.ts'

/** How long a page may take for something that needs no person, in ms. */
const PAGE_TIMEOUT_MS = 20_000
/** How long a script may take to say whether a window may be closed, unless it asks the person, in ms. */
const CLOSE_ANSWER_MS = 5000

/** What the computer itself can do, where the host brings it; each null where pages have to. */
export interface DeskHost {
  readonly capabilities: HostCapabilities
  notify?(notification: Notification): Promise<void>
  readClipboard?(): Promise<string>
  writeClipboard?(text: string): Promise<void>
}

export interface DeskOptions {
  room: Room
  windows: Windows
  host: DeskHost
  files: DeskFiles
  log: Log
}

/** What a script asks of the person and the computer in front of them, through the session's windows or the host behind them. */
export class Desk {
  readonly dialogs: Dialogs
  readonly #options: DeskOptions

  constructor(options: DeskOptions) {
    const { room, windows, host, files } = options
    this.#options = options
    this.dialogs = new Dialogs({
      edit: (ops) => room.edit(ops),
      files,
      native: (widgetId, { kind }) => (host.capabilities.dialogs?.includes(kind) ? windows.find(widgetId) : null),
    })
  }

  /** The window that is meant: this widget's if it is open, else the newest. Throws window_closed if there is none. */
  async windowFor(widgetId: string | null): Promise<string> {
    const { windows } = this.#options
    if (windows.newest === null) await windows.settled()
    const found = widgetId !== null && windows.widgetIds.includes(widgetId) ? widgetId : windows.newest
    if (found === null) throw new OrielError('window_closed', 'There is no window for this. Call show() first.')
    return found
  }

  /** True if the person pressed the toast's button. */
  async toast(widgetId: string | null, toast: ToastRequest): Promise<boolean> {
    const ask: PageAsk = { what: 'toast', toast }
    if (toast.action === null) {
      const id = await this.windowFor(widgetId)
      for (const peer of this.#peers(id)) this.#options.room.exchange.notify(peer, id, DESK_EVENT, asValue(ask))
      return false
    }
    // A page that is gone takes its toasts along.
    return (await this.askPage(widgetId, ask, NO_TIMEOUT_MS).catch(() => false)) === true
  }

  /** Rejects with what the page cannot do, or window_closed. */
  async askPage(widgetId: string | null, ask: PageAsk, timeoutMs = PAGE_TIMEOUT_MS): Promise<Value> {
    const id = await this.windowFor(widgetId)
    const { exchange } = this.#options.room
    const answers = this.#peers(id).map((peer) => exchange.ask(peer, id, DESK_EVENT, asValue(ask), timeoutMs))
    try {
      return await Promise.any(answers)
    } catch (error) {
      const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error]
      throw first ?? new OrielError('window_closed', 'Nobody looks at this window now.')
    }
  }

  async notify(widgetId: string | null, { title, body }: Notification): Promise<void> {
    const { host } = this.#options
    if (host.notify) await host.notify({ title, body })
    else await this.askPage(widgetId, { what: 'notify', title, body })
  }

  async copy(widgetId: string | null, text: string): Promise<void> {
    const { host } = this.#options
    if (host.writeClipboard) await host.writeClipboard(text)
    else await this.askPage(widgetId, { what: 'copy', text })
  }

  async paste(widgetId: string | null): Promise<string> {
    const { host } = this.#options
    const text = host.readClipboard
      ? await host.readClipboard()
      : await this.askPage(widgetId, { what: 'paste' }, NO_TIMEOUT_MS)
    return typeof text === 'string' ? text : ''
  }

  /** Keeps what was typed in a window and not sent. Throws bad_value, too_large. */
  keepTyped(widgetId: string, fields: unknown): void {
    keepTyped(this.#options.room, widgetId, fields)
  }

  /** The person cancels a task, in the window that shows it. Throws not_allowed for any other. */
  cancelTask(widgetId: string, id: string): void {
    const props = this.#props(progressRecordId(id), PROGRESS_TYPE) as unknown as ProgressProps | null
    if (props?.widgetId !== widgetId || !props.canCancel)
      throw new OrielError('not_allowed', 'There is no such task in this window.')
    this.#tellScript(widgetId, TASK_CANCEL_EVENT, { id })
  }

  /** The person chose a command in a window. Throws not_allowed if the window has none of this id that is enabled. */
  runCommand(widgetId: string, id: string): void {
    const isThere = [...this.#options.room.journal.state.records()].some((record) => {
      if (record.type !== COMMANDS_TYPE) return false
      const { widgetId: of, menus, shortcuts } = record.props as unknown as CommandsProps
      if (of !== null && of !== widgetId) return false
      const entries = menus.flatMap((menu) => menu.entries)
      return (
        shortcuts.some((shortcut) => shortcut.id === id) ||
        entries.some((entry) => entry.kind === 'command' && entry.id === id && entry.isEnabled)
      )
    })
    if (!isThere) throw new OrielError('not_allowed', 'There is no such command in this window.')
    this.#tellScript(widgetId, COMMAND_EVENT, { id })
  }

  /** Whether the person may close this window: asks the script, and them where something is unsaved. */
  async mayClose(widgetId: string): Promise<boolean> {
    const props = this.#props(leavingRecordId(widgetId), LEAVING_TYPE) as unknown as LeavingProps | null
    const script = this.#script()
    if (!props || !script) return true
    if (props.asksScript) {
      const { room } = this.#options
      const answer = room.exchange.ask(script, widgetId, CLOSE_ASKED_EVENT, null, NO_TIMEOUT_MS)
      return (await this.#unlessSilent(widgetId, answer)) !== false
    }
    if (!props.isUnsaved) return true
    const request = {
      kind: 'confirm' as const,
      title: 'Close without saving?',
      text: 'What you changed here has not been saved and would be lost.',
      ok: 'Close without saving',
      cancel: 'Keep open',
      danger: true,
    }
    return (await this.dialogs.ask(widgetId, '', request)) === true
  }

  /** The same where the window cannot be held open from here: it is closed if the answer is yes. */
  async closeAsked(widgetId: string): Promise<void> {
    if (await this.mayClose(widgetId)) await this.#options.windows.close(widgetId)
  }

  /** The script is gone: what it asked and showed of this kind goes. */
  onScriptGone(): void {
    this.dialogs.dropAll()
    const { room } = this.#options
    const ops: Op[] = [...room.journal.state.records()]
      .filter(({ type }) => type === PROGRESS_TYPE || type === COMMANDS_TYPE || type === LEAVING_TYPE)
      .map(({ id }) => ({ op: 'remove', id }))
    if (ops.length > 0) room.edit(ops)
  }

  async close(): Promise<void> {
    this.dialogs.dropAll()
    await this.#options.files.close()
  }

  /** A script that does not answer must not hold a window open; one that asks the person may take its time. */
  async #unlessSilent(widgetId: string, answer: Promise<Value>): Promise<Value> {
    const over = Promise.withResolvers<Value>()
    const timer = setInterval(() => {
      if (!this.dialogs.isWaiting(widgetId)) over.resolve(true)
    }, CLOSE_ANSWER_MS)
    try {
      return await Promise.race([answer.catch(() => true), over.promise])
    } finally {
      clearInterval(timer)
    }
  }

  #tellScript(widgetId: string, event: string, data: Value): void {
    const script = this.#script()
    if (script) this.#options.room.exchange.notify(script, widgetId, event, data)
  }

  #script(): Peer | null {
    return this.#options.room.peers('script')[0] ?? null
  }

  #peers(widgetId: string): Peer[] {
    return this.#options.room
      .peers('window')
      .filter((peer) => peer.widgetId === widgetId && !peer.stale && !peer.passing)
  }

  #props(id: string, type: string): object | null {
    const record = this.#options.room.journal.state.get(id)
    return record?.type === type ? record.props : null
  }
}

function asValue(ask: PageAsk): Value {
  return ask as unknown as Value
}
