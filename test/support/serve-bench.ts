import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { WebSocket } from 'ws'
import { RoomClient } from '../../src/client/room-client.ts'
import { layoutOf } from '../../src/main/layout.ts'
import { silentLog } from '../../src/main/log.ts'
import { createScriptRunner } from '../../src/main/scripts/index.ts'
import { ServingKey } from '../../src/main/serve/key.ts'
import { NO_LOGIN } from '../../src/main/serve/login.ts'
import { PasswordLogin } from '../../src/main/serve/password-login.ts'
import { UserTable } from '../../src/main/serve/users.ts'
import { serve } from '../../src/main/serve/serve.ts'
import type { Serve, ServeOptions } from '../../src/main/serve/serve.ts'
import { createMemoryStores as createMemoryDocuments } from '../../src/main/stores/memory.ts'
import { createMemoryStores } from '../../src/main/stores/state/memory.ts'
import type { DesktopStores } from '../../src/main/stores/types.ts'
import type { Boot } from '../../src/shared/boot.ts'
import { RawClient } from './raw-client.ts'
import { webSocketCarrier } from '../../src/shared/carriers/websocket.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
export const layout = layoutOf(pathToFileURL(path.join(ROOT, 'src/main/cli.ts')).href)

/** A counter whose function is called for each visitor. */
export const COUNTER = `
  import { html, session, SessionState, show } from 'oriel'
  import { z } from 'zod'
  class Counter extends SessionState.define({ count: z.number().int().default(0) }) {}
  export default async function () {
    const counter = Counter.get()
    const w = await show(html\`<h1 id="n">\${counter.count}</h1><button data-event="add">Add</button>\`, { title: 'Counter' })
    w.on('add', async () => {
      await w.patch('#n', String(++counter.count))
      return [counter.count, session.get('clientId'), session.get('userId')]
    })
  }
`

/** What everybody's password is made of. */
export const passwordOf = (name: string): string => `correct horse of ${name}`

/** A served script in a folder of its own, on stores in memory that outlive the server. */
export class ServeBench {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'oriel-serve-')))
  readonly #documents = createMemoryDocuments()
  readonly state = createMemoryStores()
  readonly users = new UserTable(path.join(this.folder, 'users.json'))
  readonly key = new ServingKey(randomBytes(32))
  served!: Serve
  readonly #clients: RoomClient[] = []

  /** Starts serving `source`; again, as after a restart, with what was stored. */
  async start(source: string, options: Partial<ServeOptions> = {}): Promise<this> {
    const script = path.join(this.folder, 'app.ts')
    writeFileSync(script, source)
    mkdirSync(path.join(this.folder, 'assets'), { recursive: true })
    writeFileSync(path.join(this.folder, 'assets', 'page.js'), '// the page')
    const runner = createScriptRunner({
      runtime: layout.runtime,
      workerUrl: layout.worker,
      tempDir: path.join(this.folder, 'cache'),
      log: silentLog,
    })
    this.served = await serve({
      bundle: await runner.bundle(script),
      arguments: {},
      stores: Object.assign(Object.create(this.#documents) as DesktopStores, { close: async () => {} }),
      state: { ...this.state, close: async () => {} },
      runner,
      runtime: layout.runtime,
      workerUrl: layout.worker,
      key: this.key,
      login: () => NO_LOGIN,
      assetsDir: path.join(this.folder, 'assets'),
      version: '1.2.3',
      workerId: 'worker-test',
      log: silentLog,
      port: 0,
      listen: '127.0.0.1',
      publicUrl: null,
      proxies: null,
      maxMessageBytes: 1024 * 1024,
      memoryLimitMiB: 512,
      cookies: [],
      limits: { sessions: 500, threads: 8, sharedThreads: 1, connections: 1000 },
      graceMs: 60_000,
      ttlSeconds: 86_400,
      ...options,
    })
    return this
  }

  /** The same, for people with these passwords; `name` → roles and grants. */
  async startForUsers(
    source: string,
    people: Record<string, { roles: string[]; permissions?: Record<string, string[]> }>,
    options: Partial<ServeOptions> & { now?: () => number } = {},
  ): Promise<this> {
    for (const [name, { roles, permissions = {} }] of Object.entries(people))
      await this.users.add({ name, roles, permissions }, passwordOf(name))
    const { key, users } = this
    const now = options.now ?? Date.now
    return this.start(source, {
      login: ({ onOutcome }) => new PasswordLogin({ users, key, secure: false, log: silentLog, now, onOutcome }),
      checkEveryMs: 50,
      ...options,
    })
  }

  browser(): TestBrowser {
    return new TestBrowser(() => this.served.url, this.#clients)
  }

  /** Ends the server alone. */
  async stop(): Promise<void> {
    await this.served.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()))
    await this.served?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export interface Asked {
  method?: string
  form?: Record<string, string>
  headers?: Record<string, string>
  /** Cookie header to send instead of its own; null: none. */
  cookie?: string | null
}

/** As much of a browser as a server sees of one: it keeps cookies and names the origin of what it sends. */
export class TestBrowser {
  readonly cookies = new Map<string, string>()
  readonly #origin: () => string
  readonly #clients: RoomClient[]

  constructor(origin: () => string, clients: RoomClient[]) {
    this.#origin = origin
    this.#clients = clients
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Follows no redirect. */
  async ask(target: string, { method, form, headers, cookie = this.cookieHeader }: Asked = {}): Promise<Response> {
    const response = await fetch(new URL(target, this.#origin()), {
      method: method ?? (form ? 'POST' : 'GET'),
      redirect: 'manual',
      headers: {
        ...(cookie ? { cookie } : {}),
        ...(form ? { origin: this.#origin(), 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...headers,
      },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      if (/Max-Age=0/.test(line)) this.cookies.delete(name!)
      else this.cookies.set(name!, value!)
    }
    return response
  }

  /** Fills in the login form and sends it. */
  async login(name: string, password = passwordOf(name), to = '/'): Promise<Response> {
    const page = await (await this.ask(`/login?to=${encodeURIComponent(to)}`)).text()
    const form = /name="form" value="([^"]+)"/.exec(page)![1]!
    return this.ask('/login', { form: { form, to, name, password } })
  }

  /** The secret that forms of a page bring back. */
  async formToken(target = '/account'): Promise<string> {
    return /name="form" value="([^"]+)"/.exec(await (await this.ask(target)).text())?.[1] ?? ''
  }

  /** A connection that has not said anything yet. */
  async raw(headers: Record<string, string> = {}, target = '/ws'): Promise<RawClient> {
    const socket = new WebSocket(new URL(target, this.#origin()).href.replace(/^http/, 'ws'), {
      headers: { cookie: this.cookieHeader, origin: this.#origin(), ...headers },
    })
    const client = new RawClient(webSocketCarrier(socket, { maxMessageBytes: 20 * 1024 * 1024 }))
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return client
  }

  /** Loads a page of a widget. */
  async page(target = '/'): Promise<{ boot: Boot; html: string; response: Response }> {
    const response = await this.ask(target)
    const html = await response.text()
    const json = /id="oriel-boot">(.*?)<\/script>/s.exec(html)?.[1]
    if (json === undefined) throw new Error(`${target} is no page of a widget: ${response.status} ${html.slice(-600)}`)
    return { boot: JSON.parse(json) as Boot, html, response }
  }

  /** What the page's script does: a client with its ticket. */
  async connect(boot: Pick<Boot, 'ticket'>, headers: Record<string, string> = {}): Promise<RoomClient> {
    const client = new RoomClient({
      ticket: boot.ticket,
      open: async () => {
        const socket = new WebSocket(new URL('/ws', this.#origin()).href.replace(/^http/, 'ws'), {
          headers: { cookie: this.cookieHeader, origin: this.#origin(), ...headers },
        })
        return webSocketCarrier(socket, { maxMessageBytes: 20 * 1024 * 1024 })
      },
    })
    this.#clients.push(client)
    await client.connect()
    return client
  }

  /** Loads a page and connects. */
  async visit(target = '/'): Promise<{ boot: Boot; html: string; client: RoomClient }> {
    const { boot, html } = await this.page(target)
    return { boot, html, client: await this.connect(boot) }
  }
}
