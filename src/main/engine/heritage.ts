import { randomId } from '../../shared/ids.ts'
import type { Journal } from './journal.ts'
import { Ledger } from './ledger.ts'
import type { Peer } from './peer.ts'

/** A window's place in a room, as its client can prove it to whichever process has the room. */
export interface Place {
  sessionId: string
  /** Of the session from its beginning to its end, through all processes that have it meanwhile. */
  life: string
  peerId: string
  widgetId: string
}

/** Makes the secrets that clients come back with, and reads those of other processes. */
export interface Succession {
  /** Another one with each call. It begins with the session's id and a dot. */
  issue(place: Place): string
  /** Null: nobody of ours made it. */
  read(secret: string): Place | null
}

export interface HeritageOptions {
  succession: Succession
  journal: Journal
  sessionId: string
  /** Has what is kept beside the document stored soon. */
  mark: () => void
}

const LIFE = 'life'

/** What of a room, beside its document, goes over to the process that has it next. */
export class Heritage {
  readonly ledger: Ledger
  readonly #options: HeritageOptions
  readonly #life: string

  constructor(options: HeritageOptions) {
    this.#options = options
    const { journal, mark } = options
    const aside = journal.aside!
    const stored = aside.get(LIFE)?.['id']
    this.#life = typeof stored === 'string' ? stored : randomId(12)
    this.ledger = new Ledger({
      aside,
      stored: () => journal.stored(),
      onDirty: mark,
      onSettled: (peer) => peer.acknowledge(),
    })
  }

  /** From now on whoever has the session next knows that it has not ended. */
  begin(): void {
    const aside = this.#options.journal.aside!
    if (aside.get(LIFE)) return
    aside.set(LIFE, { id: this.#life })
    this.#options.mark()
  }

  /** The session has ended: nobody comes back to it. */
  end(): void {
    const aside = this.#options.journal.aside!
    for (const name of aside.names()) aside.remove(name)
    this.#options.mark()
  }

  readonly settled = (peer: Peer): number =>
    peer.role === 'window' ? this.ledger.settledUpTo(peer, peer.inbox.last) : peer.inbox.last

  /** What a window's client is to come back with; null for others. */
  secretOf({ role, id: peerId, widgetId }: Peer): string | null {
    if (role !== 'window' || widgetId === null) return null
    return this.#options.succession.issue({ sessionId: this.#options.sessionId, life: this.#life, peerId, widgetId })
  }

  /** The place that a secret is for, if it is one of this session's. */
  placeOf(secret: string): Place | null {
    const { sessionId, succession } = this.#options
    // Others are told apart without a look at their signature.
    if (!secret.startsWith(`${sessionId}.`)) return null
    const place = succession.read(secret)
    return place?.sessionId === sessionId && place.life === this.#life ? place : null
  }
}
