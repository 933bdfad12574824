import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WINDOW_CLOSED_EVENT } from '../../shared/calls.ts'
import type { ServerInfo } from '../../shared/calls.ts'
import type { Op } from '../../shared/document/types.ts'
import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import { SCRIPT_RECORD_ID, widgetRecordId } from '../../shared/records.ts'
import type { NoticeProps, ScriptProblem, ScriptProps, ScriptState, WidgetProps } from '../../shared/records.ts'
import type { Value } from '../../shared/value.ts'
import type { WindowHost } from '../hosts/types.ts'
import type { Log } from '../log.ts'
import type { ScriptBundle, ScriptExit, ScriptRun, ScriptRunner } from '../scripts/types.ts'
import type { DesktopStores, SessionEntry, StoredDocument, WidgetPlacement } from '../stores/types.ts'
import type { Lobby } from './lobby.ts'
import { Placements } from './placements.ts'
import type { Peer } from './peer.ts'
import { Room } from './room.ts'
import { sessionCalls } from './session-calls.ts'
import { watchRun } from './watchdog.ts'
import type { WindowKeys } from './window-keys.ts'
import { Windows } from './windows.ts'

/** How long a script may take to run its close hooks, in ms. */
const CLOSE_GRACE_MS = 2000
/** A body that goes on for this long after its first window is there counts as started: it may wait for that window to close. In ms. */
const BODY_GRACE_MS = 2000
const SCRIPT_TICKET_TTL_MS = 60_000
const ERROR_WIDGET_ID = 'oriel-error'

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
  /** Settles once the session has closed. */
  readonly ended: Promise<SessionOutcome>
  /** The files of the last bundling, for watching. */
  inputs: string[] = []
  /** What runs now, or ran last; null while there was nothing that could. */
  bundle: ScriptBundle | null = null
  readonly #deps: SessionDeps
  readonly #entry: SessionEntry
  readonly #placements: Placements
  readonly #runListeners = new Set<() => void>()
  #run: ScriptRun | null = null
  #script: ScriptProps
  #shown = new Set<string>()
  #onFirstShown: (widgetId: string) => void = () => {}
  /** Counts starts, stops and restarts; whoever is no longer the newest leaves off. */
  #generation = 0
  /** The run before is closing; the next begins after it. */
  #leaving: Promise<void> | undefined
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
    this.#script = { state: 'starting', path: entry.scriptPath, problem: null }
    this.room = new Room({
      sessionId: entry.sessionId,
      clientId: entry.clientId,
      store: deps.stores.documents,
      stored,
      log: deps.log,
      onCall: (peer, method, params) => onCall(peer, method, params),
      scriptAbsence: () => this.#scriptAbsence(),
      programRefusal: () => this.#programRefusal(),
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
    const onCall = sessionCalls({
      windows: this.windows,
      onShown: (widgetId) => {
        this.#shown.add(widgetId)
        this.#onFirstShown(widgetId)
      },
      stop: () => this.stop(),
      restart: () => this.restart(),
      openExternal: deps.openExternal,
      serverInfo: deps.serverInfo,
    })
    deps.lobby.addRoom(this.room)
  }

  get scriptPath(): string {
    return this.#entry.scriptPath
  }
  get arguments(): Record<string, string> {
    return this.#entry.arguments
  }
  get scriptState(): ScriptState {
    return this.#script.state
  }
  get problem(): ScriptProblem | null {
    return this.#script.problem
  }
  /** It takes nothing on any more. */
  get isClosing(): boolean {
    return this.#closing !== null
  }

  /** Keeps the session when nothing is left to show, as `--watch` does while the code is being mended. */
  keepOpen(): void {
    this.#keepOpen = true
  }

  /** Called after each bundling, when `inputs` may be others. */
  onRun(listener: () => void): void {
    this.#runListeners.add(listener)
  }

  /**
   * Starts the script, as it is now unless it was bundled before. Resolves when its body has finished or failed, or has
   * shown a window and goes on; a failure is the session's state, not a rejection.
   */
  async start(bundling: Promise<ScriptBundle> = this.#deps.bundle(this)): Promise<void> {
    const generation = ++this.#generation
    this.#shown = new Set()
    const shown = new Promise<string>((resolve) => (this.#onFirstShown = resolve))
    this.#setScript({ state: 'starting', problem: null })
    // The script may send edits before its windows exist; its place must be there first.
    const peer = this.room.addPeer('script', null)
    const prepared = this.windows.prepare()
    let run: ScriptRun
    try {
      const bundle = await bundling
      if (generation !== this.#generation || this.#closing) return prepared.release()
      this.inputs = bundle.inputs
      this.bundle = bundle
      run = this.#deps.runner.start({
        bundle,
        sessionId: this.id,
        clientId: this.#entry.clientId,
        workerId: this.#deps.workerId,
        arguments: this.#entry.arguments,
        ticket: this.#deps.lobby.issueTicket({ room: this.room, peer }, SCRIPT_TICKET_TTL_MS),
        memoryLimitMiB: this.#deps.memoryLimitMiB,
      })
    } catch (error) {
      if (error instanceof OrielError && 'inputs' in error) this.inputs = error.inputs as string[]
      if (generation === this.#generation && !this.#closing) await this.#fail(problemOf(error, this.#entry.scriptPath))
      return prepared.release()
    } finally {
      for (const listener of this.#runListeners) listener()
    }
    this.#run = run
    this.#deps.lobby.receive(run.carrier)
    run.onOutput((stream, text) => this.#deps.onOutput(this, stream, text))
    run.onProblem((problem) => {
      this.#setScript({ problem })
      this.#deps.onProblem(this, problem)
    })
    const stopWatching = watchRun(run, (stalled) => this.#setScript({ state: stalled ? 'stalled' : 'running' }))
    const exited = run.exit.then(async (exit) => {
      stopWatching()
      if (this.#run === run) {
        this.#run = null
        await this.#onExit(exit, peer)
      }
    })
    const loaded = new Promise<void>((resolve) => run.onLoaded(resolve)).then(async () => {
      if (this.#run !== run) return
      if (this.#script.state === 'starting') this.#setScript({ state: 'running' })
      await this.#closeUnshown()
      // The person may have closed all of them while the body still ran and might have shown another.
      if (this.#shown.size > 0 && this.windows.widgetIds.length === 0 && !this.#keepOpen) await this.close()
    })
    const finished = Promise.race([loaded, exited])
    const goesOn = shown
      .then((widgetId) => this.windows.open(widgetId))
      .then(
        () => sleep(BODY_GRACE_MS, undefined, { ref: false }),
        () => finished,
      )
    await Promise.race([finished, goesOn])
    prepared.release()
  }

  /** Ends the script, even in an endless loop. Its windows stay and say so. */
  async stop(): Promise<void> {
    const run = this.#run
    this.#run = null
    this.#generation++
    this.#removeScript(new OrielError('script_stopped', 'The script was stopped.'))
    this.#setScript({ state: 'stopped', problem: null })
    await run?.terminate()
  }

  /** Runs the script again in the same session: state and windows stay. */
  async restart(): Promise<void> {
    if (this.#closing) return
    const run = this.#run
    this.#run = null
    const generation = ++this.#generation
    if (run) this.#leaving = run.close(this.#script.state === 'stalled' ? 0 : CLOSE_GRACE_MS)
    await this.#leaving
    if (generation === this.#generation && !this.#closing) await this.start()
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
    const failed = this.#script.state === 'failed'
    const run = this.#run
    this.#run = null
    const { title } = this.#placements
    const closed = { state: 'closed', pid: null, title, lastUsedAt: this.#deps.now() } as const
    const steps: (() => Promise<unknown> | undefined)[] = [
      () => run?.close(CLOSE_GRACE_MS),
      () => this.#leaving,
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

  #setScript(change: Partial<ScriptProps>): void {
    this.#script = { ...this.#script, ...change }
    const props = { ...this.#script } as unknown as { [key: string]: Value }
    this.room.edit([{ op: 'put', record: { id: SCRIPT_RECORD_ID, type: 'script', scope: 'view', props } }])
  }

  #scriptAbsence(): OrielError {
    switch (this.#script.state) {
      case 'failed':
        return new OrielError('script_failed', 'The script has failed and is not running. Restart it.')
      case 'ended':
        return new OrielError('script_stopped', 'The script has ended.')
      default:
        return new OrielError('script_stopped', 'The script is not running. Restart it.')
    }
  }

  #programRefusal(): OrielError | null {
    const { state, problem } = this.#script
    return state === 'failed' ? new OrielError('script_failed', `The script failed: ${problem?.message ?? ''}`) : null
  }

  #removeScript(reason: OrielError): void {
    for (const peer of this.room.peers('script')) this.room.removePeer(peer, reason)
  }

  async #onExit(exit: ScriptExit, peer: Peer): Promise<void> {
    this.room.removePeer(peer, this.#exitReason(exit))
    if (this.#closing) return
    const isUnseen = this.windows.widgetIds.length === 0
    // Its last window was closed while it still worked with it, which is no fault of its own.
    const isLeft = exit.kind === 'failed' && exit.problem.code === 'window_closed' && this.#shown.size > 0 && isUnseen
    if (exit.kind === 'failed' && !isLeft) return this.#fail(exit.problem)
    this.#setScript({ state: exit.kind === 'terminated' ? 'stopped' : 'ended' })
    if ((await this.#isOver()) && !this.#keepOpen) await this.close()
  }

  #exitReason(exit: ScriptExit): OrielError {
    if (exit.kind === 'failed') return new OrielError('script_failed', `The script failed: ${exit.problem.message}`)
    return new OrielError('script_stopped', 'The script has ended.')
  }

  async #fail(problem: ScriptProblem): Promise<void> {
    this.#removeScript(new OrielError('script_failed', `The script failed: ${problem.message}`))
    this.#setScript({ state: 'failed', problem })
    this.#deps.onProblem(this, problem)
    if (!(await this.#isOver())) return
    if (!this.#deps.host.capabilities.visible) {
      if (!this.#keepOpen) await this.close()
      return
    }
    await this.#openErrorWindow().catch(async (error: unknown) => {
      this.#deps.log.error('the error window could not be opened', { error: String(error) })
      if (!this.#keepOpen) await this.close()
    })
  }

  /** Whether no window is left, once those on their way have come or failed, and no other run has begun meanwhile. */
  async #isOver(): Promise<boolean> {
    const generation = this.#generation
    await this.windows.settled()
    return generation === this.#generation && !this.#closing && this.windows.widgetIds.length === 0
  }

  async #openErrorWindow(): Promise<void> {
    const props: WidgetProps = {
      widgetId: ERROR_WIDGET_ID,
      title: `${path.basename(this.#entry.scriptPath)} – problem`,
      content: { kind: 'view', view: 'error' },
      revision: randomId(8),
      patches: {},
      theme: 'system',
      resizable: true,
      width: 760,
      height: 520,
      x: null,
      y: null,
    }
    this.#putWidget(props)
    await this.windows.open(ERROR_WIDGET_ID)
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

  #putWidget(props: WidgetProps): void {
    const record = {
      id: widgetRecordId(props.widgetId),
      type: 'widget',
      scope: 'view' as const,
      props: { ...props } as unknown as { [key: string]: Value },
    }
    this.room.edit([{ op: 'put', record }])
  }

  /** Windows of an earlier run whose widgets this run did not show: the error window among them. */
  async #closeUnshown(): Promise<void> {
    const unshown = this.windows.widgetIds.filter((widgetId) => !this.#shown.has(widgetId))
    await Promise.all(unshown.map((widgetId) => this.windows.close(widgetId)))
  }

  async #onWindowClosed(widgetId: string): Promise<void> {
    if (!this.#closing) this.#placements.close(widgetId)
    if (this.#closing) return
    if (this.room.journal.state.get(widgetRecordId(widgetId)))
      this.room.edit([{ op: 'remove', id: widgetRecordId(widgetId) }])
    // A run that has not shown anything yet, as after a restart, would only bring back what was closed just now.
    const isEarly = this.#script.state === 'starting' && this.#shown.size === 0
    const script = this.room.peers('script')[0]
    if (script && this.#run && !isEarly) {
      // Answered once the script's own `closed` handlers have had their turn: they may show another window.
      await this.room.exchange.ask(script, widgetId, WINDOW_CLOSED_EVENT, null, CLOSE_GRACE_MS).catch(() => {})
    }
    if (this.windows.widgetIds.length > 0 || this.#keepOpen) return
    if (this.#script.state === 'starting' && !isEarly) return
    await this.close()
  }
}

function problemOf(error: unknown, scriptPath: string): ScriptProblem {
  if (error instanceof OrielError && 'problem' in error) return error.problem as ScriptProblem
  const message =
    error instanceof OrielError ? error.message : `${path.basename(scriptPath)} could not be opened: ${String(error)}`
  return { code: error instanceof OrielError ? error.code : 'internal', message, place: null, stack: [] }
}
