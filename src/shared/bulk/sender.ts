import { totalBytes } from '../sizes.ts'
import type { TypedArray } from '../value.ts'
import type { BulkMessage, ChunkMessage } from '../protocol.ts'

/** Bytes of one chunk: what is sent beside a large value waits for this much of it at most. */
export const CHUNK_BYTES = 256 * 1024
/** Bytes that may be on their way before the other side has said that it took some (its credit). */
const WINDOW_BYTES = 1024 * 1024

interface Transfer {
  id: string
  values: readonly Uint8Array<ArrayBuffer>[]
  /** Value that is being sent, and how much of it was. */
  index: number
  offset: number
  /** Bytes of all values that were sent, and that the other side took. */
  sent: number
  taken: number
  total: number
  begun: boolean
  resolve: (done: boolean) => void
}

/**
 * Sends large values ahead of the messages they belong to, one transfer after the other, in chunks and only as fast as
 * the other side takes them: whatever else the link carries goes between the chunks (rule Z5).
 */
export class BulkSender {
  readonly #post: (message: BulkMessage | ChunkMessage) => void
  #queue: Transfer[] = []
  #progress = 0

  constructor(post: (message: BulkMessage | ChunkMessage) => void) {
    this.#post = post
  }

  /** Resolves with true once the other side has all of it, with false if it was given up. */
  send(id: string, values: readonly (TypedArray | ArrayBuffer)[]): Promise<boolean> {
    return new Promise((resolve) => {
      const bytes = values.map(bytesOf)
      const total = totalBytes(bytes)
      this.#queue.push({ id, values: bytes, index: 0, offset: 0, sent: 0, taken: 0, total, begun: false, resolve })
      this.#pump()
    })
  }

  /** The other side has taken so many bytes of this transfer. */
  credit(id: string, taken: number): void {
    const transfer = this.#queue[0]
    if (transfer?.id !== id || taken > transfer.sent || taken < transfer.taken) return
    this.#progress += taken - transfer.taken
    transfer.taken = taken
    if (taken === transfer.total) {
      this.#queue.shift()
      transfer.resolve(true)
    }
    this.#pump()
  }

  /** Bytes that the other side has taken so far, of all transfers. */
  get progress(): number {
    return this.#progress
  }

  /** Stops sending it; the other side forgets what it has of it. */
  cancel(id: string): void {
    const transfer = this.#queue.find((queued) => queued.id === id)
    if (!transfer) return
    this.#queue = this.#queue.filter((queued) => queued !== transfer)
    if (transfer.begun) this.#post({ type: 'bulk', transfer: id, sizes: [] })
    transfer.resolve(false)
    this.#pump()
  }

  /** The link is gone: nothing of what was on its way counts. */
  reset(): void {
    const queue = this.#queue
    this.#queue = []
    for (const { resolve } of queue) resolve(false)
  }

  #pump(): void {
    const transfer = this.#queue[0]
    if (!transfer) return
    if (!transfer.begun) {
      transfer.begun = true
      const sizes = transfer.values.map(({ byteLength }) => byteLength)
      this.#post({ type: 'bulk', transfer: transfer.id, sizes })
    }
    while (this.#queue[0] === transfer && transfer.sent < transfer.total && this.#mayGo(transfer)) {
      const value = transfer.values[transfer.index]!
      if (transfer.offset === value.byteLength) {
        transfer.index++
        transfer.offset = 0
        continue
      }
      // A copy: where messages are cloned, a view would take the whole value along.
      const bytes = value.slice(transfer.offset, transfer.offset + CHUNK_BYTES)
      transfer.offset += bytes.byteLength
      transfer.sent += bytes.byteLength
      this.#post({ type: 'chunk', transfer: transfer.id, bytes })
    }
  }

  #mayGo({ sent, taken }: Transfer): boolean {
    return sent - taken + CHUNK_BYTES <= WINDOW_BYTES
  }
}

function bytesOf(value: TypedArray | ArrayBuffer): Uint8Array<ArrayBuffer> {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value)
}
