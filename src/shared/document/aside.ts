import type { Commit, DocumentRecord, DocumentSnapshot, Op } from './types.ts'

/** Type of the records that are stored beside a document and are no part of it: no client ever sees one. */
export const ASIDE_TYPE = 'oriel:aside'
const ASIDE_PREFIX = 'oriel:aside:'

/** A record that is stored with a document's commits without being in the document. `name` is unique among them. */
export function asideRecord(name: string, props: DocumentRecord['props']): DocumentRecord {
  return { id: `${ASIDE_PREFIX}${name}`, type: ASIDE_TYPE, scope: 'data', props }
}

export function isAsideId(id: string): boolean {
  return id.startsWith(ASIDE_PREFIX)
}

/** What was stored, as the document alone, and what was stored beside it: name → props. */
export function withoutAside<T extends { snapshot: DocumentSnapshot; commits: readonly Commit[] }>(
  stored: T,
): { document: T; aside: Map<string, DocumentRecord['props']> } {
  const aside = new Map<string, DocumentRecord['props']>()
  const isAside = (id: string) => isAsideId(id)
  const nameOf = (id: string) => id.slice(ASIDE_PREFIX.length)
  const records = stored.snapshot.records.filter((record) => {
    if (!isAside(record.id)) return true
    aside.set(nameOf(record.id), record.props)
    return false
  })
  const isDocuments = (op: Op): boolean => {
    if (op.op === 'put' && isAside(op.record.id)) aside.set(nameOf(op.record.id), op.record.props)
    else if (op.op === 'remove' && isAside(op.id)) aside.delete(nameOf(op.id))
    else return true
    return false
  }
  const commits = stored.commits.map((commit) => ({ ...commit, ops: commit.ops.filter(isDocuments) }))
  return { document: { ...stored, snapshot: { ...stored.snapshot, records }, commits }, aside }
}
