import { createHash } from 'node:crypto'
import { OrielError, fromPublicError, toPublicError } from '../../../shared/errors.ts'
import type { PublicError } from '../../../shared/errors.ts'
import { isPlainObject } from '../../../shared/document/kinds.ts'
import type { InvokeResult } from './callback-registry.ts'
import { isId } from './checks.ts'
import type { EventDraft } from './events.ts'
import type { EventMessage, JsonObject, JsonValue } from './types.ts'

/** What processes tell each other about callbacks, each on the channel of the one it is for. */
export type CallMessage =
  /** To who has the callback. `id` is the caller's, and comes back with the answer. */
  | { kind: 'call'; id: string; widgetId: string; eventType: string; data: JsonObject }
  /** To the caller. */
  | { kind: 'answer'; id: string; widgetId: string; eventType: string; result: InvokeResult }
  /** To the caller, now and then: these calls of its are not forgotten. */
  | { kind: 'working'; ids: string[] }
  /** To all who have callbacks: the widget is gone. */
  | { kind: 'forget'; widgetId: string }

/** Where a worker is told of calls. Ids may be as long as channels may be. */
export function callChannel(workerId: string): string {
  return `calls:${workerId.length <= 1_000 ? workerId : createHash('sha256').update(workerId).digest('hex')}`
}

/** Where all that have callbacks are told what is for each of them. */
export const CALLS_CHANNEL = 'calls'

/** What one event of a widget is registered under, beside the widget itself. Ids may be as long as keys may be. */
export function eventKey(widgetId: string, eventType: string): string {
  return `callback:${createHash('sha256')
    .update(JSON.stringify([widgetId, eventType]))
    .digest('hex')}`
}

/** What is published for it. Throws OrielError bad_value for a result that is not JSON. */
export function encodeCallMessage(message: CallMessage, from: string): EventDraft {
  switch (message.kind) {
    case 'call': {
      const { kind, id, widgetId, eventType, data } = message
      return { eventType, widgetId, data: { kind, id, data }, sourceWorkerId: from }
    }
    case 'answer': {
      const { kind, id, widgetId, eventType, result } = message
      return { eventType, widgetId, data: { kind, id, ...encodeResult(result, eventType) }, sourceWorkerId: from }
    }
    case 'working':
      return { eventType: 'working', widgetId: '-', data: { kind: 'working', ids: message.ids }, sourceWorkerId: from }
    case 'forget':
      return { eventType: 'forget', widgetId: message.widgetId, data: { kind: 'forget' }, sourceWorkerId: from }
  }
}

/** Null for what is none of these; anyone who reaches the backend may have published it. */
export function decodeCallMessage({ eventType, widgetId, data }: EventMessage): CallMessage | null {
  const { kind, id } = data
  if (kind === 'forget') return { kind, widgetId }
  if (kind === 'working') {
    const { ids } = data
    return Array.isArray(ids) && ids.every(isId) ? { kind, ids } : null
  }
  if (!isId(id)) return null
  if (kind === 'call') return isJsonObject(data['data']) ? { kind, id, widgetId, eventType, data: data['data'] } : null
  const result = kind === 'answer' ? decodeResult(data) : null
  return result && { kind: 'answer', id, widgetId, eventType, result }
}

function encodeResult(result: InvokeResult, eventType: string): JsonObject {
  // Whether the value is JSON is looked at where it is published.
  if (result.ok) return result.result === undefined ? { ok: true } : { ok: true, result: result.result as JsonValue }
  if (result.reason === 'missing') return { ok: false, reason: 'missing' }
  return { ok: false, reason: 'error', error: { ...publicErrorOf(result.error, eventType) } }
}

/** Without stack and cause, which are in the log of the process that has the callback. */
function publicErrorOf(error: Error, eventType: string): PublicError {
  if (error instanceof OrielError) return toPublicError(error)
  const told = new OrielError('handler_failed', `The callback for "${eventType}" failed: ${error.message}`)
  return toPublicError(told)
}

function decodeResult({ ok, reason, result, error }: JsonObject): InvokeResult | null {
  if (ok === true) return { ok, result }
  if (reason === 'missing') return { ok: false, reason }
  if (reason !== 'error' || !isPublicError(error)) return null
  return { ok: false, reason, error: fromPublicError(error) }
}

function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return isPlainObject(value)
}

function isPublicError(value: unknown): value is PublicError {
  return (
    isPlainObject(value) &&
    typeof value['code'] === 'string' &&
    typeof value['message'] === 'string' &&
    typeof value['retryable'] === 'boolean'
  )
}
