import type { ClientState } from '../../client/types.ts'
import type { NoticeProps, ScriptProps, WidgetProps } from '../../shared/records.ts'
import { SCRIPT_RECORD_ID } from '../../shared/records.ts'
import type { UploadProgress } from '../html/uploads.ts'
import type { DocumentChange, DocumentReader } from '../types.ts'

export interface Notice extends NoticeProps {
  id: string
}
export interface Toast {
  id: number
  level: 'info' | 'error'
  text: string
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
    widgets: [],
    user: null,
  }
  readonly #listeners = new Set<() => void>()
  #toasts = 0
  #questions = 0
  readonly #tab: string | null

  /** `tab`: what this page shows and to whom, where it is a visitor's tab. */
  constructor(tab: { widgetId: string; user: string | null } | null = null) {
    this.#tab = tab?.widgetId ?? null
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
    const same = toasts.find((toast) => toast.text === text && toast.level === level)
    if (same)
      return this.set({ toasts: toasts.map((toast) => (toast === same ? { ...same, count: same.count + 1 } : toast)) })
    this.set({ toasts: [...toasts.slice(-3), { id: ++this.#toasts, level, text, count: 1 }] })
  }

  dismissToast(id: number): void {
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

  /** Follows the records `script` and `notice:…`, and in a tab those of widgets. Returns the way to stop. */
  follow(document: DocumentReader): () => void {
    const read = ({ ops }: DocumentChange) => {
      if (ops.length > 0 && !ops.some((op) => concernsShell(op, this.#tab !== null))) return
      const notices: Notice[] = []
      for (const { id, type, props } of document.records()) {
        if (type === 'notice') notices.push({ id, ...(props as unknown as NoticeProps) })
      }
      const script = document.get(SCRIPT_RECORD_ID)?.props as unknown as ScriptProps | undefined
      this.set({ notices, script: script ?? null, widgets: this.#tab === null ? [] : widgetLinks(document, this.#tab) })
    }
    read({ ops: [] })
    return document.onChange(read)
  }
}

/** Whether the shell must be drawn at all. */
export function needsShell(state: ShellState): boolean {
  const { connection, ended, script, notices, toasts, questions, uploads, widgets, user } = state
  if (widgets.length > 1 || user !== null || questions.length > 0 || uploads.length > 0) return true
  if (ended !== null || connection === 'reconnecting' || notices.length > 0 || toasts.length > 0) return true
  return script !== null && (script.problem !== null || script.state !== 'running')
}

type Op = DocumentChange['ops'][number]

function concernsShell(op: Op, widgets: boolean): boolean {
  const id = 'record' in op ? op.record.id : 'id' in op ? op.id : ''
  return id === SCRIPT_RECORD_ID || id.startsWith('notice:') || (widgets && id.startsWith('widget:'))
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
