import { crc32 } from 'node:zlib'
import { Packr } from 'msgpackr'
import type { Commit, DocumentSnapshot } from '../../shared/document/types.ts'

/*
 * Commits and snapshots as bytes: plain MessagePack maps, so that any reader of the format can open them; typed arrays
 * keep their type (`moreTypes`). Values are trees, so tracking shared references (`structuredClone`) would only cost time.
 * A plain number -0 becomes 0, as in JSON.
 */
const packr = new Packr({ moreTypes: true, useRecords: false, mapsAsObjects: true })

/** A commit without its epoch and version, which stand beside the bytes. */
export function encodeCommit(commit: Commit): Buffer {
  return packr.pack({ origin: commit.origin, ops: commit.ops })
}

/** Throws a plain Error if `bytes` are not a commit's. */
export function decodeCommit(bytes: Uint8Array, epoch: string, version: number): Commit {
  const value: unknown = packr.unpack(bytes)
  if (!isObject(value) || !Array.isArray(value['ops'])) throw new Error(`version ${version} is not a commit`)
  return { epoch, version, origin: (value['origin'] ?? null) as Commit['origin'], ops: value['ops'] as Commit['ops'] }
}

/** A whole document as bytes. */
export function encodeSnapshot(snapshot: DocumentSnapshot): Buffer {
  return packr.pack({ title: snapshot.title, roots: snapshot.roots, records: snapshot.records })
}

/** Throws a plain Error if `bytes` are not a snapshot's. */
export function decodeSnapshot(bytes: Uint8Array): DocumentSnapshot {
  const value: unknown = packr.unpack(bytes)
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
