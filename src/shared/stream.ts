/*
 * What scripts, pages and programs know of streams.
 */

/** What the bytes of a frame are: pixels (4 bytes each: red, green, blue, alpha), a picture in a file's format, or anything. */
export const FRAME_KINDS = ['rgba', 'png', 'jpeg', 'webp', 'bytes'] as const
export type FrameKind = (typeof FRAME_KINDS)[number]

/** What became of a frame; told to the script. */
export const FRAME_OUTCOMES = [
  /** At least one watcher has shown it. */
  'shown',
  /** A newer one came first. */
  'replaced',
  /** Nobody watches; it is kept for who comes. */
  'unwatched',
  /** It is the one before again, and was not sent. */
  'unchanged',
  /** Nobody could show it. */
  'failed',
  /** The session or the connection is gone. */
  'dropped',
] as const
export type FrameOutcome = (typeof FRAME_OUTCOMES)[number]

/** A frame as it is pushed. */
export interface FrameContent {
  /** `rgba`: row by row from the top left. */
  readonly kind: FrameKind
  /** pixels; 0 if it is no picture */
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** One frame of a stream as a watcher gets it. */
export interface StreamFrame extends FrameContent {
  readonly stream: string
  /** Counts up while a client watches; those that were passed over are missing. */
  readonly number: number
}

/** Called for one frame after the other; the next comes when what it returns has settled, and is the newest there is then. */
export type FrameHandler = (frame: StreamFrame) => unknown

/** A client's side of all streams. */
export interface StreamLink {
  /**
   * Pushes a frame, whose buffer is given away. Resolves when it is certain what became of it; never rejects, but throws
   * what the carrier throws.
   */
  push(stream: string, content: FrameContent): Promise<FrameOutcome>
  /** Nothing more is pushed to it. */
  end(stream: string): void
  /** Calls `handler` with the stream's present frame, if there is one, and with each newer one. Returns what ends it. */
  watch(stream: string, handler: FrameHandler): () => void
}
