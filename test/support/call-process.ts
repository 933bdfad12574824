import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { WidgetEvent } from '../../src/main/stores/state/widget-connections.ts'
import type { Call, CallRequest } from './call-child.ts'
import type { Backend } from './state-backend.ts'

/** What a call gave, as its process tells it. */
export type Told =
  | { ok: true; result: { n: number; widgetId: string; worker: string; place: number } }
  | { ok: false; code?: string; message?: string; stack?: string; reason?: 'missing' }

export interface ToldCounts {
  sent: number
  answered: number
  timedOut: number
  noOwner: number
  unsent: number
  unanswered: number
  counted: Record<string, number[]>
}

type Line = { id: number; value?: unknown; error?: string } | { event: WidgetEvent }

/** A process that serves widgets beside others on the same backend. */
export class CallProcess {
  /** What the connections of this process were given so far. */
  readonly events: WidgetEvent[] = []
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  readonly #exit: Promise<unknown>
  #requests = 0

  constructor(backend: Backend, workerId: string) {
    const file = path.join(import.meta.dirname, 'call-child.ts')
    this.#child = spawn(process.execPath, [file, JSON.stringify(backend), workerId], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#exit = once(this.#child, 'exit')
    // Writing to one that was killed.
    this.#child.stdin.on('error', () => {})
    createInterface({ input: this.#child.stdout }).on('line', (text) => this.#take(JSON.parse(text) as Line))
    void this.#exit.then(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the process ended'))
    })
  }

  /** From the moment it resolves all know that the widgets' callbacks are here. */
  async register(...widgetIds: string[]): Promise<void> {
    await this.#ask({ kind: 'register', widgetIds })
  }

  /** The same for some events of one widget. */
  async registerEvents(widgetId: string, ...events: string[]): Promise<void> {
    await this.#ask({ kind: 'register', widgetIds: [widgetId], events })
  }

  async remove(widgetId: string): Promise<void> {
    await this.#ask({ kind: 'remove', widgetId })
  }

  async connect(widgetId: string): Promise<void> {
    await this.#ask({ kind: 'connect', widgetId })
  }

  /** All at once, or `gapMs` apart; what each of them gave. */
  async invoke(calls: Call[], options: { timeoutMs?: number; gapMs?: number } = {}): Promise<Told[]> {
    return (await this.#ask({ kind: 'invoke', calls, ...options })) as Told[]
  }

  async counts(): Promise<ToldCounts> {
    return (await this.#ask({ kind: 'counts' })) as ToldCounts
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exit
  }

  /** Lets it end by itself. */
  async end(): Promise<void> {
    this.#child.stdin.end()
    await this.#exit
  }

  #ask(request: CallRequest): Promise<unknown> {
    const id = ++this.#requests
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.set(id, answer)
    // A request that nobody waits for any more when the process is killed.
    answer.promise.catch(() => {})
    this.#child.stdin.write(`${JSON.stringify({ id, request })}\n`)
    return answer.promise
  }

  #take(line: Line): void {
    if ('event' in line) {
      this.events.push(line.event)
      return
    }
    const answer = this.#waiting.get(line.id)
    this.#waiting.delete(line.id)
    if (line.error === undefined) answer?.resolve(line.value)
    else answer?.reject(new Error(line.error))
  }
}
