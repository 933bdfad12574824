import { snapshotOf, DocumentState } from '../shared/document/state.ts'
import { fromJsonValue, toJsonValue } from '../shared/document/json.ts'
import type { ReadableState } from '../shared/document/layer.ts'
import type { DocumentRecord } from '../shared/document/types.ts'
import { parseSnapshot } from '../shared/document/validate.ts'
import { OrielError } from '../shared/errors.ts'
import type { Value } from '../shared/value.ts'
import { Changes, type ChangeEvent, type ChangeListener } from './changes.ts'
import { LocalSource, type DocumentSource } from './document-source.ts'
import { OpenTransaction, type Transaction } from './transaction.ts'

/** What a Replica may do with a Document and nobody else. */
interface Internals {
  bind(document: Document, source: DocumentSource): void
  sourceOf(document: Document): DocumentSource
  tell(document: Document, event: ChangeEvent, touched: Iterable<string>): void
}
let internals: Internals

/**
 * A session's document as its clients see it: own edits at once, those of others as they come. Made by hand it is a
 * document on its own, which can be pushed to a session. Records are immutable: a changed record is a new object.
 */
export class Document {
  #source: DocumentSource = new LocalSource(DocumentState.empty())
  #open: OpenTransaction | null = null
  #holds = 0
  readonly #changes = new Changes()

  /** What `toJSON` gave, also after a round trip through text. Throws OrielError bad_op | bad_value. */
  static fromJSON(value: object): Document {
    const document = new Document()
    const snapshot = parseSnapshot(fromJsonValue(value), { copy: true })
    document.#source = new LocalSource(DocumentState.fromSnapshot(snapshot))
    return document
  }

  /** The last commit in it; on its own, how many edits were made. 0 is the empty document. */
  get version(): number {
    return this.#source.version
  }

  get title(): string {
    return this.#state.title
  }

  set title(title: string) {
    this.transact((tx) => tx.title(title))
  }

  /** Ids of the records at the top, in order. An id here may name a record that is not there yet. */
  get roots(): readonly string[] {
    return this.#state.roots
  }

  get(id: string): Readonly<DocumentRecord> | undefined {
    return this.#state.get(id)
  }

  records(): IterableIterator<DocumentRecord> {
    return this.#state.records()
  }

  /**
   * Makes one edit of all that `fn` does, or none if it throws; the error is passed on. Returns the edit's mutation id. What
   * changes nothing makes no edit (rules Y7, Y8). Inside another transaction it is part of that one. Throws OrielError
   * bad_usage if `fn` is async.
   */
  transact(fn: (tx: Transaction) => void): string {
    const outer = this.#open
    const transaction = new OpenTransaction(outer ? outer.layer : this.#source.state)
    this.#open = transaction
    try {
      const result: unknown = fn(transaction)
      if (isThenable(result)) throw new OrielError('bad_usage', 'transact(fn): fn must not be async.')
    } finally {
      this.#open = outer
      transaction.end()
    }
    const { ops, layer } = transaction
    if (ops.length === 0) return this.#source.nextMutationId()
    if (outer) {
      outer.include(transaction)
      return this.#source.nextMutationId()
    }
    const touched = [...layer.changed.keys()]
    const mutationId = this.#source.accept(ops, layer, this.#holds > 0)
    this.#changes.tell({ ops, origin: 'local', version: this.version }, touched)
    return mutationId
  }

  /** Called after each change. With `id`, only for changes of that record, with only their ops. Returns unsubscribe. */
  onChange(listener: ChangeListener, filter: { id?: string } = {}): () => void {
    return this.#changes.add(listener, filter.id)
  }

  /**
   * From here to `release` local edits show at once but are sent as one, the last value per path. May be nested. All
   * transactions in between have one mutation id.
   */
  hold(): void {
    this.#holds++
  }

  /** Sends what was held, if it changes anything. Throws OrielError bad_usage without `hold`. */
  release(): void {
    if (this.#holds === 0) throw new OrielError('bad_usage', 'release() was called without hold().')
    if (--this.#holds === 0) this.#source.release()
  }

  /** Title, roots and records in a form that `JSON.stringify` keeps whole, binary too. */
  toJSON(): object {
    const { title, roots, records } = snapshotOf(this.#state)
    return { title, roots, records: records.map((record) => toJsonValue(record as unknown as Value)) }
  }

  /** What reads see: inside a transaction, with its own edits. */
  get #state(): ReadableState {
    return this.#open?.layer ?? this.#source.state
  }

  static {
    internals = {
      bind: (document, source) => {
        document.#source = source
      },
      sourceOf: (document) => document.#source,
      tell: (document, event, touched) => document.#changes.tell(event, touched),
    }
  }
}

/** For Replica alone: from now on `document` shows and edits what `source` has. Listeners stay. */
export function bindDocument(document: Document, source: DocumentSource): void {
  internals.bind(document, source)
}

/** For Replica alone: the content of `document`, finished transactions only. */
export function documentState(document: Document): ReadableState {
  return internals.sourceOf(document).state
}

/** For Replica alone: what stands behind `document`. */
export function documentSource(document: Document): DocumentSource {
  return internals.sourceOf(document)
}

/** For Replica alone: tells the listeners of `document`. */
export function tellChange(document: Document, event: ChangeEvent, touched: Iterable<string>): void {
  internals.tell(document, event, touched)
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
