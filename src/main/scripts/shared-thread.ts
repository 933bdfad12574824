import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { messagePortCarrier } from '../../shared/carriers/message-port.ts'
import { OrielError } from '../../shared/errors.ts'
import type { ScriptProblem } from '../../shared/records.ts'
import type { Log } from '../log.ts'
import type { FromSharedThread, SharedStart, ToSharedThread } from './control.ts'
import { readLines } from './lines.ts'
import { hardLimitMiB, memoryProblem, watchMemory } from './memory.ts'
import { Pings } from './pings.ts'
import { createProblemMapper } from './problem.ts'
import type { ProblemMapper } from './problem.ts'
import type { Runtime } from './runtime-imports.ts'
import { SharedRun } from './shared-run.ts'
import { describeThrown } from './thrown.ts'
import type { Thrown } from './thrown.ts'
import type { ScriptBundle, ScriptRun, ScriptRunOptions } from './types.ts'

/** How often the thread is asked whether it answers, in ms. */
const CHECK_EVERY_MS = 1000
/** How long an answer holds for others who ask, in ms. */
const ANSWER_HOLDS_MS = 500
/** A thread that has not answered for this long is ended with all its sessions, in ms: nothing else helps them. */
const GIVE_UP_AFTER_MS = 30_000

export interface SharedThreadOptions {
  bundle: ScriptBundle
  /** Entry of the thread. */
  workerUrl: URL
  runtime: Runtime
  /** MiB of JavaScript heap, of all its sessions together. */
  memoryLimitMiB: number
  log: Log
  /** Default 30,000. */
  giveUpAfterMs?: number
}

/** A worker thread in which one script runs for many sessions: its body once, its default export for each. */
export class SharedThread {
  /** Settles when the thread is gone. */
  readonly gone: Promise<void>
  readonly #options: SharedThreadOptions
  readonly #worker: Worker
  readonly #mapper: ProblemMapper
  readonly #runs = new Map<number, SharedRun>()
  readonly #pings = new Pings((id) => this.#send({ kind: 'ping', id }))
  readonly #watch: ReturnType<typeof setTimeout>
  #lastRun = 0
  /** When it answered last, by `performance.now`. */
  #answeredAt = Number.NEGATIVE_INFINITY
  #isBroken = false
  #isGone = false
  #isChecking = false
  /** Why it ends; null while nothing is known. */
  #reason: ScriptProblem | null = null

  constructor(options: SharedThreadOptions) {
    const { bundle, workerUrl, runtime, memoryLimitMiB } = options
    this.#options = options
    this.#mapper = createProblemMapper(bundle, runtime)
    const start: SharedStart = {
      shared: true,
      bundleUrl: pathToFileURL(bundle.bundlePath).href,
      usesReact: bundle.usesReact,
      scriptPath: bundle.scriptPath,
    }
    this.#worker = new Worker(workerUrl, {
      name: path.basename(bundle.scriptPath),
      workerData: start,
      // Flags of the main process (a debugger's, a test runner's) are not for scripts.
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: hardLimitMiB(memoryLimitMiB) },
    })
    this.gone = this.#follow()
    this.#watch = setInterval(() => this.#check(), CHECK_EVERY_MS).unref()
  }

  /** Sessions that run in it. */
  get size(): number {
    return this.#runs.size
  }

  /** Whether it takes another session. */
  get isOpen(): boolean {
    return !this.#isBroken && !this.#isGone && this.#reason === null
  }

  /** Begins a session in it. */
  begin(options: ScriptRunOptions): ScriptRun {
    const run = ++this.#lastRun
    const { port1, port2 } = new MessageChannel()
    const shared = new SharedRun(run, messagePortCarrier(port1), {
      ping: (timeoutMs) => this.ping(timeoutMs),
      end: (ending) => this.#send({ kind: 'end', run: ending }),
    })
    this.#runs.set(run, shared)
    void shared.exit.then(() => {
      this.#runs.delete(run)
      if (!this.isOpen && this.#runs.size === 0) void this.close()
    })
    const { workerId, isNew, ticket, userId = null, roles = [] } = options
    const session = { run, port: port2, workerId, arguments: options.arguments, isNew, ticket, userId, roles }
    this.#send({ kind: 'begin', session }, [port2])
    return shared
  }

  /** Milliseconds until the thread answers. Rejects with timeout, closed. */
  ping(timeoutMs: number): Promise<number> {
    if (this.#isGone) return Promise.reject(gone())
    // Each of its sessions asks; for all of them one answer will do for a while.
    if (performance.now() - this.#answeredAt < ANSWER_HOLDS_MS) return Promise.resolve(0)
    return this.#pings.ask(timeoutMs)
  }

  /** Ends it with whatever runs in it. Idempotent. */
  async close(): Promise<void> {
    await this.#worker.terminate()
    await this.gone
  }

  #check(): void {
    if (this.#isChecking) return
    this.#isChecking = true
    const patience = this.#options.giveUpAfterMs ?? GIVE_UP_AFTER_MS
    // Before its first answer it is being started, which a busy machine takes its time for: no code of the script runs yet.
    const limit = Number.isFinite(this.#answeredAt) ? patience : Math.max(patience, GIVE_UP_AFTER_MS)
    const checked = this.ping(limit).finally(() => (this.#isChecking = false))
    checked.catch((error: unknown) => {
      if (this.#isGone || !(error instanceof OrielError) || error.code !== 'timeout') return
      this.#fail({
        code: 'script_failed',
        message: `The script did not answer for ${limit / 1000} s, so what ran it was ended, with every session in it.`,
        place: null,
        stack: [],
      })
      void this.#worker.terminate()
    })
  }

  /** Listens to the thread until it is gone and its last line is read. */
  async #follow(): Promise<void> {
    const { log, memoryLimitMiB, bundle } = this.#options
    const worker = this.#worker
    worker.on('message', (message: FromSharedThread) => this.#receive(message))
    worker.on('messageerror', (error) => log.error('script thread sent nonsense', { error: String(error) }))
    worker.on('error', (error) => {
      const outOfMemory =
        'code' in (error as object) && (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY'
      this.#fail(outOfMemory ? memoryProblem(memoryLimitMiB) : this.#mapper.problem(describeThrown(error)))
    })
    // What the body prints, and code that belongs to no session.
    const read = (stream: 'stdout' | 'stderr') =>
      readLines(worker[stream], (line) =>
        log.info('script output', { script: bundle.scriptPath, stream, text: this.#mapper.mapText(line) }),
      )
    const printed = [read('stdout'), read('stderr')]
    const memory = watchMemory(worker, memoryLimitMiB, () => {
      this.#fail(memoryProblem(memoryLimitMiB))
      void worker.terminate()
    })
    const code = await new Promise<number>((resolve) => worker.on('exit', resolve))
    memory.stop()
    clearInterval(this.#watch)
    await Promise.all(printed)
    this.#isGone = true
    this.#pings.end(gone())
    const others = this.#runs.size - 1
    const problem = this.#reason ?? {
      code: 'script_failed',
      message:
        `What ran this script ended itself with exit code ${code}` +
        (others > 0 ? `, and ${others === 1 ? 'another session' : `${others} other sessions`} with it.` : '.'),
      place: null,
      stack: [],
    }
    for (const run of [...this.#runs.values()]) {
      run.failed(problem)
      run.over()
    }
  }

  #receive(message: FromSharedThread): void {
    // Whatever comes from it, it has begun.
    if (!Number.isFinite(this.#answeredAt)) this.#answeredAt = performance.now()
    switch (message.kind) {
      case 'pong':
        this.#answeredAt = performance.now()
        return this.#pings.onPong(message.id)
      case 'broken':
        this.#isBroken = true
        return
      case 'loaded':
        return this.#runs.get(message.run)?.loaded()
      case 'output':
        return this.#runs.get(message.run)?.printed(message.stream, this.#mapper.mapText(message.text))
      case 'problem':
        return this.#onProblem(message.run, message.thrown)
      case 'failed':
        return this.#runs.get(message.run)?.failed(this.#mapper.problem(message.thrown))
      case 'ended':
        return this.#runs.get(message.run)?.over()
    }
  }

  #onProblem(run: number | null, thrown: Thrown): void {
    const problem = this.#mapper.problem(thrown)
    if (run !== null) return this.#runs.get(run)?.problem(problem)
    const { message, place } = problem
    this.#options.log.error('script code that belongs to no session failed', { message, place })
  }

  /** The first reason stays. */
  #fail(problem: ScriptProblem): void {
    this.#reason ??= problem
  }

  #send(message: ToSharedThread, transfer: MessagePort[] = []): void {
    if (!this.#isGone) this.#worker.postMessage(message, transfer as never)
  }
}

function gone(): OrielError {
  return new OrielError('closed', 'The script has ended.')
}
