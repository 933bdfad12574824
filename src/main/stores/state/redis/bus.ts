import type { OrielError } from '../../../../shared/errors.ts'
import { checkId, stateClosed } from '../checks.ts'
import { encodeEvent } from '../events.ts'
import type { StoreSettings } from '../settings.ts'
import { Subscriptions, checkSignal } from '../subscriptions.ts'
import type { EventBus, Subscription } from '../types.ts'
import { Feed } from './feed.ts'
import type { Keys } from './keys.ts'
import type { RedisLink } from './pool.ts'
import { PUBLISH } from './scripts.ts'

/** Events that a channel keeps for those who are just subscribing or coming back, and for how long, in ms. */
const KEPT_EVENTS = 1_000
const KEPT_MS = 10_000

/** Events by publish and subscribe, with a short log beside, from which a subscriber takes what it missed. */
export class RedisBus implements EventBus {
  readonly #redis: RedisLink
  readonly #keys: Keys
  readonly #settings: StoreSettings
  readonly #subscriptions: Subscriptions
  readonly #feeds = new Map<string, Feed>()

  constructor(redis: RedisLink, keys: Keys, settings: StoreSettings) {
    this.#redis = redis
    this.#keys = keys
    this.#settings = settings
    this.#subscriptions = new Subscriptions({
      ...settings,
      onOpen: (channel) => this.#open(channel),
      onClose: (channel) => {
        this.#feeds.get(channel)?.close()
        this.#feeds.delete(channel)
      },
    })
  }

  async publish(channel: string, event: Parameters<EventBus['publish']>[1]): Promise<void> {
    checkId(channel, 'channel')
    const text = encodeEvent(event, this.#settings.workerId, Date.now())
    const args = [text, String(KEPT_EVENTS), String(KEPT_MS), this.#redis.mark]
    await this.#redis.script(PUBLISH, [this.#keys.events(channel)], args)
  }

  subscribe(channel: string, { signal }: { signal?: AbortSignal } = {}): Subscription {
    if (this.#redis.isClosed) throw stateClosed()
    return this.#subscriptions.open(checkId(channel, 'channel'), checkSignal(signal))
  }

  async unsubscribe(channel: string): Promise<void> {
    if (this.#redis.isClosed) throw stateClosed()
    const feed = this.#feeds.get(channel)
    this.#subscriptions.end(channel)
    await feed?.closed
  }

  close(): void {
    this.#subscriptions.endAll()
  }

  #open(channel: string): void {
    const feed: Feed = new Feed({
      redis: this.#redis,
      key: this.#keys.events(channel),
      deliver: (text) => this.#subscriptions.deliver(channel, text),
      fail: (error: OrielError) => {
        if (this.#feeds.get(channel) === feed) this.#subscriptions.fail(channel, error)
      },
    })
    this.#feeds.set(channel, feed)
  }
}
