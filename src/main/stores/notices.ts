import type { StoreNotice } from './types.ts'

/** Tells listeners what the person should know of the store, and keeps the notice that still holds for those who come later. */
export class NoticeBoard {
  readonly #listeners: ((notice: StoreNotice) => void)[] = []
  #current: StoreNotice | null = null

  /** Tells everyone. A cleared notice is not kept. */
  post(notice: StoreNotice): void {
    this.#current = 'cleared' in notice ? null : notice
    for (const listener of this.#listeners) listener(notice)
  }

  onNotice(listener: (notice: StoreNotice) => void): void {
    this.#listeners.push(listener)
    if (this.#current) listener(this.#current)
  }
}
