import type { AttachedClient } from '../../shared/calls.ts'
import type { Op } from '../../shared/document/types.ts'
import type { Log } from '../log.ts'

/** What hooks are told of a session, and may do with it. */
export interface HookedSession {
  readonly sessionId: string
  readonly clientId: string
  /** Null: programs drive it. */
  readonly scriptPath: string | null
  readonly arguments: Readonly<Record<string, string>>
  /** It has never run before. */
  readonly isNew: boolean
  /** Changes its document. Throws OrielError bad_op and its like; does nothing once it has closed. */
  edit(ops: Op[]): void
}

/** What is called in a session's life, in this order (rule L3). Each may be async; the next begins after it. */
export interface SessionHooks {
  /** Before the script's body and before anybody attaches. */
  created?(session: HookedSession): void | Promise<void>
  /** A window or a program is here, or is here again after a drop. */
  attached?(session: HookedSession, client: AttachedClient): void | Promise<void>
  /** Everything is still there; the script's own close hooks come after it. */
  closing?(session: HookedSession): void | Promise<void>
  closed?(session: HookedSession): void | Promise<void>
}

/** Calls the hooks of one session one after the other; one that throws is logged and stops nothing else. */
export class HookLine {
  readonly #hooks: readonly SessionHooks[]
  readonly #session: HookedSession
  readonly #log: Log
  #last: Promise<void> = Promise.resolve()

  constructor(hooks: readonly SessionHooks[], session: HookedSession, log: Log) {
    this.#hooks = hooks
    this.#session = session
    this.#log = log
  }

  created(): Promise<void> {
    return this.#run('created', (hooks) => hooks.created?.(this.#session))
  }

  attached(client: AttachedClient): Promise<void> {
    return this.#run('attached', (hooks) => hooks.attached?.(this.#session, client))
  }

  closing(): Promise<void> {
    return this.#run('closing', (hooks) => hooks.closing?.(this.#session))
  }

  closed(): Promise<void> {
    return this.#run('closed', (hooks) => hooks.closed?.(this.#session))
  }

  #run(name: keyof SessionHooks, call: (hooks: SessionHooks) => void | Promise<void>): Promise<void> {
    if (this.#hooks.length === 0) return this.#last
    this.#last = this.#last.then(async () => {
      for (const hooks of this.#hooks) {
        try {
          await call(hooks)
        } catch (error) {
          this.#log.error('a session hook failed', {
            hook: name,
            sessionId: this.#session.sessionId,
            error: String(error),
          })
        }
      }
    })
    return this.#last
  }
}
