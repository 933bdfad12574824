import type { Carrier } from '../shared/carrier.ts'
import { OrielError, fromPublicError } from '../shared/errors.ts'
import { Heartbeat } from '../shared/heartbeat.ts'
import { parseRoomMessage } from '../shared/messages.ts'
import { CLOSE, PROTOCOL_VERSION } from '../shared/protocol.ts'
import type { ClientMessage, Hello, RoomMessage, Welcome } from '../shared/protocol.ts'
import type { ClientState } from './types.ts'

/** Delays before each new try after a drop, in ms; the last one repeats. */
const RECONNECT_DELAYS_MS = [50, 100, 250, 500, 1000, 2000, 5000]

export interface ConnectionOptions {
  /** Makes a new carrier to the room; called for the first connection and for each reconnect. */
  open: () => Promise<Carrier>
  /** '' for none. */
  ticket: string
  /** The secret of an earlier run's last welcome, whose place this client takes over; '' for none. */
  token: string
  /** What the session is told of this client; null for nothing. */
  arguments: Record<string, string> | null
  /** ms for carrier and welcome together */
  connectTimeoutMs: number
  /** bytes of one message */
  maxMessageBytes: number
  /** Message ports cannot fall silent: false switches heartbeats off, on both sides. */
  heartbeat: boolean
}

/** Whoever talks over a connection. */
export interface ConnectionUser {
  /** How far it has come; told when it resumes. */
  position(): Pick<Hello, 'epoch' | 'lastVersion' | 'lastSeq'>
  /** Welcomed, on a new link. What is sent here, with `send`, goes before anything else; the state is not yet `open`. */
  onWelcome(welcome: Welcome, send: (message: ClientMessage) => void): void
  /** The state has become `open`. */
  onOpen(welcome: Welcome): void
  /** Throws OrielError bad_message or too_large where the message does not fit what came before: the link is closed with it. */
  onMessage(message: RoomMessage): void
  /** The link is gone; another one follows, or `onEnd`. */
  onCut(): void
  /** Called once: the connection is closed for good. */
  onEnd(error: OrielError): void
}

/**
 * The connection of one client to its room over one link after another: hello and welcome, heartbeats, and coming back
 * after a drop with the secret of the last welcome.
 */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #user: ConnectionUser
  readonly #stateListeners = new Set<(state: ClientState) => void>()
  #state: ClientState = 'idle'
  #carrier: Carrier | null = null
  /** On its way to a welcome. */
  #opening: Carrier | null = null
  #welcome: Welcome | null = null
  #error: OrielError | null = null
  #retryTimer: ReturnType<typeof setTimeout> | null = null
  #heartbeat: Heartbeat | null = null
  #pings = 0

  constructor(options: ConnectionOptions, user: ConnectionUser) {
    this.#options = options
    this.#user = user
  }

  get state(): ClientState {
    return this.#state
  }
  /** Of the newest link; null before the first. */
  get welcome(): Welcome | null {
    return this.#welcome
  }
  /** Why it is closed; null before. */
  get error(): OrielError | null {
    return this.#error
  }

  onStateChange(listener: (state: ClientState) => void): () => void {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** Resolves when the room has welcomed this client and its document is on its way no more. Rejects with a typed error within `connectTimeoutMs`. */
  async connect(): Promise<void> {
    if (this.#state !== 'idle') throw new OrielError('bad_usage', `connect() was called while ${this.#state}.`)
    this.#setState('connecting')
    try {
      await this.#attempt()
    } catch (error) {
      this.#end(
        error instanceof OrielError
          ? error
          : new OrielError('not_connected', 'The session could not be reached.', { cause: error }),
      )
      throw this.#error
    }
    // It was closed while the carrier was being opened.
    if (this.#error) throw this.#error
  }

  /** Sent if there is a link now, else dropped. Throws bad_value or too_large if the carrier cannot take it. */
  send(message: ClientMessage, transfer?: ArrayBuffer[]): void {
    if (this.#state === 'open') this.#carrier?.send(message, transfer)
  }

  /** Gives up the link that there is; another follows. */
  cut(reason: string): void {
    this.#carrier?.close(CLOSE.cut, reason)
  }

  /** For good. Idempotent. */
  close(why: string, error: OrielError): void {
    if (this.#state === 'closed') return
    const carriers = [this.#carrier, this.#opening]
    this.#end(error)
    for (const carrier of carriers) carrier?.close(CLOSE.normal, why)
  }

  #setState(state: ClientState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of [...this.#stateListeners]) listener(state)
  }

  /** One link: carrier, hello, welcome, and the snapshot where there is one. Throws if it does not come to that. */
  async #attempt(): Promise<void> {
    const { connectTimeoutMs } = this.#options
    const deadline = Date.now() + connectTimeoutMs
    const late = () => new OrielError('timeout', `The session did not answer within ${connectTimeoutMs} ms.`)
    const carrier = await withTimeout(this.#options.open(), connectTimeoutMs, late, (lost) => lost.close())
    if (this.#state === 'closed') return carrier.close()
    this.#opening = carrier
    await new Promise<void>((resolve, reject) => {
      let greeted = false
      const timer = setTimeout(
        () => {
          reject(late())
          carrier.close(CLOSE.helloTimeout, 'no welcome')
        },
        Math.max(1, deadline - Date.now()),
      )
      const settled = (error?: OrielError) => {
        clearTimeout(timer)
        if (error) reject(error)
        else resolve()
      }
      carrier.onMessage((raw) => {
        if (this.#state === 'closed' || (greeted && this.#carrier !== carrier)) return
        let message: RoomMessage
        try {
          message = parseRoomMessage(raw)
        } catch (error) {
          carrier.close(CLOSE.badMessage, 'bad message')
          return settled(error as OrielError)
        }
        if (greeted) {
          if (message.type === 'snapshot' || message.type === 'withheld') settled()
          return this.#receive(message, carrier)
        }
        if (message.type === 'gone') {
          carrier.close(CLOSE.normal)
          const error = fromPublicError(message.error)
          this.#end(error)
          return settled(error)
        }
        if (message.type !== 'welcome') {
          carrier.close(CLOSE.badMessage, 'welcome expected')
          return settled(new OrielError('bad_message', 'The other side is not an Oriel session.'))
        }
        greeted = true
        this.#opening = null
        this.#carrier = carrier
        this.#onWelcome(message, carrier)
        if (message.mode === 'resumed') settled()
      })
      carrier.onClose((code, reason) => {
        if (this.#opening === carrier) this.#opening = null
        settled(closeError(code, reason))
        if (this.#carrier === carrier) this.#onCut(code, reason)
      })
      carrier.send(this.#hello())
    })
  }

  #hello(): Hello {
    const { maxMessageBytes, ticket, token, heartbeat, arguments: given } = this.#options
    const hello: Hello = { type: 'hello', protocol: PROTOCOL_VERSION, limits: { maxMessageBytes } }
    if (!heartbeat) hello.heartbeat = false
    if (given) hello.arguments = given
    if (this.#welcome) Object.assign(hello, { resume: this.#welcome.resume }, this.#user.position())
    else if (token !== '') Object.assign(hello, { resume: token, fresh: true })
    else if (ticket !== '') hello.ticket = ticket
    return hello
  }

  #onWelcome(welcome: Welcome, carrier: Carrier): void {
    this.#welcome = welcome
    carrier.limitSend?.(welcome.limits.maxMessageBytes)
    this.#user.onWelcome(welcome, (message) => carrier.send(message))
    if (this.#options.heartbeat) {
      this.#heartbeat = new Heartbeat(
        () => this.send({ type: 'ping', id: ++this.#pings }),
        () => carrier.close(CLOSE.cut, 'silent'),
      )
    }
    this.#setState('open')
    this.#user.onOpen(welcome)
  }

  #receive(message: RoomMessage, carrier: Carrier): void {
    this.#heartbeat?.heard()
    if (message.type === 'ping') return this.send({ type: 'pong', id: message.id })
    try {
      this.#user.onMessage(message)
    } catch (error) {
      if (!(error instanceof OrielError) || !WIRE_ERRORS.has(error.code)) throw error
      const code = error.code === 'too_large' ? CLOSE.tooLarge : CLOSE.badMessage
      carrier.close(code, error.message.slice(0, 100))
    }
  }

  #onCut(code: number, reason: string): void {
    this.#carrier = null
    this.#stop()
    if (this.#state === 'closed') return
    if (FINAL_CODES.has(code)) return this.#end(closeError(code, reason))
    this.#setState('reconnecting')
    this.#retry(0)
  }

  #retry(attempt: number): void {
    const delay = RECONNECT_DELAYS_MS[Math.min(attempt, RECONNECT_DELAYS_MS.length - 1)]!
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = null
      this.#attempt().catch((error: unknown) => {
        // Welcomed and cut again before its snapshot came: that cut has set its own timer.
        if (this.#state !== 'reconnecting' || this.#carrier || this.#retryTimer) return
        if (error instanceof OrielError && FINAL_ERRORS.has(error.code)) this.#end(error)
        else this.#retry(attempt + 1)
      })
    }, delay)
  }

  #stop(): void {
    if (this.#retryTimer) clearTimeout(this.#retryTimer)
    this.#retryTimer = null
    this.#heartbeat?.stop()
    this.#heartbeat = null
    this.#user.onCut()
  }

  #end(error: OrielError): void {
    if (this.#state === 'closed') return
    this.#error = error
    this.#stop()
    this.#carrier = this.#opening = null
    this.#user.onEnd(error)
    this.#setState('closed')
  }
}

/** After these there is nothing to come back to. */
const FINAL_CODES: ReadonlySet<number> = new Set([
  CLOSE.sessionGone,
  CLOSE.stale,
  CLOSE.ticketRefused,
  CLOSE.badVersion,
  CLOSE.replaced,
  CLOSE.normal,
])
const FINAL_ERRORS: ReadonlySet<string> = new Set(['ticket_refused', 'session_gone', 'stale', 'protocol_version'])

/** What comes of a message that does not fit what came before. */
const WIRE_ERRORS: ReadonlySet<string> = new Set(['bad_message', 'too_large'])

function closeError(code: number, reason: string): OrielError {
  switch (code) {
    case CLOSE.ticketRefused:
      return new OrielError(
        'ticket_refused',
        'The session refused this ticket: it is wrong, used or too old. Ask for a new one.',
      )
    case CLOSE.sessionGone:
      return new OrielError('session_gone', 'This session has ended.')
    case CLOSE.stale:
      return new OrielError('stale', 'What this client knows of the session is too old. It has to start afresh.')
    case CLOSE.badVersion:
      return new OrielError('protocol_version', 'The other side speaks another version of the protocol. Update Oriel.')
    case CLOSE.tooLarge:
      return new OrielError('too_large', reason || 'A message was too large.')
    case CLOSE.normal:
    case CLOSE.replaced:
      return new OrielError('closed', 'The connection was closed.')
    default:
      return new OrielError('not_connected', `The connection was lost (${code}${reason ? `: ${reason}` : ''}).`)
  }
}

/** Rejects with `late()` after `timeoutMs`; what arrives later still goes to `dispose`. */
function withTimeout<T>(
  promise: Promise<T>,
  timeoutMs: number,
  late: () => Error,
  dispose: (value: T) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false
    const timer = setTimeout(() => {
      over = true
      reject(late())
    }, timeoutMs)
    promise.then(
      (value) => {
        clearTimeout(timer)
        if (over) dispose(value)
        else resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
