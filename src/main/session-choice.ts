import { OrielError } from '../shared/errors.ts'
import { randomId } from '../shared/ids.ts'
import type { Session } from './engine/session.ts'
import type { SessionCatalog, SessionEntry } from './stores/types.ts'

/** Go on with the script's last session, begin another, or go on with a certain one. */
export type OpenMode = 'resume' | 'new' | { session: string }

/** Which session is meant: one that this app has open, or the entry of one to begin. */
export interface Choice {
  entry: SessionEntry
  open: Session | null
}

export interface SessionChoiceOptions {
  catalog: SessionCatalog
  now: () => number
  /** Whether a process with this id is alive on this machine. */
  isAlive: (pid: number) => boolean
  /** The session with this id, if this app has it open. */
  find: (sessionId: string) => Session | undefined
}

/** Finds the session that a request means, among those that are open and those that the catalog keeps. */
export class SessionChoice {
  readonly #options: SessionChoiceOptions

  constructor(options: SessionChoiceOptions) {
    this.#options = options
  }

  /** `scriptPath` null: a session without a script, new or a certain one. Throws session_busy, unknown_session. */
  async choose(scriptPath: string | null, mode: OpenMode, given: Record<string, string>): Promise<Choice> {
    if (typeof mode === 'object') {
      const entry = await this.entry(mode.session)
      if (this.isElsewhere(entry)) {
        throw new OrielError(
          'session_busy',
          `Session ${entry.sessionId} is open in another Oriel (process ${entry.pid}).`,
        )
      }
      return { entry, open: this.#find(entry) }
    }
    if (mode === 'resume' && scriptPath !== null) {
      const entry = await this.#options.catalog.findByScript(scriptPath)
      if (entry && !this.isElsewhere(entry)) {
        const open = this.#find(entry)
        const hasGiven = Object.keys(given).length > 0
        if (open && !hasGiven) return { entry, open }
        if (!open) return { entry: hasGiven ? { ...entry, arguments: given } : entry, open: null }
      }
    }
    return { entry: this.fresh(scriptPath, given), open: null }
  }

  /** What the catalog has of it. Throws unknown_session. */
  async entry(sessionId: string): Promise<SessionEntry> {
    const entry = await this.#options.catalog.get(sessionId)
    if (!entry)
      throw new OrielError(
        'unknown_session',
        `There is no session ${sessionId}. "oriel sessions list" shows all of them.`,
      )
    return entry
  }

  /** The session without a script whose id begins so, if there is one that this app may begin; null for any other. */
  async programs(id: string): Promise<SessionEntry | null> {
    const found = (await this.#options.catalog.list()).filter(({ sessionId }) => sessionId.startsWith(id))
    const [entry] = found
    return entry && found.length === 1 && entry.scriptPath === null && !this.isElsewhere(entry) ? entry : null
  }

  /** The entry of a session that begins now; not in the catalog yet. */
  fresh(scriptPath: string | null, given: Record<string, string>): SessionEntry {
    const now = this.#options.now()
    return {
      sessionId: randomId(44),
      clientId: randomId(),
      scriptPath,
      arguments: given,
      title: '',
      state: 'creating',
      pid: process.pid,
      createdAt: now,
      lastUsedAt: now,
    }
  }

  /** Whether another living process runs it. */
  isElsewhere({ state, pid }: SessionEntry): boolean {
    return state !== 'closed' && pid !== null && pid !== process.pid && this.#options.isAlive(pid)
  }

  #find(entry: SessionEntry): Session | null {
    return this.#options.find(entry.sessionId) ?? null
  }
}
