import { silentLog } from '../../src/main/log.ts'
import { ServingKey } from '../../src/main/serve/key.ts'
import type { ServeOptions } from '../../src/main/serve/serve.ts'
import { openServeStores } from '../../src/main/serve/stores.ts'
import type { RedisServer } from './redis-server.ts'
import { ServeBench, TestBrowser } from './serve-bench.ts'
import type { RoomClient } from '../../src/client/room-client.ts'

/** Two servers of one script on one Redis server, each at a port of its own: a test chooses which of them is asked. */
export class ServePair implements AsyncDisposable {
  readonly key = new ServingKey(Buffer.alloc(32, 7))
  readonly #redis: RedisServer
  readonly #clients: RoomClient[] = []
  readonly servers: ServeBench[] = []

  constructor(redis: RedisServer) {
    this.#redis = redis
  }

  async start(source: string, options: Partial<ServeOptions> = {}): Promise<this> {
    for (const workerId of ['one', 'two']) await this.add(workerId, source, options)
    return this
  }

  /** One more server. */
  async add(workerId: string, source: string, options: Partial<ServeOptions> = {}): Promise<ServeBench> {
    const { key } = this
    const redis = { url: this.#redis.url, prefix: 'pair', ttlSeconds: 3600 }
    const stores = await openServeStores({ folder: '', env: {}, log: silentLog, redis, key, workerId })
    const bench = await new ServeBench().start(source, { ...stores, key, workerId, ...options })
    this.servers.push(bench)
    return bench
  }

  /** A browser that asks whichever server `at` names at the time. Cookies belong to a port; here the visit goes along. */
  browser(at: { server: number }): TestBrowser {
    const url = () => this.servers[at.server]!.served.url
    const browser = new TestBrowser(url, this.#clients)
    Object.defineProperty(browser, 'cookieHeader', {
      get: () => {
        const visit = [...browser.cookies.values()].at(-1)
        return visit === undefined ? '' : `oriel-${new URL(url()).port}=${visit}`
      },
    })
    return browser
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()))
    for (const server of this.servers) await server[Symbol.asyncDispose]()
  }
}
