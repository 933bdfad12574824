import type { AttachedClient } from '../../shared/calls.ts'
import type { ClientRequest } from '../../shared/client-request.ts'
import type { Value } from '../../shared/value.ts'
import { frozenCopy } from './frozen-copy.ts'

/** The windows and programs that are connected to a session, as its script is told of them. */
export class Clients {
  readonly #present = new Map<string, AttachedClient>()
  #listeners: ((client: AttachedClient) => void)[] = []

  /** What the connection came with; null for one that is not here. */
  requestOf(connectionId: string): ClientRequest | null {
    return this.#present.get(connectionId)?.request ?? null
  }

  /** Calls back for each that is here, and for each that comes. Returns what ends it. */
  onAttach(listener: (client: AttachedClient) => void): () => void {
    this.#listeners = [...this.#listeners, listener]
    for (const client of this.#present.values()) listener(client)
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener)
    }
  }

  /** The main process says that one has come. */
  add(data: Value): void {
    const client = frozenCopy(data, 'client') as AttachedClient
    this.#present.set(client.connectionId, client)
    for (const listener of this.#listeners) listener(client)
  }

  /** The main process says that one has gone. */
  remove(data: Value): void {
    this.#present.delete((data as { connectionId: string }).connectionId)
  }

  clear(): void {
    this.#present.clear()
    this.#listeners = []
  }
}
