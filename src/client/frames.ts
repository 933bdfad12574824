import type { ClientMessage, FrameMessage, OutcomeMessage } from '../shared/protocol.ts'
import type { FrameContent, FrameHandler, FrameOutcome, StreamFrame, StreamLink } from '../shared/stream.ts'

type Send = (message: ClientMessage, transfer?: ArrayBuffer[]) => void

/** The streams of one client, those it pushes to (a script) and those it watches (windows and programs). */
export class Frames implements StreamLink {
  readonly #send: Send
  readonly #isOpen: () => boolean
  readonly #numbers = new Map<string, number>()
  /** Pushed and not yet answered for: by stream and number. */
  readonly #pushed = new Map<string, (outcome: FrameOutcome) => void>()
  readonly #watched = new Map<string, Watched>()
  /** Counts connections: what came over one is not acknowledged over the next. */
  #link = 0

  constructor(send: Send, isOpen: () => boolean) {
    this.#send = send
    this.#isOpen = isOpen
  }

  push(stream: string, content: FrameContent): Promise<FrameOutcome> {
    if (!this.#isOpen()) return Promise.resolve('dropped')
    const number = (this.#numbers.get(stream) ?? 0) + 1
    this.#numbers.set(stream, number)
    this.#send({ type: 'frame', stream, number, ...content }, [content.bytes.buffer])
    return new Promise((resolve) => this.#pushed.set(pushKey(stream, number), resolve))
  }

  end(stream: string): void {
    this.#send({ type: 'end', stream })
  }

  watch(stream: string, handler: FrameHandler): () => void {
    const known = this.#watched.get(stream)
    const watched = known ?? { watchers: new Set(), last: null }
    const watcher = new Watcher(handler)
    watched.watchers.add(watcher)
    if (!known) {
      this.#watched.set(stream, watched)
      this.#send({ type: 'watch', stream })
    } else if (known.last) void watcher.offer(known.last)
    return () => {
      watcher.stop()
      if (!watched.watchers.delete(watcher) || watched.watchers.size > 0) return
      this.#watched.delete(stream)
      this.#send({ type: 'unwatch', stream })
    }
  }

  onOpen(): void {
    for (const stream of this.#watched.keys()) this.#send({ type: 'watch', stream })
  }

  /** Frames are not kept for a client that is cut off: the next connection brings the newest. */
  onCut(): void {
    this.#link++
    for (const watched of this.#watched.values()) watched.last = null
    const waiting = [...this.#pushed.values()]
    this.#pushed.clear()
    for (const resolve of waiting) resolve('dropped')
  }

  onOutcome({ stream, number, outcome }: OutcomeMessage): void {
    const key = pushKey(stream, number)
    const resolve = this.#pushed.get(key)
    this.#pushed.delete(key)
    resolve?.(outcome)
  }

  onFrame({ stream, number, kind, width, height, bytes }: FrameMessage): void {
    const watched = this.#watched.get(stream)
    // Unwatched since it was sent; nobody waits for word of it.
    if (!watched) return
    const shown = (ok: boolean) => this.#send({ type: 'shown', stream, number, ok })
    // A carrier keeps order; should one not, the newer frame stays (rule G4).
    if (watched.last && number <= watched.last.number) return shown(true)
    const frame: StreamFrame = Object.freeze({ stream, number, kind, width, height, bytes })
    watched.last = frame
    const link = this.#link
    void Promise.all(Array.from(watched.watchers, (watcher) => watcher.offer(frame))).then((settled) => {
      if (link === this.#link) shown(settled.every(Boolean))
    })
  }
}

interface Watched {
  watchers: Set<Watcher>
  /** The newest frame of this connection. */
  last: StreamFrame | null
}

/** Gives one handler a frame at a time: the newest one that came while it was busy with the one before. */
class Watcher {
  readonly #handler: FrameHandler
  #next: { frame: StreamFrame; done: (ok: boolean) => void } | null = null
  #busy = false
  #stopped = false

  constructor(handler: FrameHandler) {
    this.#handler = handler
  }

  /** Resolves when the handler is done with the frame, or has passed it over; false if it threw. */
  offer(frame: StreamFrame): Promise<boolean> {
    this.#next?.done(true)
    return new Promise((done) => {
      this.#next = { frame, done }
      if (!this.#busy) void this.#run()
    })
  }

  stop(): void {
    this.#stopped = true
    this.#next?.done(true)
    this.#next = null
  }

  async #run(): Promise<void> {
    this.#busy = true
    for (let next = this.#next; next; next = this.#next) {
      this.#next = null
      try {
        if (!this.#stopped) await this.#handler(next.frame)
        next.done(true)
      } catch (error) {
        console.error(`oriel: the frame ${next.frame.number} of "${next.frame.stream}" could not be shown:`, error)
        next.done(false)
      }
    }
    this.#busy = false
  }
}

function pushKey(stream: string, number: number): string {
  return `${number} ${stream}`
}
