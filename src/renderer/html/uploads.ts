import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import { INLINE_UPLOAD_BYTES, MAX_UPLOAD_BYTES, UPLOAD_PIECE_BYTES } from '../../shared/upload.ts'
import type { UploadEnd, UploadPiece } from '../../shared/upload.ts'
import type { Value } from '../../shared/value.ts'
import { PROGRESS_ATTRIBUTE } from './morph.ts'

/** Pieces that may be without an answer: the next is on its way while one is taken. */
const AHEAD = 4
/** A name for a message, however many files there are. */
const nameOf = (files: readonly File[]): string => (files.length === 1 ? files[0]!.name : `${files.length} files`)

/** Files that are on their way, for showing. */
export interface UploadProgress {
  id: number
  name: string
  /** From 0 to 1. */
  done: number
  cancel: () => void
}

export interface UploadsOptions {
  /** Settles when the script has taken the piece, or the end of an upload. */
  send: (data: Value) => Promise<unknown>
  /** Told at the beginning, with each piece, and with null at the end. */
  onProgress: (id: number, progress: UploadProgress | null) => void
}

/** Sends the files of events ahead of them. */
export class Uploads {
  readonly #options: UploadsOptions
  #count = 0

  constructor(options: UploadsOptions) {
    this.#options = options
  }

  /** Whether the files go ahead of their event; false: they go in it. */
  isAhead(files: readonly File[]): boolean {
    return totalOf(files) > INLINE_UPLOAD_BYTES
  }

  /**
   * Sends `files` and marks `trigger` with how far they are. Gives what makes each the value that its event has in its
   * place. Rejects with cancelled if the person does not want it any more, too_large, or what the connection says.
   */
  async send(files: readonly File[], trigger: Element): Promise<(file: File) => Promise<Value>> {
    const total = totalOf(files)
    if (total > MAX_UPLOAD_BYTES) {
      const limit = MAX_UPLOAD_BYTES / 1024 / 1024
      throw new OrielError('too_large', `${nameOf(files)}: at most ${limit} MiB can be sent at once.`)
    }
    const id = ++this.#count
    const stop = new AbortController()
    const sent: { upload: string; file: File }[] = []
    let done = 0
    let hasEnded = false
    const tell = (bytes: number) => {
      if (hasEnded) return
      done += bytes
      trigger.setAttribute(PROGRESS_ATTRIBUTE, (done / total).toFixed(3))
      this.#options.onProgress(id, { id, name: nameOf(files), done: done / total, cancel: () => stop.abort() })
    }
    try {
      tell(0)
      for (const file of files) {
        const upload = randomId()
        sent.push({ upload, file })
        await this.#sendFile(file, upload, stop.signal, tell)
      }
    } catch (error) {
      for (const { upload } of sent)
        void this.#options.send({ upload, cancel: true } satisfies UploadEnd).catch(() => {})
      throw error
    } finally {
      hasEnded = true
      trigger.removeAttribute(PROGRESS_ATTRIBUTE)
      this.#options.onProgress(id, null)
    }
    const uploads = new Map(sent.map(({ file, upload }) => [file, upload]))
    return async (file) => ({ ...describe(file), upload: uploads.get(file)! })
  }

  async #sendFile(file: File, upload: string, signal: AbortSignal, tell: (bytes: number) => void): Promise<void> {
    const open: Promise<unknown>[] = []
    const { size } = file
    // Answers may be long in coming, or the connection gone: who stops it does not wait for them.
    const stopped = new Promise<never>((_, reject) => {
      const stop = () => reject(new OrielError('cancelled', `Sending ${file.name} was cancelled.`))
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop)
    })
    stopped.catch(() => {})
    // An empty file has one piece too, or nobody would know of it.
    for (let offset = 0; offset === 0 || offset < size; offset += UPLOAD_PIECE_BYTES) {
      const part = file.slice(offset, offset + UPLOAD_PIECE_BYTES).arrayBuffer()
      const bytes = new Uint8Array(await Promise.race([part, stopped]))
      const piece = { upload, size, offset, bytes } satisfies UploadPiece
      const taken = this.#options.send(piece).then(() => tell(bytes.byteLength))
      // Awaited below, in order; it must not count as unhandled meanwhile.
      taken.catch(() => {})
      open.push(taken)
      if (open.length >= AHEAD) await Promise.race([open.shift(), stopped])
    }
    await Promise.race([Promise.all(open), stopped])
  }
}

/** A file with its bytes, as it stands in an event. */
export async function readFile(file: File): Promise<Value> {
  return { ...describe(file), bytes: new Uint8Array(await file.arrayBuffer()) }
}

const totalOf = (files: readonly File[]): number => files.reduce((sum, { size }) => sum + size, 0)

const describe = ({ name, size, type, lastModified }: File) => ({ name, size, type, lastModified })
