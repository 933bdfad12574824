import type { ClientEvent, ClientState, SessionLink } from '../../../../src/client/types.ts'
import type { Op, DocumentRecord } from '../../../../src/shared/document/types.ts'
import type { Value } from '../../../../src/shared/value.ts'

/** A SessionLink with a room's worth of memory: what was sent through it, and a way to send events in. */
export class LinkDouble {
  readonly sessionId: string
  readonly clientId: string
  connectionId: string
  state: ClientState = 'open'
  readonly calls: { method: string; params: unknown }[] = []
  readonly emitted: { widgetId: string; type: string; data: Value }[] = []
  readonly commits: Op[][] = []
  readonly records = new Map<string, DocumentRecord>()
  roots: readonly string[] = []
  /** Answers calls and requests; throw to refuse. */
  answer: (method: string, params: unknown) => unknown = () => null
  #dispatcher: ((event: ClientEvent) => unknown) | null = null
  #stateListeners: ((state: ClientState) => void)[] = []

  constructor(clientId = 'client-1', sessionId = 'session-1', connectionId = 'script-1') {
    this.clientId = clientId
    this.sessionId = sessionId
    this.connectionId = connectionId
  }

  readonly document = {
    getRoots: (): readonly string[] => this.roots,
    get roots() {
      return this.getRoots()
    },
    get: (id: string) => this.records.get(id),
    records: () => this.records.values(),
    transact: (fn: (tx: object) => void): string => {
      const ops: Op[] = []
      fn({
        get: (id: string) => this.records.get(id),
        put: (record: DocumentRecord) => {
          ops.push({ op: 'put', record })
          this.records.set(record.id, structuredClone(record))
        },
        remove: (id: string) => {
          ops.push({ op: 'remove', id })
          this.records.delete(id)
        },
        roots: (ids: readonly string[]) => {
          ops.push({ op: 'roots', ids })
          this.roots = ids
        },
        set: (id: string, path: string[], value: Value) => {
          ops.push({ op: 'set', id, path, value })
          const { target, key } = this.#at(id, path)
          target[key] = structuredClone(value)
        },
        unset: (id: string, path: string[]) => {
          ops.push({ op: 'unset', id, path })
          const { target, key } = this.#at(id, path)
          delete target[key]
        },
      })
      this.commits.push(ops)
      return `mutation-${this.commits.length}`
    },
  }

  async call(method: string, params: unknown): Promise<unknown> {
    this.calls.push({ method, params })
    return this.answer(method, params)
  }

  async emit(widgetId: string, type: string, data: Value = null): Promise<number> {
    this.emitted.push({ widgetId, type, data })
    return 1
  }

  async request(widgetId: string, type: string, data: Value = null): Promise<Value> {
    return (await this.answer(`request:${widgetId}:${type}`, data)) as Value
  }

  onEvent(dispatcher: (event: ClientEvent) => unknown): void {
    this.#dispatcher = dispatcher
  }

  onStateChange(listener: (state: ClientState) => void): () => void {
    this.#stateListeners.push(listener)
    return () => {}
  }

  /** Its records are never refused. */
  onReject(): () => void {
    return () => {}
  }

  async close(): Promise<void> {
    this.state = 'closed'
    for (const listener of this.#stateListeners) listener('closed')
  }

  /** An event as a window sends it. Gives what the script answers, or throws what it throws. */
  async event(widgetId: string, type: string, data: Value = null, more: Partial<ClientEvent> = {}): Promise<unknown> {
    return this.#dispatcher!({
      type,
      widgetId,
      data,
      connectionId: 'window-1',
      signal: new AbortController().signal,
      ...more,
    })
  }

  /** Props of a widget's record. */
  widget(widgetId: string): Record<string, Value> | undefined {
    return this.records.get(`widget:${widgetId}`)?.props
  }

  asLink(): SessionLink {
    return this as unknown as SessionLink
  }

  #at(id: string, path: string[]): { target: Record<string, Value>; key: string } {
    let target = this.records.get(id)!.props
    for (const key of path.slice(0, -1)) target = target[key] as Record<string, Value>
    return { target, key: path.at(-1)! }
  }
}
