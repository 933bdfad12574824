import { isPlainObject } from '../../../shared/document/kinds.ts'
import { OrielError } from '../../../shared/errors.ts'
import { randomId } from '../../../shared/ids.ts'
import { checkId, checkOptionalId, fromJson, isId, toJson } from './checks.ts'
import type { EventMessage } from './types.ts'

/** What `publish` takes. */
export type EventDraft = Partial<EventMessage> & { eventType: string; widgetId: string }

/** The event with all its fields, as text for a carrier. Throws OrielError bad_value or too_large. */
export function encodeEvent(draft: EventDraft, workerId: string, now: number): string {
  if (draft.timestamp !== undefined && !Number.isFinite(draft.timestamp))
    throw new OrielError('bad_value', 'timestamp must be a number of milliseconds.')
  const envelope = JSON.stringify({
    eventType: checkId(draft.eventType, 'eventType'),
    widgetId: checkId(draft.widgetId, 'widgetId'),
    sourceWorkerId: checkId(draft.sourceWorkerId ?? workerId, 'sourceWorkerId'),
    targetWorkerId: checkOptionalId(draft.targetWorkerId, 'targetWorkerId'),
    timestamp: draft.timestamp ?? now,
    messageId: checkId(draft.messageId ?? randomId(), 'messageId'),
  })
  return `${envelope.slice(0, -1)},"data":${toJson(draft.data ?? {}, 'data')}}`
}

/** The event in `text`, which may come from anyone who reaches the backend; null if it is not one. */
export function decodeEvent(text: string): EventMessage | null {
  const event = fromJson(text)
  if (!event) return null
  const { eventType, widgetId, data, sourceWorkerId, targetWorkerId, timestamp, messageId } = event
  if (!isId(eventType) || !isId(widgetId) || !isId(sourceWorkerId) || !isId(messageId)) return null
  if (targetWorkerId !== null && !isId(targetWorkerId)) return null
  if (typeof timestamp !== 'number' || !isPlainObject(data)) return null
  return { eventType, widgetId, data, sourceWorkerId, targetWorkerId, timestamp, messageId }
}
