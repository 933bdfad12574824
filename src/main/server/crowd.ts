/** One thing that whoever comes counts for, and how many of it there may be. */
export type Share = readonly [key: string, most: number]

/** Who is here, counted by what they belong to, so that none of it has more than its share. */
export class Crowd {
  readonly #counts = new Map<string, number>()

  /** Gives what ends it, which may be called again; null if there are as many as there may be of one of these. */
  enter(...shares: readonly Share[]): (() => void) | null {
    if (shares.some(([key, most]) => (this.#counts.get(key) ?? 0) >= most)) return null
    for (const [key] of shares) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    let isHere = true
    return () => {
      if (!isHere) return
      isHere = false
      for (const [key] of shares) {
        const left = this.#counts.get(key)! - 1
        if (left > 0) this.#counts.set(key, left)
        else this.#counts.delete(key)
      }
    }
  }
}
