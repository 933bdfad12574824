/**
 * Every error code of the product, with whether trying the same thing again can help.
 * A code is part of the public surface: it goes over the wire, into logs and into tests. Add here, nowhere else.
 */
export const ERROR_CODES = {
  // usage and environment
  bad_usage: { retryable: false },
  bad_value: { retryable: false },
  environment: { retryable: false },
  host_unavailable: { retryable: false },
  not_supported: { retryable: false },
  // scripts
  script_missing: { retryable: false },
  script_unreadable: { retryable: false },
  script_type: { retryable: false },
  script_syntax: { retryable: false },
  script_failed: { retryable: false },
  script_memory: { retryable: false },
  script_stopped: { retryable: false },
  script_not_trusted: { retryable: false },
  // sessions
  no_session: { retryable: false },
  session_closed: { retryable: false },
  unknown_session: { retryable: false },
  session_busy: { retryable: true },
  state_not_defined: { retryable: false },
  // widgets, windows and events
  unknown_widget: { retryable: false },
  window_closed: { retryable: false },
  no_handler: { retryable: false },
  handler_failed: { retryable: false },
  not_connected: { retryable: true },
  timeout: { retryable: true },
  cancelled: { retryable: false },
  closed: { retryable: false },
  overloaded: { retryable: true },
  // across processes
  no_owner: { retryable: true },
  owner_timeout: { retryable: true },
  owner_lost: { retryable: false },
  // wire
  bad_message: { retryable: false },
  protocol_version: { retryable: false },
  too_large: { retryable: false },
  ticket_refused: { retryable: false },
  origin_refused: { retryable: false },
  not_allowed: { retryable: false },
  session_gone: { retryable: false },
  stale: { retryable: false },
  // document
  bad_op: { retryable: false },
  unknown_record: { retryable: false },
  bad_path: { retryable: false },
  document_attached: { retryable: false },
  invalid_record: { retryable: false },
  vetoed: { retryable: false },
  // stores
  store_damaged: { retryable: false },
  store_newer: { retryable: false },
  store_unwritable: { retryable: true },
  // data
  file_missing: { retryable: false },
  file_unreadable: { retryable: false },
  file_damaged: { retryable: false },
  bad_query: { retryable: false },
  // components
  component_failed: { retryable: false },
  component_busy: { retryable: true },
  unknown_component: { retryable: false },
  unknown_event: { retryable: false },
  bad_payload: { retryable: false },
  bad_state: { retryable: false },
  corrupt_state: { retryable: false },
  render_failed: { retryable: false },
  not_streaming: { retryable: false },
  // everything we did not foresee; its details stay on the machine
  internal: { retryable: false },
} as const satisfies Record<string, { retryable: boolean }>

export type ErrorCode = keyof typeof ERROR_CODES

/** What crosses the wire of an error: a code and a public message, never a stack (rule V3). */
export interface PublicError {
  code: string
  message: string
  retryable: boolean
}

/** The one error class of the product. `message` is fit to show to a person; `cause` keeps what happened underneath. */
export class OrielError extends Error {
  readonly code: ErrorCode
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; retryable?: boolean }) {
    super(message, options && 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'OrielError'
    this.code = code
    this.retryable = options?.retryable ?? ERROR_CODES[code].retryable
  }
}

/** Whether `code` is one of ours; a peer of another version may send one that is not. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code)
}

/** What may be told to the other side about `error`: its own code and message if it is ours, else `fallback` without details. */
export function toPublicError(
  error: unknown,
  fallback = 'Something went wrong inside Oriel. The log has the details.',
): PublicError {
  if (error instanceof OrielError) return { code: error.code, message: error.message, retryable: error.retryable }
  return { code: 'internal', message: fallback, retryable: false }
}

/** The error that the other side told us about. */
export function fromPublicError(error: PublicError): OrielError {
  return new OrielError(isErrorCode(error.code) ? error.code : 'internal', error.message, {
    retryable: error.retryable,
  })
}
