import { randomId } from '../../../../shared/ids.ts'
import type { Log } from '../../../log.ts'
import { stateClosed } from '../checks.ts'
import { RedisConnection } from './connection.ts'
import type { Argument } from './connection.ts'
import type { Script } from './scripts.ts'
import type { RedisUrl } from './url.ts'

/** Two connections to one server: one for commands, and one for subscriptions, which is made when it is first needed. */
interface Shared {
  /** Tells what came over these connections from what came over others. */
  mark: string
  commands: RedisConnection
  subscriptions: RedisConnection | null
  users: number
}

/** URL → what the instances of this process share. */
const pool = new Map<string, Shared>()

/**
 * One instance's part in the connections that all instances of this process on one server share. Commands of a process
 * thus reach the server in the order in which they were given, whichever instance gave them.
 */
export class RedisLink {
  readonly #url: RedisUrl
  readonly #log: Log
  readonly #shared: Shared
  #closing: Promise<void> | null = null

  constructor(url: RedisUrl, log: Log) {
    this.#url = url
    this.#log = log
    const shared = pool.get(url.url) ?? {
      mark: randomId(),
      commands: new RedisConnection({ url, log }),
      subscriptions: null,
      users: 0,
    }
    shared.users++
    pool.set(url.url, shared)
    this.#shared = shared
  }

  get isClosed(): boolean {
    return this.#closing !== null
  }

  get isReady(): boolean {
    return this.#shared.commands.isReady
  }

  /** Of all instances that send their commands in one order. */
  get mark(): string {
    return this.#shared.mark
  }

  get subscriptions(): RedisConnection {
    return (this.#shared.subscriptions ??= new RedisConnection({ url: this.#url, log: this.#log }))
  }

  /** As of `RedisConnection`; rejects with `closed` once this instance is. */
  async run<T>(...command: Argument[]): Promise<T> {
    if (this.#closing) throw stateClosed()
    return this.#shared.commands.run<T>(...command)
  }

  async bytes<T>(...command: Argument[]): Promise<T> {
    if (this.#closing) throw stateClosed()
    return this.#shared.commands.bytes<T>(...command)
  }

  async script<T>(script: Script, keys: readonly string[], args: readonly Argument[] = []): Promise<T> {
    if (this.#closing) throw stateClosed()
    return this.#shared.commands.script<T>(script, keys, args)
  }

  async ready(): Promise<void> {
    if (this.#closing) throw stateClosed()
    await this.#shared.commands.ready()
  }

  /** The last one out closes the connections. Idempotent. */
  close(): Promise<void> {
    return (this.#closing ??= this.#release())
  }

  async #release(): Promise<void> {
    const { commands, subscriptions } = this.#shared
    if (--this.#shared.users > 0) return
    if (pool.get(this.#url.url) === this.#shared) pool.delete(this.#url.url)
    await Promise.all([commands.close(), subscriptions?.close()])
  }
}
