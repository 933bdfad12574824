import type { DocumentRecord } from '../../src/shared/document/types.ts'

/** What a document or a state holds, to be compared: records have no order, and what is absent is its default. */
export function contentOf(document: {
  readonly title: string
  readonly roots: readonly string[]
  records(): Iterable<DocumentRecord>
}): object {
  const records = [...document.records()]
    .map(({ children = [], scope = 'data', ...rest }) => ({ ...rest, children, scope }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  return { title: document.title, roots: [...document.roots], records }
}
