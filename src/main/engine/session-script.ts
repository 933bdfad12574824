import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DOCUMENT_WIDGET_ID, WINDOW_CLOSED_EVENT } from '../../shared/calls.ts'
import { OrielError } from '../../shared/errors.ts'
import { SCRIPT_RECORD_ID } from '../../shared/records.ts'
import type { ScriptProblem, ScriptProps, ScriptState } from '../../shared/records.ts'
import type { Value } from '../../shared/value.ts'
import type { ScriptBundle, ScriptExit, ScriptRun, ScriptRunner } from '../scripts/types.ts'
import type { SessionEntry } from '../stores/types.ts'
import type { Lobby } from './lobby.ts'
import type { Peer } from './peer.ts'
import type { Room } from './room.ts'
import { watchRun } from './watchdog.ts'
import type { Windows } from './windows.ts'

/** How long a script may take to run its close hooks, in ms. */
const CLOSE_GRACE_MS = 2000
/** A body that goes on for this long after its first window is there counts as started: it may wait for that window to close. In ms. */
const BODY_GRACE_MS = 2000
const SCRIPT_TICKET_TTL_MS = 60_000

export interface SessionScriptOptions {
  /** Absolute. */
  path: string
  entry: Pick<SessionEntry, 'sessionId' | 'clientId' | 'arguments'>
  /** The session has never run before. */
  isNew: boolean
  room: Room
  windows: Windows
  lobby: Lobby
  runner: ScriptRunner
  workerId: string
  memoryLimitMiB: number
  /** Who is logged in; default nobody. */
  user?: { readonly userId: string | null; readonly roles: readonly string[] }
  /** What clients are told of a problem, and of the path only the name; default all of both. */
  publicProblem?: (problem: ScriptProblem) => ScriptProblem
  /** The script as it is now. Rejects with script_not_trusted if it changed and the person did not agree to it. */
  bundle: () => Promise<ScriptBundle>
  onOutput: (stream: 'stdout' | 'stderr', text: string) => void
  onProblem: (problem: ScriptProblem) => void
  /** Nothing is shown and nothing will be: the script ended, or its last window was closed before it was through. */
  onOver: () => Promise<void>
  /** The same after a failure, which may be shown first. */
  onFailed: () => Promise<void>
}

/** The script of one session: its runs, one after the other, and how it is doing, in the document's record `script`. */
export class SessionScript {
  /** The files of the last bundling, for watching. */
  inputs: string[] = []
  /** What runs now, or ran last; null while there was nothing that could. */
  bundle: ScriptBundle | null = null
  readonly #options: SessionScriptOptions
  readonly #runListeners = new Set<() => void>()
  #run: ScriptRun | null = null
  #props: ScriptProps
  #shown = new Set<string>()
  #onFirstShown: (widgetId: string) => void = () => {}
  /** Counts starts, stops and restarts; whoever is no longer the newest leaves off. */
  #generation = 0
  /** The run before is closing; the next begins after it. */
  #leaving: Promise<void> | undefined
  #closed = false

  constructor(options: SessionScriptOptions) {
    this.#options = options
    this.#props = { state: 'starting', path: options.path, problem: null }
  }

  get path(): string {
    return this.#options.path
  }
  get state(): ScriptState {
    return this.#props.state
  }
  get problem(): ScriptProblem | null {
    return this.#props.problem
  }
  /** It has shown nothing in its present run, which goes on. */
  get isEarly(): boolean {
    return this.#props.state === 'starting' && this.#shown.size === 0
  }
  /** Why nobody answers, when there is no script to. */
  get absence(): OrielError {
    switch (this.#props.state) {
      case 'failed':
        return new OrielError('script_failed', 'The script has failed and is not running. Restart it.')
      case 'ended':
        return new OrielError('script_stopped', 'The script has ended.')
      default:
        return new OrielError('script_stopped', 'The script is not running. Restart it.')
    }
  }
  /** Why programs may not attach; null: they may. */
  get programRefusal(): OrielError | null {
    const { state, problem } = this.#props
    return state === 'failed' ? new OrielError('script_failed', `The script failed: ${problem?.message ?? ''}`) : null
  }

  /** Called after each bundling, when `inputs` may be others. */
  onRun(listener: () => void): void {
    this.#runListeners.add(listener)
  }

  /** It shows this widget in its present run. */
  onShown(widgetId: string): void {
    this.#shown.add(widgetId)
    this.#onFirstShown(widgetId)
  }

  /**
   * Starts the script, as it is now unless it was bundled before. Resolves when its body has finished or failed, or has
   * shown a window and goes on; a failure is the script's state, not a rejection.
   */
  async start(bundling: Promise<ScriptBundle> = this.#options.bundle()): Promise<void> {
    const { room, windows, lobby, runner, entry, isNew, workerId, memoryLimitMiB } = this.#options
    const generation = ++this.#generation
    this.#shown = new Set()
    const shown = new Promise<string>((resolve) => (this.#onFirstShown = resolve))
    this.#set({ state: 'starting', problem: null })
    // The script may send edits before its windows exist; its place must be there first.
    const peer = room.addPeer('script', null)
    const prepared = windows.prepare()
    let run: ScriptRun
    try {
      const bundle = await bundling
      if (!this.#isNewest(generation)) return prepared.release()
      this.inputs = bundle.inputs
      this.bundle = bundle
      const { sessionId, clientId } = entry
      const ticket = lobby.issueTicket({ room, peer }, SCRIPT_TICKET_TTL_MS)
      run = runner.start({
        bundle,
        sessionId,
        clientId,
        workerId,
        arguments: entry.arguments,
        ...this.#options.user,
        isNew: isNew && generation === 1,
        ticket,
        memoryLimitMiB,
      })
    } catch (error) {
      if (error instanceof OrielError && 'inputs' in error) this.inputs = error.inputs as string[]
      if (this.#isNewest(generation)) await this.#fail(problemOf(error, this.path))
      return prepared.release()
    } finally {
      for (const listener of this.#runListeners) listener()
    }
    this.#run = run
    lobby.receive(run.carrier)
    run.onOutput((stream, text) => this.#options.onOutput(stream, text))
    run.onProblem((problem) => {
      this.#set({ problem })
      this.#options.onProblem(problem)
    })
    const stopWatching = watchRun(run, (stalled) => this.#set({ state: stalled ? 'stalled' : 'running' }))
    const exited = run.exit.then(async (exit) => {
      stopWatching()
      if (this.#run === run) {
        this.#run = null
        await this.#onExit(exit, peer)
      }
    })
    const loaded = new Promise<void>((resolve) => run.onLoaded(resolve)).then(async () => {
      if (this.#run !== run) return
      if (this.#props.state === 'starting') this.#set({ state: 'running' })
      await this.#closeUnshown()
      // The person may have closed all of them while the body still ran and might have shown another.
      if (this.#shown.size > 0 && windows.widgetIds.length === 0) await this.#options.onOver()
    })
    const finished = Promise.race([loaded, exited])
    const started = new AbortController()
    const goesOn = shown
      .then((widgetId) => windows.open(widgetId))
      .then(
        () => sleep(BODY_GRACE_MS, undefined, { ref: false, signal: started.signal }).catch(() => finished),
        () => finished,
      )
    await Promise.race([finished, goesOn])
    started.abort()
    prepared.release()
  }

  /** Ends the script, even in an endless loop. Its windows stay and say so. */
  async stop(): Promise<void> {
    const run = this.#run
    this.#run = null
    this.#generation++
    this.#remove(new OrielError('script_stopped', 'The script was stopped.'))
    this.#set({ state: 'stopped', problem: null })
    await run?.terminate()
  }

  /** Runs the script again in the same session: state and windows stay. */
  async restart(): Promise<void> {
    if (this.#closed) return
    const run = this.#run
    this.#run = null
    const generation = ++this.#generation
    if (run) this.#leaving = run.close(this.#props.state === 'stalled' ? 0 : CLOSE_GRACE_MS)
    await this.#leaving
    if (this.#isNewest(generation)) await this.start()
  }

  /** Its close hooks run, then it is over for good. */
  async close(): Promise<void> {
    this.#closed = true
    const run = this.#run
    this.#run = null
    await run?.close(CLOSE_GRACE_MS)
    await this.#leaving
  }

  /** Resolves once the script's own `closed` handlers have had their turn: they may show another window. */
  async tellClosed(widgetId: string): Promise<void> {
    const { room } = this.#options
    const peer = room.peers('script')[0]
    // A run that has not shown anything yet, as after a restart, would only bring back what was closed just now.
    if (!peer || !this.#run || this.isEarly) return
    await room.exchange.ask(peer, widgetId, WINDOW_CLOSED_EVENT, null, CLOSE_GRACE_MS).catch(() => {})
  }

  #isNewest(generation: number): boolean {
    return generation === this.#generation && !this.#closed
  }

  #set(change: Partial<ScriptProps>): void {
    this.#props = { ...this.#props, ...change }
    const { publicProblem } = this.#options
    const { problem, path: file } = this.#props
    const shown = publicProblem && { path: path.basename(file), problem: problem && publicProblem(problem) }
    const props = { ...this.#props, ...shown } as unknown as { [key: string]: Value }
    this.#options.room.edit([{ op: 'put', record: { id: SCRIPT_RECORD_ID, type: 'script', scope: 'view', props } }])
  }

  #remove(reason: OrielError): void {
    const { room } = this.#options
    for (const peer of room.peers('script')) room.removePeer(peer, reason)
  }

  async #onExit(exit: ScriptExit, peer: Peer): Promise<void> {
    const { room, windows, onOver } = this.#options
    room.removePeer(peer, exitReason(exit))
    if (this.#closed) return
    const isUnseen = windows.widgetIds.length === 0
    // Its last window was closed while it still worked with it, which is no fault of its own.
    const isLeft = exit.kind === 'failed' && exit.problem.code === 'window_closed' && this.#shown.size > 0 && isUnseen
    if (exit.kind === 'failed' && !isLeft) return this.#fail(exit.problem)
    this.#set({ state: exit.kind === 'terminated' ? 'stopped' : 'ended' })
    if (await this.#isOver()) await onOver()
  }

  async #fail(problem: ScriptProblem): Promise<void> {
    this.#remove(new OrielError('script_failed', `The script failed: ${problem.message}`))
    this.#set({ state: 'failed', problem })
    this.#options.onProblem(problem)
    if (await this.#isOver()) await this.#options.onFailed()
  }

  /** Whether no window is left, once those on their way have come or failed, and no other run has begun meanwhile. */
  async #isOver(): Promise<boolean> {
    const generation = this.#generation
    await this.#options.windows.settled()
    return this.#isNewest(generation) && this.#options.windows.widgetIds.length === 0
  }

  /** Windows of an earlier run whose widgets this run did not show: the error window among them, that on the document not. */
  async #closeUnshown(): Promise<void> {
    const { windows } = this.#options
    const unshown = windows.widgetIds.filter((id) => id !== DOCUMENT_WIDGET_ID && !this.#shown.has(id))
    await Promise.all(unshown.map((widgetId) => windows.close(widgetId)))
  }
}

function exitReason(exit: ScriptExit): OrielError {
  if (exit.kind === 'failed') return new OrielError('script_failed', `The script failed: ${exit.problem.message}`)
  return new OrielError('script_stopped', 'The script has ended.')
}

function problemOf(error: unknown, scriptPath: string): ScriptProblem {
  if (error instanceof OrielError && 'problem' in error) return error.problem as ScriptProblem
  const message =
    error instanceof OrielError ? error.message : `${path.basename(scriptPath)} could not be opened: ${String(error)}`
  return { code: error instanceof OrielError ? error.code : 'internal', message, place: null, stack: [] }
}
