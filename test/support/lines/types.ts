import type { Attach } from '../../../src/main/server/types.ts'
import type { Carrier } from '../../../src/shared/carrier.ts'

/** `up`: from the client to the room. */
export type Way = 'up' | 'down'

/** One client's way to a lobby over one kind of carrier, with what can go wrong on it. One connection at a time. */
export interface Line {
  /** How many connections were opened. */
  readonly opened: number
  /** False: nothing answers where the client calls. */
  reachable: boolean
  /** A new connection: the client's end of it; the other goes to the lobby. */
  open(): Promise<Carrier>
  /** The connection ends without a word, and both sides notice. */
  cut(): void
  /** Cuts it once so many bytes more have gone that way; where messages pass whole, the one that would pass them is lost. */
  cutAfter(way: Way, bytes: number): void
  /** The same for the connection that is opened next. */
  cutNext(way: Way, bytes: number): void
  /** From now on nothing arrives on this connection, either way, and nobody is told: half-open. */
  stall(): void
  /** Bytes that went over it since the last call, both ways; counting begins with the first call. */
  traffic(): number
  /** Ways to say what is no message on this kind of carrier, by name. */
  readonly garbage: ReadonlyMap<string, () => void>
}

/** Where lines of one kind lead to. */
export interface Station {
  line(): Line
  end(): Promise<void>
}

export interface StationOptions {
  /** Gets the room's end of every connection. */
  receive: Attach
  /** Bytes, where the kind of carrier has a limit; default as in the product. */
  maxMessageBytes?: number
}

/** A kind of carrier. */
export interface LineKind {
  /** Frames have a largest size. */
  isBounded: boolean
  start(options: StationOptions): Promise<Station>
}
