import path from 'node:path'
import { OrielError } from '../../shared/errors.ts'
import { PROTOCOL_VERSION } from '../../shared/protocol.ts'
import { FaultLog } from '../engine/fault-log.ts'
import { Lobby } from '../engine/lobby.ts'
import { WindowKeys } from '../engine/window-keys.ts'
import type { Log } from '../log.ts'
import { createVisitorFiles } from '../files/visitor.ts'
import { createSharedRunner } from '../scripts/shared.ts'
import type { ScriptBundle, ScriptRunner } from '../scripts/types.ts'
import { createServer } from '../server/index.ts'
import type { PageServer } from '../server/index.ts'
import { loopback, publicAddress } from '../server/addresses.ts'
import type { StateStores } from '../stores/state/types.ts'
import type { DesktopStores } from '../stores/types.ts'
import { Gatekeeper } from './gatekeeper.ts'
import { Health, PROBE_PATHS } from './health.ts'
import type { ServingKey } from './key.ts'
import type { Login, LoginOutcome } from './login.ts'
import { Metrics } from './metrics.ts'
import type { MetricsFamily } from './metrics.ts'
import { Doorway } from './processes/doorway.ts'
import { answerRemote } from './processes/component-link.ts'
import { Relay } from './processes/relay.ts'
import { signedSuccession } from './processes/succession.ts'
import type { Wire } from './processes/wire.ts'
import { pageFiles } from './page-files.ts'
import { originsOf } from './places.ts'
import type { Proxies } from './places.ts'
import { isForAuthors, publicError, publicProblem } from './public-errors.ts'
import { SessionRegistry } from './registry.ts'
import { Site } from './site.ts'
import { accountPart } from './account.ts'
import { ComponentAdmission } from './component-admission.ts'
import { createTabHost } from './tab-host.ts'
import { VisitorCookie } from './visitor-cookie.ts'
import { Visitors } from './visitors.ts'
import type { Visitor } from './visitors.ts'

/** Bytes of a form, such as a login. */
const MAX_FORM_BYTES = 16 * 1024
/** WebSockets of visitors that have not said anything yet; they come all at once after each start. */
const SILENT = { silent: 2048, silentOfPlace: 256, silentOfVisitor: 32 }
/** Connections from one place. */
const MAX_CONNECTIONS_OF_PLACE = 1024
/** Browsers keep to https for so long once they have been here, in seconds. */
const HSTS_SECONDS = 365 * 86_400
/** How often the router is told that this process lives, alone and beside others, in ms. */
const HEARTBEAT_MS = 60_000
const SHARED_HEARTBEAT_MS = 3_000
/** How often what visitors left long ago is looked for, in ms. */
const FORGET_EVERY_MS = 3_600_000
/** How long requests that are under way may take once the server is to stop, in ms. */
const DRAIN_MS = 10_000
const DRAIN_CHECK_MS = 50

export interface ServeOptions {
  bundle: ScriptBundle
  arguments: Record<string, string>
  /** Of the documents of visitors' sessions. */
  stores: DesktopStores
  /** Of visits, and of which process has which session. */
  state: StateStores
  /** Makes bundles, and threads for scripts without a default export. */
  runner: ScriptRunner
  runtime: Record<string, string>
  workerUrl: URL
  key: ServingKey
  /** Made once it is known where visitors find the server. */
  login: (site: { origin: () => string; onOutcome: LoginOutcome }) => Login | Promise<Login>
  /** Who has it may read `/metrics` without a login; default nobody. */
  metricsToken?: string | null
  /** Folder of the renderer's built files. */
  assetsDir: string
  /** Of Oriel itself. */
  version: string
  workerId: string
  log: Log
  port: number
  /** Other processes of this computer listen on the same port; default none do. */
  sharesPort?: boolean
  /** Address to listen on. */
  listen: string
  /** Where visitors find it, if not at 127.0.0.1 and the port: the address of the proxy before it. */
  publicUrl: URL | null
  /** Whose word counts on where requests come from; null: nobody's. */
  proxies: Proxies | null
  maxMessageBytes: number
  memoryLimitMiB: number
  cookies: readonly string[]
  limits: { sessions: number; threads: number; sharedThreads: number; connections: number }
  /** How long a session stays that nobody looks at, in ms. */
  graceMs: number
  /** How long a visitor may stay away before what they left is removed, in seconds. */
  ttlSeconds: number
  now?: () => number
  /** The way to other processes that serve the same visitors from the same stores; default there are none. */
  wire?: Wire | null
  /** Processes on this port that count together; default this one alone. */
  metricsFamily?: MetricsFamily | null
  /** How often the router is told that this process lives, in ms; default 60,000, or 3,000 beside other processes. */
  heartbeatMs?: number
  /** How often visits are looked at again, in ms; default 5000. */
  checkEveryMs?: number
}

/** A script that is served to browsers, by this process. */
export interface Serve {
  /** Where visitors find it. */
  readonly url: string
  readonly visitors: Visitors
  readonly registry: SessionRegistry
  readonly metrics: Metrics
  /**
   * Takes no new visitors, waits for what is under way, then stores and closes every session. Clients come back by
   * themselves once somebody serves them again. Idempotent.
   */
  close(): Promise<void>
}

/** Serves a script. Throws environment if the port cannot be had. */
export async function serve(options: ServeOptions): Promise<Serve> {
  const { bundle, stores, state, key, log, publicUrl, workerId, limits, now = Date.now, ttlSeconds } = options
  const scriptPath = bundle.scriptPath
  const app = path.basename(scriptPath).replace(/(\.oriel)?\.[a-z]+$/i, '')
  const runner = createSharedRunner({
    runner: options.runner,
    runtime: options.runtime,
    workerUrl: options.workerUrl,
    log,
    threads: limits.sharedThreads,
  })
  const lobby = new Lobby({ now, log })
  const faults = new FaultLog(log)
  const { wire = null } = options
  const succession = wire && signedSuccession(key)
  const origin = () => publicUrl?.origin ?? `http://127.0.0.1:${server.port}`
  const metrics = new Metrics({
    sessions: () => registry.sessions,
    connections: () => gatekeeper.size,
    relayed: () => relay?.size ?? 0,
    threads: () => runner.threads,
    family: options.metricsFamily,
  })
  const registry: SessionRegistry = new SessionRegistry({
    scriptPath,
    arguments: options.arguments,
    stores,
    router: state.router,
    key,
    workerId,
    log,
    now,
    limits,
    // On another computer the file may be elsewhere.
    name: wire ? app : scriptPath,
    heartbeatMs: options.heartbeatMs ?? (wire ? SHARED_HEARTBEAT_MS : HEARTBEAT_MS),
    exists: wire && ((id) => relay!.exists(id)),
    shares: () => bundle.hasEntry,
    onOwnerChange: () => metrics.onOwnerChange(),
    deps: {
      stores,
      runner,
      bundle: async () => bundle,
      host: createTabHost(),
      lobby,
      keys: new WindowKeys({ lobby, now }),
      origin: async () => origin(),
      log,
      now,
      workerId,
      ticketTtlMs: 0,
      memoryLimitMiB: options.memoryLimitMiB,
      openExternal: async () => {
        throw new OrielError('not_supported', 'A server has no browser to open addresses in.')
      },
      files: () => createVisitorFiles(),
      serverInfo: {
        name: 'Oriel',
        version: options.version,
        protocol: PROTOCOL_VERSION,
        limits: { maxMessageBytes: options.maxMessageBytes },
      },
      hooks: [],
      graceMs: options.graceMs,
      keptByClients: true,
      watchesEvents: true,
      succession,
      onLost: wire ? (session) => registry.lose(session) : undefined,
      publicProblem,
      publicError: ({ id, room }, error) => {
        // Visitors can make the same go wrong as often as they like.
        if (isForAuthors(error)) faults.note('a handler failed', { sessionId: id, clientId: room.clientId, ...error })
        return publicError(error)
      },
      onMessage: (type) => metrics.onMessage(type),
      onOutput: ({ id, room }, stream, text) =>
        log.info('script output', { sessionId: id, clientId: room.clientId, stream, text }),
      onProblem: ({ id, room }, { code, message, place, stack }) =>
        log.error('script problem', { sessionId: id, clientId: room.clientId, code, message, place, stack }),
    },
  })
  const isHttps = publicUrl?.protocol === 'https:'
  const cookie = new VisitorCookie({
    key: key.of('cookie'),
    ttlSeconds,
    secure: isHttps,
    name: () => (publicUrl ? 'oriel' : `oriel-${server.port}`),
  })
  const visitors = new Visitors({ sessions: state.sessions, cookie, key, ttlSeconds, now })
  const gatekeeper: Gatekeeper = new Gatekeeper({
    visitors,
    registry,
    lobby,
    app,
    log,
    onClosed: (code) => metrics.onClosed(code),
    checkEveryMs: options.checkEveryMs,
  })
  const relay: Relay | null =
    wire &&
    new Relay({
      wire,
      log,
      receive: (carrier, request, sid) => void doorway!.receiveFrom(carrier, request, sid),
      receiveComponents: (carrier, sid) => void answerRemote(carrier, components.admitVisit(sid)),
      answer: async (request, sid) => {
        const visitor = await visitors.ofVisit(sid)
        if (!visitor) throw new OrielError('not_allowed', 'This visit has ended.')
        return site.answerHere(request, visitor)
      },
      onLoss: (loss, links) => metrics.onLoss(loss, links),
    })
  const components = new ComponentAdmission({
    visitors,
    gatekeeper,
    registry,
    app,
    link: relay && ((id, sid) => relay.toComponents(id, sid)),
  })
  const doorway = relay && succession && new Doorway({ registry, gatekeeper, visitors, succession, relay, log })
  const health = new Health(async () => {
    await state.sessions.validateSession('oriel:probe')
  })
  const addresses = publicUrl ? publicAddress(publicUrl) : loopback(() => server.port)
  const login = await options.login({ origin, onOutcome: (outcome) => metrics.onLogin(outcome) })
  const { metricsToken = null } = options
  const hasLogin = login.anybody === null
  const account = accountPart({ visitors, gatekeeper, metrics, app, hasLogin, metricsToken, log })
  const site = new Site({
    visitors,
    registry,
    gatekeeper,
    login,
    more: [account],
    health,
    lobby,
    ask: relay && ((id, request, sid) => relay.ask(id, request, sid)),
    mayHave: pageFiles(bundle.inputs, log),
    assetsDir: options.assetsDir,
    origin,
    addresses,
    log,
  })
  const server: PageServer = await createServer({
    pages: site.handle,
    attach: (carrier, request, visitor) => (doorway ?? gatekeeper).receive(carrier, request, visitor as Visitor),
    admit: async ({ headers }) => {
      const visitor = await visitors.find(headers.cookie)
      return visitor && (await gatekeeper.rights(visitor, null)).mayRead ? visitor : null
    },
    admitToComponents: components.admit,
    port: options.port,
    host: options.listen,
    addresses,
    maxFormBytes: MAX_FORM_BYTES,
    limits: { ...SILENT, connections: limits.connections, connectionsOfPlace: MAX_CONNECTIONS_OF_PLACE },
    origins: originsOf(options.proxies, log),
    headers: isHttps ? { 'strict-transport-security': `max-age=${HSTS_SECONDS}` } : {},
    isShared: options.sharesPort,
    namelessPaths: PROBE_PATHS,
    maxMessageBytes: options.maxMessageBytes,
    cookies: options.cookies,
    log,
  })
  const forget = async () => {
    const count = await registry.forget(now() - ttlSeconds * 1000)
    if (count > 0) log.info('sessions of visitors who stayed away were removed', { count })
  }
  const quietly = () =>
    forget().catch((error: unknown) => log.warn('old sessions could not be removed', { error: String(error) }))
  const forgetting = setInterval(() => void quietly(), FORGET_EVERY_MS).unref()
  void quietly()
  health.ready()

  async function close(): Promise<void> {
    health.drain()
    registry.drain()
    clearInterval(forgetting)
    log.info('draining', { sessions: registry.sessions.length, connections: gatekeeper.size })
    // Others take whoever comes from now on; a process alone says that it is about to stop.
    if (wire) server.stopListening()
    const deadline = Date.now() + DRAIN_MS
    const isBusy = () => components.openRequests > 0 || registry.sessions.some(({ room }) => room.exchange.underWay > 0)
    const handled = async () => {
      while (isBusy() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS))
    }
    await handled()
    gatekeeper.close()
    // Clients are told that the server goes, not that their sessions have ended: they come back to the next one.
    if (!wire) await server.close()
    // What came in while they were told.
    if (!wire) await handled()
    await registry.close()
    // Those whose session is elsewhere.
    await relay?.close()
    if (wire) await server.close()
    lobby.close()
    faults.flush()
    await runner.close()
    await stores.close()
    await state.close()
  }
  let closing: Promise<void> | null = null
  return { url: origin(), visitors, registry, metrics, close: () => (closing ??= close()) }
}
