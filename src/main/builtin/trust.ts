import { stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { OrielError } from '../../shared/errors.ts'
import type { ScriptBundle, ScriptRunner } from '../scripts/types.ts'
import type { TrustStore } from '../stores/types.ts'
import { BuiltinSession } from './builtin-session.ts'
import type { BuiltinDeps } from './builtin-session.ts'
import { hashScript } from './script-hash.ts'

const Answer = z.object({ allow: z.boolean() })

export interface TrustOptions {
  deps: BuiltinDeps
  store: TrustStore
  runner: Pick<ScriptRunner, 'bundle'>
}

/** What may run: the code as it was when it was agreed to, or why it could not be bundled. */
export interface Agreed {
  bundling: Promise<ScriptBundle>
  /** To be called once the script has shown what it shows: until then the window of the question says "Opening…". */
  opened: () => Promise<void>
}

interface Question {
  answer: Promise<boolean>
  session: BuiltinSession
}

/**
 * Asks about scripts never seen before, each in a window of its own. A yes is remembered by the SHA-256 of the script and
 * of all local files it imports; a change of any of them is asked about again. Closing the window is a no.
 */
export class Trust {
  readonly #options: TrustOptions
  /** By hash: someone who double-clicks twice is asked once. */
  readonly #questions = new Map<string, Promise<Question>>()

  constructor(options: TrustOptions) {
    this.#options = options
  }

  /** Null if the script may not run. Bundling, which tells what it imports, runs none of it. */
  async ask(scriptPath: string): Promise<Agreed | null> {
    const { store, runner } = this.#options
    const bundling = runner.bundle(scriptPath)
    // Without a bundle nothing can run, so the script alone has to do. The failure is told by whoever starts the script.
    const { inputs, hashes } = await bundling.catch(() => ({ inputs: [], hashes: new Map<string, string>() }))
    const hash = await hashScript(scriptPath, inputs, hashes)
    if (await store.isTrusted(hash)) return { bundling, opened: async () => {} }
    const known = this.#questions.get(hash)
    const question = known ?? this.#open(scriptPath, hash)
    if (known) await known.then(({ session }) => session.focus()).catch(() => {})
    else {
      this.#questions.set(hash, question)
      const forget = () => this.#questions.delete(hash)
      question.then(({ answer }) => answer).then(forget, forget)
    }
    const { answer, session } = await question
    return (await answer) ? { bundling, opened: () => session.close() } : null
  }

  /** Takes what was bundled for agreed to: the person named the script. */
  async remember({ scriptPath, inputs, hashes }: ScriptBundle): Promise<void> {
    await this.#options.store.trust(await hashScript(scriptPath, inputs, hashes), scriptPath)
  }

  async #open(scriptPath: string, hash: string): Promise<Question> {
    const { deps, store } = this.#options
    const { size } = await stat(scriptPath)
    const answered = Promise.withResolvers<boolean>()
    const session = await BuiltinSession.open(deps, {
      view: 'trust',
      title: `Open ${path.basename(scriptPath)}?`,
      width: 560,
      height: 520,
      fill: (document) =>
        document.transact((tx) =>
          tx.put({ id: 'trust', type: 'trust', scope: 'view', props: { path: scriptPath, hash, bytes: size } }),
        ),
      onEvent: (event) => {
        const parsed = Answer.safeParse(event.data)
        if (event.type !== 'trust.answer' || !parsed.success)
          throw new OrielError('no_handler', 'Only an answer is expected here.')
        answered.resolve(parsed.data.allow)
        return null
      },
    })
    const answer = Promise.race([answered.promise, session.closed.then(() => false)]).then(async (allow) => {
      if (allow) await store.trust(hash, scriptPath)
      else await session.close()
      return allow
    })
    return { answer, session }
  }
}
