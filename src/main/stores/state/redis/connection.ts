import type { OrielError } from '../../../../shared/errors.ts'
import type { Log } from '../../../log.ts'
import { stateClosed } from '../checks.ts'
import { toStateError, tooOld, unreachable } from './errors.ts'
import { ALL_SCRIPTS } from './scripts.ts'
import type { Script } from './scripts.ts'
import type { RedisUrl } from './url.ts'

/** How long a call waits for a server that does not answer, in ms: by then it has failed. */
const PATIENCE_MS = 4_000
/** Steps in which it is counted how long it has not been there, in ms. */
const LOSS_STEP_MS = 1_000
/** How often it is looked whether answers come, in ms. */
const WATCH_MS = 500
/** Longest pause between two tries to connect, in ms. */
const MAX_RETRY_MS = 500
/** How long `close` waits for what is under way, in ms. */
const CLOSE_MS = 1_000

/** Text goes as UTF-8. */
export type Argument = string | Uint8Array

/** What makes the client give texts as their bytes; `$` is how they begin on the wire. */
const AS_BYTES = { typeMapping: { ['$'.charCodeAt(0)]: Buffer } }

/** What is used of the client. */
interface Client {
  readonly isOpen: boolean
  readonly isReady: boolean
  on(event: string, listener: (value: unknown) => void): unknown
  connect(): Promise<unknown>
  sendCommand(command: (string | Buffer)[], options?: object): Promise<unknown>
  /** `asBytes`: messages are given as Buffers. */
  subscribe<B extends boolean = false>(
    channel: string,
    listener: (message: B extends true ? Buffer : string) => void,
    asBytes?: B,
  ): Promise<void>
  unsubscribe(channel: string, listener: (message: string) => void): Promise<void>
  close(): Promise<void>
  destroy(): void
}

export interface RedisConnectionOptions {
  url: RedisUrl
  log: Log
}

/** Who follows whether the server can be reached. */
export interface ReachListener {
  onReady(): void
  onLost(): void
}

/** One connection that comes back by itself. It is opened when it is made; calls wait for it, for `PATIENCE_MS` at most. */
export class RedisConnection {
  readonly #options: RedisConnectionOptions
  #client: Client | null = null
  /**
   * For how long the server has not been there, in ms; null while it is. Counted in turns of a timer: a process that got no
   * processor meanwhile has not waited.
   */
  #lostFor: number | null = 0
  #lostTimer: NodeJS.Timeout | undefined
  #lastError: unknown = null
  #refusal: OrielError | null = null
  readonly #waiting = new Set<{ go: () => void; fail: (error: OrielError) => void }>()
  readonly #listeners = new Set<ReachListener>()
  #closing: Promise<void> | null = null
  #underWay = 0
  /** Looks in a row in which no answer had come. */
  #silence = 0
  #watch: NodeJS.Timeout | undefined

  constructor(options: RedisConnectionOptions) {
    this.#options = options
    this.#countLoss()
    void this.#connect()
  }

  get isReady(): boolean {
    return this.#lostFor === null && this.#refusal === null
  }

  /** Gives what ends it. */
  follow(listener: ReachListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Sends a command. Rejects with not_connected, store_unwritable, store_damaged, not_supported or closed. */
  run<T>(...command: Argument[]): Promise<T> {
    return this.#send(command)
  }

  /** As `run`; texts in the answer are given as bytes. */
  bytes<T>(...command: Argument[]): Promise<T> {
    return this.#send(command, AS_BYTES)
  }

  async #send<T>(command: readonly Argument[], options?: object): Promise<T> {
    if (!this.isReady || this.#closing) await this.ready()
    if (this.#underWay++ === 0) this.#startWatch()
    try {
      return await (this.#client!.sendCommand(command.map(toBuffer), options) as Promise<T>)
    } catch (error) {
      throw this.#closing ? stateClosed() : toStateError(error, this.#options.url)
    } finally {
      this.#silence = 0
      if (--this.#underWay === 0) clearInterval(this.#watch)
    }
  }

  async script<T>(script: Script, keys: readonly string[], args: readonly Argument[] = []): Promise<T> {
    const rest = [String(keys.length), ...keys, ...args]
    try {
      return await this.run<T>('EVALSHA', script.sha, ...rest)
    } catch (error) {
      // It was loaded when the connection opened; somebody has emptied the server's memory of scripts since.
      if (!isMissingScript(error)) throw error
      return this.run<T>('EVAL', script.text, ...rest)
    }
  }

  /** Resolves with the client as soon as the server answers. */
  async ready(): Promise<Client> {
    if (this.#closing) throw stateClosed()
    if (this.#refusal) throw this.#refusal
    if (this.#lostFor !== null) await this.#wait()
    return this.#client!
  }

  /** Lets what is under way end, for a moment. Idempotent. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    clearInterval(this.#watch)
    clearInterval(this.#lostTimer)
    for (const { fail } of this.#waiting) fail(stateClosed())
    const client = this.#client
    if (!client) return
    if (this.#lostFor === null) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)))
      await Promise.race([client.close().catch(() => {}), late])
      clearTimeout(timer)
    }
    if (client.isOpen) client.destroy()
  }

  async #wait(): Promise<void> {
    if (this.#lostFor! >= PATIENCE_MS) throw unreachable(this.#options.url, this.#lastError)
    const turn = Promise.withResolvers<void>()
    const entry = { go: turn.resolve, fail: turn.reject }
    this.#waiting.add(entry)
    await turn.promise.finally(() => this.#waiting.delete(entry))
  }

  /** From now on the server is not there. */
  #countLoss(): void {
    this.#lostFor = 0
    clearInterval(this.#lostTimer)
    this.#lostTimer = setInterval(() => {
      if (this.#lostFor === null || (this.#lostFor += LOSS_STEP_MS) < PATIENCE_MS) return
      clearInterval(this.#lostTimer)
      for (const { fail } of this.#waiting) fail(unreachable(this.#options.url, this.#lastError))
    }, LOSS_STEP_MS)
  }

  async #connect(): Promise<void> {
    // Only here: programs on another backend need not have it, nor wait for it to load.
    const { createClient } = await import('@redis/client')
    if (this.#closing) return
    const client: Client = createClient({
      url: this.#options.url.url,
      RESP: 2,
      maintNotifications: 'disabled',
      name: 'oriel',
      socket: {
        connectTimeout: PATIENCE_MS,
        reconnectStrategy: (retries) => Math.min(25 * 2 ** retries, MAX_RETRY_MS),
      },
    })
    this.#client = client
    client.on('error', (error: unknown) => this.#lost(client, error))
    client.on('ready', () => void this.#answered(client))
    // It goes on trying until it is destroyed, which is what makes this reject.
    client.connect().catch(() => {})
  }

  #lost(client: Client, error: unknown): void {
    if (client !== this.#client || this.#closing) return
    this.#lastError = error
    if (this.#lostFor !== null) return
    this.#countLoss()
    this.#options.log.warn('Redis does not answer any more', { url: this.#options.url.masked, error: String(error) })
    for (const listener of [...this.#listeners]) listener.onLost()
  }

  async #answered(client: Client): Promise<void> {
    if (client !== this.#client || this.#closing) return
    try {
      // What calls need comes first; the server answers in this order.
      const loaded = Promise.all(ALL_SCRIPTS.map(({ text }) => client.sendCommand(['SCRIPT', 'LOAD', text])))
      loaded.catch(() => {})
      const info = await client.sendCommand(['INFO', 'server']).catch(() => '')
      const version = /redis_version:(\d+)\S*/.exec(String(info))
      if (version && Number(version[1]) < 7) this.#refusal = tooOld(this.#options.url, version[0].split(':')[1]!)
      await loaded
    } catch (error) {
      // Lost again, or scripts are forbidden: then each call says so.
      this.#lastError = error
      if (!client.isReady) return
    }
    if (client !== this.#client) return
    if (this.#lostFor !== null && this.#lastError !== null)
      this.#options.log.info('Redis answers', { url: this.#options.url.masked })
    this.#lostFor = null
    clearInterval(this.#lostTimer)
    for (const listener of [...this.#listeners]) listener.onReady()
    for (const { go, fail } of this.#waiting)
      if (this.#refusal) fail(this.#refusal)
      else go()
  }

  /**
   * A server that takes commands and answers none would keep them waiting for ever. Looks are counted and not the time:
   * after this process itself stood still there is one look before the answers that came meanwhile are read.
   */
  #startWatch(): void {
    this.#silence = 0
    clearInterval(this.#watch)
    this.#watch = setInterval(() => {
      if (++this.#silence * WATCH_MS < PATIENCE_MS || this.#closing) return
      const silent = this.#client!
      this.#lost(silent, new Error('it takes commands and answers none'))
      this.#client = null
      silent.destroy()
      void this.#connect()
    }, WATCH_MS)
    this.#watch.unref()
  }
}

/** The client takes no other bytes than its own kind. */
function toBuffer(one: Argument): string | Buffer {
  return typeof one === 'string' || Buffer.isBuffer(one) ? one : Buffer.from(one.buffer, one.byteOffset, one.byteLength)
}

function isMissingScript(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && error.cause.message.startsWith('NOSCRIPT')
}
