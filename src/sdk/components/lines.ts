/** Work that is done one after the other by key, and at the same time for different keys. */
export class Lines {
  readonly #ends = new Map<string, Promise<unknown>>()

  /** Begins at once if nothing with this key is under way. `work` does not reject. */
  async run(key: string, work: () => Promise<void>): Promise<void> {
    const before = this.#ends.get(key)
    const end = before ? before.then(work) : work()
    this.#ends.set(key, end)
    await end
    if (this.#ends.get(key) === end) this.#ends.delete(key)
  }
}
