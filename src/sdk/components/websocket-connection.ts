/** One socket of a client, whatever library makes it. */
export abstract class WebSocketConnection {
  /** Sends `data` as JSON text. What it throws, or rejects with, is taken as a socket that is gone. */
  abstract send(data: object): void | Promise<void>
  /** The next message, as text or as what it holds; null when the socket has closed. */
  abstract receive(): unknown
  abstract close(): void | Promise<void>
}
