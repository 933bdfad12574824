import type { Edit } from '../shared/document/types.ts'
import { MAX_EDITS_AHEAD } from '../shared/protocol.ts'

/**
 * Sends a client's edits in their order, at most MAX_EDITS_AHEAD before the room has answered the first of them: so many
 * it knows again when they come a second time after a drop (rule Z1).
 */
export class EditQueue {
  readonly #send: (edit: Edit) => void
  readonly #sent = new Set<string>()
  #waiting: Edit[] = []
  #running = false

  constructor(send: (edit: Edit) => void) {
    this.#send = send
  }

  /** Edits go to the room as they are made. */
  get isRunning(): boolean {
    return this.#running
  }

  /** Without a connection it is only in the replica's pending edits, which `start` is given. */
  add(edit: Edit): void {
    if (!this.#running) return
    this.#waiting.push(edit)
    this.#pump()
  }

  /** The connection is there and the copy is up to date: all pending edits are sent, whether they were before or not. */
  start(pending: readonly Edit[]): void {
    this.stop()
    this.#running = true
    this.#waiting = [...pending]
    this.#pump()
  }

  stop(): void {
    this.#running = false
    this.#waiting = []
    this.#sent.clear()
  }

  /** The room took or refused the edit. */
  answered(mutationId: string): void {
    if (this.#sent.delete(mutationId)) this.#pump()
  }

  #pump(): void {
    while (this.#running && this.#sent.size < MAX_EDITS_AHEAD) {
      const edit = this.#waiting.shift()
      if (!edit) return
      this.#sent.add(edit.mutationId)
      this.#send(edit)
    }
  }
}
