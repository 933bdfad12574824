import { checkArguments } from './client-request.ts'
import { isPlainObject } from './document/kinds.ts'
import { parseOps, parseSnapshot } from './document/validate.ts'
import { OrielError } from './errors.ts'
import { checkFrame } from './frames.ts'
import type { ClientMessage, RoomMessage } from './protocol.ts'
import { FRAME_OUTCOMES } from './stream.ts'
import {
  checkBoolean,
  checkValue,
  type Check,
  listOf,
  MAX_TREE_DEPTH,
  MAX_NAME_LENGTH,
  nullOr,
  oneOf,
  optional,
  refuse,
  shape,
  text,
  wholeNumber,
} from './validate.ts'

/*
 * The shape of every message (protocol.ts), checked before anything looks inside (rule V2). One pass over each
 * message, nothing allocated while all is well; the object that came is the object that is returned.
 */

/** Characters of a ticket or a resume secret: signed ones are long. */
const MAX_SECRET_LENGTH = 4096
/** Characters of an error's message. */
const MAX_ERROR_LENGTH = 100_000

const id = text(1, MAX_NAME_LENGTH)
/** The main process has no connection, and what belongs to no widget has an empty widgetId. */
const idOrEmpty = text(0, MAX_NAME_LENGTH)
const secret = text(1, MAX_SECRET_LENGTH)
const anyText = text(0, Number.MAX_SAFE_INTEGER)
const seq = wholeNumber(1)
const count = wholeNumber(0)
const value: Check = (data, name) => checkValue(data, name)
const type = anyText

const limits = shape({ maxMessageBytes: wholeNumber(1) })
const publicError = shape({ code: id, message: text(0, MAX_ERROR_LENGTH), retryable: checkBoolean })

const ops: Check = documentPart('The ops are malformed', parseOps)
const snapshotDocument: Check = documentPart('The document is malformed', parseSnapshot)

/** Values that one transfer may hold. */
const MAX_BULK_VALUES = 10_000
/** Bytes of one chunk that is taken. */
const MAX_CHUNK_BYTES = 1024 * 1024

const bytes: Check = (data, name) => {
  if (!(data instanceof Uint8Array) || data.byteLength > MAX_CHUNK_BYTES)
    refuse(`${name} must be at most ${MAX_CHUNK_BYTES} bytes of binary.`)
}
const pathKey: Check = (key, name) => (typeof key === 'number' ? count : anyText)(key, name)
const places = listOf(shape({ at: listOf(pathKey, MAX_TREE_DEPTH + 8), kind: text(1, 20) }), MAX_BULK_VALUES)
const bulk = optional(shape({ transfer: id, places }))

const answered = shape({ type, seq, requestId: id, ok: checkBoolean, value })
const failed = shape({ type, seq, requestId: id, ok: checkBoolean, error: publicError })

/** What either side may send. */
const shared: { [type: string]: Check } = {
  event: shape({
    type,
    seq,
    widgetId: idOrEmpty,
    event: text(1, MAX_NAME_LENGTH),
    data: value,
    requestId: optional(id),
    receipt: optional(checkBoolean),
    connectionId: optional(idOrEmpty),
  }),
  reply: (message, name) => ((message as { ok?: unknown }).ok === true ? answered : failed)(message, name),
  cancel: shape({ type, seq, requestId: id }),
  frame: checkFrame,
  bulk: shape({ type, transfer: id, sizes: listOf(seq, MAX_BULK_VALUES) }),
  chunk: shape({ type, transfer: id, bytes }),
  credit: shape({ type, transfer: id, taken: count }),
  received: shape({ type, seq: count, version: optional(count) }),
  ping: shape({ type, id: count }),
  pong: shape({ type, id: count }),
}

const clientMessages = new Map<unknown, Check>(
  Object.entries({
    ...shared,
    hello: shape({
      type,
      protocol: count,
      ticket: optional(secret),
      resume: optional(secret),
      epoch: optional(id),
      lastVersion: optional(count),
      lastSeq: optional(count),
      heartbeat: optional(checkBoolean),
      fresh: optional(checkBoolean),
      arguments: optional(checkArguments),
      limits,
    }),
    edit: shape({ type, mutationId: id, ops, bulk, cause: optional(seq) }),
    flush: shape({ type, id: count }),
    pull: shape({ type }),
    end: shape({ type, stream: id }),
    watch: shape({ type, stream: id }),
    unwatch: shape({ type, stream: id }),
    shown: shape({ type, stream: id, number: wholeNumber(1), ok: checkBoolean }),
    call: shape({ type, seq, requestId: id, method: text(1, MAX_NAME_LENGTH), params: value }),
  }),
)

const roomMessages = new Map<unknown, Check>(
  Object.entries({
    ...shared,
    welcome: shape({
      type,
      mode: oneOf('resumed', 'snapshot'),
      sessionId: id,
      clientId: id,
      connectionId: id,
      widgetId: nullOr(idOrEmpty),
      epoch: id,
      version: count,
      resume: secret,
      lastSeq: count,
      limits,
    }),
    gone: shape({ type, error: publicError }),
    snapshot: shape({ type, epoch: id, version: count, document: snapshotDocument, resend: optional(checkBoolean) }),
    withheld: shape({ type, error: publicError }),
    commits: shape({
      type,
      epoch: id,
      from: count,
      version: count,
      ops,
      answered: listOf(id, Number.MAX_SAFE_INTEGER),
      bulk,
    }),
    commit: shape({
      type,
      commit: shape({
        epoch: id,
        version: wholeNumber(1),
        origin: nullOr(shape({ clientId: id, mutationId: id })),
        ops,
      }),
      bulk,
    }),
    ack: shape({ type, mutationId: id, version: count, unchanged: optional(checkBoolean) }),
    outcome: shape({
      type,
      stream: id,
      number: wholeNumber(1),
      outcome: oneOf(...FRAME_OUTCOMES),
    }),
    acks: shape({ type, version: count, mutationIds: listOf(id, Number.MAX_SAFE_INTEGER) }),
    reject: shape({ type, mutationId: id, error: publicError }),
    flushed: shape({ type, id: count, version: count, error: optional(publicError) }),
  }),
)

/** A part that the document checks itself. Its errors name what they found; only their code may get into ours. */
function documentPart(fault: string, parse: (value: unknown) => unknown): Check {
  return (part) => {
    try {
      parse(part)
    } catch (error) {
      if (!(error instanceof OrielError)) throw error
      throw new OrielError('bad_message', `${fault} (${error.code}).`, { cause: error })
    }
  }
}

/** What a client sent, if it is a message that a client may send. Throws OrielError bad_message; its text is fit for a close frame. */
export function parseClientMessage(message: unknown): ClientMessage {
  check(message, clientMessages)
  return message as ClientMessage
}

/** What a room sent, if it is a message that a room may send. Throws OrielError bad_message. */
export function parseRoomMessage(message: unknown): RoomMessage {
  check(message, roomMessages)
  return message as RoomMessage
}

function check(message: unknown, known: ReadonlyMap<unknown, Check>): void {
  if (!isPlainObject(message)) refuse('A message must be an object.')
  const checkMessage = known.get(message.type)
  if (!checkMessage) refuse('The message has an unknown type.')
  checkMessage(message, message.type as string)
}
