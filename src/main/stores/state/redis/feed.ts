import { OrielError } from '../../../../shared/errors.ts'
import type { RedisLink } from './pool.ts'
import { LAST_EVENT } from './scripts.ts'

/** Events read from the log in one go. */
const BATCH = 200
/** Second half of the largest id of a millisecond. */
const MAX_NUMBER = 2n ** 64n - 1n

export interface FeedOptions {
  redis: RedisLink
  /** Name of the log and of the channel. */
  key: string
  deliver(text: string): void
  /** Called if it cannot begin. */
  fail(error: OrielError): void
}

type Entry = [id: string, fields: string[]]

/**
 * What comes in on one channel, from where it began on, in order and once. While something may be missing, at the start
 * and after the connection was lost, what comes in is held back until the log has been read.
 */
export class Feed {
  readonly #options: FeedOptions
  /** Resolves when it is settled which event is the first. */
  readonly begun: Promise<void>
  /** Resolves when the server has been told. */
  closed: Promise<void> = Promise.resolve()
  /** The last event of before: what this process has published up to it was not meant. */
  #ownBefore = '0-0'
  /** `#last` is a time, and no event of this channel. */
  #isByClock = true
  /** The last event that was delivered. */
  #last = '0-0'
  /** The same when the log was read last: events up to it may still be on their way here. */
  #caughtUp = '0-0'
  #held: string[] | null = []
  #isSubscribed = false
  #isClosed = false
  #catchingUp: Promise<void> | null
  readonly #unfollow: () => void
  readonly #listener = (message: string): void => {
    if (this.#held) this.#held.push(message)
    else this.#take(message)
  }

  constructor(options: FeedOptions) {
    this.#options = options
    this.begun = this.#begin()
    this.#unfollow = options.redis.subscriptions.follow({ onReady: () => this.#resume(), onLost: () => this.#hold() })
    this.#catchingUp = this.begun
      .then(() => this.#subscribe())
      .catch((error: unknown) => {
        if (!this.#isClosed) options.fail(error instanceof OrielError ? error : asError(error))
      })
      .finally(() => (this.#catchingUp = null))
  }

  /** From now on something may be missing. */
  #hold(): void {
    this.#held ??= []
  }

  /** The connection is back, and subscribed again. */
  #resume(): void {
    if (!this.#isSubscribed || this.#catchingUp || this.#isClosed) return
    this.#catchingUp = this.#catchUp()
      // Lost once more: the next time it is back this is done again.
      .catch(() => {})
      .finally(() => (this.#catchingUp = null))
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#unfollow()
    const { redis, key } = this.#options
    const leave = async (): Promise<void> => {
      await this.#catchingUp
      if (!this.#isSubscribed) return
      const client = await redis.subscriptions.ready()
      await client.unsubscribe(key, this.#listener)
    }
    // A connection that is gone has no subscriptions either.
    this.closed = leave().catch(() => {})
  }

  async #begin(): Promise<void> {
    const { redis, key } = this.#options
    // What others publish goes out over connections of theirs, and may be there before anything that is sent from here:
    // the clock must tell. The server's time was read no later than its answer came, so this is not after the call, and
    // at most one way to the server and back before it. Of two tries the later counts: one may have had to wait.
    const calledAt = performance.now()
    const time = async (): Promise<number> => {
      const [seconds, micros] = await redis.run<[string, string]>('TIME')
      return Number(seconds) * 1000 + Number(micros) / 1000 - (performance.now() - calledAt)
    }
    // Sent in this very moment: whatever this process publishes from now on goes out behind it.
    if (redis.isReady) this.#ownBefore = await redis.script<string>(LAST_EVENT, [key])
    else await redis.ready()
    const beganAt = Math.max(await time(), await time())
    this.#last = `${Math.floor(beganAt) - 1}-${MAX_NUMBER}`
  }

  async #subscribe(): Promise<void> {
    if (this.#isClosed) return
    const { redis, key } = this.#options
    const client = await redis.subscriptions.ready()
    await client.subscribe(key, this.#listener)
    this.#isSubscribed = true
    await this.#catchUp()
  }

  async #catchUp(): Promise<void> {
    const { redis, key } = this.#options
    this.#hold()
    const newest = this.#isByClock ? await redis.script<string>(LAST_EVENT, [key]) : null
    for (let more = true; more && !this.#isClosed;) {
      const entries = await redis.run<Entry[]>('XRANGE', key, `(${this.#last}`, '+', 'COUNT', String(BATCH))
      for (const [id, [, text, , by]] of entries) {
        this.#last = id
        if (by !== redis.mark || isAfter(id, this.#ownBefore)) this.#options.deliver(text ?? '')
      }
      if (entries.length > 0) this.#isByClock = false
      more = entries.length === BATCH
    }
    // From here on ids alone count, and no clock that is set back.
    if (this.#isByClock && newest !== null) this.#last = newest
    this.#isByClock = false
    this.#caughtUp = this.#last
    const held = this.#held ?? []
    this.#held = null
    for (const message of held) this.#take(message)
  }

  /** `message`: id, blank, event. */
  #take(message: string): void {
    if (this.#isClosed) return
    const blank = message.indexOf(' ')
    const id = message.slice(0, blank)
    // Not of our making, and told as such.
    if (!isEventId(id)) this.#options.deliver('')
    else if (isAfter(id, this.#caughtUp)) {
      this.#last = id
      this.#options.deliver(message.slice(blank + 1))
    }
  }
}

function isEventId(text: string): boolean {
  return /^\d{1,20}-\d{1,20}$/.test(text)
}

function isAfter(id: string, last: string): boolean {
  const [time, number] = partsOf(id)
  const [lastTime, lastNumber] = partsOf(last)
  return time > lastTime || (time === lastTime && number > lastNumber)
}

function partsOf(id: string): [time: bigint, number: bigint] {
  const dash = id.indexOf('-')
  return [BigInt(id.slice(0, dash)), BigInt(id.slice(dash + 1))]
}

function asError(cause: unknown): OrielError {
  return new OrielError('not_connected', 'The subscription could not begin.', { cause })
}
