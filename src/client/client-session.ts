import { NO_WIDGET, type DocumentWindowOptions, type ServerInfo } from '../shared/calls.ts'
import { webSocketCarrier } from '../shared/carriers/websocket.ts'
import { isRequestArguments, MAX_REQUEST_ENTRIES } from '../shared/client-request.ts'
import { OrielError } from '../shared/errors.ts'
import { randomId } from '../shared/ids.ts'
import { DEFAULT_MAX_MESSAGE_BYTES } from '../shared/protocol.ts'
import type { FrameHandler } from '../shared/stream.ts'
import type { Value } from '../shared/value.ts'
import { socketUrl } from './address.ts'
import { RoomClient } from './room-client.ts'
import type { Document } from './document.ts'
import { Handlers, type EventHandler } from './handlers.ts'
import type { EditProblem } from './replica.ts'
import type { ClientState, RequestOptions } from './types.ts'

export interface ClientSessionOptions {
  /** The session that is meant: connecting to another is an error. Default: whichever the ticket is for. */
  sessionId?: string
  /** Default `ws://127.0.0.1:5007/ws`. */
  url?: string
  /** From `oriel attach`: good once, for 60 s. */
  ticket?: string
  /** Instead of a ticket: the `token` of an earlier run, whose place in the session this one takes over. */
  token?: string
  /** What the session is told of this program, see `session.get('request')`: at most 64 names with texts of at most 4096 characters. */
  arguments?: Record<string, string>
  /** Bytes of one message, or of a whole document, that is taken or sent; default 20 MiB. The session has a limit of its own for what it takes. */
  maxMessageSize?: number
  /** ms; default 10,000 */
  connectTimeoutMs?: number
}

const DEFAULT_URL = 'ws://127.0.0.1:5007/ws'
const ID_LENGTH = 44

/**
 * A program's place in a live session: it reads and edits the document, hears what others change, and exchanges events
 * with the script and with the window that shows the document. Comes back by itself after a drop, with nothing lost and nothing twice. All methods that talk to the
 * session reject with not_connected before `connect`, and with `closed` after `close`.
 */
export class ClientSession implements AsyncDisposable {
  /** As it was given; else made here, 44 characters. Never changes. */
  readonly id: string
  readonly #options: ClientSessionOptions
  readonly #client: RoomClient
  readonly #handlers = new Handlers()
  #connecting: Promise<void> | null = null
  #document: Document | null = null

  /** Does no I/O. Throws OrielError bad_value for an address that is none, or arguments that do not fit. */
  constructor(options: ClientSessionOptions = {}) {
    const { sessionId, url = DEFAULT_URL, ticket = '', token = '', maxMessageSize, connectTimeoutMs } = options
    checkArguments(options.arguments)
    this.id = sessionId ?? randomId(ID_LENGTH)
    this.#options = options
    const address = socketUrl(url)
    const maxMessageBytes = maxMessageSize ?? DEFAULT_MAX_MESSAGE_BYTES
    this.#client = new RoomClient({
      open: async () => webSocketCarrier(new WebSocket(address), { maxMessageBytes }),
      ticket,
      token,
      ...(options.arguments && { arguments: { ...options.arguments } }),
      maxMessageBytes,
      ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    })
    this.#client.onEvent((event) => this.#handlers.dispatch(event))
    this.#client.onStateChange((state) => {
      if (state === 'closed') this.#client.releaseDocument()
    })
  }

  /** The session this is attached to; null before. */
  get sessionId(): string | null {
    return this.#client.isGreeted ? this.#client.sessionId : null
  }
  /**
   * What this program, started anew, needs to come back to its place without another ticket: give it as `token`. A secret, and
   * another one after each connection, so take it when the state becomes `open`; good while this program is attached and for
   * 120 s after it was cut off, void after `close` and with the session's end. Null before `connect` and once closed.
   */
  get token(): string | null {
    return this.state === 'closed' ? null : this.#client.token
  }
  /** idle → connecting → open ⇄ reconnecting → closed */
  get state(): ClientState {
    return this.#client.state
  }
  get connected(): boolean {
    return this.state === 'open'
  }
  /** Edits that the session has not answered. */
  get pendingCount(): number {
    return this.#client.pendingCount
  }
  /** Null until `pull` or `push`. */
  get document(): Document | null {
    return this.#document
  }

  /**
   * Attaches. Calling it again gives the same promise. Rejects, within `connectTimeoutMs`, with not_connected, timeout,
   * ticket_refused, script_failed, too_large, unknown_session (not the session that was meant) or closed.
   */
  connect(): Promise<void> {
    this.#connecting ??= this.#connect()
    return this.#connecting
  }

  /** Throws what connecting came to, or what the connection was lost for; nothing after a clean close. */
  checkConnectionErrors(): void {
    const { error } = this.#client
    if (error && error.code !== 'closed') throw error
  }

  /** The session's document. Again: the same instance, replaced by what the session has now; it tells one change. */
  async pull(): Promise<Document> {
    this.#assertOpen()
    if (this.#document || this.#client.withheld) await this.#client.refresh()
    this.#document ??= this.#client.document
    return this.#document
  }

  /**
   * Makes `document` the session's: records are compared by id, and what the script keeps (scope `state` and `view`) stays.
   * From then on its edits go to the session by themselves. Without `document`, or with the same one: as flush. Rejects with
   * document_attached where another is attached already, here or in another session; bad_usage where there is none; what
   * the session refused (not_allowed, too_large, …), and then `document` is as before.
   */
  async push(document: Document | null = this.#document): Promise<void> {
    this.#assertOpen()
    if (!document) throw new OrielError('bad_usage', 'push() without a document needs one that was pulled or pushed.')
    if (this.#document === document) return this.flush()
    if (this.#document)
      throw new OrielError(
        'document_attached',
        'Another document is attached to this session. Push to a new ClientSession.',
      )
    if (this.#client.withheld) throw this.#client.withheld
    this.#document = document
    try {
      await this.#client.push(document)
    } catch (error) {
      if (this.#client.document !== document) this.#document = null
      throw error
    }
  }

  /** Resolves when what was edited here is in the session and stored there, and what others edited before is here. */
  async forceRoundtrip(): Promise<void> {
    await this.flush()
    await this.settled()
  }

  /**
   * Resolves when all edits so far are in the session and stored: they survive a crash of it. Rejects with the refusal of
   * one of them (they are rolled back), store_unwritable or timeout (30 s).
   */
  async flush(): Promise<void> {
    this.#assertOpen()
    await this.#client.flush()
  }

  /** Resolves when the document has come to `version`; by default to all that the session has told of, own edits too. Rejects with timeout (30 s). */
  async settled(version?: number): Promise<void> {
    this.#assertOpen()
    await this.#client.settled(version)
  }

  /** Also before any document was pulled. */
  async requestServerInfo(): Promise<ServerInfo> {
    this.#assertOpen()
    return this.#client.call('server.info', null)
  }

  /** Sends an event to the script, which hears it with `session.on`. Resolves when it is on its way. Rejects with script_stopped, script_failed. */
  async send(type: string, data: Value = null): Promise<void> {
    this.#assertOpen()
    await this.#client.emit(NO_WIDGET, type, data)
  }

  /** Asks the script. Rejects with no_handler, handler_failed, timeout (30 s by default), cancelled, script_stopped. */
  async request(type: string, data: Value = null, options: RequestOptions = {}): Promise<Value> {
    this.#assertOpen()
    return this.#client.request(NO_WIDGET, type, data, options)
  }

  /** Adds a handler for what the script sends with `session.emit`, '*' for all. Returns what removes it. */
  on(type: string, handler: EventHandler): () => void {
    return this.#handlers.add(type, handler)
  }

  /**
   * Calls `handler` with the newest frame of a stream of the script, if there is one, and with each newer one; the next comes
   * when what it returns has settled. Returns what ends it.
   */
  onFrame(stream: string, handler: FrameHandler): () => void {
    return this.#client.frames.watch(stream, handler)
  }

  /**
   * Brings a window of the session to the front, where the host can; if it has none, opens one that shows the document's
   * roots. Rejects with bad_value, host_unavailable.
   */
  async show(options: DocumentWindowOptions = {}): Promise<void> {
    this.#assertOpen()
    await this.#client.call('session.show', options)
  }

  /** Leaves; the document goes on alone. Idempotent. */
  async close(why = 'closed'): Promise<void> {
    await this.#client.close(why)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  onStateChange(listener: (state: ClientState) => void): () => void {
    return this.#client.onStateChange(listener)
  }

  /** Calls back when the session refused an edit, which is rolled back, or took it without what no longer had an effect. */
  onReject(listener: (problem: EditProblem) => void): () => void {
    return this.#client.onReject(listener)
  }

  async #connect(): Promise<void> {
    this.#assertOpen('closed')
    await this.#client.connect()
    const { sessionId } = this.#options
    if (sessionId === undefined || this.#client.sessionId === sessionId) return
    const error = new OrielError('unknown_session', `The ticket is for another session than ${sessionId}.`)
    await this.#client.close('another session', error)
    throw error
  }

  /** Throws where nothing can be asked for any more, or (unless `closed` is all that is asked about) not yet. */
  #assertOpen(only?: 'closed'): void {
    const { error, isGreeted } = this.#client
    if (error) throw error
    if (only === undefined && !isGreeted)
      throw new OrielError('not_connected', 'Not connected yet: await connect() first.')
  }
}

/** A session that is attached and pulled. Rejects as `connect` and `pull`; nothing stays open then. */
export async function pullSession(options: ClientSessionOptions): Promise<ClientSession> {
  return attached(options, (session) => session.pull())
}

/** A session that is attached, with `document` pushed to it. Rejects as `connect` and `push`; nothing stays open then. */
export async function pushSession(document: Document, options: ClientSessionOptions): Promise<ClientSession> {
  return attached(options, (session) => session.push(document))
}

/** Shows a session: attaches, opens a window on it or brings one to the front, and leaves. Rejects as `connect` and `show`. */
export async function showSession(options: ClientSessionOptions & DocumentWindowOptions): Promise<void> {
  const { width, height, x, y, resizable, theme, ...connection } = options
  const wanted = { width, height, x, y, resizable, theme }
  const session = await attached(connection, (opened) => opened.show(given(wanted)))
  await session.close()
}

/** Without what is undefined, which no message can hold. */
function given(options: { [K in keyof DocumentWindowOptions]: DocumentWindowOptions[K] | undefined }) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as DocumentWindowOptions
}

function checkArguments(texts: unknown): void {
  if (texts === undefined || isRequestArguments(texts)) return
  throw new OrielError('bad_value', `arguments must be at most ${MAX_REQUEST_ENTRIES} names with texts.`)
}

async function attached(
  options: ClientSessionOptions,
  first: (session: ClientSession) => Promise<unknown>,
): Promise<ClientSession> {
  const session = new ClientSession(options)
  try {
    await session.connect()
    await first(session)
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}
