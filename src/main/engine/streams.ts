import { MAX_STREAMS, MAX_UNSHOWN } from '../../shared/frames.ts'
import type { FrameMessage, ShownMessage } from '../../shared/protocol.ts'
import type { FrameOutcome } from '../../shared/stream.ts'
import type { Peer } from './peer.ts'

/** Streams that one client may watch, whether they are there yet or not. */
const MAX_WATCHED = 256
/** Bytes of frames that one client may have been sent without having shown them; one frame may always be. */
const MAX_UNSHOWN_BYTES = 32 * 1024 * 1024

interface Stream {
  readonly name: string
  /** The newest frame, with the room's number; kept for whoever comes (rule G3). */
  current: FrameMessage | null
  /** Of the newest frame. */
  number: number
  readonly watchers: Map<Peer, Watcher>
  /** Frames whose outcome the script has not been told: the room's number → the script's. */
  readonly open: Map<number, number>
}

interface Watcher {
  /** Sent and not yet shown, oldest first; at most MAX_UNSHOWN. */
  unshown: { number: number; bytes: number }[]
  /** Number of the last frame that was sent. */
  sent: number
}

/**
 * The streams of one room: the script pushes frames, windows and programs watch. Each watcher is sent the newest frame
 * whenever it has room for one, so a slow one costs nobody else anything (rule G5). Nothing of it is stored.
 */
export class Streams {
  readonly #script: () => Peer | null
  readonly #streams = new Map<string, Stream>()
  /** What each client watches; the stream whose last frame lies furthest back comes first. */
  readonly #watched = new Map<Peer, Set<Stream>>()

  constructor(script: () => Peer | null) {
    this.#script = script
  }

  /** A frame of the script. It becomes the stream's newest unless it is the same again. */
  push(message: FrameMessage): void {
    const stream = this.#open(message.stream)
    if (!stream) return this.#tell(message.stream, message.number, 'dropped')
    if (stream.current && isSame(stream.current, message)) return this.#tell(stream.name, message.number, 'unchanged')
    const number = ++stream.number
    stream.open.set(number, message.number)
    stream.current = { ...message, number }
    for (const peer of [...stream.watchers.keys()]) this.#serve(peer)
    this.#settle(stream)
  }

  /** The script pushes no more to it. What windows show stays there. */
  end(name: string): void {
    const stream = this.#streams.get(name)
    if (!stream) return
    stream.current = null
    for (const number of stream.open.values()) this.#tell(name, number, 'dropped')
    stream.open.clear()
    this.#tidy(stream)
  }

  /** There is no script any more, or another one: its streams are over. */
  endAll(): void {
    for (const name of [...this.#streams.keys()]) this.end(name)
  }

  /** From now on `peer` gets the stream's frames, the present one at once. False if it watches too many. */
  watch(peer: Peer, name: string): boolean {
    const watched = this.#watched.get(peer) ?? new Set()
    if (watched.size >= MAX_WATCHED) return false
    const stream = this.#open(name, true)!
    if (stream.watchers.has(peer)) return true
    this.#watched.set(peer, watched.add(stream))
    stream.watchers.set(peer, { unshown: [], sent: 0 })
    this.#serve(peer)
    return true
  }

  unwatch(peer: Peer, name: string): void {
    const stream = this.#streams.get(name)
    if (!stream?.watchers.delete(peer)) return
    this.#watched.get(peer)!.delete(stream)
    this.#settle(stream)
    this.#tidy(stream)
    this.#serve(peer)
  }

  /** `peer` is done with a frame and all before it. */
  shown(peer: Peer, { stream: name, number, ok }: ShownMessage): void {
    const stream = this.#streams.get(name)
    const watcher = stream?.watchers.get(peer)
    if (!watcher?.unshown.some((frame) => frame.number === number)) return
    watcher.unshown = watcher.unshown.filter((frame) => frame.number > number)
    if (ok) this.#close(stream!, number, 'shown')
    else if (!isUnderWay(stream!, number)) this.#close(stream!, number, 'failed')
    this.#serve(peer)
    this.#settle(stream!)
  }

  /** Its connection is gone: it watches nothing until it says so again, and is then sent what is current. */
  forget(peer: Peer): void {
    for (const stream of this.#watched.get(peer) ?? []) {
      stream.watchers.delete(peer)
      this.#settle(stream)
      this.#tidy(stream)
    }
    this.#watched.delete(peer)
  }

  /** Sends `peer` what it has room for, a stream's newest frame each. */
  #serve(peer: Peer): void {
    const watched = this.#watched.get(peer)
    if (!watched) return
    let unshown = 0
    for (const stream of watched) for (const { bytes } of stream.watchers.get(peer)!.unshown) unshown += bytes
    for (const stream of [...watched]) {
      const watcher = stream.watchers.get(peer)!
      const { current } = stream
      if (!current || watcher.sent >= current.number || watcher.unshown.length >= MAX_UNSHOWN) continue
      const bytes = current.bytes.byteLength
      if (unshown > 0 && unshown + bytes > MAX_UNSHOWN_BYTES) continue
      watcher.sent = current.number
      // Larger than this client takes: it does without, and is sent the next.
      if (!peer.offer(current)) continue
      unshown += bytes
      watcher.unshown.push({ number: current.number, bytes })
      // Behind the others, for the next time.
      watched.delete(stream)
      watched.add(stream)
    }
  }

  /** Tells the script of every frame whose outcome is certain by now. */
  #settle(stream: Stream): void {
    for (const number of [...stream.open.keys()]) {
      if (number === stream.number) {
        if (stream.watchers.size === 0) this.#close(stream, number, 'unwatched')
        else if (isRefused(stream)) this.#close(stream, number, 'failed')
      } else if (!isUnderWay(stream, number)) this.#close(stream, number, 'replaced')
    }
  }

  #close(stream: Stream, number: number, outcome: FrameOutcome): void {
    const pushed = stream.open.get(number)
    if (pushed === undefined) return
    stream.open.delete(number)
    this.#tell(stream.name, pushed, outcome)
  }

  #tell(stream: string, number: number, outcome: FrameOutcome): void {
    this.#script()?.post({ type: 'outcome', stream, number, outcome })
  }

  /** The stream of this name, made if it is not there; null where there are too many. `toWatch`: it may never have a frame. */
  #open(name: string, toWatch = false): Stream | null {
    const known = this.#streams.get(name)
    if (known?.current || (known && toWatch)) return known
    if (!toWatch && [...this.#streams.values()].filter(({ current }) => current).length >= MAX_STREAMS) return null
    const stream = known ?? { name, current: null, number: 0, watchers: new Map(), open: new Map() }
    this.#streams.set(name, stream)
    return stream
  }

  #tidy(stream: Stream): void {
    if (!stream.current && stream.watchers.size === 0) this.#streams.delete(stream.name)
  }
}

/** Whether some watcher was sent this frame and has not said what became of it. */
function isUnderWay(stream: Stream, number: number): boolean {
  return [...stream.watchers.values()].some(({ unshown }) => unshown.some((frame) => frame.number === number))
}

/** Whether nobody could be sent the newest frame. */
function isRefused(stream: Stream): boolean {
  const watchers = [...stream.watchers.values()]
  return watchers.every(({ sent }) => sent === stream.number) && !isUnderWay(stream, stream.number)
}

function isSame(a: FrameMessage, b: FrameMessage): boolean {
  return a.kind === b.kind && a.width === b.width && a.height === b.height && Buffer.compare(a.bytes, b.bytes) === 0
}
