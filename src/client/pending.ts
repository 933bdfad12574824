import { prepareOps, type Prepared } from '../shared/document/apply.ts'
import { Layer, type ReadableState } from '../shared/document/layer.ts'
import { opRecordId } from '../shared/document/op-error.ts'
import type { DocumentRecord, Edit, Op } from '../shared/document/types.ts'
import { OrielError } from '../shared/errors.ts'
import { coalesce } from '../shared/document/coalesce.ts'

/** One edit that the room has not answered yet. */
interface Entry {
  edit: Edit
  /** What the edit does, over the edits before it; null while it does not fit the document as it is now. */
  effect: Layer | null
  /** Records that the edit's ops name: a change of one may change its effect. */
  names: Set<string>
  /** Still being collected, not sent yet. */
  held: boolean
}

/** The edits of one client that the room has not answered, laid in order over what it has confirmed. */
export class PendingEdits {
  #confirmed: ReadableState
  /** What reads see: the confirmed state with all pending edits that fit. */
  #state: Layer
  #entries: Entry[] = []

  constructor(confirmed: ReadableState) {
    this.#confirmed = confirmed
    this.#state = new Layer(confirmed)
  }

  get state(): Layer {
    return this.#state
  }

  /** Those that were sent, or wait for a connection, oldest first. */
  get edits(): readonly Edit[] {
    return this.#entries.filter((entry) => !entry.held).map((entry) => entry.edit)
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  find(mutationId: string | undefined): Edit | null {
    return this.#entries.find((entry) => entry.edit.mutationId === mutationId)?.edit ?? null
  }

  /** Adds an edit whose effect on `state` is known. */
  add(edit: Edit, effect: Layer, held: boolean): void {
    effect.writeInto(this.#state)
    this.#entries.push({ edit, effect, names: namesOf(edit.ops), held })
  }

  /**
   * Adds to the edit that is being collected; null if there is none, or if it no longer fits the document: the room will
   * refuse that one, and what is added now must not go with it.
   */
  extendHeld(ops: readonly Op[], effect: Layer): Edit | null {
    const held = this.#entries.at(-1)
    if (!held?.held || !held.effect) return null
    held.edit = { ...held.edit, ops: [...held.edit.ops, ...ops] }
    for (const name of namesOf(ops)) held.names.add(name)
    effect.writeInto(this.#state)
    effect.writeInto(held.effect)
    return held.edit
  }

  /** Ends collecting: the edits as they are to be sent, without what cancels out. One as a rule, none if nothing is left of it. */
  seal(): Edit[] {
    const sealed: Edit[] = []
    for (const entry of this.#entries.filter(({ held }) => held)) {
      entry.held = false
      entry.edit = { ...entry.edit, ops: this.#shortened(entry) }
      if (entry.edit.ops.length > 0) {
        sealed.push(entry.edit)
        continue
      }
      this.remove(entry.edit.mutationId)
      this.rebase()
    }
    return sealed
  }

  #shortened(entry: Entry): Op[] {
    const ops = coalesce(entry.edit.ops)
    const below = new Layer(this.#confirmed)
    for (const each of this.#entries.slice(0, this.#entries.indexOf(entry))) each.effect?.writeInto(below)
    try {
      return prepareOps(below, ops).applied
    } catch (error) {
      // Somebody's change came between. The room decides, as for any other edit.
      if (!(error instanceof OrielError)) throw error
      return ops
    }
  }

  /** The effect of the oldest edit if this is it and it fits: what then only has to be written into the confirmed state, followed by `settleFirst`. */
  firstEffect(mutationId: string): Layer | null {
    const first = this.#entries[0]
    return first && first.edit.mutationId === mutationId && !first.held ? first.effect : null
  }

  /** The confirmed state now has the effect of the oldest edit. Nothing that reads see changes by it. */
  settleFirst(): void {
    const first = this.#entries.shift()
    if (!first?.effect) return
    this.#state.forget(first.effect, (changes) =>
      this.#entries.some(({ effect }) => effect !== null && changes(effect)),
    )
  }

  /** Takes an edit out; `rebase` must follow. */
  remove(mutationId: string): void {
    this.#entries = this.#entries.filter((entry) => entry.edit.mutationId !== mutationId)
  }

  /** Whether a commit can change what a pending edit does, or the other way round. */
  touches({ applied, layer: change }: Prepared): boolean {
    if (change.changesTitle && this.#entries.length > 0) return true
    // A removal as such takes the record out of the roots, but not out of those that a pending edit has set.
    const roots = change.changesRoots || applied.some((op) => op.op === 'remove')
    for (const { names, effect } of this.#entries) {
      if (roots && (names.has(ROOTS) || effect?.changesRoots)) return true
      for (const id of change.changed.keys()) if (names.has(id) || effect?.changed.has(id)) return true
    }
    return false
  }

  /** Lays all edits anew over `confirmed`, which has changed below them. */
  rebase(confirmed: ReadableState = this.#confirmed): void {
    this.#confirmed = confirmed
    this.#state = new Layer(confirmed)
    for (const entry of this.#entries) {
      try {
        entry.effect = prepareOps(this.#state, entry.edit.ops).layer
        entry.effect.writeInto(this.#state)
      } catch (error) {
        if (!(error instanceof OrielError)) throw error
        entry.effect = null
      }
    }
  }

  /** Ids of the records that pending edits name or change. */
  *ids(): IterableIterator<string> {
    for (const { names, effect } of this.#entries) {
      yield* names
      if (effect) yield* effect.changed.keys()
    }
  }

  /** Puts `kept`, which is equal, in the place of `record`, so that readers find the object that they know. False if no edit made `record`. */
  exchange(record: DocumentRecord, kept: DocumentRecord): boolean {
    if (this.#state.changed.get(record.id) !== record) return false
    this.#state.write(record.id, kept)
    for (const { effect } of this.#entries) if (effect?.changed.get(record.id) === record) effect.write(record.id, kept)
    return true
  }
}

/** Stands for the roots among the names of an edit; no record has an empty id. */
const ROOTS = ''

function namesOf(ops: readonly Op[]): Set<string> {
  const names = new Set<string>()
  for (const op of ops) {
    const id = opRecordId(op)
    if (id !== null) names.add(id)
    // Removing takes the record out of the roots.
    if (op.op === 'roots' || op.op === 'remove') names.add(ROOTS)
  }
  return names
}
