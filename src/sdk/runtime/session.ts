import path from 'node:path'
import type { ClientEvent, SessionLink } from '../../client/types.ts'
import {
  CLIENT_ATTACHED_EVENT,
  CLIENT_LEFT_EVENT,
  DOCUMENT_WIDGET_ID,
  EDIT_EVENT,
  NO_WIDGET,
  SESSION_CLOSING_EVENT,
  WINDOW_CLOSED_EVENT,
} from '../../shared/calls.ts'
import { COMPONENT_EVENTS } from '../../shared/component-calls.ts'
import { NO_REQUEST } from '../../shared/client-request.ts'
import { OrielError } from '../../shared/errors.ts'
import { UPLOAD_EVENT } from '../../shared/upload.ts'
import type { ComponentRoutes } from '../component-routes.ts'
import { Declarations } from './declarations.ts'
import { Clients } from './clients.ts'
import { EarlyEvents } from './early-events.ts'
import { causes, frames, sessionClosed } from './frame.ts'
import type { Frame } from './frame.ts'
import { frozenCopy } from './frozen-copy.ts'
import { UploadsOfSession } from './uploads.ts'

/** How one run of a script is given to the SDK. */
export interface SessionOptions {
  /** Connected. */
  link: SessionLink
  workerId: string
  /** Absolute. */
  scriptPath: string
  arguments?: Record<string, string>
  /** Who is logged in; null on a person's own machine. Default null. */
  userId?: string | null
  /** Default none. */
  roles?: readonly string[]
  /** An error of the script that nobody caught and that does not end the run: a throwing handler, timer or close hook. */
  onProblem?: (error: unknown) => void
  /** True when something of the session waits for the outside (an open widget, a call without its answer), false when nothing does any more. */
  onKeepAlive?: (alive: boolean) => void
  /** Whether the script's body is about to run; `bodyDone` tells of its end. Default false. */
  bodyRuns?: boolean
  /** The session has never run before. Default false. */
  isNew?: boolean
  /** Takes the session's console lines, see `separateConsoles`. Default: they go to the process's own console. */
  onOutput?: (line: OutputLine) => void
}

/** One line that a session's code printed. */
export interface OutputLine {
  stream: 'stdout' | 'stderr'
  /** Without its line break. */
  text: string
  sessionId: string
  clientId: string
}

/** What the session keeps of a widget that is shown: where its events go. */
export interface WidgetInbox {
  /** Whether it has had a handler. */
  readonly listening: boolean
  dispatch(event: ClientEvent): unknown
  /** The session is about to end: components clean up while all that they use is there. What is shown stays. */
  unmount?(): void
  /** The session ends; the window goes with it. */
  end(): void
}

/** A timer that has not fired. */
export interface PendingTimer {
  clear(): void
}

/** One run of a script as the SDK keeps it. Several may live in one process; they share nothing. */
export class RunningSession {
  readonly options: SessionOptions
  readonly link: SessionLink
  /** The frame of the script's body. */
  readonly frame: Frame
  readonly widgets = new Map<string, WidgetInbox>()
  readonly timers = new Set<PendingTimer>()
  readonly clients = new Clients()
  readonly uploads = new UploadsOfSession()
  /** Who hears an event of the main process's own, by its name. */
  readonly system = new Map<string, (event: ClientEvent) => unknown>()
  readonly declarations: Declarations
  /** Working directory of the session, absolute; the script's folder until it changes it. */
  folder: string
  /** Widgets shown so far without an id of their own. */
  widgetCount = 0
  #state: 'open' | 'closing' | 'closed' = 'open'
  #hooks: (() => unknown)[] = []
  #closing: Promise<void> | null = null
  #holds = 0
  readonly #early: EarlyEvents
  #routes: Promise<ComponentRoutes> | null = null
  #widgetListeners: (() => void)[] = []

  constructor(options: SessionOptions) {
    this.options = options
    this.link = options.link
    this.declarations = new Declarations(options.link.document)
    this.#early = new EarlyEvents(options.bodyRuns ?? false)
    this.folder = path.dirname(options.scriptPath)
    const values = frozenCopy(
      {
        clientId: options.link.clientId,
        sessionId: options.link.sessionId,
        widgetId: null,
        userId: options.userId ?? null,
        roles: options.roles ?? [],
        workerId: options.workerId,
        scriptPath: options.scriptPath,
        arguments: options.arguments ?? {},
        request: { ...NO_REQUEST, arguments: options.arguments ?? {} },
      },
      'context',
    ) as Record<string, unknown>
    this.frame = Object.freeze({ values, session: this })
    // Whatever is done because of the event, however late, is known to be.
    this.link.onEvent((event) => {
      const { seq } = event
      if (seq === undefined) return this.#dispatch(event)
      return causes.run({ link: this.link, seq }, () => this.#dispatch(event))
    })
  }

  get state(): 'open' | 'closing' | 'closed' {
    return this.#state
  }

  /** The script's body has finished: what it does not handle by now is refused. */
  bodyDone(): void {
    this.declarations.settle()
    this.#early.onBodyDone()
  }

  /** Calls `listener` whenever a widget is shown. */
  onWidget(listener: () => void): void {
    this.#widgetListeners.push(listener)
  }

  /** A widget is shown. */
  widgetShown(): void {
    for (const listener of this.#widgetListeners) listener()
  }

  /** A widget has its first handler. */
  onListening(widgetId: string): void {
    this.#early.onListening(widgetId)
  }

  /** Runs `fn` as the body of this session. */
  enter<T>(fn: () => T): T {
    return frames.run(this.frame, fn)
  }

  /** Keeps the run alive until the returned function is called; calling it again does nothing. */
  hold(): () => void {
    if (this.#state === 'closed') return () => {}
    if (++this.#holds === 1) this.options.onKeepAlive?.(true)
    let held = true
    return () => {
      if (!held) return
      held = false
      if (--this.#holds === 0 && this.#state !== 'closed') this.options.onKeepAlive?.(false)
    }
  }

  /** Keeps the run alive until `promise` settles. */
  async holding<T>(promise: Promise<T>): Promise<T> {
    const release = this.hold()
    try {
      return await promise
    } finally {
      release()
    }
  }

  /** Tells of an error that does not end the run. */
  report(error: unknown): void {
    if (this.#state !== 'closed') this.options.onProblem?.(error)
  }

  /** Adds a hook for the end of the session. Returns what removes it. `isLast`: after those that may still use what it ends. */
  onClose(hook: () => unknown, isLast = false): () => void {
    if (isLast) this.#hooks.unshift(hook)
    else this.#hooks.push(hook)
    return () => {
      this.#hooks = this.#hooks.filter((other) => other !== hook)
    }
  }

  /**
   * Ends the session: components are unmounted, then hooks run, the last added first, each awaited; a throwing one is
   * reported and stops nothing else. Then its timers are cleared and code that still runs finds session_closed. Idempotent.
   * The link is left to its owner.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#state = 'closing'
    for (const widget of this.widgets.values()) widget.unmount?.()
    while (this.#hooks.length > 0) {
      const hook = this.#hooks.pop()!
      try {
        await hook()
      } catch (error) {
        this.report(error)
      }
    }
    this.clients.clear()
    this.uploads.clear()
    for (const timer of this.timers) timer.clear()
    this.timers.clear()
    for (const widget of [...this.widgets.values()]) widget.end()
    this.widgets.clear()
    const held = this.#holds > 0
    this.#state = 'closed'
    if (held) this.options.onKeepAlive?.(false)
  }

  #dispatch(event: ClientEvent): unknown {
    if (event.type === SESSION_CLOSING_EVENT) return this.close().then(() => null)
    if (event.type === CLIENT_ATTACHED_EVENT) return this.clients.add(event.data)
    if (event.type === CLIENT_LEFT_EVENT) return this.clients.remove(event.data)
    if (event.type === EDIT_EVENT) return this.declarations.judge(event)
    if (event.type === UPLOAD_EVENT) return this.uploads.take(event.data)
    if (event.type.startsWith(COMPONENT_EVENTS)) {
      const answer = () => this.#componentRoutes().then((routes) => routes.handle(event))
      // The script names its components in its body.
      return this.#early.mustWait(NO_WIDGET, false) ? this.#early.hold(NO_WIDGET).then(answer) : answer()
    }
    const hearer = this.system.get(event.type)
    if (hearer) return hearer(event)
    const inbox = inboxOf(event)
    const listening = this.widgets.get(inbox)?.listening ?? false
    if (event.type !== WINDOW_CLOSED_EVENT && this.#early.mustWait(inbox, listening))
      return this.#early.hold(inbox).then(() => this.#deliver(event))
    return this.#deliver(event)
  }

  #componentRoutes(): Promise<ComponentRoutes> {
    this.#routes ??= import('../component-routes.ts').then((module) => new module.ComponentRoutes(this))
    return this.#routes
  }

  #deliver(event: ClientEvent): unknown {
    if (this.#state === 'closed') throw sessionClosed(`The handler of "${event.type}"`)
    const inbox = inboxOf(event)
    const widget = this.widgets.get(inbox)
    if (!widget && inbox === NO_WIDGET)
      throw new OrielError('no_handler', `No handler for "${event.type}" of programs. Add one: session.on(…).`)
    if (!widget) throw new OrielError('unknown_widget', `There is no widget "${event.widgetId}" in this session.`)
    const data = this.uploads.fill(event.data)
    return widget.dispatch(data === event.data ? event : { ...event, data })
  }
}

/** Whose handlers an event is for. What the window on the document sends goes where programs' events go: no widget of the script's made it. */
function inboxOf({ widgetId, type }: ClientEvent): string {
  return widgetId === DOCUMENT_WIDGET_ID && type !== WINDOW_CLOSED_EVENT ? NO_WIDGET : widgetId
}
