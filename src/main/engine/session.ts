import path from 'node:path'
import { DOCUMENT_WIDGET_ID } from '../../shared/calls.ts'
import type { AttachedClient, DocumentWindowOptions } from '../../shared/calls.ts'
import type { Op } from '../../shared/document/types.ts'
import { OrielError } from '../../shared/errors.ts'
import { treeRecordId } from '../../shared/elements/node.ts'
import { widgetRecordId } from '../../shared/records.ts'
import type { NoticeProps, ScriptProblem, ScriptState } from '../../shared/records.ts'
import type { ScriptBundle } from '../scripts/types.ts'
import type { SessionEntry, StoredDocument, WidgetPlacement } from '../stores/types.ts'
import type { SessionDeps, SessionOutcome } from './session-deps.ts'
import { AbsenceNotice } from './absence-notice.ts'
import { Audience } from './audience.ts'
import { ComponentGate } from './component-gate.ts'
import { Desk } from './desk/desk.ts'
import { TaskBar } from './desk/task-bar.ts'
import { DocumentWindow } from './document-window.ts'
import { HookLine } from './hooks.ts'
import { SessionLife } from './life.ts'
import type { Life } from './life.ts'
import { Placements } from './placements.ts'
import { Room } from './room.ts'
import { sessionCalls } from './session-calls.ts'
import { SessionScript } from './session-script.ts'
import { ERROR_WIDGET_ID, putViewWidget } from './view-window.ts'
import { Windows } from './windows.ts'

/** Title of a session without a script and without a title of its own. */
const UNTITLED = 'Untitled'

const NOBODY_ANSWERS = () =>
  new OrielError('not_connected', 'Nobody answers: this session has no script, and no other program is attached.')

/** One session of the desktop app: a room, the windows on it, and the script that runs in it or the programs that drive it. */
export class Session {
  readonly id: string
  readonly room: Room
  readonly windows: Windows
  /** The script's components, for those outside. */
  readonly components: ComponentGate
  /** What the script asks of the person. */
  readonly desk: Desk
  readonly #taskBar: TaskBar
  /** Null: programs drive it. */
  readonly script: SessionScript | null
  /** Settles once the session has closed. */
  readonly ended: Promise<SessionOutcome>
  readonly #deps: SessionDeps
  readonly #entry: SessionEntry
  readonly #placements: Placements
  readonly #document: DocumentWindow
  readonly #audience: Audience
  readonly #life: SessionLife
  readonly #absence = new AbsenceNotice((notice) => this.notice('programs', notice))
  readonly #hooks: HookLine
  /** Clients that came before the body was through: their hooks are to be called after it. */
  #early: AttachedClient[] | null = []
  #closing: Promise<void> | null = null
  #keepOpen = false
  #isStarting = true
  #resolveEnded!: (outcome: SessionOutcome) => void

  constructor(
    deps: SessionDeps,
    entry: SessionEntry,
    stored: StoredDocument | null,
    placements: readonly WidgetPlacement[],
    isNew: boolean,
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
      scriptAbsence: () => this.script?.absence ?? NOBODY_ANSWERS(),
      programRefusal: () => this.script?.programRefusal ?? null,
      graceMs: deps.graceMs,
      onAttachment: (peer) => {
        this.#audience.follow(peer)
        if (peer.role === 'script' && peer.removed) this.components.reset()
      },
      onCommit: (ops) => this.#onCommit(ops),
      onPeerGone: (peer) => peer.role === 'script' && this.desk.onScriptGone(),
      onMessage: (peer, type) => {
        if (peer.role !== 'script') deps.onMessage?.(type)
      },
      succession: deps.succession,
      watchesEvents: deps.watchesEvents,
      publicError: deps.publicError && ((error) => deps.publicError!(this, error)),
      onStoreLost: () => {
        if (deps.onLost) return deps.onLost(this)
        this.notice('store-lost', {
          level: 'warning',
          text: 'This session was removed or taken over by another Oriel. What you change here is no longer saved.',
        })
      },
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
      mayClose: (widgetId) => this.desk.mayClose(widgetId),
    })
    this.components = new ComponentGate({
      exchange: () => this.room.exchange,
      script: () => this.room.peers('script')[0] ?? null,
      absence: () => this.script?.absence ?? NOBODY_ANSWERS(),
    })
    this.desk = new Desk({
      room: this.room,
      windows: this.windows,
      host: deps.host,
      files: deps.files(),
      log: deps.log,
    })
    this.#taskBar = new TaskBar({ room: this.room, windows: this.windows, host: deps.host, log: deps.log })
    const { runner, lobby, workerId, memoryLimitMiB } = deps
    const { scriptPath } = entry
    this.script =
      scriptPath === null
        ? null
        : new SessionScript({
            path: scriptPath,
            entry,
            isNew,
            room: this.room,
            windows: this.windows,
            lobby,
            runner,
            workerId,
            memoryLimitMiB,
            user: deps.user,
            publicProblem: deps.publicProblem,
            bundle: () => deps.bundle(this),
            onOutput: (stream, text) => deps.onOutput(this, stream, text),
            onProblem: (problem) => deps.onProblem(this, problem),
            onOver: () => this.#closeUnlessKept(),
            onFailed: () => this.#onFailed(),
          })
    const onCall = sessionCalls({
      windows: this.windows,
      components: this.components,
      desk: this.desk,
      onShown: (widgetId) => this.script?.onShown(widgetId),
      stop: () => this.stop(),
      restart: () => this.restart(),
      show: (options) => this.show(options),
      openExternal: deps.openExternal,
      serverInfo: deps.serverInfo,
    })
    lobby.addRoom(this.room)
    this.#document = new DocumentWindow({
      room: this.room,
      windows: this.windows,
      title: title || path.basename(scriptPath ?? UNTITLED),
    })
    this.#audience = new Audience({
      room: () => this.room,
      onAttached: (client) => this.#onAttached(client),
      onChange: () => this.#onAudience(),
    })
    this.#life = new SessionLife({
      graceMs: deps.graceMs,
      now: deps.now,
      isKept: () => {
        if (deps.keptByClients) return this.#isStarting || this.#audience.size > 0
        return this.script !== null || this.windows.widgetIds.length > 0 || this.#audience.programs > 0
      },
      onChange: (life) => this.#onLife(life),
      onOver: () => void this.close(),
    })
    const hooked = {
      sessionId,
      clientId: entry.clientId,
      scriptPath,
      arguments: Object.freeze({ ...entry.arguments }),
      isNew,
      edit: (ops: Op[]) => this.room.edit(ops),
    }
    this.#hooks = new HookLine(deps.hooks, hooked, deps.log)
  }

  get scriptPath(): string | null {
    return this.#entry.scriptPath
  }
  get arguments(): Record<string, string> {
    return this.#entry.arguments
  }
  get scriptState(): ScriptState | null {
    return this.script?.state ?? null
  }
  get problem(): ScriptProblem | null {
    return this.script?.problem ?? null
  }
  get life(): Life {
    return this.#life.current
  }
  /** It takes nothing on any more. */
  get isClosing(): boolean {
    return this.#closing !== null
  }

  /** Keeps the session when nothing is left to show, as `--watch` does while the code is being mended. */
  keepOpen(): void {
    this.#keepOpen = true
  }

  /**
   * Begins its life: `created` hooks run, then the script starts, as SessionScript.start; without one, what its document has
   * is shown.
   */
  async start(bundling?: Promise<ScriptBundle>): Promise<void> {
    // Whoever waits for it hears of a failure.
    bundling?.catch(() => {})
    await this.#hooks.created()
    if (this.#closing) return
    if (!this.script) {
      this.#absence.follow(false)
      await this.#showContent()
    }
    this.#life.begin()
    await this.script?.start(bundling)
    this.#isStarting = false
    this.#life.check()
    const early = this.#early ?? []
    this.#early = null
    for (const client of early) void this.#hooks.attached(client)
  }

  async stop(): Promise<void> {
    await this.script?.stop()
  }

  async restart(): Promise<void> {
    await this.script?.restart()
  }

  /** Brings a window to the front, or opens one on the document. Rejects with bad_value, host_unavailable. */
  async show(options: DocumentWindowOptions = {}): Promise<void> {
    if (this.windows.widgetIds.some((widgetId) => widgetId !== DOCUMENT_WIDGET_ID)) return this.windows.focusAny()
    await this.#document.open(options)
    this.#life.check()
  }

  /** Somebody is about to attach: an idle session waits for them. */
  expectProgram(): void {
    this.#life.prolong()
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

  /** Another process goes on with the session: its windows are sent there, its script ends here, all is stored. Idempotent. */
  leave(): Promise<void> {
    this.#closing ??= this.#leave()
    return this.#closing
  }

  async #leave(): Promise<void> {
    this.#absence.stop()
    await this.#inOrder([
      async () => this.#deps.lobby.removeRoom(this.room),
      async () => this.room.handOver(),
      () => this.script?.close(),
      () => this.windows.closeAll(),
      () => this.room.close(new OrielError('session_gone', 'This session goes on elsewhere.')),
      async () => this.#life.end(),
    ])
    this.#resolveEnded('ended')
  }

  async #close(): Promise<void> {
    const failed = this.script?.state === 'failed'
    this.#absence.stop()
    await this.#inOrder([
      () => this.#hooks.closing(),
      () => this.script?.close(),
      () => this.desk.close(),
      () => this.windows.closeAll(),
      async () => this.#deps.lobby.removeRoom(this.room),
      () => this.room.close(new OrielError('session_gone', 'This session has ended.')),
      async () => this.#life.end(),
      () => this.#saveClosed(),
      () => this.#hooks.closed(),
    ])
    this.#resolveEnded(failed ? 'failed' : 'ended')
  }

  /** What goes wrong in one step must not keep the others from being done, nor the app from ending. */
  async #inOrder(steps: readonly (() => Promise<unknown> | undefined)[]): Promise<void> {
    for (const step of steps)
      await step()?.catch((error: unknown) =>
        this.#deps.log.error('a session did not close in order', { sessionId: this.id, error: String(error) }),
      )
  }

  #saveClosed(): Promise<unknown> {
    const { title } = this.#placements
    const lastUsedAt = this.#deps.now()
    return this.#deps.stores.sessions.update(this.id, {
      state: 'closed',
      pid: null,
      title,
      lastUsedAt,
    })
  }

  #onLife(life: Life): void {
    // What `closed` leaves behind is stored in the order of closing.
    if (life.state === 'closed') return
    const state = life.state === 'live' ? 'open' : life.state
    this.#deps.stores.sessions
      .update(this.id, { state, lastUsedAt: this.#deps.now() })
      .catch((error: unknown) =>
        this.#deps.log.error('the state of a session could not be stored', { error: String(error) }),
      )
  }

  #onAudience(): void {
    if (this.#closing) return
    this.#life.check()
    if (!this.script) this.#absence.follow(this.#audience.programs > 0)
  }

  #onAttached(client: AttachedClient): void {
    if (this.#early) this.#early.push(client)
    else void this.#hooks.attached(client)
  }

  #onCommit(ops: readonly Op[]): void {
    this.windows.followRecords(ops)
    this.#taskBar.follow(ops)
    this.#document.follow(ops)
    if (!this.script && ops.some(({ op }) => op === 'roots' || op === 'put'))
      // Later: what follows a commit must not make one.
      queueMicrotask(() => void this.#showContent())
  }

  /** In a session without a script a window opens by itself once there is something to show. */
  async #showContent(): Promise<void> {
    if (this.#closing) return
    try {
      await this.#document.openForContent()
      this.#life.check()
    } catch (error) {
      this.#deps.log.error('a window on the document could not be opened', { error: String(error) })
    }
  }

  async #closeUnlessKept(): Promise<void> {
    if (!this.#keepOpen) await this.close()
  }

  /** The script has failed and shows nothing. */
  async #onFailed(): Promise<void> {
    if (!this.#deps.host.capabilities.visible) return this.#closeUnlessKept()
    const title = `${path.basename(this.#entry.scriptPath ?? '')} – problem`
    putViewWidget(this.room, ERROR_WIDGET_ID, 'error', { title, width: 760, height: 520 })
    await this.windows.open(ERROR_WIDGET_ID).catch(async (error: unknown) => {
      this.#deps.log.error('the error window could not be opened', { error: String(error) })
      await this.#closeUnlessKept()
    })
  }

  async #onWindowClosed(widgetId: string): Promise<void> {
    this.desk.dialogs.onWindowClosed(widgetId)
    if (this.#closing) return
    this.#placements.close(widgetId)
    const records = [widgetRecordId(widgetId), treeRecordId(widgetId)]
    const there = records.filter((id) => this.room.journal.state.get(id))
    if (there.length > 0) this.room.edit(there.map((id) => ({ op: 'remove', id })))
    const isEarly = this.script?.isEarly ?? false
    await this.script?.tellClosed(widgetId)
    if (this.windows.widgetIds.length > 0 || this.#keepOpen) return
    if (this.script?.state === 'starting' && !isEarly) return
    await this.close()
  }
}
