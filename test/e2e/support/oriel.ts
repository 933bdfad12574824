import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium, expect, test as base } from '@playwright/test'
import type { Browser, Locator, Page } from '@playwright/test'
import { openDevtoolsRelay } from './devtools-relay.ts'
import type { DevtoolsRelay } from './devtools-relay.ts'
import { foreignConnections, processTree, processesNaming } from './processes.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
export const CLI = path.join(ROOT, 'out/main/cli.js')
export const SCRIPTS = path.join(ROOT, 'test/e2e/scripts')
export const EXAMPLES = path.join(ROOT, 'resources/examples')
/** Longest wait for a line of output or an exit, in ms: a bound for a hang, not a pace. */
const PATIENCE_MS = 30_000

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  cwd?: string
  env?: Record<string, string | undefined>
  /** What is piped in. */
  input?: string
  /** Another program, which starts `oriel` in its turn. */
  program?: string
}

/** One running `oriel` command. */
export class OrielProcess {
  readonly child: ChildProcess
  readonly exited: Promise<Exit>
  stdout = ''
  stderr = ''
  readonly #isGroup: boolean
  #hasEnded = false
  #wasKilled = false
  #listeners = new Set<() => void>()

  constructor(args: readonly string[], { home, cwd = ROOT, env, program, input }: RunOptions & { home: string }) {
    // What another program has started ends with it only as a group.
    this.#isGroup = program !== undefined
    this.child = spawn(program ?? process.execPath, program === undefined ? [CLI, ...args] : args, {
      cwd,
      // The same windows on every machine: those that Playwright can reach, and no Electron.
      env: {
        ...process.env,
        ORIEL_HOME: home,
        ELECTRON_OVERRIDE_DIST_PATH: path.join(home, 'no-electron'),
        ...env,
      },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      detached: this.#isGroup,
    })
    this.child.stdin?.end(input)
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => this.#add('stdout', text))
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => this.#add('stderr', text))
    this.exited = once(this.child, 'close').then(([code, signal]) => {
      this.#hasEnded = true
      for (const listener of this.#listeners) listener()
      return { code, signal, stdout: this.stdout, stderr: this.stderr }
    })
  }

  /** Resolves with the first match of `pattern` in what was printed, now or later. */
  async output(pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        done()
        reject(
          new Error(`${why}: ${pattern} not in ${stream}.\n--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`),
        )
      }
      const timer = setTimeout(() => fail('waited too long'), PATIENCE_MS)
      const check = () => {
        const match = pattern.exec(this[stream])
        if (match) {
          done()
          resolve(match)
        } else if (this.child.exitCode !== null || this.child.signalCode !== null) fail('the process ended')
      }
      const done = () => {
        clearTimeout(timer)
        this.#listeners.delete(check)
      }
      this.#listeners.add(check)
      check()
    })
  }

  /** Ends it as a person would with Ctrl+C. */
  async stop(): Promise<Exit> {
    const { pid } = this.child
    if (!this.#hasEnded && pid !== undefined) process.kill(this.#isGroup ? -pid : pid, 'SIGTERM')
    return this.exited
  }

  /** Whether `kill` has been called. */
  get wasKilled(): boolean {
    return this.#wasKilled
  }

  /** Ends it as a crash would. */
  async kill(): Promise<Exit> {
    this.#wasKilled = true
    this.child.kill('SIGKILL')
    return this.exited
  }

  #add(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text
    for (const listener of this.#listeners) listener()
  }
}

/** The app as the tests use it: an own home folder, processes that are ended, and windows as Playwright pages. */
export class Oriel {
  readonly home = mkdtempSync(path.join(tmpdir(), 'oriel-e2e-'))
  readonly #processes: OrielProcess[] = []
  readonly #browsers: Browser[] = []
  readonly #relays: DevtoolsRelay[] = []
  readonly #errors: string[] = []
  readonly #foreign = new Set<string>()
  /** Set by a test that expects its pages to report errors. */
  allowPageErrors = false

  /** Starts `oriel` with these arguments. */
  run(args: readonly string[], options: RunOptions = {}): OrielProcess {
    const started = new OrielProcess(args, {
      ...options,
      home: this.home,
      env: { ORIEL_BROWSER_ARGS: '--remote-debugging-port=0', ...options.env },
    })
    this.#processes.push(started)
    return started
  }

  /** Runs a command to its end. */
  async command(args: readonly string[], options: RunOptions = {}): Promise<Exit> {
    return this.run(args, options).exited
  }

  /** Opens an address that the headless host printed, in a browser of the test's own. */
  async visit(
    url: string,
    options: { colorScheme?: 'light' | 'dark'; width?: number; height?: number } = {},
  ): Promise<Page> {
    const browser = await chromium.launch({
      executablePath: process.env.ORIEL_BROWSER ?? '/usr/bin/chromium',
      chromiumSandbox: false,
    })
    this.#browsers.push(browser)
    const page = await browser.newPage({
      colorScheme: options.colorScheme ?? 'light',
      viewport: { width: options.width ?? 960, height: options.height ?? 640 },
    })
    this.#watch(page)
    await page.goto(url)
    return page
  }

  /** The app windows of the Chromium host, as pages; waits until there are `count`. */
  async windows(count = 1): Promise<Page[]> {
    await expect.poll(async () => (await this.#pages()).length, { timeout: PATIENCE_MS }).toBe(count)
    return this.#pages()
  }

  /** The app window with this title; waits for it. */
  async window(title: string | RegExp): Promise<Page> {
    let found: Page | undefined
    const titles = async () => {
      const pages = await this.#pages()
      const all = await Promise.all(pages.map((page) => page.title().catch(() => '')))
      found = pages[all.findIndex((text) => (typeof title === 'string' ? text === title : title.test(text)))]
      return all
    }
    await expect
      .poll(async () => ((await titles(), found) ? title : await titles()), { timeout: PATIENCE_MS })
      .toBe(title)
    return found!
  }

  /** Ends every process, as a person would. */
  async endAll(): Promise<void> {
    for (const started of this.#processes) await started.stop()
  }

  /** Ends everything and checks that nothing is left behind. */
  async close(): Promise<void> {
    this.#noteConnections()
    for (const browser of this.#browsers) await browser.close().catch(() => {})
    for (const relay of this.#relays) relay.close()
    for (const started of this.#processes) await started.stop()
    await expect
      .poll(() => processesNaming(this.home), { message: 'processes left behind', timeout: PATIENCE_MS })
      .toEqual([])
    const cache = path.join(this.home, 'cache')
    const left = existsSync(cache) ? readdirSync(cache) : []
    rmSync(this.home, { recursive: true, force: true })
    expect(left, 'temporary files left behind').toEqual([])
    expect([...this.#foreign], 'connections to other machines').toEqual([])
    if (!this.allowPageErrors) expect(this.#errors, 'errors in pages').toEqual([])
  }

  #connected: Browser | null = null

  async #pages(): Promise<Page[]> {
    const browser = await this.#appBrowser()
    return browser
      .contexts()
      .flatMap((context) => context.pages())
      .filter((page) => page.url().startsWith('http://127.0.0.1'))
  }

  async #appBrowser(): Promise<Browser> {
    if (this.#connected?.isConnected()) return this.#connected
    const portFile = path.join(this.home, 'chromium', 'DevToolsActivePort')
    let browser: Browser | null = null
    const connect = async () => {
      const [port, place] = existsSync(portFile) ? readFileSync(portFile, 'utf8').split('\n') : []
      if (!port || !place) return false
      const relay = await openDevtoolsRelay(`ws://127.0.0.1:${port}${place}`)
      this.#relays.push(relay)
      // The file of a browser that has ended may still be there; one that is just ending never answers.
      browser = await chromium.connectOverCDP(relay.url, { timeout: 5_000 }).catch(() => null)
      return browser !== null
    }
    await expect.poll(connect, { message: 'the browser of the app', timeout: PATIENCE_MS }).toBe(true)
    const connected: Browser = browser!
    this.#connected = connected
    this.#browsers.push(connected)
    for (const context of connected.contexts()) {
      for (const page of context.pages()) this.#watch(page)
      context.on('page', (page) => this.#watch(page))
    }
    return connected
  }

  #watch(page: Page): void {
    const alive = this.#processes.filter(({ child, wasKilled }) => child.exitCode === null && !wasKilled)
    page.on('pageerror', (error) => this.#errors.push(String(error)))
    page.on('console', (message) => {
      // A crash on purpose leaves a page without what it had not loaded yet, until its browser has noticed too.
      if (/net::ERR_/.test(message.text()) && alive.some(({ wasKilled }) => wasKilled)) return
      if (message.type() === 'error') this.#errors.push(`${message.text()} ${message.location().url}`)
    })
    page.on('request', (request) => {
      const { hostname, protocol } = new URL(request.url())
      if (!['127.0.0.1', ''].includes(hostname) && !['data:', 'blob:'].includes(protocol))
        this.#foreign.add(request.url())
    })
    page.on('close', () => this.#noteConnections())
  }

  #noteConnections(): void {
    for (const { child } of this.#processes) {
      if (child.pid !== undefined && child.exitCode === null)
        for (const remote of foreignConnections(processTree(child.pid))) this.#foreign.add(remote)
    }
  }
}

/** Clicks what closes its own window, and waits until that is gone. */
export async function clickAway(button: Locator): Promise<void> {
  const closed = button.page().waitForEvent('close')
  // The window may be gone before the click has come to its end.
  await button.click().catch(() => {})
  await closed
}

export const test = base.extend<{ oriel: Oriel }>({
  oriel: async ({}, use) => {
    const oriel = new Oriel()
    await use(oriel)
    await oriel.close()
  },
})
export { expect }
