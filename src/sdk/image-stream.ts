import type { FrameOutcome } from '../shared/stream.ts'
import { refuse } from './check.ts'
import { asBytes, readPicture } from './picture.ts'
import type { Picture } from './picture.ts'
import { StreamOutlet } from './stream-outlet.ts'

/**
 * A moving picture for the windows of this session: `<img data-stream="ID">` or `<canvas data-stream="ID">` in a page shows
 * it. Every window gets the newest frame whenever it has drawn the one before, so a slow one costs the others nothing; one
 * that comes later begins with the frame that is there. Nothing of it is stored, and no frame runs the script again.
 */
export class ImageStream implements Disposable {
  readonly #outlet: StreamOutlet

  /**
   * `id`: what pages name, 1 to 200 characters; a session has one stream of an id at a time. Throws OrielError no_session,
   * session_closed, bad_value, bad_usage (there is one of this id), overloaded (there are 64).
   */
  constructor(id: string) {
    this.#outlet = new StreamOutlet(id, 'ImageStream')
  }

  get id(): string {
    return this.#outlet.id
  }

  /** Aborted when frames go nowhere any more: after `close` and at the end of the session. */
  get signal(): AbortSignal {
    return this.#outlet.signal
  }

  /**
   * Shows a frame: pixels, or the bytes of a PNG, JPEG or WebP file. It is copied at once, so the buffer may be written to
   * again. Resolves with what became of it: `shown` by at least one window, `replaced` by a newer one, `unwatched`,
   * `unchanged` (the same as before; nothing is sent), `failed` (no window could decode it) or `dropped` (the session is gone;
   * nothing throws). Who waits for it before making the next frame runs at the rate that windows keep up with. Rejects with
   * OrielError bad_value, and too_large for more than 20 MiB.
   */
  async push(frame: Picture | Uint8Array | ArrayBuffer): Promise<FrameOutcome> {
    return this.#outlet.push(readPicture(frame, 'ImageStream.push: frame'))
  }

  /** Frees the id. What windows show stays there. Idempotent. */
  close(): void {
    this.#outlet.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** As ImageStream, for bytes of any kind: a page's own script takes them with `oriel.onFrame`, a program with `onFrame`. */
export class ByteStream implements Disposable {
  readonly #outlet: StreamOutlet

  /** As of ImageStream; both share their ids. */
  constructor(id: string) {
    this.#outlet = new StreamOutlet(id, 'ByteStream')
  }

  get id(): string {
    return this.#outlet.id
  }

  /** See ImageStream. */
  get signal(): AbortSignal {
    return this.#outlet.signal
  }

  /** Sends bytes. See ImageStream; `shown` means that a watcher's handler is done with them. */
  async push(bytes: Uint8Array | ArrayBuffer): Promise<FrameOutcome> {
    const known = asBytes(bytes)
    if (!known) refuse('ByteStream.push: bytes', 'a Uint8Array or an ArrayBuffer', bytes)
    return this.#outlet.push({ kind: 'bytes', width: 0, height: 0, bytes: known })
  }

  /** See ImageStream. */
  close(): void {
    this.#outlet.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
