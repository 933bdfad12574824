import { createContext, createElement, memo, useContext, useMemo, useSyncExternalStore } from 'react'
import type { ComponentType } from 'react'
import type { DocumentRecord } from '../../../shared/document/types.ts'
import type { DocumentReader } from '../../types.ts'
import { Boundary } from './boundary.tsx'

/** Records inside each other that are drawn. */
const MAX_DEPTH = 100

/** What draws one record. */
export interface RecordViewProps {
  record: Readonly<DocumentRecord>
  /** Ids from the root to this one. */
  trail: readonly string[]
}

/** Where records come from and what draws them. */
export interface DocumentScene {
  document: DocumentReader
  viewOf: (type: string) => ComponentType<RecordViewProps>
}

export const DocumentContext = createContext<DocumentScene | null>(null)

const TOP: readonly string[] = []

/** A record by its id, as its type is drawn. Follows that record alone, so a change draws it and nothing else. */
export const Drawn = memo(function Drawn({ id, trail = TOP }: { id: string; trail?: readonly string[] }) {
  const { document, viewOf } = useContext(DocumentContext)!
  const record = useSyncExternalStore(
    useMemo(() => (listener: () => void) => document.onChange(listener, { id }), [document, id]),
    () => document.get(id),
  )
  const below = useMemo(() => [...trail, id], [trail, id])
  // One that is inside itself has no end.
  if (!record || trail.includes(id) || trail.length >= MAX_DEPTH) return null
  return (
    <Boundary key={record.type} type={record.type}>
      {createElement(viewOf(record.type), { record, trail: below })}
    </Boundary>
  )
})

/** The children of a record, in order. */
export function Children({ record, trail }: RecordViewProps) {
  return record.children?.map((id) => <Drawn key={id} id={id} trail={trail} />)
}
