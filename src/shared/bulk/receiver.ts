import { OrielError } from '../errors.ts'
import type { BulkMessage, ChunkMessage, CreditMessage } from '../protocol.ts'
import { tooLarge } from '../sizes.ts'

/** Transfers that may be here whole before the messages they belong to have come. */
const MAX_WAITING = 64

interface Transfer {
  buffers: ArrayBuffer[]
  index: number
  offset: number
  taken: number
  total: number
}

/** Puts together the large values that the other side sends ahead (rule Z5). One link; a new one begins with a new receiver. */
export class BulkReceiver {
  readonly #maxBytes: number
  readonly #post: (message: CreditMessage) => void
  #current: { id: string; transfer: Transfer } | null = null
  readonly #whole = new Map<string, ArrayBuffer[]>()

  /** `maxBytes`: of all that is held here at once. */
  constructor(maxBytes: number, post: (message: CreditMessage) => void) {
    this.#maxBytes = maxBytes
    this.#post = post
  }

  /** A transfer begins, or, without sizes, is given up. Throws OrielError too_large, bad_message. */
  begin({ transfer: id, sizes }: BulkMessage): void {
    if (sizes.length === 0) {
      this.#whole.delete(id)
      if (this.#current?.id === id) this.#current = null
      return
    }
    if (this.#current || this.#whole.has(id) || this.#whole.size >= MAX_WAITING)
      throw new OrielError('bad_message', 'A transfer began in the middle of another.')
    const total = sizes.reduce((sum, size) => sum + size, 0)
    if (total + this.#held() > this.#maxBytes) throw tooLarge('What is sent ahead', total, this.#maxBytes)
    const buffers = allocate(sizes)
    this.#current = { id, transfer: { buffers, index: 0, offset: 0, taken: 0, total } }
  }

  /** Throws OrielError bad_message. */
  chunk({ transfer: id, bytes }: ChunkMessage): void {
    if (this.#current?.id !== id) return
    const { transfer } = this.#current
    while (transfer.buffers[transfer.index]?.byteLength === transfer.offset) {
      transfer.index++
      transfer.offset = 0
    }
    const buffer = transfer.buffers[transfer.index]
    if (!buffer || bytes.byteLength === 0 || transfer.offset + bytes.byteLength > buffer.byteLength)
      throw new OrielError('bad_message', 'A chunk does not fit its transfer.')
    new Uint8Array(buffer).set(bytes, transfer.offset)
    transfer.offset += bytes.byteLength
    transfer.taken += bytes.byteLength
    if (transfer.taken === transfer.total) {
      this.#whole.set(id, transfer.buffers)
      this.#current = null
    }
    this.#post({ type: 'credit', transfer: id, taken: transfer.taken })
  }

  /** The values of a transfer that is here whole, which is forgotten with that. Throws OrielError bad_message. */
  take(id: string): ArrayBuffer[] {
    const buffers = this.#whole.get(id)
    if (!buffers) throw new OrielError('bad_message', 'What should have been sent ahead of a message is not here.')
    this.#whole.delete(id)
    return buffers
  }

  #held(): number {
    let bytes = 0
    for (const buffers of this.#whole.values()) for (const { byteLength } of buffers) bytes += byteLength
    return bytes
  }
}

function allocate(sizes: readonly number[]): ArrayBuffer[] {
  try {
    return sizes.map((size) => new ArrayBuffer(size))
  } catch (cause) {
    throw new OrielError('too_large', 'There is not enough memory for the values.', { cause })
  }
}
