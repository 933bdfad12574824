/** Where a session is in its life (rule L1). */
export type Life =
  /** Its hooks run; nobody can come yet. */
  | { state: 'creating' }
  /** Something keeps it: a script, a window or a program. */
  | { state: 'live' }
  /** Nothing does; it closes at `deadline` (Unix ms) unless somebody comes. */
  | { state: 'idle'; deadline: number }
  | { state: 'closed' }

export interface SessionLifeOptions {
  /** How long it stays with nothing to keep it, in ms. */
  graceMs: number
  now: () => number
  /** Whether something keeps it now. */
  isKept: () => boolean
  onChange: (life: Life) => void
  /** The deadline has come. */
  onOver: () => void
}

/** The life of one session, from `creating` to `closed`. */
export class SessionLife {
  readonly #options: SessionLifeOptions
  #life: Life = { state: 'creating' }
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(options: SessionLifeOptions) {
    this.#options = options
  }

  get current(): Life {
    return this.#life
  }

  /** It has been created. */
  begin(): void {
    if (this.#life.state === 'creating') this.#settle()
  }

  /** Something came that keeps it, or went. */
  check(): void {
    switch (this.#life.state) {
      case 'live':
        if (!this.#options.isKept()) this.#idle()
        return
      case 'idle':
        if (this.#options.isKept()) this.#live()
        return
      case 'creating':
      case 'closed':
        return
    }
  }

  /** Somebody is on the way: an idle session waits for the whole grace time again. */
  prolong(): void {
    if (this.#life.state === 'idle') this.#settle()
  }

  /** For good. Idempotent. */
  end(): void {
    if (this.#life.state === 'closed') return
    this.#stop()
    this.#set({ state: 'closed' })
  }

  #settle(): void {
    if (this.#options.isKept()) this.#live()
    else this.#idle()
  }

  #live(): void {
    this.#stop()
    this.#set({ state: 'live' })
  }

  #idle(): void {
    this.#stop()
    const { graceMs, now, onOver } = this.#options
    this.#timer = setTimeout(onOver, graceMs)
    this.#set({ state: 'idle', deadline: now() + graceMs })
  }

  #stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #set(life: Life): void {
    this.#life = life
    this.#options.onChange(life)
  }
}
