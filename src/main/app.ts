import { realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { OrielError } from '../shared/errors.ts'
import { PROTOCOL_VERSION } from '../shared/protocol.ts'
import type { ScriptProblem } from '../shared/records.ts'
import type { BuiltinDeps } from './builtin/builtin-session.ts'
import { Home } from './builtin/home.ts'
import { Trust } from './builtin/trust.ts'
import type { Agreed } from './builtin/trust.ts'
import type { Config } from './config.ts'
import { Consent } from './consent.ts'
import { ComponentKeys } from './engine/component-keys.ts'
import type { SessionHooks } from './engine/hooks.ts'
import { Lobby } from './engine/lobby.ts'
import { Session } from './engine/session.ts'
import type { SessionDeps } from './engine/session-deps.ts'
import { WindowKeys } from './engine/window-keys.ts'
import { EXIT, exitCodeOfScript } from './exit-code.ts'
import type { WindowHost } from './hosts/types.ts'
import type { Log } from './log.ts'
import { attachProblem } from './attach-problem.ts'
import { createComputerFiles } from './files/computer.ts'
import { isAlive } from './process.ts'
import { checkScript } from './scripts/check-script.ts'
import type { ScriptRunner } from './scripts/types.ts'
import { SessionChoice } from './session-choice.ts'
import type { OpenMode } from './session-choice.ts'
import { watchFiles } from './scripts/watch.ts'
import type { PageDirectory } from './server/types.ts'
import type { DesktopStores, SessionEntry } from './stores/types.ts'

export interface OpenRequest {
  /** Absolute path. */
  path: string
  arguments: Record<string, string>
  mode: OpenMode
  /** The person named the file on the command line; otherwise a file never seen before is asked about. */
  named: boolean
  watch?: boolean
}

export interface AppOptions {
  config: Config
  host: WindowHost
  stores: DesktopStores
  runner: ScriptRunner
  log: Log
  /** Scheme and authority of page addresses; starts the loopback server at its first call where one is needed. */
  origin: () => Promise<string>
  /** Address that programs attach to; starts the loopback server if nothing has yet. */
  socketUrl: () => Promise<string>
  openExternal: (url: string) => Promise<void>
  /** Of Oriel itself. */
  version: string
  examplesDir: string
  workerId: string
  /** Called in the life of every session; default none. */
  hooks?: readonly SessionHooks[]
  onOutput: (session: Session, stream: 'stdout' | 'stderr', text: string) => void
  onProblem: (session: Session, problem: ScriptProblem) => void
  now?: () => number
  /** Whether a process with this id is alive on this machine. */
  isAlive?: (pid: number) => boolean
}

/** What a program needs to attach to a session. */
export interface SessionAccess {
  sessionId: string
  /** Of the WebSocket. */
  url: string
  /** Good once, for 60 s. */
  ticket: string
  /** For the components of its script, over http too; good until the session ends. */
  key: string
}

/** How long a program that was asked for may take to come, in ms. */
const ATTACH_TICKET_TTL_MS = 60_000
/** How long a client that was cut off keeps its place, and a session that nothing keeps its life, in ms (rule L2). */
const GRACE_MS = 120_000

/** The desktop app, whatever its windows are made of: opens scripts, keeps their sessions, shows the home window. */
export class App {
  readonly lobby: Lobby
  readonly componentKeys = new ComponentKeys()
  readonly #keys: WindowKeys
  readonly #options: AppOptions
  readonly #home: Home
  readonly #trust: Trust
  readonly #sessions = new Map<string, Session>()
  readonly #now: () => number
  readonly #isAlive: (pid: number) => boolean
  readonly #choice: SessionChoice
  readonly #notices = new Map<string, Parameters<Session['notice']>[1]>()
  /** Things going on that may yet open a window. */
  #busy = 0
  #exitCode: number = EXIT.fine
  #closing: Promise<void> | null = null
  readonly #watched = new WeakSet<Session>()
  readonly #consent: Consent
  readonly #closers: (() => Promise<void>)[] = []
  /** Sessions are chosen one after the other, so that the same script asked for twice at once is opened once. */
  #choosing: Promise<unknown> = Promise.resolve()
  #resolveDone!: (code: number) => void
  /** The exit code, once no window, session or question is left. */
  readonly done: Promise<number>

  constructor(options: AppOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#isAlive = options.isAlive ?? isAlive
    this.done = new Promise((resolve) => (this.#resolveDone = resolve))
    this.#choice = new SessionChoice({
      catalog: options.stores.sessions,
      now: this.#now,
      isAlive: this.#isAlive,
      find: (sessionId) => this.#sessions.get(sessionId),
    })
    this.lobby = new Lobby({ now: this.#now, log: options.log })
    this.#keys = new WindowKeys({ lobby: this.lobby, now: this.#now })
    this.#trust = new Trust({ deps: this.#builtinDeps(), store: options.stores.trust, runner: options.runner })
    this.#consent = new Consent({ trust: this.#trust, runner: options.runner, log: options.log })
    this.#home = new Home({
      deps: this.#builtinDeps(),
      stores: options.stores,
      examplesDir: options.examplesDir,
      isOpen: (sessionId) => this.#sessions.has(sessionId),
      isElsewhere: (entry) => this.#choice.isElsewhere(entry),
      resume: async (sessionId) => {
        const { scriptPath, arguments: given } = await this.#choice.entry(sessionId)
        const mode = { session: sessionId }
        if (scriptPath !== null) await this.openScript({ path: scriptPath, arguments: given, mode, named: false })
        else await (await this.#openWithoutScript(mode, given, '')).show()
      },
      openFile: async (typed) => {
        const file = path.resolve(typed.replace(/^~(?=$|[\\/])/, homedir()))
        const named = path.dirname(file) === path.resolve(options.examplesDir)
        await this.openScript({ path: file, arguments: {}, mode: 'resume', named })
      },
    })
    options.stores.onNotice((notice) => {
      const shown = 'cleared' in notice ? null : { level: notice.level, text: notice.text }
      if (shown) this.#notices.set(notice.name, shown)
      else this.#notices.delete(notice.name)
      for (const session of this.#sessions.values()) session.notice(notice.name, shown)
    })
    options.host.onExit((reason) => {
      options.log.error('the window host ended', { reason })
      void this.close()
    })
  }

  get pages(): PageDirectory {
    return this.#keys
  }

  get sessions(): readonly Session[] {
    return [...this.#sessions.values()]
  }

  /** The app takes nothing on any more. */
  get isClosing(): boolean {
    return this.#closing !== null
  }

  /** Opens the home window or brings it to the front. */
  openHome(): Promise<void> {
    return this.#working(async () => {
      const home = await this.#home.open()
      void home.closed.then(() => this.#settle())
    })
  }

  /**
   * Opens a script: its running session comes to the front, its last one is resumed, or a new one begins. Null if the
   * person did not want it opened. Throws script_missing, script_unreadable, script_type, unknown_session, session_busy.
   */
  openScript(request: OpenRequest): Promise<Session | null> {
    return this.#working(async () => {
      await checkScript(request.path)
      const scriptPath = await realpath(request.path)
      const agreed = request.named ? null : await this.#trust.ask(scriptPath)
      if (!request.named && !agreed) return null
      try {
        return await this.#open(scriptPath, request, agreed)
      } finally {
        await agreed?.opened()
      }
    })
  }

  /**
   * Lets one program attach to a session that runs, or that has no script and so can be taken up at any time; `id` may be
   * shortened to any unique beginning. Throws unknown_session, also if the session's script is not running; session_busy if it runs in another process; script_failed.
   */
  async attach(id: string): Promise<SessionAccess> {
    const running = [...this.#sessions.values()].filter((session) => session.id.startsWith(id) && !session.isClosing)
    const [session] = running
    if (session && running.length === 1) return this.#access(session)
    const entry = running.length > 1 ? null : await this.#choice.programs(id)
    if (!entry) throw await attachProblem(this.#options.stores, id, this.#isAlive)
    return this.#access(await this.#openWithoutScript({ session: entry.sessionId }, entry.arguments, entry.title))
  }

  /** Begins a session without a script, for programs to drive. `title`: '' for none. */
  async attachNew(title: string, given: Record<string, string>): Promise<SessionAccess> {
    return this.#access(await this.#openWithoutScript('new', given, title))
  }

  async #access(session: Session): Promise<SessionAccess> {
    const url = await this.#options.socketUrl()
    session.room.checkProgram()
    session.expectProgram()
    const ticket = this.lobby.issueTicket({ room: session.room, peer: null }, ATTACH_TICKET_TTL_MS)
    return { sessionId: session.id, url, ticket, key: this.componentKeys.issue(session.components) }
  }

  /** Another address of the page at `url`, for one look at it beside whoever has it open. The same address if it is no window's. */
  freshUrl(url: string): string {
    const view = this.#keys.addView(url, this.#options.config.ticketTtlMs)
    return view === null ? url : new URL(view, url).href
  }

  /** Closes every session and window and stores everything, whatever goes wrong with one of them. Idempotent, never rejects. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      const { host, runner, stores, log } = this.#options
      const steps: (() => unknown)[] = [
        () => Promise.all([...this.#sessions.values()].map((session) => session.close())),
        () => this.#home.close(),
        () => this.lobby.close(),
        () => host.close(),
        () => runner.close(),
        () => stores.close(),
        ...this.#closers,
      ]
      for (const step of steps) {
        try {
          await step()
        } catch (error) {
          // The others have to be done all the same: a browser would stay, or something would not be stored.
          log.error('the app did not close in order', { error: String(error) })
        }
      }
      this.#settle()
    })()
    return this.#closing
  }

  /** What has to end with the app, after everything of its own. */
  onClosed(closer: () => Promise<void>): void {
    this.#closers.push(closer)
  }

  #builtinDeps(): BuiltinDeps {
    const { host, origin, log } = this.#options
    return { host, origin, log, lobby: this.lobby, keys: this.#keys, ticketTtlMs: this.#ticketTtlMs() }
  }

  #ticketTtlMs(): number {
    const { host, config } = this.#options
    return host.capabilities.visible ? config.ticketTtlMs : config.printedTicketTtlMs
  }

  async #open(scriptPath: string, request: OpenRequest, agreed: Agreed | null): Promise<Session> {
    const { session, isNew } = await this.#take(scriptPath, request.mode, request.arguments)
    if (request.watch) this.#watch(session)
    if (request.named && isNew) {
      this.#consent.giveFor(session)
    }
    if (!isNew) {
      await session.windows.focusAny()
      return session
    }
    await session.start(agreed?.bundling)
    this.#refreshHome()
    return session
  }

  /** The session runs then. */
  #openWithoutScript(mode: OpenMode, given: Record<string, string>, title: string): Promise<Session> {
    return this.#working(async () => {
      const { session, isNew } = await this.#take(null, mode, given, title)
      if (isNew) await session.start()
      this.#refreshHome()
      return session
    })
  }

  #take(
    scriptPath: string | null,
    mode: OpenMode,
    given: Record<string, string>,
    title = '',
  ): Promise<{ session: Session; isNew: boolean }> {
    const taken = this.#choosing.then(async () => {
      const choose = () => this.#choice.choose(scriptPath, mode, given)
      let { entry, open } = await choose()
      while (open?.isClosing) {
        await open.ended
        ;({ entry, open } = await choose())
      }
      return open
        ? { session: open, isNew: false }
        : { session: await this.#begin({ ...entry, title: entry.title || title }), isNew: true }
    })
    this.#choosing = taken.catch(() => {})
    return taken
  }

  async #begin(chosen: SessionEntry): Promise<Session> {
    const { stores, log } = this.#options
    let entry: SessionEntry = {
      ...chosen,
      state: 'creating',

      pid: process.pid,
      lastUsedAt: this.#now(),
    }
    let isNew = chosen.state === 'creating'
    let damage: OrielError | null = null
    let stored = null
    try {
      stored = await stores.documents.load(entry.sessionId)
    } catch (error) {
      if (!(error instanceof OrielError) || error.code !== 'store_damaged') throw error
      // The damaged session stays as it is for whoever wants to save something of it; work goes on in a new one.
      log.error('the stored state of a session is damaged', { sessionId: entry.sessionId, error: error.message })
      damage = error
      isNew = true
      entry = { ...this.#choice.fresh(entry.scriptPath, entry.arguments), title: entry.title }
    }
    const placements = await stores.sessions.listPlacements(entry.sessionId)
    // Last of what may fail: a session that cannot be begun is not to be listed as open.
    await stores.sessions.save(entry)
    const session = new Session(this.#sessionDeps(), entry, stored, placements, isNew)
    this.#sessions.set(session.id, session)
    for (const [name, notice] of this.#notices) session.notice(name, notice)
    if (damage) {
      session.notice('damage', {
        level: 'error',
        text: 'The saved state of this session was damaged, so a new session was started. The old one was kept as it is.',
      })
    }
    void session.ended.then((outcome) => {
      this.#sessions.delete(session.id)
      this.componentKeys.forget(session.components)
      this.#exitCode = outcome === 'failed' ? exitCodeOfScript(session.problem?.code) : EXIT.fine
      this.#refreshHome()
      this.#settle()
    })
    return session
  }

  #refreshHome(): void {
    this.#home
      .refresh()
      .catch((error: unknown) => this.#options.log.warn('the home window is out of date', { error: String(error) }))
  }

  #sessionDeps(): SessionDeps {
    const { stores, runner, config, workerId, openExternal, version, onOutput, onProblem } = this.#options
    const limits = { maxMessageBytes: this.#options.config.maxMessageMiB * 1024 * 1024 }
    return {
      ...this.#builtinDeps(),
      stores,
      runner,
      bundle: (session) => this.#consent.bundle(session),
      now: this.#now,
      workerId,
      memoryLimitMiB: config.memoryLimitMiB,
      openExternal,
      files: () => createComputerFiles({ memory: path.join(config.home, 'last-folder') }),
      graceMs: GRACE_MS,
      hooks: this.#options.hooks ?? [],
      serverInfo: { name: 'Oriel', version, protocol: PROTOCOL_VERSION, limits },
      onOutput,
      onProblem,
    }
  }

  #watch(session: Session): void {
    const { script } = session
    if (!script || this.#watched.has(session)) return
    this.#watched.add(session)
    session.keepOpen()
    const files = () => (script.inputs.length > 0 ? script.inputs : [script.path])
    const watcher = watchFiles(files())
    script.onRun(() => watcher.update(files()))
    watcher.onChange(() => void session.restart())
    void session.ended.then(() => watcher.close())
  }

  async #working<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++
    try {
      return await work()
    } finally {
      this.#busy--
      this.#settle()
    }
  }

  #settle(): void {
    if (this.#busy > 0 || this.#sessions.size > 0 || this.#home.isOpen) return
    this.#resolveDone(this.#exitCode)
  }
}
