import type { SequencedMessage } from './protocol.ts'

type WithoutSeq<T> = T extends unknown ? Omit<T, 'seq'> : never
export type UnnumberedMessage = WithoutSeq<SequencedMessage>

/** Numbers the sequenced messages of one direction and keeps each until the other side has taken it. */
export class Outbox {
  #last = 0
  #kept: SequencedMessage[] = []

  /** Messages not yet known to be taken. */
  get size(): number {
    return this.#kept.length
  }

  add(message: UnnumberedMessage): SequencedMessage {
    const numbered: SequencedMessage = { ...message, seq: ++this.#last }
    this.#kept.push(numbered)
    return numbered
  }

  /** Numbers go on from here, as another outbox for the same other side has left them. Only while nothing was added. */
  startAfter(seq: number): void {
    if (this.#last === 0) this.#last = seq
  }

  /** The other side has taken all up to `seq`. */
  release(seq: number): void {
    if (this.#kept.length === 0 || this.#kept[0]!.seq > seq) return
    let taken = 0
    while (taken < this.#kept.length && this.#kept[taken]!.seq <= seq) taken++
    this.#kept = taken === this.#kept.length ? [] : this.#kept.slice(taken)
  }

  /** Gives up a message that cannot be sent at all. */
  drop(seq: number): void {
    this.#kept = this.#kept.filter((message) => message.seq !== seq)
  }

  /** Keeps another message in the place of one that cannot be sent. */
  replace(seq: number, message: UnnumberedMessage): SequencedMessage {
    const numbered: SequencedMessage = { ...message, seq }
    this.#kept = this.#kept.map((kept) => (kept.seq === seq ? numbered : kept))
    return numbered
  }

  /** What has to be sent again after a reconnect, in order. */
  kept(): readonly SequencedMessage[] {
    return this.#kept
  }

  clear(): void {
    this.#kept = []
  }
}

/** Takes each message of the other side's outbox once, in order. */
export class Inbox {
  #last = 0

  /** Highest number taken; what the next `received` or hello says. */
  get last(): number {
    return this.#last
  }

  /** All up to `seq` were taken by another inbox for the same other side. */
  startAfter(seq: number): void {
    this.#last = Math.max(this.#last, seq)
  }

  /** True if the message is new. A repeat after a reconnect is false. */
  take(seq: number): boolean {
    if (seq <= this.#last) return false
    this.#last = seq
    return true
  }

  /** The other side starts again from 1 (a reloaded page). */
  reset(): void {
    this.#last = 0
  }
}
