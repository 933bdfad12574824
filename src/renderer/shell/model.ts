import type { ClientState } from '../../client/types.ts'
import { COMMANDS_TYPE } from '../../shared/desk/commands.ts'
import type { CommandsProps } from '../../shared/desk/commands.ts'
import { DIALOG_TYPE } from '../../shared/desk/dialogs.ts'
import type { DialogProps } from '../../shared/desk/dialogs.ts'
import { PROGRESS_TYPE } from '../../shared/desk/progress.ts'
import type { ProgressProps } from '../../shared/desk/progress.ts'
import type { ToastLevel, ToastRequest } from '../../shared/desk/toasts.ts'
import type { NoticeProps, ScriptProps, WidgetProps } from '../../shared/records.ts'
import { SCRIPT_RECORD_ID } from '../../shared/records.ts'
import type { UploadProgress } from '../html/uploads.ts'
import type { DocumentChange, DocumentReader } from '../types.ts'

export interface Notice extends NoticeProps {
  id: string
}
export interface Toast {
  id: number
  level: ToastLevel
  text: string
  /** On its button; null: it has none. */
  action: string | null
  /** ms; null: as long as such things stay. */
  durationMs: number | null
  /** How often the same thing was said while it stood there. */
  count: number
}

/** What the person is asked before an event is sent. */
export interface Question {
  id: number
  text: string
  answer: (yes: boolean) => void
}

/** Everything that the shell draws over a page. */
export interface ShellState {
  connection: ClientState
  /** Why there is no connection and will be none; null while there is hope. */
  ended: string | null
  script: ScriptProps | null
  notices: readonly Notice[]
  toasts: readonly Toast[]
  /** Asked one after the other. */
  questions: readonly Question[]
  /** Files on their way to the script. */
  uploads: readonly UploadProgress[]
  /** What the person is asked in this window; null: nothing. */
  dialog: DialogProps | null
  /** Work under way. */
  progress: readonly ProgressProps[]
  /** What the script offers, in menus and by keys. */
  commands: readonly CommandsProps[]
  /** Where this page is a visitor's tab: everything that the script shows, in order. */
  widgets: readonly WidgetLink[]
  /** Who is logged in, in such a tab. */
  user: string | null
}

/** One thing that the script shows, as the bar over a visitor's tab has it. */
export interface WidgetLink {
  widgetId: string
  title: string
  /** It is what this page shows. */
  isHere: boolean
}

/** What the shell knows, apart from how it is drawn: kept by the page from the start, drawn once there is something to say. */
export class ShellModel {
  #state: ShellState = {
    connection: 'idle',
    ended: null,
    script: null,
    notices: [],
    toasts: [],
    questions: [],
    uploads: [],
    dialog: null,
    progress: [],
    commands: [],
    widgets: [],
    user: null,
  }
  readonly #listeners = new Set<() => void>()
  #toasts = 0
  #questions = 0
  readonly #tab: string | null
  readonly #widgetId: string
  /** What becomes of toasts with a button, by id. */
  readonly #waiting = new Map<number, (pressed: boolean) => void>()

  /** `tab`: what this page shows and to whom, where it is a visitor's tab; `widgetId`: what it shows, wherever it is. */
  constructor(tab: { widgetId: string; user: string | null } | null = null, widgetId = tab?.widgetId ?? '') {
    this.#tab = tab?.widgetId ?? null
    this.#widgetId = widgetId
    this.#state = { ...this.#state, user: tab?.user ?? null }
  }

  get state(): ShellState {
    return this.#state
  }

  /** Called after each change. Returns unsubscribe. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  set(change: Partial<ShellState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of [...this.#listeners]) listener()
  }

  /** Says something in passing. */
  toast(level: Toast['level'], text: string): void {
    const { toasts } = this.#state
    const same = toasts.find((toast) => toast.text === text && toast.level === level && toast.action === null)
    if (same)
      return this.set({ toasts: toasts.map((toast) => (toast === same ? { ...same, count: same.count + 1 } : toast)) })
    this.#addToast({ level, text, action: null, durationMs: null })
  }

  /** What the script says in passing. Resolves, with a button, to whether it was pressed; else to false at once. */
  async say(request: ToastRequest): Promise<boolean> {
    if (request.action === null && request.durationMs === null) this.toast(request.level, request.text)
    else {
      const id = this.#addToast(request)
      if (request.action !== null) return new Promise((resolve) => this.#waiting.set(id, resolve))
    }
    return false
  }

  /** `pressed`: its button, which is why it goes. */
  dismissToast(id: number, pressed = false): void {
    this.#waiting.get(id)?.(pressed)
    this.#waiting.delete(id)
    this.set({ toasts: this.#state.toasts.filter((toast) => toast.id !== id) })
  }

  /** Asks the person, after what they are being asked already. */
  ask(text: string): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const id = ++this.#questions
    const answer = (yes: boolean) => {
      this.set({ questions: this.#state.questions.filter((question) => question.id !== id) })
      resolve(yes)
    }
    this.set({ questions: [...this.#state.questions, { id, text, answer }] })
    return promise
  }

  /** Tells how far an upload is; null: it is over. */
  upload(id: number, progress: UploadProgress | null): void {
    const uploads = this.#state.uploads.filter((upload) => upload.id !== id)
    this.set({ uploads: progress ? [...uploads, progress].toSorted((a, b) => a.id - b.id) : uploads })
  }

  #addToast(request: ToastRequest): number {
    const id = ++this.#toasts
    // The oldest makes room, and nobody can press its button any more.
    for (const { id: old } of this.#state.toasts.slice(0, -3)) this.dismissToast(old)
    this.set({ toasts: [...this.#state.toasts, { ...request, id, count: 1 }] })
    return id
  }

  /** Follows the records `script` and `notice:…`, and in a tab those of widgets. Returns the way to stop. */
  follow(document: DocumentReader): () => void {
    const read = ({ ops }: DocumentChange) => {
      if (ops.length > 0 && !ops.some((op) => concernsShell(op, this.#tab !== null))) return
      const notices: Notice[] = []
      const progress: ProgressProps[] = []
      const commands: CommandsProps[] = []
      let dialog: DialogProps | null = null
      // The records are the script's and the main process's alone, which is what says what they are.
      for (const { id, type, props } of document.records()) {
        if (type === 'notice') notices.push({ id, ...(props as unknown as NoticeProps) })
        else if (type === COMMANDS_TYPE) {
          const given = props as unknown as CommandsProps
          if (given.widgetId === null || given.widgetId === this.#widgetId) commands.push(given)
        } else if (props.widgetId !== this.#widgetId) continue
        else if (type === DIALOG_TYPE) dialog = props as unknown as DialogProps
        else if (type === PROGRESS_TYPE) progress.push(props as unknown as ProgressProps)
      }
      const script = document.get(SCRIPT_RECORD_ID)?.props as unknown as ScriptProps | undefined
      const widgets = this.#tab === null ? [] : widgetLinks(document, this.#tab)
      this.set({ notices, progress, commands, dialog, script: script ?? null, widgets })
    }
    read({ ops: [] })
    return document.onChange(read)
  }
}

/** Whether the shell must be drawn at all. */
export function needsShell(state: ShellState): boolean {
  const { connection, ended, script, notices, toasts, questions, uploads, widgets, user } = state
  const { dialog, progress, commands } = state
  if (widgets.length > 1 || user !== null || questions.length > 0 || uploads.length > 0) return true
  if (dialog !== null || progress.length > 0 || commands.length > 0) return true
  if (ended !== null || connection === 'reconnecting' || notices.length > 0 || toasts.length > 0) return true
  return script !== null && (script.problem !== null || script.state !== 'running')
}

type Op = DocumentChange['ops'][number]

/** Of records that the shell shows. */
const OWN_IDS = /^((notice|dialog|progress):|commands(:|$))/

function concernsShell(op: Op, widgets: boolean): boolean {
  const id = 'record' in op ? op.record.id : 'id' in op ? op.id : ''
  return id === SCRIPT_RECORD_ID || OWN_IDS.test(id) || (widgets && id.startsWith('widget:'))
}

function widgetLinks(document: DocumentReader, here: string): WidgetLink[] {
  const links: WidgetLink[] = []
  for (const { type, props } of document.records()) {
    if (type !== 'widget') continue
    const { widgetId, title } = props as unknown as WidgetProps
    links.push({ widgetId, title, isHere: widgetId === here })
  }
  return links
}
