import { checkBoolean, listOf, shape, text, wholeNumber } from '../../../shared/validate.ts'
import type { Check } from '../../../shared/validate.ts'
import { checkArguments } from '../../../shared/client-request.ts'
import type { ClientRequest } from '../../../shared/client-request.ts'
import { OrielError } from '../../../shared/errors.ts'
import type { PublicError } from '../../../shared/errors.ts'

/** A visitor's connection begins, at a process that does not have their session. */
export interface OpenMessage {
  kind: 'open'
  from: string
  link: string
  /** The visit. */
  sid: string
  request: ClientRequest
}
/** Somebody asks the components of a visitor's session: a link for them begins. */
export interface ComponentsMessage {
  kind: 'components'
  from: string
  link: string
  /** The visit. */
  sid: string
}
/** One message of a connection, either way. Numbered from 1: a gap ends the connection. */
export interface DataMessage {
  kind: 'data'
  from: string
  link: string
  /** The sender is where the visitor is connected. */
  isEdge: boolean
  number: number
  /** As the codec made it. */
  frame: Uint8Array<ArrayBuffer>
}
export interface CloseMessage {
  kind: 'close'
  from: string
  link: string
  isEdge: boolean
  code: number
  reason: string
}
/** Asks for a page that only the process with the session can make. */
export interface AskMessage {
  kind: 'ask'
  from: string
  id: string
  sid: string
  url: string
  headers: [name: string, value: string][]
}
export interface AnswerMessage {
  kind: 'answer'
  from: string
  id: string
  status: number
  headers: [name: string, value: string][]
  body: Uint8Array<ArrayBuffer>
}
export interface RefusalMessage {
  kind: 'refusal'
  from: string
  id: string
  error: PublicError
}
/** Asks for a sign of life. */
export interface PingMessage {
  kind: 'ping' | 'pong'
  from: string
}

export type WireMessage =
  | OpenMessage
  | ComponentsMessage
  | DataMessage
  | CloseMessage
  | AskMessage
  | AnswerMessage
  | RefusalMessage
  | PingMessage

const id = text(1, 1024)
const count = wholeNumber(0)
const long = text(0, 100_000)
const headers = listOf(listOf(long, 2), 200)
const bytes: Check = (data, name) => {
  if (!(data instanceof Uint8Array)) throw new OrielError('bad_message', `${name} must be binary.`)
}

const SHAPES: ReadonlyMap<unknown, Check> = new Map<unknown, Check>([
  [
    'open',
    shape({
      kind: id,
      from: id,
      link: id,
      sid: id,
      request: shape({ arguments: checkArguments, headers: checkArguments, cookies: checkArguments }),
    }),
  ],
  ['components', shape({ kind: id, from: id, link: id, sid: id })],
  ['data', shape({ kind: id, from: id, link: id, isEdge: checkBoolean, number: count, frame: bytes })],
  ['close', shape({ kind: id, from: id, link: id, isEdge: checkBoolean, code: count, reason: long })],
  ['ask', shape({ kind: id, from: id, id, sid: id, url: long, headers })],
  ['answer', shape({ kind: id, from: id, id, status: count, headers, body: bytes })],
  ['refusal', shape({ kind: id, from: id, id, error: shape({ code: id, message: long, retryable: checkBoolean }) })],
  ['ping', shape({ kind: id, from: id })],
  ['pong', shape({ kind: id, from: id })],
])

/** A message as it came over the wire. Throws OrielError bad_message. */
export function parseWireMessage(raw: unknown): WireMessage {
  const kind = typeof raw === 'object' && raw !== null ? (raw as { kind?: unknown }).kind : undefined
  const check = SHAPES.get(kind)
  if (!check) throw new OrielError('bad_message', 'Another process sent a message of an unknown kind.')
  check(raw, 'message')
  return raw as WireMessage
}
