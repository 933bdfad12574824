import { applyOp } from '../shared/document/apply.ts'
import { Layer, type ReadableState } from '../shared/document/layer.ts'
import type { DocumentRecord, Op, Path } from '../shared/document/types.ts'
import { parseOp } from '../shared/document/validate.ts'
import { OrielError } from '../shared/errors.ts'
import type { Value } from '../shared/value.ts'

/**
 * The edits of one `transact`: one method per op. Each is checked and applied at once, so reads see it; nothing counts
 * before the transaction is through. Values are copied, binary excepted: do not write into it afterwards. All but `get`
 * throw OrielError bad_op | unknown_record | bad_path | bad_value, and bad_usage once the transaction is over.
 */
export interface Transaction {
  get(id: string): Readonly<DocumentRecord> | undefined
  /** Adds the record or replaces the whole of it. Also brings back one that was removed. */
  put(record: DocumentRecord): void
  /** With all records below it. */
  remove(id: string): void
  set(id: string, path: Path, value: Value): void
  unset(id: string, path: Path): void
  /** Removes at most `remove` items at `index` of the list at `path`, and puts `insert` there. */
  splice(id: string, path: Path, index: number, remove: number, insert: readonly Value[]): void
  /** `to` is the item's index after the move. */
  move(id: string, path: Path, from: number, to: number): void
  /** Adds rows to columns, lists or typed arrays; with `rollover`, only the last so many remain. */
  append(id: string, columns: { [name: string]: Value }, rollover?: number): void
  columns(id: string, patches: { [name: string]: [index: number, value: Value][] }): void
  roots(ids: readonly string[]): void
  title(title: string): void
}

/** A transaction while it is being made, over a state that stays as it is. */
export class OpenTransaction implements Transaction {
  /** Ops that had an effect, in order. */
  readonly ops: Op[] = []
  readonly layer: Layer
  #open = true

  constructor(state: ReadableState) {
    this.layer = new Layer(state)
  }

  /** No edits after this. */
  end(): void {
    this.#open = false
  }

  get(id: string): Readonly<DocumentRecord> | undefined {
    return this.layer.get(id)
  }
  put(record: DocumentRecord): void {
    this.#do({ op: 'put', record })
  }
  remove(id: string): void {
    this.#do({ op: 'remove', id })
  }
  set(id: string, path: Path, value: Value): void {
    this.#do({ op: 'set', id, path, value })
  }
  unset(id: string, path: Path): void {
    this.#do({ op: 'unset', id, path })
  }
  splice(id: string, path: Path, index: number, remove: number, insert: readonly Value[]): void {
    this.#do({ op: 'splice', id, path, index, remove, insert })
  }
  move(id: string, path: Path, from: number, to: number): void {
    this.#do({ op: 'move', id, path, from, to })
  }
  append(id: string, columns: { [name: string]: Value }, rollover?: number): void {
    this.#do({ op: 'append', id, columns, rollover })
  }
  columns(id: string, patches: { [name: string]: [index: number, value: Value][] }): void {
    this.#do({ op: 'columns', id, patches })
  }
  roots(ids: readonly string[]): void {
    this.#do({ op: 'roots', ids })
  }
  title(title: string): void {
    this.#do({ op: 'title', title })
  }

  /** Takes over the edits of a transaction that was made inside this one. */
  include(inner: OpenTransaction): void {
    for (const op of inner.ops) this.ops.push(op)
    inner.layer.writeInto(this.layer)
  }

  #do(given: Op): void {
    if (!this.#open)
      throw new OrielError('bad_usage', 'The transaction is over: make all its edits before fn returns, without await.')
    const index = this.ops.length
    const op = parseOp(given, index, { copy: true })
    if (applyOp(this.layer, op, index).length > 0) this.ops.push(op)
  }
}
