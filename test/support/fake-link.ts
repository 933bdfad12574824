import type { CallMethod } from '../../src/shared/calls.ts'
import type { ClientEvent, ClientState } from '../../src/client/types.ts'
import type { DocumentRecord, Op } from '../../src/shared/document/types.ts'
import type { Value } from '../../src/shared/value.ts'
import type { DocumentChange, DocumentReader, PageLink } from '../../src/renderer/types.ts'

/** A document as the renderer reads it, changed by hand. */
export class FakeDocument implements DocumentReader {
  roots: readonly string[] = []
  readonly #records = new Map<string, DocumentRecord>()
  readonly #listeners = new Set<(change: DocumentChange) => void>()

  get(id: string): DocumentRecord | undefined {
    return this.#records.get(id)
  }
  records(): Iterable<DocumentRecord> {
    return this.#records.values()
  }
  onChange(listener: (change: DocumentChange) => void, { id }: { id?: string } = {}): () => void {
    const own = ({ ops }: DocumentChange) => {
      const mine = ops.filter((op) => id === undefined || idOf(op) === id)
      if (mine.length > 0) listener({ ops: mine })
    }
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }
  get listenerCount(): number {
    return this.#listeners.size
  }

  put(id: string, type: string, props: object): void {
    const record: DocumentRecord = { id, type, props: structuredClone(props) as DocumentRecord['props'] }
    this.#records.set(id, record)
    this.#tell([{ op: 'put', record }])
  }
  remove(id: string): void {
    this.#records.delete(id)
    this.#tell([{ op: 'remove', id }])
  }
  /** `path` has at most two keys, which is as deep as the renderer's records go. */
  set(id: string, [key = '', inner]: readonly string[], value: Value): void {
    const record = this.#records.get(id)
    if (!record) throw new Error(`no record ${id}`)
    const next = inner === undefined ? value : { ...(record.props[key] as { [key: string]: Value }), [inner]: value }
    this.#records.set(id, { ...record, props: { ...record.props, [key]: next } })
    this.#tell([{ op: 'set', id, path: inner === undefined ? [key] : [key, inner], value }])
  }

  /** Takes one key out of an object and puts it back, at the end, in one change. */
  renew(id: string, [key = '', inner = '']: readonly string[], value: Value): void {
    const record = this.#records.get(id)
    if (!record) throw new Error(`no record ${id}`)
    const { [inner]: _old, ...rest } = record.props[key] as { [key: string]: Value }
    this.#records.set(id, { ...record, props: { ...record.props, [key]: { ...rest, [inner]: value } } })
    const path = [key, inner]
    this.#tell([
      { op: 'unset', id, path },
      { op: 'set', id, path, value },
    ])
  }

  #tell(ops: Op[]): void {
    for (const listener of [...this.#listeners]) listener({ ops })
  }
}

const idOf = (op: Op): string | null => ('record' in op ? op.record.id : 'id' in op ? op.id : null)

export interface SentEvent {
  widgetId: string
  type: string
  data: Value
}

/** A window's link with nothing behind it: notes what is sent and answers as it is told. */
export class FakeLink implements PageLink {
  readonly document = new FakeDocument()
  readonly sent: SentEvent[] = []
  readonly calls: { method: CallMethod; params: unknown }[] = []
  /** What events and requests resolve to; throw to make them fail. */
  answer: (event: SentEvent) => unknown = () => null
  answerCall: (method: CallMethod, params: unknown) => unknown = () => null
  state: ClientState = 'open'
  #dispatcher: ((event: ClientEvent) => unknown) | null = null
  readonly #stateListeners = new Set<(state: ClientState) => void>()

  async emit(widgetId: string, type: string, data: Value = null): Promise<number> {
    await this.request(widgetId, type, data)
    return 1
  }
  async request(widgetId: string, type: string, data: Value = null): Promise<Value> {
    const event = { widgetId, type, data }
    this.sent.push(event)
    return (await this.answer(event)) as Value
  }
  readonly call: PageLink['call'] = async (method, params) => {
    this.calls.push({ method, params })
    return (await this.answerCall(method, params)) as never
  }
  onEvent(dispatcher: (event: ClientEvent) => unknown): void {
    this.#dispatcher = dispatcher
  }
  onStateChange(listener: (state: ClientState) => void): () => void {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** As if the script had sent an event to the window. */
  async receive(type: string, data: Value): Promise<unknown> {
    return this.#dispatcher?.({ type, widgetId: 'main', connectionId: '', data, signal: new AbortController().signal })
  }
  setState(state: ClientState): void {
    this.state = state
    for (const listener of [...this.#stateListeners]) listener(state)
  }
}
