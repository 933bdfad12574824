import path from 'node:path'
import { OrielError } from '../shared/errors.ts'
import type { Trust } from './builtin/trust.ts'
import type { Session } from './engine/session.ts'
import type { Log } from './log.ts'
import type { ScriptBundle, ScriptRunner } from './scripts/types.ts'

/** What the person has agreed to run: scripts they named, as they change, and of others what they said yes to. */
export class Consent {
  readonly #trust: Trust
  readonly #runner: ScriptRunner
  readonly #log: Log
  /** Sessions whose script the person named: it may change and be started again without a question. */
  readonly #named = new WeakSet<Session>()

  constructor({ trust, runner, log }: { trust: Trust; runner: ScriptRunner; log: Log }) {
    this.#trust = trust
    this.#runner = runner
    this.#log = log
  }

  /** The person named the session's script. */
  giveFor(session: Session): void {
    this.#named.add(session)
    session.script?.onRun(() => this.#remember(session))
  }

  /** The session's script as it is now. Rejects with script_not_trusted if it changed and the person did not agree to it. */
  async bundle(session: Session): Promise<ScriptBundle> {
    const scriptPath = session.scriptPath!
    if (this.#named.has(session)) return this.#runner.bundle(scriptPath)
    const agreed = await this.#trust.ask(scriptPath)
    if (!agreed) {
      throw new OrielError(
        'script_not_trusted',
        `${path.basename(scriptPath)} has changed and was not agreed to, so it does not run. Restart it to be asked again.`,
      )
    }
    void agreed.opened()
    return agreed.bundling
  }

  /** What was named on the command line, or changed while it ran from there, is not asked about later. */
  #remember(session: Session): void {
    const bundle = session.script?.bundle
    if (!bundle) return
    this.#trust.remember(bundle).catch((error: unknown) => {
      this.#log.warn('an agreed script could not be remembered', { error: String(error) })
    })
  }
}
