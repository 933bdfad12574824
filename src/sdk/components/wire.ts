import { OrielError, toPublicError } from '../../shared/errors.ts'
import type { PublicError } from '../../shared/errors.ts'
import type { DispatchResult, StreamFrame } from './dispatch.ts'
import { StateSerializer } from './serializer.ts'

/** A result as it travels: names in snake_case, the state as one text. */
export interface WireResult {
  html: string
  state: string
  component_id: string
  slots: Record<string, string>
  optimistic?: object
  stream_done?: boolean
}

/** Throws ComponentError too_large. */
export function toWire(
  result: DispatchResult & { streamDone?: boolean },
  serializer: StateSerializer = StateSerializer.shared,
): WireResult {
  const wire: WireResult = {
    html: result.html,
    state: serializer.serialize(result.state),
    component_id: result.componentId,
    slots: result.slots,
  }
  if (result.optimistic) wire.optimistic = result.optimistic
  if (result.streamDone !== undefined) wire.stream_done = result.streamDone
  return wire
}

const GENERIC = 'The component failed. The log has the details.'

/** What may be told of a failure: its code and public message; of what was not foreseen, neither cause nor text. */
export function publicError(error: unknown): PublicError {
  return toPublicError(error instanceof OrielError && error.code === 'internal' ? null : error, GENERIC)
}

/**
 * A frame as one server-sent event. Its state is a text inside of it; lines in its HTML survive. `serializer`: of the
 * component's class, if that has one of its own. Throws ComponentError too_large.
 */
export function formatSseFrame(
  frame: StreamFrame | WireResult | { error: PublicError; component_id?: string },
  serializer?: StateSerializer,
): string {
  const wire = 'streamDone' in frame ? toWire(frame, serializer) : frame
  return `data: ${JSON.stringify(wire)}\n\n`
}
