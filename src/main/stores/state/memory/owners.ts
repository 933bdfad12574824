/** Which ids belong to one owner. An owner without any takes no room. */
export class Owners {
  readonly #owners = new Map<string, Set<string>>()

  add(owner: string, id: string): void {
    const ids = this.#owners.get(owner)
    if (ids) ids.add(id)
    else this.#owners.set(owner, new Set([id]))
  }

  remove(owner: string, id: string): void {
    const ids = this.#owners.get(owner)
    if (ids?.delete(id) && ids.size === 0) this.#owners.delete(owner)
  }

  list(owner: string): string[] {
    return [...(this.#owners.get(owner) ?? [])]
  }

  /** Owners that have any. */
  get size(): number {
    return this.#owners.size
  }
}
