import { decode, encode } from '../../../shared/carriers/codec.ts'
import { OrielError } from '../../../shared/errors.ts'
import type { Log } from '../../log.ts'
import { Keys } from '../../stores/state/redis/keys.ts'
import { RedisLink } from '../../stores/state/redis/pool.ts'
import { RedisPublisher } from '../../stores/state/redis/publisher.ts'
import { parseRedisUrl } from '../../stores/state/redis/url.ts'

/** What was agreed on is kept for so long after the last process has asked, in seconds. */
const AGREED_TTL = String(30 * 86_400)

/** Messages between the processes that serve the same visitors: in order, at most once each. */
export interface Wire {
  /** Of this process. */
  readonly workerId: string
  /** False: no such process listens. Rejects with not_connected. */
  send(workerId: string, message: object): Promise<boolean>
  onMessage(listener: (message: unknown) => void): void
  /** Messages to this process, or of it, may have been lost. */
  onGap(listener: () => void): void
  /** Of what all processes must have the same. Rejects with environment if this one's differs from what the first had. */
  agree(what: string, value: string): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

export interface RedisWireOptions {
  url: string
  prefix: string
  workerId: string
  log: Log
}

/** A wire by publish and subscribe: a channel for each process. Rejects with not_connected if the server does not answer. */
export async function openRedisWire({ url, prefix, workerId, log }: RedisWireOptions): Promise<Wire> {
  const server = parseRedisUrl(url)
  const link = new RedisLink(server, log)
  const publisher = server.url.startsWith('redis:') ? new RedisPublisher(server) : null
  const keys = new Keys(prefix)
  const messageListeners: ((message: unknown) => void)[] = []
  const gapListeners: (() => void)[] = []
  const own = keys.wire(workerId)

  const receive = (bytes: Buffer): void => {
    let message: unknown
    try {
      message = decode(new Uint8Array(bytes))
    } catch (error) {
      log.warn('a message of another process could not be read', { error: String(error) })
      return
    }
    for (const listener of messageListeners) listener(message)
  }
  try {
    const client = await link.subscriptions.ready()
    await client.subscribe(own, receive, true)
  } catch (error) {
    await Promise.all([publisher?.close(), link.close()])
    throw error
  }
  const unfollow = link.subscriptions.follow({
    // Whatever is published until it is back is lost to us.
    onLost: () => gapListeners.forEach((listener) => listener()),
    onReady: () => {},
  })
  /** Whether what was on its way has arrived is not known: as where messages to this process may be lost. */
  const onUnsent = (error: unknown): never => {
    if (error instanceof OrielError && error.code === 'not_connected') gapListeners.forEach((listener) => listener())
    throw error
  }
  return {
    workerId,
    async send(to, message) {
      const [channel, bytes] = [keys.wire(to), encode(message)]
      // One that goes the other way meanwhile may come late: links are numbered, and find out.
      if (publisher?.isReady) return (await publisher.publish(channel, bytes).catch(onUnsent)) > 0
      return (await link.run<number>('PUBLISH', channel, bytes)) > 0
    },
    onMessage: (listener) => void messageListeners.push(listener),
    onGap: (listener) => void gapListeners.push(listener),
    async agree(what, value) {
      const key = keys.agreed(what)
      await link.run('SET', key, value, 'NX', 'EX', AGREED_TTL)
      if ((await link.run<string | null>('GET', key)) === value) return void (await link.run('EXPIRE', key, AGREED_TTL))
      throw new OrielError(
        'environment',
        `Other processes on this Redis server have another ${what}. Give all of them the same ORIEL_SECRET, or this one a prefix of its own (ORIEL_DEPLOY__REDIS_PREFIX).`,
      )
    },
    async close() {
      unfollow()
      await Promise.all([publisher?.close(), link.close()])
    },
  }
}
