import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { EventMessage } from '../../src/main/stores/state/types.ts'
import type { Backend } from './state-backend.ts'
import type { ChildRequest } from './state-child.ts'

type Line = { answers: unknown[] } | { listening: string } | { event: EventMessage }

/** Another process on the same backend. */
export class StateProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: AsyncIterator<string>

  constructor(backend: Backend) {
    this.#child = spawn(process.execPath, [path.join(import.meta.dirname, 'state-child.ts'), JSON.stringify(backend)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** What each of the calls gave, in their order. */
  async call(calls: Extract<ChildRequest, { kind: 'calls' }>['calls'], { inSeries = false } = {}): Promise<unknown[]> {
    this.#send({ kind: 'calls', calls, inSeries })
    const line = await this.#next()
    if (!('answers' in line)) throw new Error(`unexpected: ${JSON.stringify(line)}`)
    return line.answers
  }

  /** Resolves as soon as `subscribe` has returned over there. */
  async listen(channel: string): Promise<void> {
    this.#send({ kind: 'listen', channel })
    const line = await this.#next()
    if (!('listening' in line)) throw new Error(`unexpected: ${JSON.stringify(line)}`)
  }

  async nextEvent(): Promise<EventMessage> {
    const line = await this.#next()
    if (!('event' in line)) throw new Error(`unexpected: ${JSON.stringify(line)}`)
    return line.event
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Lets it end by itself. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const closed = once(this.#child, 'exit')
    this.#child.stdin.end()
    await closed
  }

  #send(request: ChildRequest): void {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`)
  }

  async #next(): Promise<Line> {
    const { done, value } = await this.#lines.next()
    if (done) throw new Error('the process ended')
    return JSON.parse(value) as Line
  }
}
