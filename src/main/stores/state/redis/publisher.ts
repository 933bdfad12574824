import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { inBackground } from '../../../../shared/background.ts'
import { stateClosed } from '../checks.ts'
import { toStateError, unreachable } from './errors.ts'
import type { RedisUrl } from './url.ts'

/** Pause before connecting anew, in ms: the first, and the longest. */
const RETRY_MS = 100
const MAX_RETRY_MS = 3_000
/** How often it is looked whether answers come, and after how many looks without any the server counts as gone. */
const LOOK_MS = 500
const SILENT_LOOKS = 8
/** How long `close` waits for answers, in ms. */
const CLOSE_MS = 1_000
/** Larger messages are not copied to stand behind their header. */
const MAX_COPIED_BYTES = 16 * 1024

interface Pending {
  resolve: (receivers: number) => void
  reject: (error: Error) => void
}

type State =
  | { state: 'away' }
  | { state: 'greeting'; socket: Socket }
  | { state: 'ready'; socket: Socket }
  | { state: 'closed' }

/**
 * Publishes over a connection of its own, where each message is written in the very moment it is given. The client that has
 * all other commands writes at the end of a turn of the event loop: on the way of a click that is the longest part.
 */
export class RedisPublisher {
  readonly #url: RedisUrl
  #state: State = { state: 'away' }
  /** In the order of writing; the server answers in it. */
  #pending: Pending[] = []
  #onIdle: (() => void) | null = null
  #rest = ''
  #retries = 0
  #silence = 0
  readonly #timer: ReturnType<typeof setInterval>

  /** Connects at once, and again whenever the connection is lost. Without TLS alone: `url` is one of `redis:`. */
  constructor(url: RedisUrl) {
    this.#url = url
    this.#timer = inBackground(setInterval(() => this.#look(), LOOK_MS))
    this.#connect()
  }

  get isReady(): boolean {
    return this.#state.state === 'ready'
  }

  /** Gives how many have it. Rejects with not_connected, store_unwritable or closed. */
  publish(channel: string, bytes: Uint8Array): Promise<number> {
    if (this.#state.state === 'closed') return Promise.reject(stateClosed())
    if (this.#state.state !== 'ready') return Promise.reject(unreachable(this.#url, null))
    const { socket } = this.#state
    const header = `*3\r\n$7\r\nPUBLISH\r\n$${Buffer.byteLength(channel)}\r\n${channel}\r\n$${bytes.byteLength}\r\n`
    if (bytes.byteLength <= MAX_COPIED_BYTES) socket.write(Buffer.concat([Buffer.from(header), bytes, END]))
    else {
      socket.cork()
      socket.write(header)
      socket.write(bytes)
      socket.write(END)
      socket.uncork()
    }
    return new Promise((resolve, reject) => this.#pending.push({ resolve, reject }))
  }

  /** Waits for what is under way, for a moment. Idempotent. */
  async close(): Promise<void> {
    const before = this.#state
    if (before.state === 'closed') return
    this.#state = { state: 'closed' }
    clearInterval(this.#timer)
    if (before.state === 'away') return
    const { socket } = before
    if (this.#pending.length > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#onIdle = resolve
      const timer = inBackground(setTimeout(resolve, CLOSE_MS))
      await promise
      clearTimeout(timer)
    }
    socket.destroy()
  }

  #connect(): void {
    const { hostname, port, username, password } = new URL(this.#url.url)
    const host = hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1'
    const socket = connect({ host, port: Number(port || 6379), noDelay: true })
    this.#state = { state: 'greeting', socket }
    this.#rest = ''
    let lastError: unknown = null
    socket.setEncoding('latin1')
    socket.once('connect', () => {
      // A port may also be something else's: only who answers as Redis does is listened to.
      const words = password === '' ? ['PING'] : ['AUTH', ...(username === '' ? [] : [username]), password]
      const parts = words.map((word) =>
        Buffer.from(word === 'AUTH' || word === 'PING' ? word : decodeURIComponent(word)),
      )
      socket.write(Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...parts.flatMap(bulk)]))
    })
    socket.on('data', (text) => this.#onData(socket, String(text)))
    socket.on('error', (error) => (lastError = error))
    socket.once('close', () => {
      const pending = this.#pending
      this.#pending = []
      const error = this.#state.state === 'closed' ? stateClosed() : unreachable(this.#url, lastError)
      for (const { reject } of pending) reject(error)
      this.#onIdle?.()
      if (this.#state.state === 'closed') return
      this.#state = { state: 'away' }
      const pause = Math.min(RETRY_MS * 2 ** this.#retries++, MAX_RETRY_MS)
      inBackground(setTimeout(() => this.#state.state === 'away' && this.#connect(), pause))
    })
  }

  /** Answers are one line each: a number, `+` and a word, or `-` and an error. */
  #onData(socket: Socket, text: string): void {
    this.#silence = 0
    const lines = (this.#rest + text).split('\r\n')
    this.#rest = lines.pop()!
    for (const line of lines) {
      if (this.#state.state === 'greeting') {
        if (!line.startsWith('+')) return void socket.destroy()
        this.#state = { state: 'ready', socket }
        this.#retries = 0
        continue
      }
      const pending = this.#pending.shift()
      if (!pending) return void socket.destroy()
      if (line.startsWith(':')) pending.resolve(Number(line.slice(1)))
      else pending.reject(toStateError(new Error(line.slice(1)), this.#url))
    }
    if (this.#pending.length === 0) this.#onIdle?.()
  }

  #look(): void {
    if (this.#state.state !== 'greeting' && this.#pending.length === 0) this.#silence = 0
    else if (++this.#silence >= SILENT_LOOKS && 'socket' in this.#state) {
      this.#silence = 0
      this.#state.socket.destroy()
    }
  }
}

const END = Buffer.from('\r\n')

function bulk(bytes: Buffer): Buffer[] {
  return [Buffer.from(`$${bytes.byteLength}\r\n`), bytes, END]
}
