import { randomBytes } from 'node:crypto'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Script } from 'node:vm'
import { OrielError } from '../../shared/errors.ts'
import type { ScriptProblem } from '../../shared/records.ts'
import type { Value } from '../../shared/value.ts'
import { App } from '../app.ts'
import { readConfig } from '../config.ts'
import type { Session } from '../engine/session.ts'
import { layoutOf } from '../layout.ts'
import { silentLog } from '../log.ts'
import { createScriptRunner } from '../scripts/index.ts'
import { createPageHandler } from '../server/pages.ts'
import { createMemoryStores } from '../stores/memory.ts'
import { loadDom } from './jsdom.ts'
import type { Dom } from './jsdom.ts'
import { loadPageCode } from './page-code.ts'
import { TestApp } from './test-app.ts'
import { TestHost } from './test-host.ts'
import type { TestPage } from './test-page.ts'

export interface OpenScriptOptions {
  /** What `session.get('arguments')` gives. Default none. */
  arguments?: Record<string, string>
  /** What state classes hold to begin with, by name. Default: what they say themselves. */
  state?: Record<string, { [key: string]: Value }>
  /** Who the session is for. Default: somebody new. */
  clientId?: string
  /** How long anything that is waited for may take, in ms; default 10,000. */
  timeoutMs?: number
}

/** Made once for a process: loading them takes longer than any script. */
let parts: Promise<{ dom: Dom; code: Script }> | null = null

/** Where pages of tests come from; nothing listens there. */
const ORIGIN = 'http://oriel.test'

/**
 * Runs a script as the app does, in a thread of its own with a session of its own, and its windows without a display.
 * Resolves when its body is through, or it shows a window and goes on. Any number may be open at once; they share nothing. Rejects with what is wrong with the script, as its
 * person would be told: script_missing, script_syntax, script_failed, with the place in the source.
 */
export async function openScript(file: string | URL, options: OpenScriptOptions = {}): Promise<TestApp> {
  const { timeoutMs = 10_000, state = {}, clientId } = options
  // Two folders deep, as the command itself is; built, this is part of some chunk beside it.
  const layout = layoutOf(new URL(import.meta.url.endsWith('.ts') ? '../cli.ts' : '../cli.js', import.meta.url).href)
  const [folder, { dom, code }] = await Promise.all([
    mkdtemp(path.join(tmpdir(), 'oriel-test-')).then((made) => realpath(made)),
    (parts ??= Promise.all([loadDom(), loadPageCode(layout)]).then((loaded) => ({ dom: loaded[0], code: loaded[1] }))),
  ])
  const problems: ScriptProblem[] = []
  const output: string[] = []
  const host = new TestHost({ load: (url, page) => load(url, page) })
  const runner = createScriptRunner({
    runtime: layout.runtime,
    workerUrl: layout.worker,
    tempDir: folder,
    log: silentLog,
  })
  const stores = createMemoryStores()
  const app: App = new App({
    config: readConfig({ flags: {}, env: { ORIEL_HOME: folder } }),
    host,
    stores,
    runner,
    log: silentLog,
    origin: async () => ORIGIN,
    socketUrl: async () => {
      throw new OrielError('not_supported', 'Programs cannot attach to a session of a test.')
    },
    version: layout.version,
    openExternal: async (url) => void opened.push(url),
    examplesDir: layout.examples,
    workerId: `worker-${randomBytes(4).toString('hex')}`,
    hooks: [
      {
        created: (begun) => {
          for (const [name, props] of Object.entries(state))
            begun.edit([{ op: 'put', record: { id: `state:${name}`, type: 'state', scope: 'state', props } }])
        },
      },
    ],
    onOutput: (_session, _stream, text) => void output.push(text),
    onProblem: (_session, problem) => void problems.push(problem),
  })
  const opened: string[] = []
  const pages = createPageHandler({
    directory: app.pages,
    assetsDir: path.join(layout.renderer, 'assets'),
    log: silentLog,
  })
  const close = async () => {
    await app.close()
    await rm(folder, { recursive: true, force: true })
  }

  async function load(url: string, page: TestPage): Promise<void> {
    const response = await pages(new Request(url), { trusted: true })
    const html = await response.text()
    app.lobby.receive(page.carrier)
    const given = { orielPipe: page.pipe }
    page.begin(dom.open({ html, url, code, given, onError: (error) => page.errors.push(error) }))
  }

  try {
    const scriptPath = path.resolve(file instanceof URL ? fileURLToPath(file) : file)
    const session = await begin(app, stores, scriptPath, options.arguments ?? {}, clientId)
    if (session.scriptState === 'failed') throw failure(session.problem)
    return new TestApp({ session, host, problems, output, opened, timeoutMs, close })
  } catch (error) {
    await close()
    throw error
  }
}

async function begin(
  app: App,
  stores: ReturnType<typeof createMemoryStores>,
  scriptPath: string,
  given: Record<string, string>,
  clientId: string | undefined,
): Promise<Session> {
  const request = { path: scriptPath, arguments: given, named: true }
  if (clientId === undefined) return (await app.openScript({ ...request, mode: 'new' }))!
  const sessionId = randomBytes(16).toString('hex')
  const now = Date.now()
  // `creating`: it has never run, as the script is to find it.
  await stores.sessions.save({
    sessionId,
    clientId,
    scriptPath,
    arguments: given,
    title: '',
    state: 'creating',
    pid: null,
    createdAt: now,
    lastUsedAt: now,
  })
  return (await app.openScript({ ...request, mode: { session: sessionId } }))!
}

function failure(problem: ScriptProblem | null): OrielError {
  const place = problem?.place
  const at = place ? ` (${path.basename(place.file)}:${place.line}:${place.column})` : ''
  const code = problem?.code === 'script_syntax' ? 'script_syntax' : 'script_failed'
  return new OrielError(code, `${problem?.message ?? 'The script failed.'}${at}`)
}
