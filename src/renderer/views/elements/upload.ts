import type { fileInputElement } from '../../../shared/elements/file-input.ts'
import { randomId } from '../../../shared/ids.ts'
import type { ElementViewProps } from './view.ts'

type SendChunk = NonNullable<ElementViewProps<typeof fileInputElement>['onChunk']>

/** Bytes that are sent at a time: well below what any connection takes as one message. */
const CHUNK_BYTES = 512 * 1024

/** One file on its way to the script. */
export class Upload {
  readonly id = randomId(12)
  readonly file: File
  /** Bytes that the script has. */
  sent = 0
  state: 'sending' | 'sent' | 'stopped' | 'failed' = 'sending'

  constructor(file: File) {
    this.file = file
  }

  /** Sends it part by part, the next when the last has come. Calls `onProgress` after each. True if all of it is there. */
  async send(sendChunk: SendChunk, onProgress: () => void): Promise<boolean> {
    const { name, type, size } = this.file
    try {
      do {
        const bytes = new Uint8Array(await this.file.slice(this.sent, this.sent + CHUNK_BYTES).arrayBuffer())
        if (this.state !== 'sending') return false
        const answer = await sendChunk({ upload: this.id, name, type, size, offset: this.sent, bytes })
        if (this.state !== 'sending') return false
        // What fails was told the person; the answer is null then.
        if (answer !== true) throw new Error('not taken')
        this.sent += bytes.length
        onProgress()
      } while (this.sent < size)
      this.state = 'sent'
    } catch {
      // A file that was moved or changed cannot be read any more.
      this.state = 'failed'
    }
    return this.state === 'sent'
  }

  /** It belongs to the field: on its way, or there. */
  get stands(): boolean {
    return this.state === 'sending' || this.state === 'sent'
  }

  stop(): void {
    if (this.state === 'sending') this.state = 'stopped'
  }
}
