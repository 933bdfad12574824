import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { Carrier } from '../../shared/carrier.ts'
import { messagePortCarrier } from '../../shared/carriers/message-port.ts'
import { OrielError } from '../../shared/errors.ts'
import type { ScriptProblem } from '../../shared/records.ts'
import type { Log } from '../log.ts'
import type { FromThread, ThreadStart, ToThread } from './control.ts'
import { readLines } from './lines.ts'
import { hardLimitMiB, memoryProblem, watchMemory } from './memory.ts'
import { Pings } from './pings.ts'
import { createProblemMapper } from './problem.ts'
import type { ProblemMapper } from './problem.ts'
import { RunListeners } from './run-listeners.ts'
import type { Runtime } from './runtime-imports.ts'
import { describeThrown } from './thrown.ts'
import type { ScriptExit, ScriptRun, ScriptRunOptions } from './types.ts'

export interface ThreadOptions extends ScriptRunOptions {
  /** Entry of the thread. */
  workerUrl: URL
  runtime: Runtime
  log: Log
}

type ThreadState =
  | { state: 'running' }
  | { state: 'closing' }
  | { state: 'terminating' }
  /** It ended itself, or is being ended, for an error. */
  | { state: 'failing'; problem: ScriptProblem }
  | { state: 'exited' }

/** One run of a script in a worker thread of this process. Starts at once. */
export class ScriptThread implements ScriptRun {
  readonly carrier: Carrier
  readonly exit: Promise<ScriptExit>
  readonly #worker: Worker
  readonly #mapper: ProblemMapper
  readonly #options: ThreadOptions
  readonly #listeners = new RunListeners()
  readonly #pings = new Pings((id) => this.#send({ kind: 'ping', id }))
  #state: ThreadState = { state: 'running' }

  constructor(options: ThreadOptions) {
    const { bundle, workerUrl, memoryLimitMiB } = options
    this.#options = options
    this.#mapper = createProblemMapper(bundle, options.runtime)
    const { port1, port2 } = new MessageChannel()
    this.carrier = messagePortCarrier(port1)
    const start: ThreadStart = {
      port: port2,
      bundleUrl: pathToFileURL(bundle.bundlePath).href,
      usesReact: bundle.usesReact,
      scriptPath: bundle.scriptPath,
      workerId: options.workerId,
      arguments: options.arguments,
      isNew: options.isNew,
      ticket: options.ticket,
      userId: options.userId ?? null,
      roles: options.roles ?? [],
    }
    this.#worker = new Worker(workerUrl, {
      name: path.basename(bundle.scriptPath),
      workerData: start,
      transferList: [port2],
      // Flags of the main process (a debugger's, a test runner's) are not for scripts.
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: hardLimitMiB(memoryLimitMiB) },
    })
    this.exit = this.#follow()
  }

  onLoaded(listener: () => void): void {
    this.#listeners.onLoaded(listener)
  }

  onProblem(listener: (problem: ScriptProblem) => void): void {
    this.#listeners.onProblem(listener)
  }

  onOutput(listener: (stream: 'stdout' | 'stderr', text: string) => void): void {
    this.#listeners.onOutput(listener)
  }

  ping(timeoutMs: number): Promise<number> {
    return this.#state.state === 'exited' ? Promise.reject(ended()) : this.#pings.ask(timeoutMs)
  }

  async close(graceMs: number): Promise<void> {
    if (this.#state.state === 'running') {
      this.#state = { state: 'closing' }
      this.#send({ kind: 'close' })
    }
    const timer = setTimeout(() => void this.terminate(), graceMs)
    await this.exit
    clearTimeout(timer)
  }

  async terminate(): Promise<void> {
    if (this.#state.state === 'running' || this.#state.state === 'closing') this.#state = { state: 'terminating' }
    await this.#worker.terminate()
    await this.exit
  }

  /** Listens to the thread until it is gone and its last line is read. */
  async #follow(): Promise<ScriptExit> {
    const worker = this.#worker
    worker.on('message', (message: FromThread) => this.#receive(message))
    worker.on('messageerror', (error) =>
      this.#options.log.error('script thread sent nonsense', { error: String(error) }),
    )
    worker.on('error', (error) => this.#onError(error))
    const read = (stream: 'stdout' | 'stderr') =>
      readLines(worker[stream], (line) => this.#listeners.printed(stream, this.#mapper.mapText(line)))
    const printed = [read('stdout'), read('stderr')]
    const memory = watchMemory(worker, this.#options.memoryLimitMiB, () => {
      this.#fail(memoryProblem(this.#options.memoryLimitMiB))
      void worker.terminate()
    })
    const code = await new Promise<number>((resolve) => worker.on('exit', resolve))
    memory.stop()
    await Promise.all(printed)
    const exit = this.#exitOf(code)
    this.#state = { state: 'exited' }
    this.#pings.end(ended())
    return exit
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'pong':
        return this.#pings.onPong(message.id)
      case 'loaded':
        return this.#listeners.loaded()
      case 'problem':
        return this.#listeners.problem(this.#mapper.problem(message.thrown))
      case 'failed':
        return this.#fail(this.#mapper.problem(message.thrown))
    }
  }

  #onError(error: unknown): void {
    const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    this.#fail(outOfMemory ? memoryProblem(this.#options.memoryLimitMiB) : this.#mapper.problem(describeThrown(error)))
  }

  /** The first reason stays; what is ended on purpose does not fail. */
  #fail(problem: ScriptProblem): void {
    if (this.#state.state === 'running' || this.#state.state === 'closing') this.#state = { state: 'failing', problem }
  }

  #exitOf(code: number): ScriptExit {
    const current = this.#state
    switch (current.state) {
      case 'failing':
        return { kind: 'failed', problem: current.problem }
      case 'terminating':
        return { kind: 'terminated' }
      case 'closing':
      case 'exited':
        return { kind: 'ended' }
      case 'running': {
        if (code === 0) return { kind: 'ended' }
        const message = `The script ended itself with exit code ${code}.`
        return { kind: 'failed', problem: { code: 'script_failed', message, place: null, stack: [] } }
      }
    }
  }

  #send(message: ToThread): void {
    const port: Pick<Worker, 'postMessage'> = this.#worker
    port.postMessage(message)
  }
}

function ended(): OrielError {
  return new OrielError('closed', 'The script has ended.')
}
