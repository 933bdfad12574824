import { OrielError } from '../../../shared/errors.ts'
import { randomId } from '../../../shared/ids.ts'
import type { Log } from '../../log.ts'
import type { SessionCatalog, SessionEntry } from '../types.ts'
import type { SavedSessions } from './server.ts'

/** The mark must not go by itself; still no key is for ever. In seconds. */
const MARK_TTL = 10 * 365 * 86_400

/**
 * Brings the sessions that this process runs back into a server that was emptied, as one is that keeps nothing on disk and
 * was started again. A mark tells that from a session that somebody removed.
 */
export class Revival {
  readonly #server: SavedSessions
  readonly #catalog: SessionCatalog
  readonly #log: Log
  readonly #live = new Map<string, SessionEntry>()
  #mark = ''

  constructor(server: SavedSessions, catalog: SessionCatalog, log: Log) {
    this.#server = server
    this.#catalog = catalog
    this.#log = log
  }

  async start(): Promise<void> {
    this.#mark = await this.#readMark()
  }

  follow(entry: SessionEntry): void {
    if (entry.state === 'closed') this.#live.delete(entry.sessionId)
    else this.#live.set(entry.sessionId, structuredClone(entry))
  }

  change(sessionId: string, change: Partial<SessionEntry>): void {
    const entry = this.#live.get(sessionId)
    const given = Object.entries(change).filter(([, value]) => value !== undefined)
    if (entry) this.follow({ ...entry, ...Object.fromEntries(given), sessionId })
  }

  forget(sessionId: string): void {
    this.#live.delete(sessionId)
  }

  /** Does `work`; once more if it found the session unknown because the server was emptied. */
  async over<T>(sessionId: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof OrielError) || error.code !== 'unknown_session') throw error
      if (!this.#live.has(sessionId)) throw error
      // Another call may have been the one that noticed.
      if (!(await this.revive()) && !(await this.#catalog.get(sessionId))) throw error
      return work()
    }
  }

  /** Whether the server had been emptied since the last time. */
  async revive(): Promise<boolean> {
    const mark = await this.#readMark()
    if (mark === this.#mark) return false
    this.#log.warn('Redis was emptied; what runs here is saved again', { sessions: this.#live.size })
    for (const entry of this.#live.values())
      if (!(await this.#catalog.get(entry.sessionId))) await this.#catalog.save(entry)
    this.#mark = mark
    return true
  }

  async #readMark(): Promise<string> {
    const key = this.#server.keys.savedMark
    await this.#server.run('SET', key, randomId(12), 'NX', 'EX', String(MARK_TTL))
    return (await this.#server.run<string | null>('GET', key)) ?? ''
  }
}
