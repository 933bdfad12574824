import { prepareOps, type Prepared } from '../shared/document/apply.ts'
import { diffRecords, diffShown, diffStates } from '../shared/document/diff.ts'
import { equal, equalRecords } from '../shared/document/equal.ts'
import type { Layer, ReadableState } from '../shared/document/layer.ts'
import { DocumentState } from '../shared/document/state.ts'
import type { Commit, DocumentRecord, DocumentSnapshot, Edit, Op } from '../shared/document/types.ts'
import type { CommitsMessage } from '../shared/protocol.ts'
import { fromPublicError, OrielError, type PublicError } from '../shared/errors.ts'
import { call } from './changes.ts'
import { bindDocument, Document, documentSource, documentState, tellChange } from './document.ts'
import { LocalSource, MutationIds, type DocumentSource } from './document-source.ts'
import { PendingEdits } from './pending.ts'

/** An edit that the room refused, or changed before it took it. */
export interface EditProblem {
  edit: Edit
  /** Why it was refused; null if the room took it without the ops that no longer had an effect (rule Y7), which may be all. */
  error: OrielError | null
}

/**
 * A client's copy of a session's document: what the room has confirmed, and over it this client's edits that it has not
 * answered yet. What comes from the room is put below those edits, so that every replica ends with what the room has.
 */
export class Replica {
  /** Sends an edit to the room. Edits made while it is null are only kept in `pending`. */
  onSubmit: ((edit: Edit) => void) | null = null
  /** A message is missing, or the copy is not what the room has: connect again, with `epoch` and version as they are now. Without it, the message's call throws OrielError bad_message. */
  onGap: ((error: OrielError) => void) | null = null
  #document: Document
  #confirmed = DocumentState.empty()
  #pending = new PendingEdits(this.#confirmed)
  #epoch = ''
  #version = 0
  #source: DocumentSource
  readonly #problemListeners = new Set<(problem: EditProblem) => void>()

  constructor() {
    this.#source = this.#makeSource()
    this.#document = new Document()
    bindDocument(this.#document, this.#source)
  }

  /** The same instance for the life of the replica, unless another is attached. */
  get document(): Document {
    return this.#document
  }

  /** Of the last snapshot; '' before the first, and when the copy is known to be wrong. */
  get epoch(): string {
    return this.#epoch
  }

  /** Edits that the room has not answered, oldest first. After a snapshot or a resume they are to be sent again. */
  pending(): readonly Edit[] {
    return this.#pending.edits
  }

  /** Called when an edit was refused, and is rolled back, or was taken only in part. Returns unsubscribe. */
  onReject(listener: (problem: EditProblem) => void): () => void {
    this.#problemListeners.add(listener)
    return () => this.#problemListeners.delete(listener)
  }

  /**
   * Makes `document`, until now on its own, the document of this replica: what it holds is sent as one edit of the
   * differences (rule P5). What the script keeps, records of scope `state` and `view`, stays unless `document` has a
   * record of that id. The document before goes on alone. `undo`: for when the room has refused the edit. Throws OrielError
   * document_attached.
   */
  attach(document: Document): { mutationId: string | null; undo: () => void } {
    if (document === this.#document) return { mutationId: null, undo: () => {} }
    const alone = documentSource(document)
    if (!(alone instanceof LocalSource))
      throw new OrielError('document_attached', 'This document belongs to a session. Push a copy of it.')
    const replaced = this.#document
    const wanted = withKept(documentState(document), this.#pending.state)
    const { applied, layer } = prepareOps(this.#pending.state, diffStates(this.#pending.state, wanted))
    const before = this.#pending.state
    bindDocument(this.#document, new LocalSource(copyOf(before), this.#version))
    bindDocument(document, this.#source)
    this.#document = document
    const mutationId = applied.length > 0 ? this.#accept(applied, layer, false) : null
    const undo = () => {
      bindDocument(document, alone)
      bindDocument(replaced, this.#source)
      this.#document = replaced
    }
    return { mutationId, undo }
  }

  /** The document goes on alone from here. */
  release(): void {
    bindDocument(this.#document, new LocalSource(copyOf(this.#pending.state), this.#version))
  }

  /** Starts anew from a snapshot. Pending edits are laid over it; the document tells one change, marked `replaced`. */
  receiveSnapshot(snapshot: DocumentSnapshot, epoch: string, version: number): void {
    const old = this.#confirmed
    const confirmed = DocumentState.fromSnapshot(snapshot)
    // What is no longer there was removed: editing it is to be a no-op and no error.
    for (const id of old.tombstones) if (!confirmed.get(id)) confirmed.write(id, null)
    for (const { id } of old.records()) if (!confirmed.get(id)) confirmed.write(id, null)
    const touched = new Set<string>()
    for (const state of [this.#pending.state, confirmed]) for (const { id } of state.records()) touched.add(id)
    this.#reconcile(touched, 'replaced', () => {
      this.#confirmed = confirmed
      this.#epoch = epoch
      this.#version = version
    })
  }

  /** Applies a commit of the room. One that is in the copy already only settles its edit. */
  receiveCommit(commit: Commit): void {
    const own = this.#pending.find(commit.origin?.mutationId)
    if (commit.epoch !== this.#epoch) return this.#gap(`a commit of another epoch came`)
    if (commit.version <= this.#version) return own ? this.#drop(own) : undefined
    if (commit.version !== this.#version + 1) return this.#gap(`version ${commit.version} came after ${this.#version}`)
    if (own) {
      if (this.#settle(own, commit.version, commit.ops)) return
    } else if (this.#pending.isEmpty || commit.ops.length === 0) return this.#take(commit)
    const prepared = this.#prepare(commit.ops)
    if (!prepared) return
    if (!own && !this.#pending.touches(prepared)) return this.#take(commit, prepared)
    this.#reconcile(prepared.layer.changed.keys(), 'changed', () => {
      this.#confirm(prepared, commit.version)
      if (own) this.#pending.remove(own.mutationId)
    })
    if (own && commit.ops.length < own.ops.length) this.#tellProblem({ edit: own, error: null })
  }

  /** Takes several commits of the room at once, with edits of this client among them. */
  receiveCommits({ epoch, from, version, ops, answered }: CommitsMessage): void {
    if (epoch !== this.#epoch) return this.#gap(`commits of another epoch came`)
    if (version <= this.#version) return
    if (from !== this.#version) return this.#gap(`commits after ${from} came after ${this.#version}`)
    const prepared = this.#prepare(ops)
    if (!prepared) return
    this.#reconcile(prepared.layer.changed.keys(), 'changed', () => {
      this.#confirm(prepared, version)
      for (const mutationId of answered) this.#pending.remove(mutationId)
    })
  }

  /** The edit became commit `version` as it was sent, which may be here already; or it is `unchanged`: nothing of it had an effect. */
  receiveAck(mutationId: string, version: number, unchanged = false): void {
    const edit = this.#pending.find(mutationId)
    if (version <= this.#version) {
      if (!edit) return
      this.#drop(edit)
      return unchanged ? this.#tellProblem({ edit, error: null }) : undefined
    }
    if (!edit || unchanged || version !== this.#version + 1)
      return this.#gap(`version ${version} was acknowledged after ${this.#version}`)
    if (this.#settle(edit, version, edit.ops)) return
    const prepared = this.#prepare(edit.ops)
    if (!prepared) return
    this.#reconcile(prepared.layer.changed.keys(), 'changed', () => {
      this.#confirm(prepared, version)
      this.#pending.remove(mutationId)
    })
  }

  /** Rolls the edit back and tells the onReject listeners. */
  receiveReject(mutationId: string, error: PublicError): void {
    const edit = this.#pending.find(mutationId)
    if (!edit) return
    this.#drop(edit)
    this.#tellProblem({ edit, error: fromPublicError(error) })
  }

  #makeSource(): DocumentSource {
    const ids = new MutationIds()
    const version = () => this.#version
    const state = () => this.#pending.state
    return {
      get version() {
        return version()
      },
      get state() {
        return state()
      },
      nextMutationId: () => ids.next(),
      accept: (ops, layer, held) => this.#accept(ops, layer, held),
      release: () => {
        for (const edit of this.#pending.seal()) this.onSubmit?.(edit)
      },
    }
  }

  #accept(ops: Op[], layer: Layer, held: boolean): string {
    const extended = held ? this.#pending.extendHeld(ops, layer) : null
    if (extended) return extended.mutationId
    const edit: Edit = { mutationId: this.#source.nextMutationId(), ops }
    this.#pending.add(edit, layer, held)
    if (!held) this.onSubmit?.(edit)
    return edit.mutationId
  }

  /** The quick way for the common case: the room took our oldest edit as it was. Nothing that reads see changes. */
  #settle(edit: Edit, version: number, ops: readonly Op[]): boolean {
    const effect = this.#pending.firstEffect(edit.mutationId)
    if (!effect || (ops !== edit.ops && !equal(ops, edit.ops))) return false
    effect.writeInto(this.#confirmed)
    this.#version = version
    this.#pending.settleFirst()
    return true
  }

  /** A commit that no pending edit has to do with. */
  #take(commit: Commit, prepared: Prepared | null = this.#prepare(commit.ops)): void {
    if (!prepared) return
    this.#confirm(prepared, commit.version)
    const { applied, layer } = prepared
    if (applied.length > 0) this.#tell(applied, layer.changed.keys())
  }

  #drop(edit: Edit): void {
    this.#reconcile([], 'changed', () => this.#pending.remove(edit.mutationId))
  }

  /** Tries a commit on the confirmed state. The room has applied it, so if it does not fit, our copy is wrong: null, and told as a gap. */
  #prepare(ops: readonly Op[]): Prepared | null {
    try {
      return prepareOps(this.#confirmed, ops, { missing: 'skip' })
    } catch (error) {
      if (!(error instanceof OrielError)) throw error
      this.#epoch = ''
      this.#gap(error.message, error)
      return null
    }
  }

  #confirm({ layer }: Prepared, version: number): void {
    layer.writeInto(this.#confirmed)
    this.#version = version
  }

  /**
   * Changes what is confirmed or pending by `update`, lays the pending edits anew and tells what readers see of it.
   * `touched`: ids of the confirmed records that `update` changes. Records that end equal stay the same objects.
   */
  #reconcile(touched: Iterable<string>, kind: 'changed' | 'replaced', update: () => void): void {
    const shown = this.#pending.state
    const before = new Map<string, DocumentRecord | undefined>()
    for (const ids of [touched, this.#pending.ids()]) for (const id of ids) before.set(id, shown.get(id))
    const { title, roots } = shown
    update()
    this.#pending.rebase(this.#confirmed)
    const state = this.#pending.state
    // An edit may reach further than before, for instance a removal with more records below: those were as confirmed.
    for (const id of this.#pending.ids()) if (!before.has(id)) before.set(id, this.#confirmed.get(id))
    for (const [id, old] of before) {
      const now = state.get(id)
      if (!old || !now || old === now || !equalRecords(old, now)) continue
      if (!this.#pending.exchange(now, old)) this.#confirmed.write(id, old)
    }
    const ops = diffRecords(before, state)
    ops.push(...diffShown({ title, roots }, state, ops))
    if (ops.length === 0 && kind === 'changed') return
    const changed = [...before].filter(([id, old]) => old !== state.get(id)).map(([id]) => id)
    this.#tell(ops, changed, kind)
  }

  #tell(ops: Op[], touched: Iterable<string>, kind: 'changed' | 'replaced' = 'changed'): void {
    const event = { ops, origin: 'remote' as const, version: this.#version }
    tellChange(this.#document, kind === 'replaced' ? { ...event, replaced: true } : event, touched)
  }

  #tellProblem(problem: EditProblem): void {
    for (const listener of [...this.#problemListeners]) call(listener, problem)
  }

  #gap(reason: string, cause?: OrielError): void {
    const error = new OrielError('bad_message', `The document's copy lost touch with the session: ${reason}.`, {
      cause,
    })
    if (!this.onGap) throw error
    this.onGap(error)
  }
}

/** `wanted` with what the script keeps in `present`: such records that it lacks, and at the end of the roots those that are roots. */
function withKept(wanted: ReadableState, present: ReadableState): DocumentState {
  const kept = [...present.records()].filter((record) => (record.scope ?? 'data') !== 'data' && !wanted.get(record.id))
  const keptIds = new Set(kept.map((record) => record.id))
  const roots = [...wanted.roots, ...present.roots.filter((id) => keptIds.has(id))]
  return new DocumentState(wanted.title, roots, [...wanted.records(), ...kept])
}

function copyOf(state: ReadableState): DocumentState {
  return new DocumentState(state.title, state.roots, state.records())
}
