export interface FairQueueOptions {
  /** Pieces of work that are done at once. */
  atOnce: number
  /** Pieces that may wait, of one place and of all together. */
  waitingOfOne: number
  waiting: number
}

interface Waiting {
  begin: () => void
  refuse: () => void
}

/** Work that is done a few pieces at a time, by turns of the places that it comes from: who brings much holds up only themselves. */
export class FairQueue {
  readonly #options: FairQueueOptions
  /** By place, whose turn comes first first. */
  readonly #waiting = new Map<string, Waiting[]>()
  #underWay = 0
  #size = 0

  constructor(options: FairQueueOptions) {
    this.#options = options
  }

  /** What the work gives; null where too much waits already, and it is not done. */
  async run<T>(place: string, work: () => Promise<T>): Promise<T | null> {
    if (this.#underWay < this.#options.atOnce) this.#underWay++
    else if (!(await this.#turn(place))) return null
    try {
      return await work()
    } finally {
      this.#next()
    }
  }

  /** False: there is no room to wait. */
  #turn(place: string): Promise<boolean> {
    const own = this.#waiting.get(place) ?? []
    if (own.length >= this.#options.waitingOfOne) return Promise.resolve(false)
    if (this.#size >= this.#options.waiting && !this.#makeRoom(own.length)) return Promise.resolve(false)
    return new Promise((resolve) => {
      own.push({ begin: () => resolve(true), refuse: () => resolve(false) })
      this.#waiting.set(place, own)
      this.#size++
    })
  }

  /** Whoever has most waiting, and more than who comes now would have, gives up the last of it. */
  #makeRoom(ownLength: number): boolean {
    const most = [...this.#waiting.values()].reduce((longest, one) => (one.length > longest.length ? one : longest))
    if (most.length <= ownLength + 1) return false
    most.pop()!.refuse()
    this.#size--
    return true
  }

  #next(): void {
    const [turn] = this.#waiting
    if (!turn) return void this.#underWay--
    const [place, own] = turn
    const { begin } = own.shift()!
    this.#size--
    // Behind all others.
    this.#waiting.delete(place)
    if (own.length > 0) this.#waiting.set(place, own)
    begin()
  }
}
