import { Counter, Gauge, Registry } from 'prom-client'
import { CLOSE } from '../../shared/protocol.ts'
import type { Session } from '../engine/session.ts'

export interface MetricsOptions {
  sessions: () => readonly Session[]
  connections: () => number
  /** Connections by way of another process. */
  relayed: () => number
  threads: () => number
  /** Of all processes on this port, where there are others; default this one alone. */
  family?: MetricsFamily | null
}

/** Processes that count together. */
export interface MetricsFamily {
  /** What this process counts. */
  join(registry: Registry): void
  /** What all of them count, as text. */
  collect(): Promise<string>
}

/** What is counted of a server, for Prometheus. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #family: MetricsFamily | null
  readonly #messages: Counter<'type'>
  readonly #drops: Counter
  readonly #ownerChanges: Counter
  readonly #losses: Counter<'reason'>
  readonly #logins: Counter<'outcome'>

  constructor({ sessions, connections, relayed, threads, family = null }: MetricsOptions) {
    this.#family = family
    family?.join(this.#registry)
    const registers = [this.#registry]
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read())
        },
      })
    gauge('oriel_sessions', 'Sessions that run in this process.', () => sessions().length)
    gauge('oriel_connections', 'WebSockets of visitors.', connections)
    gauge('oriel_relayed_connections', 'Connections that go, or come, by way of another process.', relayed)
    gauge('oriel_script_threads', 'Threads that run the script.', threads)
    gauge('oriel_queue_depth', 'Events, replies and cancels that wait to be taken by windows and scripts.', () =>
      sessions()
        .flatMap(({ room }) => [...room.peers('window'), ...room.peers('script')])
        .reduce((sum, { outbox }) => sum + outbox.size, 0),
    )
    gauge(
      'oriel_open_requests',
      'Events and requests whose handlers have not ended, and requests of scripts that wait for their answer.',
      () => sessions().reduce((sum, { room }) => sum + room.exchange.openRequests, 0),
    )
    this.#messages = new Counter({
      name: 'oriel_messages_total',
      help: 'Messages of visitors, by type; events among them.',
      labelNames: ['type'],
      registers,
    })
    this.#drops = new Counter({
      name: 'oriel_drops_total',
      help: 'Connections that were ended because their client did not keep up: what waited for them was dropped.',
      registers,
    })
    this.#ownerChanges = new Counter({
      name: 'oriel_owner_changes_total',
      help: 'Sessions that were taken over from another process.',
      registers,
    })
    this.#losses = new Counter({
      name: 'oriel_lost_connections_total',
      help: 'Connections between processes that were cut, since the other process was gone or stood still, or messages may have been lost. Their clients resume.',
      labelNames: ['reason'],
      registers,
    })
    this.#logins = new Counter({
      name: 'oriel_logins_total',
      help: 'Attempts to log in, by what came of them.',
      labelNames: ['outcome'],
      registers,
    })
  }

  onMessage(type: string): void {
    this.#messages.inc({ type })
  }

  onClosed(code: number): void {
    if (code === CLOSE.slow) this.#drops.inc()
  }

  onLoss(reason: 'no_owner' | 'owner_timeout' | 'gap', connections: number): void {
    this.#losses.inc({ reason }, connections)
  }

  onOwnerChange(): void {
    this.#ownerChanges.inc()
  }

  onLogin(outcome: 'accepted' | 'refused' | 'limited'): void {
    this.#logins.inc({ outcome })
  }

  async response(): Promise<Response> {
    const headers = { 'content-type': this.#registry.contentType, 'cache-control': 'no-store' }
    return new Response(await (this.#family ?? { collect: () => this.#registry.metrics() }).collect(), { headers })
  }
}
