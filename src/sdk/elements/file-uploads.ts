import type { PayloadOf } from '../../shared/elements/define.ts'
import type { fileInputElement } from '../../shared/elements/file-input.ts'
import { OrielError } from '../../shared/errors.ts'
import { tooLarge } from '../../shared/sizes.ts'

/** A file that a person has chosen. */
export interface UploadedFile {
  /** Without its folder. */
  readonly name: string
  /** MIME type as the person's system has it; '' if it knows none. */
  readonly type: string
  /** Bytes. */
  readonly size: number
  readonly bytes: Uint8Array
}

type Chunk = PayloadOf<typeof fileInputElement, 'onChunk'>

interface Limits {
  /** Of one file. */
  maxBytes: number
  /** That are kept. */
  maxFiles: number
}

interface Coming {
  parts: Uint8Array[]
  received: number
}

/** Puts the files of one FileInput together from the parts that a page sends. */
export class FileUploads {
  readonly #coming = new Map<string, Coming>()
  readonly #whole = new Map<string, UploadedFile>()
  #kept: readonly UploadedFile[] = []

  /** What `keep` gave last. */
  get kept(): readonly UploadedFile[] {
    return this.#kept
  }

  /** Takes one part. Throws OrielError too_large, and bad_value for a part that does not follow the one before. */
  add({ upload, name, type, size, offset, bytes }: Chunk, { maxBytes, maxFiles }: Limits): void {
    if (size > maxBytes) throw tooLarge(name, size, maxBytes)
    const coming = this.#coming.get(upload) ?? { parts: [], received: 0 }
    const received = coming.received + bytes.byteLength
    const isEnd = received === size
    if (
      offset !== coming.received ||
      received > size ||
      (bytes.byteLength === 0 && size > 0) ||
      this.#whole.has(upload)
    )
      throw new OrielError('bad_value', `${name}: a part of it is missing or came twice; choose the file again.`)
    // One may be on its way in place of each that is kept.
    if (!this.#coming.has(upload) && this.#coming.size + this.#whole.size >= 2 * maxFiles)
      throw new OrielError('bad_value', `${name}: too many files are being sent.`)
    coming.parts.push(bytes)
    coming.received = received
    if (!isEnd) return void this.#coming.set(upload, coming)
    this.#coming.delete(upload)
    this.#whole.set(upload, Object.freeze({ name, type, size, bytes: joined(coming.parts, size) }))
  }

  /** Forgets all but these, be they whole or still coming. Gives those of them that are whole, in this order. */
  keep(ids: readonly string[]): readonly UploadedFile[] {
    const kept = ids.map((id) => [id, this.#whole.get(id)] as const).filter((entry) => entry[1] !== undefined)
    for (const known of [this.#whole, this.#coming])
      for (const id of known.keys()) if (!ids.includes(id)) known.delete(id)
    this.#kept = kept.map(([, file]) => file!)
    return this.#kept
  }

  idOf(file: UploadedFile): string {
    return [...this.#whole].find(([, own]) => own === file)?.[0] ?? ''
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const whole = new Uint8Array(size)
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.byteLength
  }
  return whole
}
