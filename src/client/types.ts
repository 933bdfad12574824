import type { CallMethod, Calls } from '../shared/calls.ts'
import type { StreamLink } from '../shared/stream.ts'
import type { Value } from '../shared/value.ts'
import type { Document } from './document.ts'
import type { EditProblem } from './replica.ts'

export type ClientState = 'idle' | 'connecting' | 'open' | 'reconnecting' | 'closed'

export interface RequestOptions {
  /** ms; default 30,000 */
  timeoutMs?: number
  signal?: AbortSignal
}

/** An event as a handler sees it. */
export interface ClientEvent {
  type: string
  widgetId: string
  /** '' where the sender is the main process or the script itself. */
  connectionId: string
  data: Value
  /** The room's number of it, so that edits can say what caused them; absent where nobody asks. */
  seq?: number
  /** Aborted when the asker gave up, or the session closed. */
  signal: AbortSignal
}

/** What the SDK and the page use of a RoomClient; see room-client.ts. */
export interface SessionLink {
  readonly sessionId: string
  readonly clientId: string
  readonly connectionId: string
  readonly state: ClientState
  readonly document: Document
  readonly frames: StreamLink
  /** `widgetId`: whose windows (from a script) or whose script handlers (from a window). Resolves to how many windows it was sent to (script side), 1 on a window's side. */
  emit(widgetId: string, type: string, data?: Value): Promise<number>
  /** The first answer. Rejects with no_handler, handler_failed, timeout, cancelled, window_closed, closed. */
  request(widgetId: string, type: string, data?: Value, options?: RequestOptions): Promise<Value>
  /** One dispatcher per client: its value answers a request; a throw becomes handler_failed unless it is an OrielError. Events are passed in order, without waiting for the answer of the one before. */
  onEvent(dispatcher: (event: ClientEvent) => unknown): void
  call<M extends CallMethod>(
    method: M,
    params: Calls[M]['params'],
    options?: RequestOptions,
  ): Promise<Calls[M]['result']>
  onStateChange(listener: (state: ClientState) => void): () => void
  /** Called when the room refused an edit of this client, which is rolled back, or took it only in part. Returns unsubscribe. */
  onReject(listener: (problem: EditProblem) => void): () => void
  close(why?: string): Promise<void>
}
