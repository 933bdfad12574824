import { OrielError } from '../../shared/errors.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import { describe } from '../check.ts'

/**
 * What went wrong with a component. Its message is public: it is what windows and programs are told. The reason, where
 * there is one, is the `cause`, which stays on this computer. A handler that throws one says itself what people read.
 */
export class ComponentError extends OrielError {
  constructor(message: string, options: { code?: ErrorCode; cause?: unknown } = {}) {
    super(options.code ?? 'component_failed', message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'ComponentError'
  }
}

/** The component has no handler for an event. Code `unknown_event`. */
export class EventNotFoundError extends ComponentError {
  readonly event: string

  constructor(event: string, component: string) {
    super(`${component} has no event ${quoted(event)}.`, { code: 'unknown_event' })
    this.name = 'EventNotFoundError'
    this.event = event
  }
}

/** The error for state that came back in a shape that this side never sent (rules Q27 and Q30). */
export function corruptState(why: string, cause?: unknown): ComponentError {
  return new ComponentError(`The component's state cannot be read: ${why}.`, { code: 'corrupt_state', cause })
}

const MAX_QUOTED = 80

/** `text` from outside as it may stand in a message: short and on one line. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : describe(value)
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text)
}
