import { crc32 } from 'node:zlib'
import { addExtension, Packr } from 'msgpackr'
import type { Commit, DocumentRecord, DocumentSnapshot } from '../../shared/document/types.ts'

/*
 * Commits, records and snapshots as bytes: plain MessagePack maps, so that any reader of the format can open them; typed
 * arrays keep their type (`moreTypes`). Values are trees, so tracking shared references (`structuredClone`) would only
 * cost time. A plain number -0 becomes 0, as in JSON.
 */
const packr = new Packr({ moreTypes: true, useRecords: false, mapsAsObjects: true })

/** What `decode…` puts in the place of a Part; null outside of them, where none may be: extensions are msgpackr's for all. */
let joinPart: ((part: Part) => unknown) | null = null

/** Stands in packed bytes for a value that is stored beside them, in pieces. */
export class Part {
  readonly kind: string
  /** Of its pieces, in the list of all pieces of the row. */
  readonly indexes: readonly number[]

  constructor(kind: string, indexes: readonly number[]) {
    this.kind = kind
    this.indexes = indexes
  }
}

const PART = 0x50

addExtension({
  Class: Part,
  type: PART,
  write: (part: Part) => [part.kind, ...part.indexes],
  read: ([kind, ...indexes]: [string, ...number[]]) => {
    if (!joinPart) throw new Error('a part that belongs to nothing')
    return joinPart(new Part(kind, indexes))
  },
})

/** Bytes of a value in which large ones may have been replaced by Parts. */
export function pack(value: unknown): Buffer {
  return packr.pack(value)
}

/** What `pack` was given, with each Part replaced by what `join` gives. Throws a plain Error. */
export function unpack(bytes: Uint8Array, join: (part: Part) => unknown = refuse): unknown {
  const outer = joinPart
  joinPart = join
  try {
    return packr.unpack(bytes)
  } finally {
    joinPart = outer
  }
}

/** A commit without its epoch and version, which stand beside the bytes. */
export function encodeCommit(commit: Commit): Buffer {
  return packr.pack({ origin: commit.origin, ops: commit.ops })
}

/** Throws a plain Error if it was no commit that was decoded. */
export function toCommit(value: unknown, epoch: string, version: number): Commit {
  if (!isObject(value) || !Array.isArray(value['ops'])) throw new Error(`version ${version} is not a commit`)
  return { epoch, version, origin: (value['origin'] ?? null) as Commit['origin'], ops: value['ops'] as Commit['ops'] }
}

/** Throws a plain Error if `bytes` are not a commit's. */
export function decodeCommit(bytes: Uint8Array, epoch: string, version: number): Commit {
  return toCommit(unpack(bytes), epoch, version)
}

/** Throws a plain Error if it was not the record of this id that was decoded. */
export function toRecord(value: unknown, id: string): DocumentRecord {
  if (!isObject(value) || value['id'] !== id || !isObject(value['props'])) throw new Error(`not the record ${id}`)
  return value as unknown as DocumentRecord
}

/** A whole document as bytes; without its records, what a document has beside them. */
export function encodeSnapshot(snapshot: Omit<DocumentSnapshot, 'records'> & Partial<DocumentSnapshot>): Buffer {
  return packr.pack({ title: snapshot.title, roots: snapshot.roots, records: snapshot.records ?? [] })
}

/** Throws a plain Error if `bytes` are not a snapshot's. */
export function decodeSnapshot(bytes: Uint8Array): DocumentSnapshot {
  const value = unpack(bytes)
  if (!isObject(value) || !Array.isArray(value['roots']) || !Array.isArray(value['records']))
    throw new Error('not a snapshot')
  return {
    title: String(value['title']),
    roots: value['roots'] as string[],
    records: value['records'] as DocumentSnapshot['records'],
  }
}

/** CRC-32, kept beside stored bytes: a flipped bit inside a number would decode without complaint. */
export function checksum(bytes: Uint8Array): number {
  return crc32(bytes)
}

/** The document every session starts from, at version 0. */
export const emptySnapshot = (): DocumentSnapshot => ({ title: '', roots: [], records: [] })

function refuse(): never {
  throw new Error('the pieces of a large value are missing')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
