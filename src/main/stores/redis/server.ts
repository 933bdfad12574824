import { OrielError } from '../../../shared/errors.ts'
import { storeClosed } from '../checks.ts'
import type { Argument } from '../state/redis/connection.ts'
import { escapeId } from '../state/redis/keys.ts'
import type { Keys } from '../state/redis/keys.ts'
import type { RedisLink } from '../state/redis/pool.ts'
import { lifetimeText } from '../state/redis/records.ts'
import type { Script } from '../state/redis/scripts.ts'

/** Saved sessions on a server: calls by session, with errors as stores have them. */
export class SavedSessions {
  readonly #link: RedisLink
  readonly keys: Keys
  readonly #lifetime: string

  constructor(link: RedisLink, keys: Keys, ttlMs: number | null) {
    this.#link = link
    this.keys = keys
    this.#lifetime = lifetimeText(ttlMs)
  }

  /** A script of one session. */
  script<T>(script: Script, sessionId: string, args: readonly Argument[] = []): Promise<T> {
    const keys = [this.keys.saved(sessionId), this.keys.savedSessions]
    return this.do(() => this.#link.script<T>(script, keys, [escapeId(sessionId), this.#lifetime, ...args]))
  }

  /** A script of the index. */
  index<T>(script: Script, args: readonly Argument[] = []): Promise<T> {
    return this.do(() => this.#link.script<T>(script, [this.keys.savedSessions], args))
  }

  run<T>(...command: Argument[]): Promise<T> {
    return this.do(() => this.#link.run<T>(...command))
  }

  bytes<T>(...command: Argument[]): Promise<T> {
    return this.do(() => this.#link.bytes<T>(...command))
  }

  /** A server that is away is to a store what a full disk is: later perhaps. */
  async do<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof OrielError)) throw error
      if (error.code === 'closed') throw storeClosed()
      if (error.code !== 'not_connected') throw error
      throw new OrielError('store_unwritable', error.message, { cause: error })
    }
  }
}
