import { separate, type BulkPlace, type Separated } from '../shared/bulk/separate.ts'
import { Touched } from '../shared/document/touched.ts'
import type { Edit } from '../shared/document/types.ts'
import { MAX_EDITS_AHEAD } from '../shared/protocol.ts'

/** What a queue of edits needs of its client. */
export interface EditQueueOwner {
  /** `places`: for the values that have been sent ahead under the edit's mutationId. */
  send(edit: Edit, places?: BulkPlace[]): void
  /** Sends the large values of an edit ahead of it. Resolves with false if the link was lost; rejects if they cannot be sent at all. */
  sendAhead(mutationId: string, values: Separated['values']): Promise<boolean>
  /** The edit cannot be sent. */
  refuse(mutationId: string, error: unknown): void
}

/**
 * Sends a client's edits in their order, at most MAX_EDITS_AHEAD before the room has answered the first of them: so many
 * it knows again when they come a second time after a drop (rule Z1). Of an edit with large values these go ahead, and
 * edits behind it that have nothing to do with it do not wait for that (rule Z5).
 */
export class EditQueue {
  readonly #owner: EditQueueOwner
  readonly #sent = new Set<string>()
  #waiting: Edit[] = []
  /** The one with large values that are on their way, until the room has answered it. */
  #bulk: Edit | null = null
  #running = false

  constructor(owner: EditQueueOwner) {
    this.#owner = owner
  }

  /** Edits go to the room as they are made. */
  get isRunning(): boolean {
    return this.#running
  }

  /** An edit with large values is under way; what must not overtake it has to wait. */
  get hasBulk(): boolean {
    return this.#bulk !== null
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
    this.#bulk = null
    this.#sent.clear()
  }

  /** The room took or refused the edit. */
  answered(mutationId: string): void {
    if (this.#bulk?.mutationId === mutationId) this.#bulk = null
    if (this.#sent.delete(mutationId)) this.#pump()
  }

  #pump(): void {
    const behind = new Touched()
    if (this.#bulk) behind.add(this.#bulk.ops)
    let next = 0
    while (this.#running && this.#sent.size < MAX_EDITS_AHEAD && next < this.#waiting.length) {
      const edit = this.#waiting[next]!
      if (behind.meets(edit.ops)) {
        behind.add(edit.ops)
        next++
        continue
      }
      const separated = separate(edit.ops)
      if (separated && this.#bulk) {
        behind.add(edit.ops)
        next++
        continue
      }
      this.#waiting.splice(next, 1)
      this.#sent.add(edit.mutationId)
      if (!separated) this.#owner.send(edit)
      else {
        behind.add(edit.ops)
        void this.#sendBulk(edit, separated)
      }
    }
  }

  async #sendBulk(edit: Edit, { ops, places, values }: Separated): Promise<void> {
    const { mutationId } = edit
    this.#bulk = edit
    try {
      const isThere = await this.#owner.sendAhead(mutationId, values)
      // After a drop it begins anew, with all that is pending.
      if (isThere && this.#bulk === edit) this.#owner.send({ mutationId, ops }, places)
    } catch (error) {
      if (this.#bulk === edit) this.#owner.refuse(mutationId, error)
    }
  }
}
