import { OrielError } from '../../../shared/errors.ts'
import type { Log } from '../../log.ts'
import { EventQueue } from './event-queue.ts'
import { decodeEvent } from './events.ts'
import type { EventMessage, Subscription } from './types.ts'

/** What `Subscriptions` needs to know of its instance. */
export interface SubscriptionsOptions {
  workerId: string
  queueLimit: number
  log: Log
  /** Called when a channel has its first subscription. */
  onOpen?: (channel: string) => void
  /** Called when it has lost its last. */
  onClose?: (channel: string) => void
}

/** The subscriptions of one instance by channel: what every bus has in common. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions
  readonly #channels = new Map<string, Set<EventQueue<EventMessage>>>()

  constructor(options: SubscriptionsOptions) {
    this.#options = options
  }

  /** Channels that somebody listens to. */
  get channels(): string[] {
    return [...this.#channels.keys()]
  }

  open(channel: string, signal: AbortSignal | undefined): Subscription {
    const { queueLimit, log } = this.#options
    const abort = (): void => queue.end()
    const queue = new EventQueue<EventMessage>({
      limit: queueLimit,
      // The first loss, and then each time it has doubled: a reader who stands still must not fill the log.
      onDrop: (dropped) => {
        if (Number.isInteger(Math.log2(dropped)))
          log.warn('a subscriber is too slow; the oldest events are dropped', { channel, dropped })
      },
      onEnd: () => {
        signal?.removeEventListener('abort', abort)
        this.#remove(channel, queue)
      },
    })
    if (signal?.aborted) {
      queue.end()
      return queue
    }
    signal?.addEventListener('abort', abort, { once: true })
    const queues = this.#channels.get(channel)
    if (queues) queues.add(queue)
    else {
      this.#channels.set(channel, new Set([queue]))
      this.#options.onOpen?.(channel)
    }
    return queue
  }

  /** Gives what came in on a channel to those who are meant, to each a copy of its own. */
  deliver(channel: string, text: string): void {
    const queues = this.#channels.get(channel)
    if (!queues) return
    for (const queue of [...queues]) {
      const event = decodeEvent(text)
      if (!event) {
        this.#options.log.warn('an event that cannot be read was skipped', { channel, length: text.length })
        return
      }
      if (event.targetWorkerId !== null && event.targetWorkerId !== this.#options.workerId) return
      queue.push(event)
    }
  }

  /** Ends all of one channel. */
  end(channel: string): void {
    for (const queue of [...(this.#channels.get(channel) ?? [])]) queue.end()
  }

  /** Ends all of one channel with an error for whoever takes. */
  fail(channel: string, error: unknown): void {
    for (const queue of [...(this.#channels.get(channel) ?? [])]) queue.fail(error)
  }

  endAll(): void {
    for (const channel of this.channels) this.end(channel)
  }

  #remove(channel: string, queue: EventQueue<EventMessage>): void {
    const queues = this.#channels.get(channel)
    if (!queues?.delete(queue) || queues.size > 0) return
    this.#channels.delete(channel)
    this.#options.onClose?.(channel)
  }
}

/** The same for whoever asks for a signal that is none. */
export function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal
  throw new OrielError('bad_value', 'signal must be an AbortSignal.')
}
