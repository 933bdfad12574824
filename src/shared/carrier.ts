/**
 * One live, ordered, message-preserving link between a client and a room, whatever carries it: a message port,
 * Electron IPC or a WebSocket (rule V1). A carrier turns messages into frames and back; it knows nothing of what they mean.
 */
export interface Carrier {
  /**
   * Queues one message. After close it does nothing. `transfer`: buffers in the message that the sender gives away; a
   * carrier that can hands them over without a copy.
   */
  send(message: object, transfer?: ArrayBuffer[]): void
  /** Bytes accepted but not yet handed to the system; 0 where that cannot be known. */
  readonly bufferedBytes: number
  /** Called for each decoded message, not yet validated. Messages that came before a listener was set are kept for it. */
  onMessage(listener: (message: unknown) => void): void
  /** Called once, with a WebSocket-style close code; 1006 if the link was cut. Called at once if it is closed already. */
  onClose(listener: (code: number, reason: string) => void): void
  close(code?: number, reason?: string): void
  /** The other side takes no message of more bytes than this: `send` throws too_large for one. Only where messages have a size. */
  limitSend?(bytes: number): void
}
