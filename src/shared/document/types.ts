import type { Value } from '../value.ts'

/** `state` and `data` are stored on disk; `view` (what windows show) is rebuilt when the script runs again. */
export type RecordScope = 'state' | 'view' | 'data'

export interface DocumentRecord {
  id: string
  type: string
  props: { [key: string]: Value }
  children?: string[]
  /** default `data` */
  scope?: RecordScope
}

/** Where in `props` a value lives: keys of objects and indexes of lists. `['children']` is not a path; children change by `put`. */
export type Path = readonly (string | number)[]

export type Op =
  | { op: 'put'; record: DocumentRecord }
  | { op: 'remove'; id: string }
  | { op: 'set'; id: string; path: Path; value: Value }
  | { op: 'unset'; id: string; path: Path }
  | { op: 'splice'; id: string; path: Path; index: number; remove: number; insert: readonly Value[] }
  | { op: 'move'; id: string; path: Path; from: number; to: number }
  | { op: 'append'; id: string; columns: { [name: string]: Value }; rollover?: number }
  | { op: 'columns'; id: string; patches: { [name: string]: [index: number, value: Value][] } }
  | { op: 'roots'; ids: readonly string[] }
  | { op: 'title'; title: string }

/** One accepted change of a document. `version` counts from 1 within an `epoch`; 0 is the empty document. */
export interface Commit {
  epoch: string
  version: number
  origin: { clientId: string; mutationId: string } | null
  ops: Op[]
}

/** A client's proposed change, before the room has ordered it. */
export interface Edit {
  mutationId: string
  ops: Op[]
}

/** A whole document as plain data: what a snapshot message carries and what is stored. */
export interface DocumentSnapshot {
  title: string
  roots: string[]
  records: DocumentRecord[]
}
