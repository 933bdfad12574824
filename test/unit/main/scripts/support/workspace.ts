import { mkdtempSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createScriptRunner } from '../../../../../src/main/scripts/index.ts'
import { silentLog } from '../../../../../src/main/log.ts'
import type { ScriptBundle, ScriptExit, ScriptRun, ScriptRunner } from '../../../../../src/main/scripts/types.ts'
import type { ScriptProblem } from '../../../../../src/shared/records.ts'

const source = (file: string): string => new URL(`../../../../../src/${file}`, import.meta.url).href

export const runtime = {
  oriel: source('sdk/index.ts'),
  react: import.meta.resolve('react'),
  'react/jsx-runtime': import.meta.resolve('react/jsx-runtime'),
  zod: import.meta.resolve('zod'),
}

/** A run and everything it has said so far. */
export interface Watched {
  run: ScriptRun
  lines: string[]
  problems: ScriptProblem[]
  /** What came over the script's carrier. */
  messages: unknown[]
  /** Resolves with the first line that holds `text`, once it is printed. */
  printed(text: string): Promise<string>
  problem(): Promise<ScriptProblem>
  /** Runs to the end. */
  exit: Promise<ScriptExit>
}

/** A folder with scripts in it, and a runner. Dispose of it at the end: runs are ended, files removed. */
export class Workspace implements AsyncDisposable {
  readonly root = realpathSync(mkdtempSync(path.join(tmpdir(), 'oriel-scripts-')))
  readonly runner: ScriptRunner
  readonly #runs: ScriptRun[] = []

  constructor(workerUrl: URL = new URL('worker.ts', import.meta.url)) {
    this.runner = createScriptRunner({ runtime, workerUrl, tempDir: path.join(this.root, '.cache'), log: silentLog })
  }

  path(...parts: string[]): string {
    return path.join(this.root, ...parts)
  }

  /** Writes a file; gives its absolute path. */
  write(name: string, content: string | Uint8Array): string {
    const file = this.path(name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
    return file
  }

  bundle(name: string): Promise<ScriptBundle> {
    return this.runner.bundle(this.path(name))
  }

  /** Bundles and starts the script `name`, whose text may be given. */
  async start(name: string, content?: string, options: Partial<StartOptions> = {}): Promise<Watched> {
    if (content !== undefined) this.write(name, content)
    const run = this.runner.start({
      bundle: await this.bundle(name),
      sessionId: 'session-1',
      clientId: 'client-1',
      workerId: 'worker-1',
      arguments: {},
      isNew: true,
      ticket: 'ticket',
      memoryLimitMiB: 256,
      ...options,
    })
    this.#runs.push(run)
    return watched(run, options.carrierUnread ?? false)
  }

  /** Runs a script to its end; gives what it printed. */
  async output(name: string, content?: string, options?: Partial<StartOptions>): Promise<string[]> {
    const script = await this.start(name, content, options)
    await script.exit
    return script.lines
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#runs.map((run) => run.terminate()))
    await this.runner.close()
    rmSync(this.root, { recursive: true, force: true })
  }
}

type StartOptions = Parameters<ScriptRunner['start']>[0] & {
  /** Leaves the carrier to someone else, a room for one. */
  carrierUnread: boolean
}

function watched(run: ScriptRun, carrierUnread: boolean): Watched {
  const lines: string[] = []
  const problems: ScriptProblem[] = []
  const messages: unknown[] = []
  const waiting = new Set<() => void>()
  const told = () => {
    for (const check of [...waiting]) check()
  }
  run.onOutput((_stream, text) => {
    lines.push(text)
    told()
  })
  run.onProblem((problem) => {
    problems.push(problem)
    told()
  })
  if (!carrierUnread)
    run.carrier.onMessage((message) => {
      messages.push(message)
      told()
    })
  const until = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = () => {
        const found = find()
        if (found === undefined) return
        waiting.delete(check)
        resolve(found)
      }
      waiting.add(check)
      check()
      void run.exit.then((exit) => reject(new Error(`the run ended: ${JSON.stringify({ exit, lines, problems })}`)))
    })
  return {
    run,
    lines,
    problems,
    messages,
    printed: (text) => until(() => lines.find((line) => line.includes(text))),
    problem: () => until(() => problems[0]),
    exit: run.exit,
  }
}
