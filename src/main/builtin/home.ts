import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { ClientEvent } from '../../client/types.ts'
import type { Document } from '../../client/document.ts'
import { OrielError } from '../../shared/errors.ts'
import type { HomeExampleProps, HomeSessionProps } from '../../shared/records.ts'
import type { DesktopStores, SessionEntry } from '../stores/types.ts'
import { BuiltinSession } from './builtin-session.ts'
import type { BuiltinDeps } from './builtin-session.ts'

const MAX_SESSIONS = 50

export interface HomeOptions {
  deps: BuiltinDeps
  stores: DesktopStores
  /** Folder of the example scripts. */
  examplesDir: string
  /** Whether this app runs the session now. */
  isOpen: (sessionId: string) => boolean
  /** Whether another living process runs it. */
  isElsewhere: (entry: SessionEntry) => boolean
  resume: (sessionId: string) => Promise<void>
  openFile: (file: string) => Promise<void>
}

const Payload = {
  'session.resume': z.object({ sessionId: z.string() }),
  'session.remove': z.object({ sessionId: z.string() }),
  'example.open': z.object({ name: z.string() }),
  'file.open': z.object({ path: z.string().min(1) }),
}

/** The home window: recent sessions, examples and a way to open a file. */
export class Home {
  readonly #options: HomeOptions
  #session: BuiltinSession | null = null
  /** Under way: asked for twice at once, the window opens once. */
  #opening: Promise<BuiltinSession> | null = null
  #examples: HomeExampleProps[] = []

  constructor(options: HomeOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#session !== null
  }

  /** Opens the window or brings it to the front. Resolves when it exists. */
  async open(): Promise<BuiltinSession> {
    if (this.#opening) await this.#opening.catch(() => {})
    if (this.#session) {
      await this.refresh()
      await this.#session.focus()
      return this.#session
    }
    this.#opening = this.#open()
    return this.#opening.finally(() => (this.#opening = null))
  }

  /** Shows the sessions as they are now. */
  async refresh(): Promise<void> {
    const session = this.#session
    if (!session) return
    const sessions = await this.#list()
    if (this.#session === session) this.#fill(session.document, sessions)
  }

  async close(): Promise<void> {
    await this.#session?.close()
  }

  async #open(): Promise<BuiltinSession> {
    this.#examples = await listExamples(this.#options.examplesDir)
    const sessions = await this.#list()
    const session = await BuiltinSession.open(this.#options.deps, {
      view: 'home',
      title: 'Oriel',
      width: 960,
      height: 640,
      fill: (document) => this.#fill(document, sessions),
      onEvent: (event) => this.#onEvent(event),
    })
    this.#session = session
    void session.closed.then(() => (this.#session = null))
    return session
  }

  async #list(): Promise<HomeSessionProps[]> {
    const { stores, isOpen, isElsewhere } = this.#options
    const entries = (await stores.sessions.list()).slice(0, MAX_SESSIONS)
    return Promise.all(
      entries.map(async (entry) => {
        const placements = await stores.sessions.listPlacements(entry.sessionId)
        const open = isOpen(entry.sessionId) || isElsewhere(entry)
        return {
          sessionId: entry.sessionId,
          scriptPath: entry.scriptPath,
          title: entry.title || path.basename(entry.scriptPath ?? 'Untitled'),
          lastUsedAt: entry.lastUsedAt,
          state: open ? ('open' as const) : entry.state === 'closed' ? ('closed' as const) : ('crashed' as const),
          windows: placements.filter((placement) => placement.open).length,
          scriptExists: entry.scriptPath === null || existsSync(entry.scriptPath),
        }
      }),
    )
  }

  #fill(document: Document, sessions: readonly HomeSessionProps[]): void {
    document.transact((tx) => {
      const wanted = new Map<string, { type: string; props: object }>()
      for (const props of sessions) wanted.set(`session:${props.sessionId}`, { type: 'session', props })
      for (const props of this.#examples) wanted.set(`example:${props.name}`, { type: 'example', props })
      for (const record of [...document.records()]) {
        if ((record.type === 'session' || record.type === 'example') && !wanted.has(record.id)) tx.remove(record.id)
      }
      for (const [id, { type, props }] of wanted) tx.put({ id, type, scope: 'view', props: props as never })
    })
  }

  async #onEvent(event: ClientEvent): Promise<null> {
    const parse = <K extends keyof typeof Payload>(type: K): z.output<(typeof Payload)[K]> => {
      const parsed = Payload[type].safeParse(event.data)
      if (!parsed.success)
        throw new OrielError('bad_value', `"${type}" needs other data: ${z.prettifyError(parsed.error)}`)
      return parsed.data as z.output<(typeof Payload)[K]>
    }
    switch (event.type) {
      case 'session.resume':
        await this.#options.resume(parse('session.resume').sessionId)
        break
      case 'session.remove': {
        const { sessionId } = parse('session.remove')
        const entry = await this.#options.stores.sessions.get(sessionId)
        if (this.#options.isOpen(sessionId) || (entry && this.#options.isElsewhere(entry)))
          throw new OrielError('session_busy', 'This session is open. Close its windows first.')
        await this.#options.stores.sessions.remove(sessionId)
        break
      }
      case 'example.open': {
        const { name } = parse('example.open')
        const example = this.#examples.find((candidate) => candidate.name === name)
        if (!example) throw new OrielError('bad_value', `There is no example "${name}".`)
        await this.#options.openFile(example.path)
        break
      }
      case 'file.open':
        await this.#options.openFile(parse('file.open').path)
        break
      default:
        throw new OrielError('no_handler', `The home window does not know "${event.type}".`)
    }
    await this.refresh()
    return null
  }
}

/** The scripts of a folder, with the title and description that their first comment lines give. */
export async function listExamples(folder: string): Promise<HomeExampleProps[]> {
  const names = await readdir(folder).catch(() => [])
  const scripts = names.filter((name) => /\.oriel(\.tsx?)?$/.test(name)).toSorted()
  return Promise.all(
    scripts.map(async (name) => {
      const file = path.join(folder, name)
      const head = (await readFile(file, 'utf8')).slice(0, 1000)
      const line = (key: string) => new RegExp(`^// ${key}: (.+)$`, 'm').exec(head)?.[1]?.trim()
      return { name, title: line('title') ?? name, description: line('about') ?? '', path: file }
    }),
  )
}
