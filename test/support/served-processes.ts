import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { RoomClient } from '../../src/client/room-client.ts'
import { TestBrowser } from './serve-bench.ts'

const CLI = path.resolve(import.meta.dirname, '../../src/main/cli.ts')
/** Long enough for a busy machine; whoever waits goes on as soon as it is true. */
const PATIENCE_MS = 60_000

/** `oriel serve` as it is started by a person: real processes, on one port. */
export class ServedProcesses implements AsyncDisposable {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'oriel-served-')))
  url = ''
  #child!: ChildProcess
  #output = ''
  readonly #clients: RoomClient[] = []

  /** Serves `source`, and settles once all processes do. `args`: more of the command line. */
  async start(source: string, args: readonly string[], env: Record<string, string> = {}): Promise<this> {
    const script = path.join(this.folder, 'app.ts')
    writeFileSync(script, source)
    const line = [CLI, 'serve', script, '--auth', 'none', '--log', path.join(this.folder, 'log'), ...args]
    this.#child = spawn(process.execPath, line, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ORIEL_HOME: path.join(this.folder, 'home'), ORIEL_LOG_LEVEL: 'info', ...env },
    })
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.on('data', (chunk: Buffer) => (this.#output += chunk.toString()))
    await this.until(() => /is served at (\S+)/.test(this.#output) || this.#child.exitCode !== null)
    const found = /is served at (\S+)/.exec(this.#output)
    if (!found) throw new Error(`It is not served: ${this.#output}${this.log}`)
    this.url = found[1]!
    return this
  }

  get pid(): number {
    return this.#child.pid!
  }

  get log(): string {
    try {
      return readFileSync(path.join(this.folder, 'log'), 'utf8')
    } catch {
      return ''
    }
  }

  /** Those that serve, oldest first; not the one that has started them. */
  get processes(): number[] {
    const children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8')
    return children.split(' ').filter(Boolean).map(Number)
  }

  browser(): TestBrowser {
    return new TestBrowser(() => this.url, this.#clients)
  }

  async until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
    for (
      const deadline = Date.now() + PATIENCE_MS;
      !(await isTrue());
      await new Promise((resolve) => setTimeout(resolve, 20))
    )
      if (Date.now() > deadline) throw new Error(`It did not come about. Log: ${this.log.slice(-4000)}`)
  }

  /** Ends it in order; gives the exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit')
      this.#child.kill('SIGTERM')
      await gone
    }
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()))
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
