import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** There is no Redis for Windows: said aloud, once for each file of tests. Everywhere else a missing one is a failure. */
export const NO_REDIS = process.platform === 'win32'
if (NO_REDIS) console.warn('Tests on Redis are left out: there is none for Windows.')

/** A real Redis server of a test's own, on a free port of this computer, which keeps nothing on disk. */
export class RedisServer {
  readonly port: number
  readonly url: string
  #child: ChildProcess
  readonly #folder: string
  readonly #args: readonly string[]
  /** A test that fails to stop it leaves none behind either. */
  readonly #onExit = (): void => void this.#child.kill('SIGKILL')

  constructor(child: ChildProcess, port: number, folder: string, args: readonly string[]) {
    this.#args = args
    process.on('exit', this.#onExit)
    this.#child = child
    this.port = port
    this.url = `redis://127.0.0.1:${port}`
    this.#folder = folder
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** Throws, and never skips, where there is no `redis-server`. */
  static async start(args: readonly string[] = []): Promise<RedisServer> {
    if (spawnSync('redis-server', ['--version']).status !== 0)
      throw new Error('These tests need a Redis server, version 7 or newer. Run: node scripts/setup.mjs --tests')
    const folder = mkdtempSync(path.join(tmpdir(), 'oriel-redis-'))
    for (let tries = 1; ; tries++) {
      const port = await freePort()
      const child = await startOn(port, folder, args)
      if (child) return new RedisServer(child, port, folder, args)
      // Somebody took the port in between.
      if (tries === 5) throw new Error('redis-server does not start')
    }
  }

  /** Kills it; what it held is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }

  /** Stands still without closing its connections, until `wake`. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  wake(): void {
    this.#child.kill('SIGCONT')
  }

  /** Starts it again on its port. */
  async restart(): Promise<void> {
    await this.kill()
    await this.startAgain()
  }

  /** The same, a while after it was killed. */
  async startAgain(): Promise<void> {
    const child = await startOn(this.port, this.#folder, this.#args)
    if (!child) throw new Error(`redis-server does not start on ${this.port} again`)
    this.#child = child
  }

  async stop(): Promise<void> {
    await this.kill()
    process.off('exit', this.#onExit)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function startOn(port: number, folder: string, args: readonly string[]): Promise<ChildProcess | null> {
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder, ...args],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  for await (const line of createInterface({ input: child.stdout }))
    if (line.includes('Ready to accept connections')) {
      child.stdout.resume()
      return child
    }
  return null
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
