import { OrielError, toPublicError } from '../../shared/errors.ts'
import type { PublicError } from '../../shared/errors.ts'
import type { Value } from '../../shared/value.ts'
import type { Aside } from './aside.ts'
import type { Peer } from './peer.ts'

export type Outcome = { ok: true; value: Value } | { ok: false; error: PublicError }

/** Events of one client that may wait to be settled; older ones then count as done. */
const MAX_ENTRIES = 1000

/** One event of a client, from its coming until the client is known to have the answer. */
interface Entry {
  readonly requestId: string | null
  /** Its number on the way to the script; 0 if another process sent it. */
  readonly scriptSeq: number
  /** What it changed is stored, or about to be: it must not be handled again. */
  changed: boolean
  /** Null: its handler has not ended, or nobody asked. */
  outcome: Outcome | null
  state: 'handling' | 'storing' | 'settled'
  /** Number of the reply among what the client is sent; null before. */
  replySeq: number | null
}

interface Account {
  readonly entries: Map<number, Entry>
  readonly byRequest: Map<string, number>
}

export interface LedgerOptions {
  /** Where what has been handled is stored, with the commits that it made. */
  aside: Aside
  /** Resolves once all commits and rows up to now are stored; never, where that cannot be any more. */
  stored: () => Promise<void>
  /** There are rows to be stored, and perhaps no commit that would take them along. */
  onDirty: () => void
  /** Fewer events wait for their answer than before. */
  onSettled: (peer: Peer) => void
}

/**
 * Which events of its clients a room has handled, kept with the document, so that a process that takes the room over
 * handles none a second time and can give the answer again. An event that has changed the document is answered, and
 * counts as taken, only once that is stored. One that has not is handled again, which nobody notices.
 */
export class Ledger {
  readonly #options: LedgerOptions
  readonly #accounts = new Map<Peer, Account>()
  /** Number of an event on its way to the script → whose it was. */
  readonly #causes = new Map<number, { peer: Peer; seq: number }>()
  #handling = 0
  #isFrozen = false

  constructor(options: LedgerOptions) {
    this.#options = options
  }

  /** Changes are about to be answered for: what stores them had better wait a moment. */
  get isHandlingChanges(): boolean {
    return this.#handling > 0
  }

  /** An event has gone to the script, under this number. */
  begin(peer: Peer, seq: number, requestId: string | null, scriptSeq: number): void {
    const account = this.#account(peer)
    account.entries.set(seq, { requestId, scriptSeq, changed: false, outcome: null, state: 'handling', replySeq: null })
    if (requestId !== null) account.byRequest.set(requestId, seq)
    this.#causes.set(scriptSeq, { peer, seq })
    if (account.entries.size > MAX_ENTRIES) this.#drop(peer, account, account.entries.keys().next().value!)
  }

  /** The script changes something because of the event that it was sent under this number. */
  changed(scriptSeq: number): void {
    const cause = this.#causes.get(scriptSeq)
    const entry = cause && this.#accounts.get(cause.peer)?.entries.get(cause.seq)
    if (!entry || entry.changed) return
    entry.changed = true
    if (entry.state === 'handling') this.#handling++
    this.#write(cause.peer)
  }

  /** Another process goes on: what has not been answered by now it has to answer. */
  freeze(): void {
    this.#isFrozen = true
  }

  /**
   * The handler has ended. `post` sends the answer, now or once what the event changed is stored, and gives its number;
   * null where there is nothing to send.
   */
  finish(peer: Peer, seq: number, outcome: Outcome | null, post: (() => number) | null): void {
    if (this.#isFrozen) return
    const account = this.#accounts.get(peer)
    const entry = account?.entries.get(seq)
    if (!account || !entry || entry.state !== 'handling') {
      post?.()
      return
    }
    if (!entry.changed) {
      post?.()
      return this.#drop(peer, account, seq)
    }
    this.#handling--
    entry.outcome = outcome
    entry.state = 'storing'
    this.#write(peer)
    this.#options.onDirty()
    void this.#options.stored().then(() => {
      if (account.entries.get(seq) !== entry) return
      entry.state = 'settled'
      entry.replySeq = post ? post() : 0
      this.#options.onSettled(peer)
    })
  }

  /** The event that a request of this peer came with; null if none is open. */
  seqOf(peer: Peer, requestId: string): number | null {
    return this.#accounts.get(peer)?.byRequest.get(requestId) ?? null
  }

  /** All events up to this number are handled for good. `last`: the highest that has come. */
  settledUpTo(peer: Peer, last: number): number {
    let settled = last
    for (const [seq, { state }] of this.#accounts.get(peer)?.entries ?? [])
      if (state !== 'settled') settled = Math.min(settled, seq - 1)
    return settled
  }

  /** The client has taken what it was sent, up to this number. */
  acknowledged(peer: Peer, replySeq: number): void {
    const account = this.#accounts.get(peer)
    if (!account) return
    for (const [seq, entry] of account.entries)
      if (entry.state === 'settled' && entry.replySeq !== null && entry.replySeq <= replySeq)
        this.#forget(account, seq, entry)
  }

  /** The client has left. */
  leave(peer: Peer): void {
    const account = this.#accounts.get(peer)
    for (const [seq, entry] of account?.entries ?? []) {
      if (entry.changed && entry.state === 'handling') this.#handling--
      this.#forget(account!, seq, entry)
    }
    this.#accounts.delete(peer)
    if (!this.#isFrozen) this.#options.aside.remove(rowOf(peer.id))
  }

  /** A client comes back that another process had. Gives the highest number up to which all of its events are done. */
  adopt(peer: Peer): number {
    const row = this.#options.aside.get(rowOf(peer.id)) as unknown as Row | undefined
    const account = this.#account(peer)
    for (const [seq, requestId, outcome] of row?.done ?? []) {
      account.entries.set(seq, { requestId, scriptSeq: 0, changed: true, outcome, state: 'settled', replySeq: null })
      if (requestId !== null) account.byRequest.set(requestId, seq)
    }
    return row?.last ?? 0
  }

  /**
   * Whether an event that comes again was handled by the process before. It is answered as it was then. What is older and
   * did not come again the client has the answer of.
   */
  repeat(peer: Peer, seq: number, post: (requestId: string, outcome: Outcome) => number): boolean {
    const account = this.#accounts.get(peer)
    if (!account) return false
    for (const [older, entry] of account.entries)
      if (older < seq && entry.state === 'settled' && entry.replySeq === null) this.#forget(account, older, entry)
    const entry = account.entries.get(seq)
    if (!entry) return false
    entry.replySeq = entry.requestId === null ? 0 : post(entry.requestId, entry.outcome ?? lost())
    return true
  }

  #account(peer: Peer): Account {
    const known = this.#accounts.get(peer)
    if (known) return known
    const account: Account = { entries: new Map(), byRequest: new Map() }
    this.#accounts.set(peer, account)
    return account
  }

  #drop(peer: Peer, account: Account, seq: number): void {
    const entry = account.entries.get(seq)!
    if (entry.changed && entry.state === 'handling') this.#handling--
    this.#forget(account, seq, entry)
    this.#options.onSettled(peer)
  }

  #forget(account: Account, seq: number, { requestId, scriptSeq }: Entry): void {
    account.entries.delete(seq)
    this.#causes.delete(scriptSeq)
    if (requestId !== null) account.byRequest.delete(requestId)
  }

  #write(peer: Peer): void {
    const { entries } = this.#accounts.get(peer)!
    let last = peer.inbox.last
    const done: Row['done'] = []
    for (const [seq, { requestId, changed, outcome }] of entries) {
      last = Math.min(last, seq - 1)
      if (changed) done.push([seq, requestId, outcome])
    }
    const row: Row = { last, done }
    this.#options.aside.set(rowOf(peer.id), row as unknown as { [key: string]: Value })
  }
}

/** What is stored of a client: all its events up to `last` are done, and so are these. */
interface Row {
  last: number
  done: [seq: number, requestId: string | null, outcome: Outcome | null][]
}

function rowOf(peerId: string): string {
  return `peer:${peerId}`
}

/** Its handler had changed something and not ended. */
function lost(): Outcome {
  const text =
    'The process that handled this was lost before it answered. What it had changed is kept; look before you try again.'
  return { ok: false, error: toPublicError(new OrielError('owner_lost', text)) }
}
