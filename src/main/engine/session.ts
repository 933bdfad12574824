import path from 'node:path'
import type { ServerInfo } from '../../shared/calls.ts'
import type { Op } from '../../shared/document/types.ts'
import { OrielError } from '../../shared/errors.ts'
import { widgetRecordId } from '../../shared/records.ts'
import type { NoticeProps, ScriptProblem, ScriptState, WidgetProps } from '../../shared/records.ts'
import type { WindowHost } from '../hosts/types.ts'
import type { Log } from '../log.ts'
import type { ScriptBundle, ScriptRunner } from '../scripts/types.ts'
import type { DesktopStores, SessionEntry, StoredDocument, WidgetPlacement } from '../stores/types.ts'
import type { Lobby } from './lobby.ts'
import { Placements } from './placements.ts'
import { Room } from './room.ts'
import { sessionCalls } from './session-calls.ts'
import { SessionScript } from './session-script.ts'
import { ERROR_WIDGET_ID, putViewWidget } from './view-window.ts'
import type { WindowKeys } from './window-keys.ts'
import { Windows } from './windows.ts'

/** What a session needs of the app around it. */
export interface SessionDeps {
  stores: DesktopStores
  runner: ScriptRunner
  /** The session's script as it is now. Rejects with script_not_trusted if it changed and the person did not agree to it. */
  bundle: (session: Session) => Promise<ScriptBundle>
  host: WindowHost
  lobby: Lobby
  keys: WindowKeys
  origin: () => Promise<string>
  log: Log
  now: () => number
  workerId: string
  ticketTtlMs: number
  memoryLimitMiB: number
  /** Opens an address in the person's own browser. */
  openExternal: (url: string) => Promise<void>
  serverInfo: ServerInfo
  /** What the script printed, or what went wrong with it, for the terminal. */
  onOutput: (session: Session, stream: 'stdout' | 'stderr', text: string) => void
  onProblem: (session: Session, problem: ScriptProblem) => void
}

/** `failed`: the script's code had an error that ended it and no later run mended it. */
export type SessionOutcome = 'ended' | 'failed'

/** One session of the desktop app: a room, the script that runs in it and the windows it shows. */
export class Session {
  readonly id: string
  readonly room: Room
  readonly windows: Windows
  readonly script: SessionScript
  /** Settles once the session has closed. */
  readonly ended: Promise<SessionOutcome>
  readonly #deps: SessionDeps
  readonly #entry: SessionEntry
  readonly #placements: Placements
  #closing: Promise<void> | null = null
  #keepOpen = false
  #resolveEnded!: (outcome: SessionOutcome) => void

  constructor(
    deps: SessionDeps,
    entry: SessionEntry,
    stored: StoredDocument | null,
    placements: readonly WidgetPlacement[],
  ) {
    this.id = entry.sessionId
    this.#deps = deps
    this.#entry = entry
    const { sessionId, title } = entry
    this.#placements = new Placements({
      sessionId,
      title,
      catalog: deps.stores.sessions,
      log: deps.log,
      known: placements,
    })
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve))
    this.room = new Room({
      sessionId: entry.sessionId,
      clientId: entry.clientId,
      store: deps.stores.documents,
      stored,
      log: deps.log,
      maxMessageBytes: deps.serverInfo.limits.maxMessageBytes,
      onCall: (peer, method, params) => onCall(peer, method, params),
      scriptAbsence: () => this.script.absence,
      programRefusal: () => this.script.programRefusal,
      onCommit: (ops) => this.#followWidgets(ops),
      onStoreLost: () =>
        this.notice('store-lost', {
          level: 'warning',
          text: 'This session was removed or taken over by another Oriel. What you change here is no longer saved.',
        }),
    })
    this.windows = new Windows({
      room: this.room,
      host: deps.host,
      keys: deps.keys,
      origin: deps.origin,
      ticketTtlMs: deps.ticketTtlMs,
      log: deps.log,
      firstPlace: () => this.#placements.first(),
      placement: (widgetId) => this.#placements.boundsOf(widgetId),
      // Where an error was shown is no place of the script's.
      onPlacement: (placement) => placement.widgetId !== ERROR_WIDGET_ID && this.#placements.save(placement),
      onClosed: (widgetId) => void this.#onWindowClosed(widgetId),
    })
    const { runner, lobby, workerId, memoryLimitMiB } = deps
    this.script = new SessionScript({
      path: entry.scriptPath,
      entry,
      room: this.room,
      windows: this.windows,
      lobby,
      runner,
      workerId,
      memoryLimitMiB,
      bundle: () => deps.bundle(this),
      onOutput: (stream, text) => deps.onOutput(this, stream, text),
      onProblem: (problem) => deps.onProblem(this, problem),
      onOver: () => this.#closeUnlessKept(),
      onFailed: () => this.#onFailed(),
    })
    const onCall = sessionCalls({
      windows: this.windows,
      onShown: (widgetId) => this.script.onShown(widgetId),
      stop: () => this.script.stop(),
      restart: () => this.script.restart(),
      openExternal: deps.openExternal,
      serverInfo: deps.serverInfo,
    })
    lobby.addRoom(this.room)
  }

  get scriptPath(): string {
    return this.#entry.scriptPath
  }
  get arguments(): Record<string, string> {
    return this.#entry.arguments
  }
  get scriptState(): ScriptState {
    return this.script.state
  }
  get problem(): ScriptProblem | null {
    return this.script.problem
  }
  /** It takes nothing on any more. */
  get isClosing(): boolean {
    return this.#closing !== null
  }

  /** Keeps the session when nothing is left to show, as `--watch` does while the code is being mended. */
  keepOpen(): void {
    this.#keepOpen = true
  }

  /** As SessionScript.start. */
  start(bundling?: Promise<ScriptBundle>): Promise<void> {
    return this.script.start(bundling)
  }

  stop(): Promise<void> {
    return this.script.stop()
  }

  restart(): Promise<void> {
    return this.script.restart()
  }

  /** Something the person should know, as a banner in every window of the session; null takes it away. */
  notice(name: string, notice: NoticeProps | null): void {
    const id = `notice:${name}`
    if (notice) this.room.edit([{ op: 'put', record: { id, type: 'notice', scope: 'view', props: { ...notice } } }])
    else if (this.room.journal.state.get(id)) this.room.edit([{ op: 'remove', id }])
  }

  /** Close hooks run, windows close, everything is stored. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const failed = this.script.state === 'failed'
    const { title } = this.#placements
    const closed = { state: 'closed', pid: null, title, lastUsedAt: this.#deps.now() } as const
    const steps: (() => Promise<unknown> | undefined)[] = [
      () => this.script.close(),
      () => this.windows.closeAll(),
      async () => this.#deps.lobby.removeRoom(this.room),
      () => this.room.close(new OrielError('session_gone', 'This session has ended.')),
      () => this.#deps.stores.sessions.update(this.id, closed),
    ]
    // What goes wrong in one step must not keep the others from being done, nor the app from ending.
    for (const step of steps)
      await step()?.catch((error: unknown) =>
        this.#deps.log.error('a session did not close in order', { sessionId: this.id, error: String(error) }),
      )
    this.#resolveEnded(failed ? 'failed' : 'ended')
  }

  async #closeUnlessKept(): Promise<void> {
    if (!this.#keepOpen) await this.close()
  }

  /** The script has failed and shows nothing. */
  async #onFailed(): Promise<void> {
    if (!this.#deps.host.capabilities.visible) return this.#closeUnlessKept()
    const title = `${path.basename(this.#entry.scriptPath)} – problem`
    putViewWidget(this.room, ERROR_WIDGET_ID, 'error', { title, width: 760, height: 520 })
    await this.windows.open(ERROR_WIDGET_ID).catch(async (error: unknown) => {
      this.#deps.log.error('the error window could not be opened', { error: String(error) })
      await this.#closeUnlessKept()
    })
  }

  #followWidgets(ops: readonly Op[]): void {
    for (const op of ops) {
      const id = op.op === 'put' ? op.record.id : op.op === 'set' && op.path[0] === 'title' ? op.id : null
      const record = id === null ? undefined : this.room.journal.state.get(id)
      if (record?.type !== 'widget') continue
      const props = record.props as unknown as WidgetProps
      this.windows
        .follow(props.widgetId, props)
        .catch((error: unknown) => this.#deps.log.warn('a title could not be set', { error: String(error) }))
    }
  }

  async #onWindowClosed(widgetId: string): Promise<void> {
    if (this.#closing) return
    this.#placements.close(widgetId)
    if (this.room.journal.state.get(widgetRecordId(widgetId)))
      this.room.edit([{ op: 'remove', id: widgetRecordId(widgetId) }])
    const { isEarly } = this.script
    await this.script.tellClosed(widgetId)
    if (this.windows.widgetIds.length > 0 || this.#keepOpen) return
    if (this.script.state === 'starting' && !isEarly) return
    await this.close()
  }
}
