import { NO_WIDGET } from '../../shared/calls.ts'
import {
  COMPONENT_CLOSED_EVENT,
  COMPONENT_GONE_EVENT,
  COMPONENT_MESSAGE_EVENT,
  COMPONENT_REQUEST_EVENT,
  COMPONENT_SOCKET_EVENT,
} from '../../shared/component-calls.ts'
import type { ComponentAnswer, ComponentAsked, ComponentCaller } from '../../shared/component-calls.ts'
import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import type { Value } from '../../shared/value.ts'
import type { Exchange } from './exchange.ts'
import type { Peer } from './peer.ts'

/** How long a handler may take to answer a request from outside, in ms. */
const ANSWER_TIMEOUT_MS = 120_000

/** Where an answer that comes in pieces goes. `write` settles when there is room for more; false: nobody reads it any more. */
export interface ComponentSink {
  write(bytes: Uint8Array): Promise<boolean>
  end(): void
}

/** The outside's end of a socket. */
export interface ComponentSocketEnd {
  /** False: it is gone. */
  send(text: string): boolean
  close(): void
}

/** The script's end of a socket. */
export interface ComponentSocketLine {
  hear(text: string): void
  /** The outside has gone. */
  gone(): void
}

/** What of a request goes on to the script. */
export type ComponentAsking = Omit<ComponentAsked, 'id'>

export interface ComponentGateOptions {
  exchange: () => Exchange
  script: () => Peer | null
  /** Why there is no script to answer. */
  absence: () => OrielError
}

/** A session's components for those outside: takes requests and sockets to its script, and brings back what it says. */
export class ComponentGate {
  readonly #options: ComponentGateOptions
  readonly #sinks = new Map<string, ComponentSink>()
  readonly #sockets = new Map<string, { end: ComponentSocketEnd; script: Peer }>()

  constructor(options: ComponentGateOptions) {
    this.#options = options
  }

  /**
   * The script's answer. Where its body comes in pieces it is null and they go to `sink`; `gone` is for telling that nobody
   * reads them. Rejects with why there is no script, timeout, overloaded.
   */
  async request(asking: ComponentAsking, sink: ComponentSink): Promise<ComponentAnswer & { gone: () => void }> {
    const script = this.#script()
    const id = randomId()
    this.#sinks.set(id, sink)
    const gone = () => {
      if (this.#sinks.delete(id) && !script.removed) this.#tell(script, COMPONENT_GONE_EVENT, { id })
    }
    try {
      const data = { id, ...asking } satisfies ComponentAsked
      const { exchange } = this.#options
      const answer = await exchange().ask(script, NO_WIDGET, COMPONENT_REQUEST_EVENT, data, ANSWER_TIMEOUT_MS)
      const { status, headers, body } = answer as ComponentAnswer
      if (body !== null) this.#sinks.delete(id)
      return { status, headers, body, gone }
    } catch (error) {
      this.#sinks.delete(id)
      throw error
    }
  }

  /** Takes a socket to the script. Throws why there is no script, overloaded. */
  open(caller: ComponentCaller, headers: { [name: string]: string }, end: ComponentSocketEnd): ComponentSocketLine {
    const script = this.#script()
    const id = randomId()
    this.#sockets.set(id, { end, script })
    this.#tell(script, COMPONENT_SOCKET_EVENT, { id, headers, caller })
    return {
      hear: (text) => {
        // It knows nothing of a run that is over, and who says more than can be taken is not waited for.
        if (script.removed || script.isFull) return end.close()
        this.#tell(script, COMPONENT_MESSAGE_EVENT, { id, text })
      },
      gone: () => {
        if (this.#sockets.delete(id) && !script.removed) this.#tell(script, COMPONENT_CLOSED_EVENT, { id })
      },
    }
  }

  /** The script's next piece of an answer; null: that was all. False: nobody reads it. */
  async chunk(id: string, bytes: Uint8Array | null): Promise<boolean> {
    const sink = this.#sinks.get(id)
    if (!sink) return false
    if (bytes !== null) return sink.write(bytes)
    this.#sinks.delete(id)
    sink.end()
    return true
  }

  /** The script says something on a socket. False: it is gone. */
  send(id: string, text: string): boolean {
    return this.#sockets.get(id)?.end.send(text) ?? false
  }

  /** The script closes a socket. */
  close(id: string): void {
    this.#sockets.get(id)?.end.close()
  }

  /** A run of the script is over: what it had begun to answer is not finished. */
  reset(): void {
    for (const sink of this.#sinks.values()) sink.end()
    this.#sinks.clear()
    for (const { end, script } of [...this.#sockets.values()]) if (script.removed) end.close()
  }

  #tell(script: Peer, event: string, data: Value): void {
    this.#options.exchange().notify(script, NO_WIDGET, event, data)
  }

  #script(): Peer {
    const script = this.#options.script()
    if (!script) throw this.#options.absence()
    if (script.isFull) throw new OrielError('overloaded', 'The script is far behind. Try again later.')
    return script
  }
}
