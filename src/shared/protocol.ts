import type { BulkPlace } from './bulk/separate.ts'
import type { Commit, DocumentSnapshot, Op } from './document/types.ts'
import type { PublicError } from './errors.ts'
import type { FrameKind, FrameOutcome } from './stream.ts'
import type { Value } from './value.ts'

/** Both sides must speak the same number; it changes when a message changes shape. */
export const PROTOCOL_VERSION = 1

/** Bytes of one logical message, on both sides (rule V4). */
export const DEFAULT_MAX_MESSAGE_BYTES = 20 * 1024 * 1024
/** The same for scripts, and for what windows take: they are this app's own parts. */
export const OWN_MAX_MESSAGE_BYTES = 1024 * 1024 * 1024

/**
 * Edits a client may send before the first of them is answered. The room knows at least so many of the last ones again,
 * so that none is applied twice when they are sent again after a drop (rule Z1).
 */
export const MAX_EDITS_AHEAD = 500

/** WebSocket close codes of ours (rule V2). The same numbers are used on every carrier. */
export const CLOSE = {
  normal: 1000,
  cut: 1006,
  badMessage: 4000,
  badVersion: 4001,
  ticketRefused: 4002,
  notAllowed: 4003,
  sessionGone: 4004,
  helloTimeout: 4005,
  replaced: 4006,
  slow: 4007,
  stale: 4008,
  tooLarge: 4009,
  shutdown: 4010,
} as const

export interface Limits {
  /** bytes */
  maxMessageBytes: number
}

/** The only way in. `ticket` for a first attach, `resume` (the secret of the last welcome) after a drop. */
export interface Hello {
  type: 'hello'
  protocol: number
  ticket?: string
  resume?: string
  epoch?: string
  lastVersion?: number
  /** Highest `seq` of the room's sequenced messages that this client has taken. */
  lastSeq?: number
  /** False: the end of this link is always told, so the room need not listen for its silence (rule Z6). Default true. */
  heartbeat?: boolean
  /** With `resume`: another run of the client takes the place over and knows nothing of what was sent before. */
  fresh?: boolean
  /** What the session is told of this client, beside what its carrier tells (rule L5). */
  arguments?: Record<string, string>
  limits: Limits
}

export interface Welcome {
  type: 'welcome'
  /** `resumed`: what was missed follows; `snapshot`: a snapshot follows, start from it. */
  mode: 'resumed' | 'snapshot'
  sessionId: string
  clientId: string
  connectionId: string
  /** The widget this client is the window of; null for scripts and programs. */
  widgetId: string | null
  epoch: string
  version: number
  /**
   * Secret for the next hello; a new one with each welcome (rule D6). The one before is good until the client has said
   * something after this welcome, which may have been lost.
   */
  resume: string
  /** Highest `seq` of this client's sequenced messages that the room has taken. */
  lastSeq: number
  limits: Limits
}

/**
 * Told instead of a welcome when the session or the client's place in it no longer exists; the carrier is closed after it.
 * `stale`: the place is there, but not what was kept for the client, which has to start afresh with a new ticket.
 */
export interface Gone {
  type: 'gone'
  error: PublicError
}

export interface Snapshot {
  type: 'snapshot'
  epoch: string
  version: number
  document: DocumentSnapshot
  /** Edits whose answers would have come with the commits that it stands for are to be sent again, and are answered then. */
  resend?: boolean
}
/** In the place of a snapshot: the document is larger than this client takes (rule P2). It hears of no commits until it pulls with success. */
export interface Withheld {
  type: 'withheld'
  error: PublicError
}

/** Large values of a message's ops that went ahead of it. */
export interface BulkRef {
  transfer: string
  /** One for each size of the transfer, in the same order. */
  places: BulkPlace[]
}
/** A transfer of large values begins, its chunks follow; without sizes it is given up. One after the other on a link. */
export interface BulkMessage {
  type: 'bulk'
  transfer: string
  /** Bytes of each value. */
  sizes: number[]
}
/** The next bytes of a transfer, of one value at a time. */
export interface ChunkMessage {
  type: 'chunk'
  transfer: string
  bytes: Uint8Array<ArrayBuffer>
}
/** So many bytes of the transfer have been taken; as many more may come. */
export interface CreditMessage {
  type: 'credit'
  transfer: string
  taken: number
}

export interface CommitMessage {
  type: 'commit'
  commit: Commit
  bulk?: BulkRef
}
/** All commits after `from` up to `version` as one, for a client that was too slow for each of them (rule Z4). */
export interface CommitsMessage {
  type: 'commits'
  epoch: string
  from: number
  version: number
  ops: Op[]
  /** Edits of this client among them. */
  answered: string[]
  bulk?: BulkRef
}
export interface EditMessage {
  type: 'edit'
  mutationId: string
  ops: Op[]
  bulk?: BulkRef
  /** Of the script: `seq` of the room's event whose handler made it. */
  cause?: number
}
/** The edit became commit `version` just as it was sent. If the room changed it, the commit itself comes instead. */
export interface AckMessage {
  type: 'ack'
  mutationId: string
  version: number
  /** It made no commit, since nothing of it had an effect any more (rules Y7, Y8); `version` is that of the document then. */
  unchanged?: boolean
}
/** As many edits, in this order, became the commits up to `version` just as they were sent. */
export interface AcksMessage {
  type: 'acks'
  version: number
  mutationIds: string[]
}
export interface RejectMessage {
  type: 'reject'
  mutationId: string
  error: PublicError
}

/*
 * Sequenced messages: event, reply, cancel and call. Their sender numbers them from 1 and keeps each until `received`,
 * so that a drop loses none and repeats none.
 */

/** Something that happened, from a window or a program to the script or the other way; of programs `widgetId` is empty. With `requestId` the sender awaits a reply. */
export interface EventMessage {
  type: 'event'
  seq: number
  widgetId: string
  event: string
  data: Value
  requestId?: string
  /** The reply comes from the room as soon as it has passed the event on, and is how many received it. */
  receipt?: boolean
  /** Filled in by the room for the receiver: which connection it came from. */
  connectionId?: string
}
export type ReplyMessage =
  | { type: 'reply'; seq: number; requestId: string; ok: true; value: Value }
  | { type: 'reply'; seq: number; requestId: string; ok: false; error: PublicError }
/** The asker no longer waits; the handler's signal is aborted. */
export interface CancelMessage {
  type: 'cancel'
  seq: number
  requestId: string
}
/** A request to the main process itself (windows, restart, …). Which methods a client may call depends on its role. Answered by a reply. */
export interface CallMessage {
  type: 'call'
  seq: number
  requestId: string
  method: string
  params: Value
}
export type SequencedMessage = EventMessage | ReplyMessage | CancelMessage | CallMessage

/** All sequenced messages up to `seq` have been taken; by a client also all commits up to `version`. */
export interface ReceivedMessage {
  type: 'received'
  seq: number
  version?: number
}

/** Asks whether all edits that this client sent so far are stored. Sent again after a drop, behind the edits. */
export interface FlushMessage {
  type: 'flush'
  id: number
}
/** Every commit so far is stored, or, with `error`, no longer can be. */
export interface FlushedMessage {
  type: 'flushed'
  id: number
  /** Of the document as it is now; all commits up to it have been sent before this. */
  version: number
  error?: PublicError
}
/** Asks for the document anew; answered by a snapshot. */
export interface PullMessage {
  type: 'pull'
}

/*
 * Frames of streams go beside all of this: they are never kept for a client that is cut off, and a newer one takes the
 * place of one that was not sent yet. The script pushes; windows and programs watch.
 */

/** One frame, from the script to the room and from there to each watcher. */
export interface FrameMessage {
  type: 'frame'
  stream: string
  /** Counts up within the stream: on the script's side its own count, on a watcher's side the room's (rule G4). */
  number: number
  kind: FrameKind
  /** pixels; 0 if it is no picture */
  width: number
  height: number
  bytes: Uint8Array<ArrayBuffer>
}
/** From the room to the script; each frame gets one. `number` is the script's. */
export interface OutcomeMessage {
  type: 'outcome'
  stream: string
  number: number
  outcome: FrameOutcome
}
/** The script pushes no more to this stream; its frame is no longer kept. */
export interface EndMessage {
  type: 'end'
  stream: string
}
/** From now on this client is sent the stream's frames, the present one first. */
export interface WatchMessage {
  type: 'watch'
  stream: string
}
export interface UnwatchMessage {
  type: 'unwatch'
  stream: string
}
/** The watcher is done with this frame and all before it. `ok`: it was shown, or passed over for a newer one. */
export interface ShownMessage {
  type: 'shown'
  stream: string
  number: number
  ok: boolean
}

export interface PingMessage {
  type: 'ping'
  id: number
}
export interface PongMessage {
  type: 'pong'
  id: number
}

export type ClientMessage =
  | Hello
  | EditMessage
  | BulkMessage
  | ChunkMessage
  | CreditMessage
  | FlushMessage
  | PullMessage
  | EventMessage
  | ReceivedMessage
  | ReplyMessage
  | CancelMessage
  | CallMessage
  | FrameMessage
  | EndMessage
  | WatchMessage
  | UnwatchMessage
  | ShownMessage
  | PingMessage
  | PongMessage
export type RoomMessage =
  | Welcome
  | Gone
  | Snapshot
  | Withheld
  | CommitMessage
  | CommitsMessage
  | BulkMessage
  | ChunkMessage
  | CreditMessage
  | AckMessage
  | AcksMessage
  | RejectMessage
  | FlushedMessage
  | EventMessage
  | ReceivedMessage
  | ReplyMessage
  | CancelMessage
  | FrameMessage
  | OutcomeMessage
  | PingMessage
  | PongMessage
