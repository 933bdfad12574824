/** Has work of one key done in the order it came, while work of different keys does not wait for one another. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  /** Does `work` after what is under way for this key, at once if nothing is. Settles as it does. */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const result = before ? before.then(work) : work()
    const settled = result.then(
      () => {},
      () => {},
    )
    this.#last.set(key, settled)
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key)
    })
    return result
  }
}
