import { Counter, Gauge, Registry } from 'prom-client'
import { CLOSE } from '../../shared/protocol.ts'
import type { Session } from '../engine/session.ts'

export interface MetricsOptions {
  sessions: () => readonly Session[]
  connections: () => number
  threads: () => number
}

/** What is counted of a server, for Prometheus. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #messages: Counter<'type'>
  readonly #drops: Counter
  readonly #ownerChanges: Counter
  readonly #logins: Counter<'outcome'>

  constructor({ sessions, connections, threads }: MetricsOptions) {
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
    gauge('oriel_script_threads', 'Threads that run the script.', threads)
    gauge('oriel_queue_depth', 'Events, replies and cancels that wait to be taken by windows and scripts.', () =>
      sessions()
        .flatMap(({ room }) => [...room.peers('window'), ...room.peers('script')])
        .reduce((sum, { outbox }) => sum + outbox.size, 0),
    )
    gauge('oriel_open_requests', 'Requests that wait for their answer.', () =>
      sessions().reduce((sum, { room }) => sum + room.exchange.openRequests, 0),
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

  onOwnerChange(): void {
    this.#ownerChanges.inc()
  }

  onLogin(outcome: 'accepted' | 'refused' | 'limited'): void {
    this.#logins.inc({ outcome })
  }

  async response(): Promise<Response> {
    const headers = { 'content-type': this.#registry.contentType, 'cache-control': 'no-store' }
    return new Response(await this.#registry.metrics(), { headers })
  }
}
