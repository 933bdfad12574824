import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { toJsonValue } from '../../shared/document/json.ts'
import { restoreDocument } from '../../shared/document/restore.ts'
import { DocumentState } from '../../shared/document/state.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Value } from '../../shared/value.ts'
import type { DesktopStores, SessionEntry } from '../stores/types.ts'

/** How a session is listed: where it is in its life, or `crashed` if its process is gone without having closed it. */
export type ListedState = 'creating' | 'live' | 'idle' | 'crashed' | 'closed'

export interface SessionsOptions {
  stores: DesktopStores
  isAlive: (pid: number) => boolean
  print: (text: string) => void
}

/** The commands under `oriel sessions`. Ids may be shortened to any unique beginning. */
export class SessionCommands {
  readonly #options: SessionsOptions

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  async list(json: boolean): Promise<void> {
    const entries = await this.#options.stores.sessions.list()
    if (json) {
      return this.#options.print(
        JSON.stringify(
          entries.map((entry) => ({ ...entry, state: this.#state(entry) })),
          null,
          2,
        ),
      )
    }
    if (entries.length === 0) return this.#options.print('No sessions yet. Open a script: oriel SCRIPT')
    for (const entry of entries) {
      const used = new Date(entry.lastUsedAt).toISOString().slice(0, 16).replace('T', ' ')
      const title = entry.title || path.basename(entry.scriptPath ?? 'Untitled')
      const state = this.#state(entry)
      this.#options.print(
        `${entry.sessionId.slice(0, 8)}  ${used}  ${state.padEnd(8)}  ${title}  (${entry.scriptPath ?? 'no script'})`,
      )
    }
  }

  async show(id: string): Promise<void> {
    this.#options.print(JSON.stringify(await this.#describe(id), null, 2))
  }

  async export(id: string, file: string | undefined): Promise<void> {
    const described = await this.#describe(id)
    const target = path.resolve(file ?? `${described.session.sessionId.slice(0, 8)}.session.json`)
    await writeFile(target, `${JSON.stringify(described, null, 2)}\n`, { flag: 'wx' }).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException
      throw new OrielError(
        'bad_usage',
        code === 'EEXIST'
          ? `${target} is there already. Name another file.`
          : `${target} could not be written (${code}).`,
      )
    })
    this.#options.print(target)
  }

  async remove(ids: readonly string[]): Promise<void> {
    const entries = await Promise.all(ids.map((id) => this.#find(id)))
    for (const entry of entries) {
      if (isRunning(this.#state(entry))) {
        throw new OrielError(
          'session_busy',
          `Session ${entry.sessionId} is open (process ${entry.pid}). Close its windows first.`,
        )
      }
    }
    for (const entry of entries) {
      await this.#options.stores.sessions.remove(entry.sessionId)
      this.#options.print(`Removed ${entry.sessionId}.`)
    }
  }

  #state(entry: SessionEntry): ListedState {
    if (entry.state === 'closed') return 'closed'
    if (entry.pid === null || !this.#options.isAlive(entry.pid)) return 'crashed'
    return entry.state === 'open' ? 'live' : entry.state
  }

  async #find(id: string): Promise<SessionEntry> {
    const matching = (await this.#options.stores.sessions.list()).filter((entry) => entry.sessionId.startsWith(id))
    if (matching.length === 1) return matching[0]!
    throw new OrielError(
      'unknown_session',
      matching.length === 0
        ? `There is no session "${id}". "oriel sessions list" shows all of them.`
        : `${matching.length} sessions begin with "${id}". Give more of the id.`,
    )
  }

  async #describe(id: string) {
    const { sessions, documents } = this.#options.stores
    const entry = await this.#find(id)
    const stored = await documents.load(entry.sessionId)
    const state = stored ? restoreDocument(stored, () => {}) : DocumentState.empty()
    return {
      session: { ...entry, state: this.#state(entry) },
      widgets: await sessions.listPlacements(entry.sessionId),
      // Binary and NaN, which JSON lacks, are kept.
      document: toJsonValue(state.toSnapshot() as unknown as Value),
    }
  }
}

function isRunning(state: ListedState): boolean {
  return state !== 'closed' && state !== 'crashed'
}
