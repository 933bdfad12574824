import cluster from 'node:cluster'
import type { Worker } from 'node:cluster'
import { AggregatorRegistry } from 'prom-client'
import type { Registry } from 'prom-client'
import { OrielError } from '../../shared/errors.ts'
import type { MetricsFamily } from '../serve/metrics.ts'
import { EXIT } from '../exit-code.ts'

/** A process that ends sooner than this after its start has not come to serve at all, in ms. */
const EARLY_MS = 10_000
/** So many early ends in a row, and starting another cannot help. */
const MAX_EARLY = 5
/** Before another process takes the place of one that has ended, in ms. */
const PAUSE_MS = 200

/** What a serving process tells the one that started it, or asks of it. */
type FromServing =
  | { kind: 'serving'; url: string }
  | { kind: 'metrics-wanted'; id: number }
  | { kind: 'counted'; id: number; counts: object }
/** What it is answered, or asked: what it counts itself. */
type ToServing = { kind: 'metrics'; id: number; text: string } | { kind: 'count'; id: number }

export interface ServeProcessesOptions {
  count: number
  stdout: (text: string) => void
  stderr: (text: string) => void
  /** Calls back at a signal to end. */
  onSignal: (listener: (signal: NodeJS.Signals) => void) => void
  /** Of the line that says where it is served. */
  what: string
}

/** Whether this process is one of several that another one has started on one port. */
export function isServingProcess(): boolean {
  return cluster.isWorker
}

/** Its number among them, never used twice; 0 where there are no others. */
export function servingNumber(): number {
  return cluster.worker?.id ?? 0
}

/** Tells the process that started this one that it serves. */
export function reportServing(url: string): void {
  process.send?.({ kind: 'serving', url } satisfies FromServing)
}

/** What all processes on the port count, by way of the one that has started them. */
export function servingMetrics(): MetricsFamily {
  const waiting = new Map<number, (text: string) => void>()
  let own: Registry | null = null
  let last = 0
  process.on('message', (message: ToServing) => {
    if (message?.kind === 'metrics') {
      waiting.get(message.id)?.(message.text)
      waiting.delete(message.id)
    } else if (message?.kind === 'count' && own) {
      const { id } = message
      void own
        .getMetricsAsJSON()
        .then((counts) => process.send?.({ kind: 'counted', id, counts } satisfies FromServing))
    }
  })
  return {
    join: (registry) => void (own = registry),
    collect() {
      const id = ++last
      const { promise, resolve } = Promise.withResolvers<string>()
      waiting.set(id, resolve)
      process.send?.({ kind: 'metrics-wanted', id } satisfies FromServing)
      return promise
    },
  }
}

/**
 * Starts `count` processes with this one's own command line on one port, and another for each that ends unasked; this one
 * serves nothing itself. Ends at a signal, once all of them have ended. Gives the exit code.
 */
export function superviseProcesses(options: ServeProcessesOptions): Promise<number> {
  const { count, stdout, stderr, onSignal, what } = options
  const { promise, resolve } = Promise.withResolvers<number>()
  const running = new Set<Worker>()
  let serving = 0
  let early = 0
  let exitCode: number | null = null
  const census = new Census()

  cluster.setupPrimary({ exec: process.argv[1], args: process.argv.slice(2) })

  function stop(code: number): void {
    if (exitCode !== null) return
    exitCode = code
    for (const worker of running) worker.process.kill('SIGTERM')
    if (running.size === 0) resolve(code)
  }

  function start(): void {
    if (exitCode !== null) return
    const worker = cluster.fork()
    const startedAt = performance.now()
    let hasServed = false
    running.add(worker)
    worker.on('message', (message: FromServing) => {
      if (message?.kind === 'metrics-wanted') return void census.tell(worker, message.id)
      if (message?.kind === 'counted') return census.onCounted(message.id, message.counts)
      if (message?.kind !== 'serving') return
      hasServed = true
      census.add(worker)
      if (++serving === count) stdout(`${what} is served at ${message.url} by ${count} processes\n`)
    })
    worker.on('exit', (code, signal) => {
      running.delete(worker)
      census.remove(worker)
      if (exitCode !== null) return void (running.size === 0 && resolve(exitCode))
      early = performance.now() - startedAt < EARLY_MS ? early + 1 : 0
      // What is wrong with the command line or the script is wrong for every process, and has been said.
      if (!hasServed && !signal && code !== 0) return stop(code)
      if (early >= MAX_EARLY) {
        stderr('The processes that are to serve end as soon as they have started. The log says why.\n')
        return stop(EXIT.environment)
      }
      setTimeout(start, PAUSE_MS)
    })
  }

  onSignal(() => stop(EXIT.fine))
  for (let number = 0; number < count; number++) start()
  return promise
}

/** How long the processes may take to say what they count, in ms; who does not is left out. */
const CENSUS_MS = 2_000

/** Asks all processes that serve what they count, and adds it up. */
class Census {
  readonly #serving = new Set<Worker>()
  readonly #open = new Map<number, { counts: object[]; wanted: number; done: () => void }>()
  #last = 0

  add(worker: Worker): void {
    this.#serving.add(worker)
  }

  remove(worker: Worker): void {
    this.#serving.delete(worker)
  }

  onCounted(id: number, counts: object): void {
    const open = this.#open.get(id)
    if (open && open.counts.push(counts) === open.wanted) open.done()
  }

  /** Tells `asker` the sums. */
  async tell(asker: Worker, question: number): Promise<void> {
    const id = ++this.#last
    const { promise, resolve: done } = Promise.withResolvers<void>()
    const open = { counts: [] as object[], wanted: this.#serving.size, done }
    this.#open.set(id, open)
    for (const worker of this.#serving) if (worker.isConnected()) worker.send({ kind: 'count', id } satisfies ToServing)
    const timer = setTimeout(done, CENSUS_MS)
    await promise
    clearTimeout(timer)
    this.#open.delete(id)
    const text = await AggregatorRegistry.aggregate(open.counts).metrics()
    if (asker.isConnected()) asker.send({ kind: 'metrics', id: question, text } satisfies ToServing)
  }
}

/** Several processes need a place where they find what the others know. Throws bad_usage. */
export function checkProcesses(count: number, redis: object | null): void {
  if (count > 1 && redis === null) {
    throw new OrielError(
      'bad_usage',
      '--workers needs a Redis server that the processes share: add --redis redis://127.0.0.1:6379, or where yours is.',
    )
  }
}
