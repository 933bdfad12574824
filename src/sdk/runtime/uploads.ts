import { isPlainObject } from '../../shared/document/kinds.ts'
import { OrielError } from '../../shared/errors.ts'
import { MAX_UPLOADS, MAX_UPLOAD_BYTES } from '../../shared/upload.ts'
import type { Value } from '../../shared/value.ts'

/** An upload that nothing was heard of for so long is given up, in ms: longer than a client that was cut off may stay away. */
const ABANDONED_AFTER_MS = 300_000

interface Upload {
  bytes: Uint8Array
  received: number
  /** Unix ms */
  lastPieceAt: number
}

/**
 * The files that pages send ahead of their events, until the event comes that they belong to. What a page sends is not
 * trusted. Ids are random, so that a page which was cut off goes on over its next connection and no other page can.
 */
export class UploadsOfSession {
  readonly #uploads = new Map<string, Upload>()
  #bytes = 0

  /** Takes a piece, or the end of an upload. Throws OrielError bad_value, too_large, overloaded. */
  take(data: Value): null {
    const given: { readonly [key: string]: unknown } = isPlainObject(data) ? data : {}
    const { upload: id, size, offset, bytes, cancel } = given
    if (typeof id !== 'string' || id.length < 16 || id.length > 64) throw malformed()
    if (cancel === true) return this.#drop(id)
    if (!isCount(size) || !isCount(offset) || !(bytes instanceof Uint8Array)) throw malformed()
    const upload = offset === 0 ? this.#begin(id, size) : this.#uploads.get(id)
    const isNext = upload?.received === offset && upload.bytes.length === size
    if (!isNext || offset + bytes.length > size) throw malformed()
    upload.bytes.set(bytes, offset)
    upload.lastPieceAt = Date.now()
    upload.received += bytes.length
    return null
  }

  /** `data` with the bytes of the files that came ahead of it. */
  fill(data: Value): Value {
    return this.#uploads.size === 0 ? data : this.#filled(data)
  }

  /** The session is over. */
  clear(): void {
    for (const id of [...this.#uploads.keys()]) this.#drop(id)
  }

  #begin(id: string, size: number): Upload {
    if (this.#uploads.has(id)) throw malformed()
    const now = Date.now()
    for (const [other, { lastPieceAt }] of [...this.#uploads])
      if (now - lastPieceAt > ABANDONED_AFTER_MS) this.#drop(other)
    if (size > MAX_UPLOAD_BYTES) throw new OrielError('too_large', 'This file is too large to be sent.')
    if (this.#uploads.size >= MAX_UPLOADS || this.#bytes + size > MAX_UPLOAD_BYTES)
      throw new OrielError('overloaded', 'Too many files are being sent at once. Try again when they are through.')
    const upload = { bytes: new Uint8Array(size), received: 0, lastPieceAt: now }
    this.#uploads.set(id, upload)
    this.#bytes += size
    return upload
  }

  #drop(id: string): null {
    this.#bytes -= this.#uploads.get(id)?.bytes.length ?? 0
    this.#uploads.delete(id)
    return null
  }

  #filled(value: Value): Value {
    if (Array.isArray(value)) return (value as readonly Value[]).map((item) => this.#filled(item))
    if (!isPlainObject(value)) return value
    const { upload: id, ...file } = value
    const upload = typeof id === 'string' ? this.#uploads.get(id) : undefined
    if (typeof id === 'string' && upload && upload.received === upload.bytes.length) {
      this.#drop(id)
      return { ...file, bytes: upload.bytes }
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.#filled(inner)]))
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const malformed = () => new OrielError('bad_value', 'A piece of a file did not fit to those before it.')
